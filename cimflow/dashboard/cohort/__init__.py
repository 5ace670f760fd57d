"""The cohort in a browser: the way in, the grid, and the same as a file.

It lays out what monitoring evaluated, and works out no state itself.
"""
