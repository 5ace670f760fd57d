"""Opening the database, its two kinds of transaction, migrating it, and its faults in plain words.

It knows no row of ours but its own notes.
"""
