"""Migrations make exactly the tables that the code knows, and refuse what is not theirs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from cimflow.process.contacts import Contact
from cimflow.store import cases
from cimflow.store.database import migrate, session
from cimflow.store.database.errors import StoreError
from cimflow.store.people import audit_entries, contacts
from cimflow.store.schema.all_tables import VERSION_TABLE, metadata
from tests.store.cases.test_facts import add_one_of_each
from tests.store.examples import BY, LEA, PROCESS
from tests.store.people.test_people import entry
from tests.store.racing import both

Open = Callable[[str], Engine]


def test_head_is_the_last_revision() -> None:
    script = ScriptDirectory.from_config(migrate.alembic_config())
    assert script.get_heads() == [session.HEAD]


def test_migrations_differ_from_the_tables_in_nothing(engine: Engine) -> None:
    with session.reading(engine) as conn:
        context = MigrationContext.configure(
            conn, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_every_column_key_index_and_check_is_the_same(
    new_url: Callable[[], str], open_engine: Open
) -> None:
    """Alembic's own comparison leaves checks and the names of keys out."""
    migrated, created = open_engine(new_url()), open_engine(new_url())
    session.upgrade(migrated)
    with session.transaction(created) as conn:
        metadata.create_all(conn)

    for table in metadata.tables:
        assert shape(migrated, table) == shape(created, table)
    assert set(inspect(migrated).get_table_names()) == {*metadata.tables, VERSION_TABLE}


def shape(engine: Engine, table: str) -> dict[str, Any]:
    found = inspect(engine)
    return {
        "columns": [
            (one["name"], repr(one["type"]), one["nullable"], one.get("autoincrement"))
            for one in found.get_columns(table)
        ],
        "primary key": found.get_pk_constraint(table),
        "unique": sorted(map(repr, found.get_unique_constraints(table))),
        "foreign keys": sorted(map(repr, found.get_foreign_keys(table))),
        "checks": sorted(map(repr, found.get_check_constraints(table))),
        "indexes": sorted(map(repr, found.get_indexes(table))),
    }


def test_a_second_upgrade_changes_nothing(new_url: Callable[[], str], open_engine: Open) -> None:
    engine = open_engine(new_url())
    assert session.schema_version(engine) is None
    session.upgrade(engine)
    session.upgrade(engine)
    assert session.schema_version(engine) == session.HEAD


@pytest.mark.slow
def test_two_that_start_at_once_both_start(new_url: Callable[[], str], open_engine: Open) -> None:
    url = new_url()
    program = f"""
from cimflow.store.database import session
engine = session.open_engine({url!r})
print("ready", flush=True)
input()
session.upgrade(engine)
print(session.schema_version(engine))
"""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    ended = [one.communicate(timeout=60) for one in running]

    assert ended == [(f"{session.HEAD}\n", "")] * 3
    assert session.schema_version(open_engine(url)) == session.HEAD


def test_a_database_of_the_first_revision_keeps_its_rows(
    new_url: Callable[[], str], open_engine: Open
) -> None:
    """What stood there before the people came stands there after, and theirs is guarded."""
    engine = open_engine(new_url())
    with session.transaction(engine) as conn:
        command.upgrade(migrate.alembic_config(conn), "0001")
        add_one_of_each(conn)
        person = Contact("lea", LEA, "lea-lead", "Ana Ruiz", "ana@example.org")
        contacts.change_contacts(conn, [person], [], **BY)
        before = cases.load_cases(conn, PROCESS)
    assert session.schema_version(engine) == "0001"
    assert "grants" not in inspect(engine).get_table_names()

    session.upgrade(engine)

    assert session.schema_version(engine) == session.HEAD
    with session.transaction(engine) as conn:
        assert cases.load_cases(conn, PROCESS) == before
        assert contacts.load_contacts(conn) == [person]
        audit_entries.add_entry(conn, entry("record"))
    with pytest.raises(Exception, match="refused"), session.transaction(engine) as conn:
        conn.execute(text("DELETE FROM audit"))
    with session.reading(engine) as conn:
        context = MigrationContext.configure(conn, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_two_that_both_found_no_tables_take_turns(
    new_url: Callable[[], str], open_engine: Open
) -> None:
    engine = open_engine(new_url())
    results = both(lambda _: session.upgrade(engine), engine, meet_after=f"FROM {VERSION_TABLE}")
    assert results == [None, None]


def test_a_newer_database_is_refused(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        conn.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    try:
        with pytest.raises(StoreError, match=r"newer cimflow .*9999.*: update cimflow"):
            session.upgrade(engine)
    finally:
        with session.transaction(engine) as conn:
            conn.execute(
                text(f"UPDATE {VERSION_TABLE} SET version_num = :head"), {"head": session.HEAD}
            )


def test_another_programs_tables_are_left_alone(
    new_url: Callable[[], str], open_engine: Open
) -> None:
    engine = open_engine(new_url())
    with session.transaction(engine) as conn:
        conn.execute(text("CREATE TABLE contacts (id INTEGER)"))

    with pytest.raises(StoreError, match="not a cimflow database: it already has tables"):
        session.upgrade(engine)
    assert inspect(engine).get_table_names() == ["contacts"]


def test_a_server_database_may_be_shared_with_other_tables(
    new_url: Callable[[], str], open_engine: Open
) -> None:
    engine = open_engine(new_url())
    if engine.dialect.name != "postgresql":
        pytest.skip("an SQLite file belongs to one program")
    with session.transaction(engine) as conn:
        conn.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))  # as Prefect's

    session.upgrade(engine)
    assert session.schema_version(engine) == session.HEAD


def test_what_is_up_to_date_costs_neither_alembic_nor_another_driver(url: str) -> None:
    program = f"""
import sys
from cimflow.store import cases
from cimflow.store.database import notes, session
from cimflow.store.notices import ledger
from cimflow.store.people import contacts
from cimflow.store.runs import runs
engine = session.open_engine({url!r})
session.upgrade(engine)
with session.reading(engine) as conn:
    cases.load_cases(conn, "a-year")
names = ["alembic", "sqlalchemy.orm", "psycopg", "sqlite3", "sqlalchemy.dialects.postgresql"]
print(*[one for one in names if one in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    needed = "sqlite3" if url.startswith("sqlite") else "psycopg sqlalchemy.dialects.postgresql"
    assert done.stdout.strip() == needed
