"""The ledger of notices and the mails made of it: claimed, settled, listed.

Who is owed a notice is not decided here.
"""
