"""Everything cimflow keeps in one file, and back.

A backup is an SQLite file with our tables as they are at one moment, their revision, the documents
that were kept, and a checksum over all; the same for SQLite and PostgreSQL, so that it can also
carry a home from the one to the other. After a restore all mail is held: what left since the backup
was made is not in its ledger, and would be sent a second time. Sign-in links and sessions are never
carried, and a restore ends them: everyone signs in again.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, exc, func, insert, select, text, update

from cimflow.process.escalation.notice import LIVE
from cimflow.store.backup.backup_file import add_document, check, documents_in, seal
from cimflow.store.cases import documents
from cimflow.store.cases.learned import document_hashes
from cimflow.store.database import migrate, notes
from cimflow.store.database.dialect import is_postgres
from cimflow.store.database.errors import StoreError
from cimflow.store.database.session import reading, sqlite_engine, transaction
from cimflow.store.notices.mail_claims import CLAIMABLE
from cimflow.store.schema.all_tables import NOT_CARRIED, metadata
from cimflow.store.schema.fact_tables import VERSION_TABLE
from cimflow.store.schema.notice_tables import ledger, mails

_AT_ONCE = 1000
_RESTORED = "a backup was restored: it may have been sent before"


def backup(engine: Engine, target: Path, *, now: dt.datetime, home: Path | None = None) -> None:
    """Write everything into a new file, readable only by its owner.

    ``home`` is where documents are kept; without it only the database is written.

    Raises:
        StoreError: the file is there already or cannot be written, the database cannot be read, or
            a kept document is damaged.
    """
    with _new_file(target) as unfinished, reading(engine) as conn:
        _copy_out(conn, unfinished, now, home)


def restore(
    engine: Engine, source: Path, *, now: dt.datetime, home: Path | None = None
) -> Path | None:
    """Put a backup in place of what the database holds: all of it, or nothing.

    Its documents are put into ``home`` before the database changes; those that are there stay.

    What had not left when the backup was made is held, and the note ``notes.RESTORED`` says that a
    person must look before more is sent.

    Returns:
        The backup made of what was replaced, if there was anything: beside the SQLite file, or
        beside ``source`` where the database is a server's.

    Raises:
        StoreError: the file is no whole backup, or of a newer cimflow; nothing was changed.
    """
    with _checked_copy(source) as (copy, made_at), transaction(engine) as conn:
        kept = _keep(conn, _place_beside(engine, source, now), now, home)
        new: list[str] = []
        try:
            _put_back_documents(copy, home, new)
            _replace_all(conn, copy)
            _hold_all_mail(conn, now)
            notes.write(conn, notes.RESTORED, f"restored {now:%Y-%m-%d}, made {made_at:%Y-%m-%d}")
        except BaseException:
            for sha256 in new:
                documents.forget(home or Path(), sha256)
            if kept is not None:
                kept.unlink()
            raise
    return kept


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A file that appears under its name only once it is whole."""
    if target.exists():
        raise StoreError(f"{target}: already exists; name a new file")
    try:
        # Made with mode 0600: it holds names and addresses.
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
    except OSError as error:
        raise StoreError(f"{target}: cannot be written: {error.strerror}") from error
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _file_engine(path: Path) -> Engine:
    return sqlite_engine(URL.create("sqlite", database=str(path)), journal="delete")


def _copy_out(
    conn: Connection,
    path: Path,
    made_at: dt.datetime,
    home: Path | None,
    *,
    despite_damage: bool = False,
) -> None:
    engine = _file_engine(path)
    try:
        with transaction(engine) as out:
            migrate.migrate(out)
            _copy_rows(conn, out)
            if home is not None:
                _copy_documents(conn, out, home, despite_damage=despite_damage)
            seal(out, made_at)
    finally:
        engine.dispose()


def _carried() -> list[Table]:
    return [one for one in metadata.sorted_tables if one not in NOT_CARRIED]


def _copy_rows(source: Connection, target: Connection) -> None:
    for table in _carried():
        found = source.execute(
            select(table).order_by(*table.primary_key), execution_options={"yield_per": _AT_ONCE}
        )
        for some in found.mappings().partitions():
            target.execute(insert(table), [dict(row) for row in some])


