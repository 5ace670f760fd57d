"""New SQLite databases without running every migration for each: for tests of other things.

The migrations make one database; what they wrote is then written into each new one. A fixture of a
folder's conftest asks for it, so the store's own tests still run the migrations themselves.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect

from cimflow.store.database import migrate as migrating
from cimflow.store.database import session
from cimflow.store.database.dialect import is_postgres

_really_migrate = migrating.migrate


def statements_of(path: Path) -> tuple[str, ...]:
    """What makes the tables of a database, and its few first rows."""
    engine = session.open_engine(f"sqlite:///{path}")
    with session.transaction(engine) as conn:
        _really_migrate(conn)
    engine.dispose()
    with closing(sqlite3.connect(path)) as made:
        return tuple(one for one in made.iterdump() if not one.startswith(("BEGIN", "COMMIT")))


@pytest.fixture(scope="session")
def ready_made(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    return statements_of(tmp_path_factory.mktemp("ready-made") / "cimflow.db")


@pytest.fixture(autouse=True)
def tables_are_ready_made(ready_made: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    def migrate(conn: Connection) -> None:
        if is_postgres(conn) or inspect(conn).get_table_names():
            _really_migrate(conn)
            return
        for one in ready_made:
            conn.exec_driver_sql(one)

    monkeypatch.setattr(migrating, "migrate", migrate)
