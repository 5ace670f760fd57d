"""Everything cimflow keeps in one file, and back from it.

It does not know what the rows mean.
"""
