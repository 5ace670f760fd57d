"""More time and exceptions: who may grant them, and what a new due date would change.

Which due date is in force is worked out in the process, from what is recorded here.
"""
