"""Bringing the tables to HEAD with alembic; imported only where they are not there yet."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from cimflow.store.database.dialect import is_postgres
from cimflow.store.database.errors import StoreError
from cimflow.store.database.faults import NOT_OURS
from cimflow.store.schema.all_tables import VERSION_TABLE, metadata

_FOLDER = Path(__file__).parents[1] / "migrations"
_ONE_AT_A_TIME = 0x63696D66  # "cimf": the number of our advisory lock


def alembic_config(conn: Connection | None = None) -> Config:
    """Alembic's configuration, without an alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    if conn is not None:
        config.attributes["connection"] = conn
    return config


def migrate(conn: Connection) -> None:
    """Bring the tables to HEAD within the caller's write transaction: all of it, or nothing.

    Two that start at once take turns; the second finds nothing left to do.

    Raises:
        StoreError: the database is another program's, or was made by a newer cimflow.
    """
    if is_postgres(conn):
        conn.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
    names = set(inspect(conn).get_table_names())
    if VERSION_TABLE not in names:
        _refuse_foreign(conn, names)
    else:
        _refuse_newer(conn)
    command.upgrade(alembic_config(conn), "head")


def _refuse_foreign(conn: Connection, names: set[str]) -> None:
    # A PostgreSQL database may be shared; an SQLite file with tables of others is someone else's.
    foreign = names & set(metadata.tables) if is_postgres(conn) else names
    if foreign:
        raise StoreError(f"{NOT_OURS}: it already has tables such as {min(foreign)}")


def _refuse_newer(conn: Connection) -> None:
    known = {one.revision for one in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    stands = conn.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all()  # noqa: S608 - a constant
    newer = [one for one in stands if one not in known]
    if newer:
        raise StoreError(
            f"the database was made by a newer cimflow (its schema is {newer[0]}): update cimflow"
        )
