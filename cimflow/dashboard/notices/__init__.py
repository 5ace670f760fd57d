"""The pages on notices: what would go, what was sent, what is held, and going live.

Who is owed what, and how an email reads, is decided elsewhere.
"""
