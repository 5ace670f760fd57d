"""Who may sign in, as what, over what; sessions, links, and the audit log.

It knows no page and no command: both ask here.
"""
