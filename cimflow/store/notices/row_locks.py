"""Locking and moving ledger rows, always in the order of their ids.

On PostgreSQL two deliveries then wait for each other, and never each for the other; emails are
locked after rows. SQLite has one writer at a time and needs no row locks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from cimflow.store.schema.notice_tables import ledger

_AT_ONCE = 5000
"""Ids in one statement; both databases limit the number of parameters."""


def lock(conn: Connection, row_ids: Sequence[int]) -> list[Any]:
    """The rows as they are now; until the transaction ends nobody else changes them."""
    return [
        row
        for some in _portions(row_ids)
        for row in conn.execute(
            select(ledger).where(ledger.c.id.in_(some)).order_by(ledger.c.id).with_for_update()
        )
    ]


def move(
    conn: Connection, row_ids: Sequence[int], from_states: Sequence[str], **values: Any
) -> int:
    """Change those of the rows that are in one of the states; returns how many."""
    movable = [one.id for one in lock(conn, row_ids) if one.state in from_states]
    for some in _portions(movable):
        conn.execute(update(ledger).where(ledger.c.id.in_(some)).values(**values))
    return len(movable)


def _portions(row_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(set(row_ids))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
