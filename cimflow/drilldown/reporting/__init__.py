"""The reports: HTML, PDF, workbook, CSV, findings; written all at once or not at all.

They get counts with what is hidden already gone, and know no student.
"""
