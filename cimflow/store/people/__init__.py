"""Contacts, roles given by hand, sign-in links, sessions and the audit log, as rows.

What a role may do is not decided here.
"""
