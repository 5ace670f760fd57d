"""``INSERT … ON CONFLICT``, which SQLite and PostgreSQL write alike and SQLAlchemy twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def insert_into(conn: Connection, table: Table) -> Insert:
    """An INSERT that can say ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    # Each dialect is imported only where it is used: the other would cost every start.
    if conn.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgres  # noqa: PLC0415

        return cast("Insert", insert_postgres(table))
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415

    return insert_sqlite(table)


def is_postgres(conn: Connection) -> bool:
    """Whether this is PostgreSQL, where rows can be locked one by one."""
    return conn.dialect.name == "postgresql"
