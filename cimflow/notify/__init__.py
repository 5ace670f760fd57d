"""Mail: composed from ledger rows with Jinja2, sent with aiosmtplib.

It knows the process (its words) and nothing of the store: rows come in as values, outcomes go out.
"""
