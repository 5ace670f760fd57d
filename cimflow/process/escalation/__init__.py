"""Who must be told what on a day: rungs, events, stand-downs, and what comes next.

It sends nothing, and does not know what was sent but from the ledger it is handed.
"""
