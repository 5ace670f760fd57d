"""The pages on which an artifact is received, reviewed, compared, corrected and downloaded.

They ask monitoring to record it, and know neither tables nor what makes an artifact complete.
"""
