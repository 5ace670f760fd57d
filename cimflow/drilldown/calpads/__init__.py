"""CALPADS reports and test results as downloaded, joined to one row per student and school.

It does not know what will be counted.
"""
