"""Every LEA of a cohort evaluated on a day, explained, exported, and swept for what changed.

How one activity is judged is the process's business; how it looks is the pages'.
"""
