"""A CSV or Excel file as a table of rows, within limits, with every error under its row and field.

It does not know what the columns mean.
"""
