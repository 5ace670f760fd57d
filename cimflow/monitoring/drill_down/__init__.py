"""The drill-down reports of a home: which files are counted, for whom, where reports lie.

Counting and hiding small groups is the drill down's business; no student's row passes here.
"""
