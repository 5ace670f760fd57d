"""Small groups hidden, and others with them, so that no hidden count can be worked out.

That is then proven separately. It knows no element by its name, and no report.
"""
