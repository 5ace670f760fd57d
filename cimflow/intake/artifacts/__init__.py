"""An artifact's contents from TOML, JSON or a workbook, and the blank forms to fill in.

Whether an artifact is complete is judged in the process.
"""
