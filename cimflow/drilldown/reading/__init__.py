"""Files of students, read and understood column by column; each student once at each site.

It does not know what will be counted, and writes nothing down.
"""
