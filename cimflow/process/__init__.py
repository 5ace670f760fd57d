"""The rules of monitoring, as pure functions: no clock, no files, no network.

Read in this order: ``definition`` (what a process file says), ``case`` (what is known of one LEA),
``evaluation`` (what is owed on a day) and ``escalation`` (who must be told).
"""