def _copy_documents(
    source: Connection, target: Connection, home: Path, *, despite_damage: bool
) -> None:
    """Those of which a record speaks; a document of which only the hash is known has no file."""
    for sha256 in sorted(document_hashes(source)):
        try:
            data = documents.open_kept(home, sha256)
        except StoreError:
            if not despite_damage:
                raise
            data = None
        if data is not None:
            add_document(target, sha256, data)


def _put_back_documents(copy: Engine, home: Path | None, new: list[str]) -> None:
    """``new`` takes up what was not there before, one by one, for the caller that must undo it."""
    if home is None:
        return
    with reading(copy) as found:
        for sha256, data in documents_in(found):
            if documents.kept_size(home, sha256) is None:
                new.append(sha256)
            documents.keep(home, data)


@contextmanager
def _checked_copy(source: Path) -> Iterator[tuple[Engine, dt.datetime]]:
    """A copy of a backup that was found whole, with its tables brought to HEAD."""
    if source.exists() and not source.is_file():
        raise StoreError(f"{source}: is not a plain file")
    with tempfile.TemporaryDirectory(prefix="cimflow-") as folder:
        copy = Path(folder) / "backup.db"
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise StoreError(f"{source}: cannot be read: {error.strerror}") from error
        engine = _file_engine(copy)
        try:
            made_at = _check(engine, source)
            yield engine, made_at
        finally:
            engine.dispose()


def _check(engine: Engine, source: Path) -> dt.datetime:
    try:
        with transaction(engine) as conn:
            made_at = check(conn)
            migrate.migrate(conn)
    except StoreError as error:
        is_unreadable = isinstance(error.__cause__, exc.DBAPIError)
        why = "is not a complete cimflow backup" if is_unreadable else str(error)
        raise StoreError(f"{source}: {why}") from error
    except Exception as error:
        # A spoilt file can make the driver say anything, such as text that cannot be read.
        raise StoreError(f"{source}: is not a complete cimflow backup") from error
    return made_at


def _place_beside(engine: Engine, source: Path, now: dt.datetime) -> Path:
    own_file = engine.url.database if engine.dialect.name == "sqlite" else None
    folder = (Path(own_file) if own_file else source).absolute().parent
    name = f"cimflow-replaced-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    names = (f"{name}{suffix}.backup" for suffix in chain([""], map("-{}".format, count(2))))
    return next(folder / one for one in names if not (folder / one).exists())


def _keep(conn: Connection, place: Path, now: dt.datetime, home: Path | None) -> Path | None:
    """A backup of what is about to be replaced; None where that is nothing."""
    if not any(conn.execute(select(table).limit(1)).first() for table in _carried()):
        return None
    with _new_file(place) as unfinished:
        # A restore is what puts damage right; it must not be stopped by it.
        _copy_out(conn, unfinished, now, home, despite_damage=True)
    return place


def _replace_all(conn: Connection, copy: Engine) -> None:
    # The tables are made again, since their triggers would refuse to have their rows deleted.
    metadata.drop_all(conn)
    conn.execute(text(f"DROP TABLE {VERSION_TABLE}"))
    migrate.migrate(conn)
    with reading(copy) as found:
        _copy_rows(found, conn)
    if is_postgres(conn):
        for table in metadata.sorted_tables:
            _count_on(conn, table)


def _count_on(conn: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were put in with their numbers."""
    column = table.autoincrement_column
    if column is not None:
        highest = select(func.max(column)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        conn.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


def _hold_all_mail(conn: Connection, now: dt.datetime) -> None:
    live = ledger.c.mode == LIVE
    conn.execute(
        update(ledger)
        .where(live, ledger.c.state.in_(CLAIMABLE))
        .values(state="held", reason=_RESTORED)
    )
    for table, words in ((ledger, "reason"), (mails, "error")):
        conn.execute(
            update(table)
            .where(table.c.mode == LIVE, table.c.state == "attempting")
            .values(state="uncertain", settled_at=now, **{words: _RESTORED})
        )
