"""Spreadsheets and artifact files as school offices make them, turned into typed rows.

Nothing here touches the store or asks the clock. All errors of a file are raised together.
"""
