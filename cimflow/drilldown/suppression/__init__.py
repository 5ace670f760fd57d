"""Small groups hidden, and others beside them, so that no hidden count can be worked out.

It proves that on its own; it counts no student again, and knows no report.
"""
