"""Single remarks on the whole database, such as that it was restored from a backup."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from cimflow.store.database.dialect import insert_into
from cimflow.store.schema.notice_tables import notes

RESTORED = "restored"
"""A backup was restored, and nobody has yet looked at what may have been sent since it was made."""


def read(conn: Connection, key: str) -> str | None:
    """The remark, or None."""
    return conn.execute(select(notes.c.value).where(notes.c.key == key)).scalar()


def write(conn: Connection, key: str, value: str) -> None:
    """Make a remark, in place of the one before."""
    new = insert_into(conn, notes).values(key=key, value=value)
    conn.execute(
        new.on_conflict_do_update(index_elements=["key"], set_={"value": new.excluded.value})
    )


def erase(conn: Connection, key: str) -> None:
    """Take the remark back."""
    conn.execute(delete(notes).where(notes.c.key == key))
