"""All tables together, as the migrations make them and a backup carries them.

What only asks about cases imports ``fact_tables`` alone: the others cost time at every start.
"""

from __future__ import annotations

from sqlalchemy import Table

from cimflow.store.schema import fact_tables, notice_tables, people_tables, run_tables
from cimflow.store.schema.columns import metadata

__all__ = [
    "NOT_CARRIED",
    "VERSION_TABLE",
    "fact_tables",
    "metadata",
    "notice_tables",
    "people_tables",
    "run_tables",
]

VERSION_TABLE = fact_tables.VERSION_TABLE

NOT_CARRIED: tuple[Table, ...] = people_tables.OF_THE_MOMENT
"""What no backup holds and every restore ends."""
