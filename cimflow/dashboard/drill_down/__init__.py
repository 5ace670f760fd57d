"""The page on which an LEA's drill-down report is made and downloaded.

It counts no student and keeps no row.
"""
