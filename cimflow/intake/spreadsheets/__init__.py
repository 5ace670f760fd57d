"""The spreadsheets a SELPA keeps, as typed rows: roster, contacts, progress.

What a row changes is decided in monitoring.
"""
