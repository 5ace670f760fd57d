"""The pages on which more time or an exception is granted, to one LEA or to many.

They show what would change first; which day is in force is not worked out here.
"""
