"""Spreadsheets and artifact files as school offices make them."""
