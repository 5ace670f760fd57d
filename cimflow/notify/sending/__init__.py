"""Messages handed to a mail server, and for each what became of it.

It does not know what an email is about.
"""
