"""The Data Drill Down: from student rows to counts by subgroup; no student leaves it."""
