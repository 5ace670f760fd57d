"""All tables together, as the migrations make them and a backup carries them.

What only asks about cases imports ``tables`` alone: the others cost time at every start.
"""

from __future__ import annotations

from sqlalchemy import Table

from cimflow.store import ledger_tables, people_tables, run_tables, tables
from cimflow.store.columns import metadata

__all__ = [
    "NOT_CARRIED",
    "VERSION_TABLE",
    "ledger_tables",
    "metadata",
    "people_tables",
    "run_tables",
    "tables",
]

VERSION_TABLE = tables.VERSION_TABLE

NOT_CARRIED: tuple[Table, ...] = people_tables.OF_THE_MOMENT
"""What no backup holds and every restore ends."""
