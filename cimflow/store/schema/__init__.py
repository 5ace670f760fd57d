"""The tables, as SQLAlchemy Core sees them; the migrations make exactly these.

No query stands here.
"""
