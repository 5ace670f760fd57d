"""From what is owed on a day to emails that left: queued, held, released, delivered, once.

When a rung is due stands in the process; words and SMTP are the notifier's.
"""
