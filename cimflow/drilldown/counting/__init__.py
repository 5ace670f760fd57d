"""Counts and rates of each element for each subgroup, as frames, and which of them are required.

It does not decide what is hidden, and knows no file.
"""
