"""The words of an email, from the values of its rows: subject, plain text and HTML.

It knows no server and no store.
"""
