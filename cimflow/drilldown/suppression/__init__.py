"""Small groups hidden, and others beside them, so that no hidden count can be worked out; and the proof.

It counts no student again, and knows no report.
"""
