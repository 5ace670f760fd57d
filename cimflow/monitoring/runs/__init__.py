"""Flow runs as our own store keeps them: asked for, scheduled, watched, and the health of a home.

It never imports Prefect; flows report here.
"""
