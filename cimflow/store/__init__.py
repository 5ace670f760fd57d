"""What cimflow keeps: facts that are only ever added, the ledger of notices, and runs.

The only package that speaks SQL. Functions take an open connection and values of
``cimflow.process``; transactions are the caller's (``session.transaction``, ``session.reading``).
"""
