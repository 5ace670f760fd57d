"""Opening the database, and the two kinds of transaction on it.

The same promises on SQLite and PostgreSQL: a write transaction sees what it changes, a reading one
sees one moment and cannot write, nobody waits for a lock longer than ten seconds, and what is
committed survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from cimflow.store.database.errors import StoreError
from cimflow.store.database.faults import NOT_OURS, in_plain_words
from cimflow.store.schema.fact_tables import VERSION_TABLE

HEAD = "0003"
"""The revision of the tables that this code knows; a test holds it to the migrations."""

LOCK_SECONDS = 10
_WRITES = "cimflow_writes"
_DECIDES = 1
"""Which of the locks of a schema: PostgreSQL knows them by number."""

__all__ = [
    "HEAD",
    "Connection",
    "Engine",
    "deciding",
    "open_engine",
    "reading",
    "transaction",
    "upgrade",
]


def open_engine(url: str) -> Engine:
    """The database of a URL: ``sqlite:///…`` or ``postgresql://…``. Connects when first used.

    Raises:
        StoreError: the URL cannot be read or names another kind of database.
    """
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        # The text itself may hold a password, so it is not repeated.
        raise StoreError(
            "the database URL cannot be read; write sqlite:///FILE or postgresql://HOST/NAME"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return sqlite_engine(parsed, journal="wal")
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return _postgres_engine(parsed.set(drivername="postgresql+psycopg"))
    raise StoreError(
        f"{parsed.drivername} is not a database cimflow can use; use sqlite or postgresql"
    )


def sqlite_engine(url: URL, *, journal: str) -> Engine:
    """An SQLite file. ``journal``: wal for a database in use, delete for one that is one file."""
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # The driver must not begin transactions by itself: `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        try:
            _set_journal(cursor, journal)
            cursor.execute("PRAGMA foreign_keys = ON")
            # A claim that a power cut took back would send an email twice.
            cursor.execute("PRAGMA synchronous = FULL")
        finally:
            cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
        # IMMEDIATE: of two writers the second waits here, before it has read anything.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _set_journal(cursor: DBAPICursor, journal: str) -> None:
    cursor.execute("PRAGMA journal_mode")
    if cursor.fetchone() == (journal,):
        return
    try:
        cursor.execute(f"PRAGMA journal_mode = {journal}")
    except Exception as error:
        # Another process is just doing it: the mode is a property of the file, not of us.
        if "locked" not in str(error):
            raise


def _postgres_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={} if "connect_timeout" in url.query else {"connect_timeout": LOCK_SECONDS},
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            # A program that hangs in the middle of a transaction must not stop the others forever.
            cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
        finally:
            cursor.close()
        connection.commit()

    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One write transaction: all of it, or nothing.

    Raises:
        StoreError: the database cannot be reached, is busy, or is not ours.
    """
    with in_plain_words(), engine.connect() as conn:
        writer = conn.execution_options(**{_WRITES: True})
        try:
            yield writer
        except BaseException:
            writer.rollback()
            raise
        writer.commit()


@contextmanager
def deciding(engine: Engine) -> Iterator[Connection]:
    """A write transaction that reads what is known and then adds to it, one at a time.

    The same thing said twice at once is then said once: the second reads what the first has said.

    Raises:
        StoreError: as ``transaction``.
    """
    with transaction(engine) as conn:
        if engine.dialect.name == "postgresql":
            # SQLite has one writer at a time anyway; here another decision waits for the end.
            conn.execute(
                text(f"SELECT pg_advisory_xact_lock(hashtext(current_schema()), {_DECIDES})")
            )
        yield conn


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One moment of the database, however many SELECTs; nothing can be written.

    Raises:
        StoreError: the database cannot be reached, is busy, or is not ours.
    """
    with in_plain_words(), engine.connect() as conn:
        reader = conn
        if engine.dialect.name == "postgresql":
            reader = conn.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        try:
            yield reader
        finally:
            reader.rollback()


def upgrade(engine: Engine) -> None:
    """Bring the tables to HEAD; one SELECT where they are there already.

    Raises:
        StoreError: the database is not ours, or was made by a newer cimflow.
    """
    if schema_version(engine) == HEAD:
        return
    from cimflow.store.database import migrate  # noqa: PLC0415 - alembic costs more than `status` may

    with transaction(engine) as conn:
        migrate.migrate(conn)


def schema_version(engine: Engine) -> str | None:
    """The revision of the tables; None where there are none yet."""
    try:
        with reading(engine) as conn:
            return conn.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    except StoreError as error:
        # A table that is not there: the database is new, or another program's.
        if str(error) == NOT_OURS and isinstance(
            error.__cause__, exc.OperationalError | exc.ProgrammingError
        ):
            return None
        raise
