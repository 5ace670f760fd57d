"""What is counted: elements, subgroups, definitions, and the students as coded columns.

It opens no file but ``config/drilldown.toml``, counts nobody, and hides nothing.
"""
