"""A process file and its ladder as frozen values, with every mistake in them reported together.

It knows no LEA and no day.
"""
