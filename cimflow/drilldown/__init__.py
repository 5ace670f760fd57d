"""The Data Drill Down: from files of students to counts by subgroup; no student leaves it.

It knows no cohort, no deadline, and no database.
"""
