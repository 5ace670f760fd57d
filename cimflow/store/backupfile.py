"""The backup file: our tables in SQLite, and a manifest with a checksum over all their rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select, text

from cimflow.store.columns import Instant
from cimflow.store.errors import StoreError

manifest = Table(
    "cimflow_backup",
    MetaData(),
    Column("made_at", Instant, nullable=False),
    Column("sha256", Text, nullable=False),
)


def seal(conn: Connection, made_at: dt.datetime) -> None:
    """Finish a backup file: nothing is written into it after."""
    manifest.create(conn)
    conn.execute(insert(manifest), {"made_at": made_at, "sha256": _checksum(conn)})


def check(conn: Connection) -> dt.datetime:
    """When the backup was made.

    Raises:
        StoreError: it is no backup, or not as it was when it was made.
    """
    if not inspect(conn).has_table(manifest.name):
        raise StoreError("is not a cimflow backup; cimflow backup makes one")
    made_at: dt.datetime
    made_at, checksum = conn.execute(select(manifest)).one()
    if checksum != _checksum(conn):
        raise StoreError("is a damaged backup: its checksum does not fit")
    return made_at


def _checksum(conn: Connection) -> str:
    """SHA-256 over the tables and all their rows as SQLite keeps them, whatever the revision."""
    digest = hashlib.sha256()
    made = conn.execute(
        text("SELECT name, type, sql FROM sqlite_master WHERE tbl_name <> :ours ORDER BY name"),
        {"ours": manifest.name},
    ).all()
    digest.update(repr([tuple(one) for one in made]).encode())
    for name in (name for name, kind, _ in made if kind == "table"):
        digest.update(f"{name}\n".encode())
        for row in conn.execute(text(f'SELECT * FROM "{name}" ORDER BY rowid')):  # noqa: S608 - a name of a table there
            digest.update(json.dumps(list(row), default=repr).encode())
            digest.update(b"\n")
    return digest.hexdigest()
