"""Who is in the cohort and who is who: roster entries, facts, contacts, and their imports.

How a spreadsheet is read is the intake's business.
"""
