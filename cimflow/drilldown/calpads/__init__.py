"""Reports of CALPADS and test results as they come, joined to one row per student.

It does not know what will be counted.
"""
