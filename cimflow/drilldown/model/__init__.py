"""What is counted: elements, subgroups, and the coded table of students.

It opens no file and hides nothing.
"""
