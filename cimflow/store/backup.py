"""Everything cimflow keeps in one file, and back.

A backup is an SQLite file with our tables as they are at one moment, their revision, and a
checksum over all rows; the same for SQLite and PostgreSQL, so that it can also carry a home from
the one to the other. After a restore all mail is held: what left since the backup was made is not
in its ledger, and would be sent a second time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, func, insert, select, text, update

from cimflow.store import migrating, notes
from cimflow.store.backupfile import check, seal
from cimflow.store.claims import LIVE
from cimflow.store.dialect import is_postgres
from cimflow.store.errors import StoreError
from cimflow.store.session import reading, sqlite_engine, transaction
from cimflow.store.tables import VERSION_TABLE, ledger, mails, metadata

_AT_ONCE = 1000
_HELD_BECAUSE = "a backup was restored: it may have been sent before"


def backup(engine: Engine, target: Path, *, now: dt.datetime) -> None:
    """Write everything into a new file, readable only by its owner.

    Raises:
        StoreError: the file is there already or cannot be written, or the database cannot be read.
    """
    with _new_file(target) as unfinished, reading(engine) as conn:
        _copy_out(conn, unfinished, now)


def restore(engine: Engine, source: Path, *, now: dt.datetime) -> Path | None:
    """Put a backup in place of what the database holds: all of it, or nothing.

    What had not left when the backup was made is held, and a note (``notes.RESTORED``) says that a
    person must look before more is sent.

    Returns:
        The backup made of what was replaced, if there was anything: beside the SQLite file, or
        beside the backup where the database is a server's.

    Raises:
        StoreError: the file is no whole backup or of a newer cimflow; nothing was changed.
    """
    with _staged(source, now) as (staged, made_at):
        place = _place_beside(engine, source, now)
        with _new_file(place) as unfinished:
            with transaction(engine) as conn:
                is_empty = _is_empty(conn)
                if not is_empty:
                    _copy_out(conn, unfinished, now)
                    unfinished.replace(place)
                try:
                    _replace_all(conn, staged)
                    _hold_everything(conn, now)
                    notes.write(
                        conn, notes.RESTORED, f"on {now:%Y-%m-%d %H:%M} UTC, as of {made_at}"
                    )
                except BaseException:
                    place.unlink(missing_ok=True)
                    raise
    return None if is_empty else place
