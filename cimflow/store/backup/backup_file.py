"""The backup file: our tables in SQLite, the documents, and a manifest with a checksum over all."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    text,
)

from cimflow.store.database.errors import StoreError
from cimflow.store.schema.columns import Instant

manifest = Table(
    "cimflow_backup",
    MetaData(),
    Column("made_at", Instant, nullable=False),
    Column("sha256", Text, nullable=False),
)

documents = Table(
    "cimflow_documents",
    MetaData(),
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Only in a backup: a home keeps documents as files, beside any database."""


def add_document(conn: Connection, sha256: str, data: bytes) -> None:
    """Put a document into a backup that is being made."""
    documents.create(conn, checkfirst=True)
    conn.execute(insert(documents), {"sha256": sha256, "content": data})


def documents_in(conn: Connection) -> Iterator[tuple[str, bytes]]:
    """The documents of a backup, one at a time: together they may be larger than the memory."""
    if not inspect(conn).has_table(documents.name):
        return
    for sha256 in conn.execute(select(documents.c.sha256)).scalars().all():
        where = documents.c.sha256 == sha256
        yield sha256, conn.execute(select(documents.c.content).where(where)).scalar_one()


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
        raise StoreError("is a damaged backup: its checksum does not match")
    for sha256, data in documents_in(conn):
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreError("is a damaged backup: one of its documents was changed")
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
        # The hashes stand for the documents: each is held against its own when it is read.
        columns = documents.c.sha256.name if name == documents.name else "*"
        for row in conn.execute(text(f'SELECT {columns} FROM "{name}" ORDER BY rowid')):  # noqa: S608 - a name of a table there
            digest.update(json.dumps(list(row), default=repr).encode())
            digest.update(b"\n")
    return digest.hexdigest()
