"""Counts and rates of each element for each subgroup, as frames.

It hides nothing, and knows no file.
"""
