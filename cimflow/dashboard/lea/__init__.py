"""The page of one LEA: steps, artifacts, versions, history, and what waits for what.

It shows and links; every change is made on a page of another room.
"""
