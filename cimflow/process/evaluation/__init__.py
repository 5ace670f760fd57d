"""What is owed, done or missing in one case on one day, and why: state, due date, findings.

It tells nobody; it reads no clock and no file.
"""
