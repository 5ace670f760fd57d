"""What a file that someone sent really is, and whether rows of students stand in it.

It keeps nothing.
"""
