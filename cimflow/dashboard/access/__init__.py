"""The pages on who may sign in, as what, and who did what.

They decide nothing about a role; the rules are in monitoring.
"""
