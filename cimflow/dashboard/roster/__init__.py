"""The pages on LEAs and people: roster entries, facts, contacts, and their import from a file.

What a file means is read elsewhere; here its differences are shown and confirmed.
"""
