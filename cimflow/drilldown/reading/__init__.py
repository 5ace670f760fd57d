"""Files of students, read and understood column by column into the coded table.

It counts nothing, and keeps no row longer than the run.
"""
