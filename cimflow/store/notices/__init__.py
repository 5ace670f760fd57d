"""The ledger of notices and the emails made of it: claimed, settled, listed.

Who is owed a notice is not decided here.
"""
