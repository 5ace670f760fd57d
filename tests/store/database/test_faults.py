"""Whatever goes wrong with a database is one plain sentence, and never hangs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, exc, make_url, text

from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.errors import StoreError
from tests.store.conftest import SKIPPED
from tests.store.examples import BY, LEA, PROCESS, roster_entry

Open = Callable[[str], Engine]


@pytest.fixture
def postgres_url() -> str:
    if not os.environ.get("CIMFLOW_TEST_POSTGRES_URL"):
        pytest.skip(SKIPPED)
    return os.environ["CIMFLOW_TEST_POSTGRES_URL"]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense with secret", r"database URL cannot be read; write sqlite:///FILE"),
        ("mysql://u:secret@host/db", r"mysql is not a database cimflow can use"),
        ("postgresql+asyncpg://u:secret@h/db", r"postgresql\+asyncpg is not a database cimflow"),
        ("postgresql://u:secret@127.0.0.1:1/db", r"cannot be reached: nothing answers"),
        ("postgres://u:secret@127.0.0.1:1/db", r"cannot be reached: nothing answers"),
        ("sqlite:////no/such/folder/cimflow.db", r"cannot be reached: its file or folder"),
    ],
)
def test_a_database_that_cannot_be_opened(open_engine: Open, url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as raised:
        session.upgrade(open_engine(url))
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.postgres
def test_a_server_without_that_database(open_engine: Open, postgres_url: str) -> None:
    url = make_url(postgres_url).set(database="no_such_database")
    with pytest.raises(StoreError, match="the server has no such database or user"):
        session.upgrade(open_engine(url.render_as_string(hide_password=False)))


def test_a_file_that_is_no_database(open_engine: Open, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear SELPA, " * 500)
    with pytest.raises(StoreError, match="is not a cimflow database"):
        session.upgrade(open_engine(f"sqlite:///{path}"))
    assert path.read_text() == "Dear SELPA, " * 500


def test_a_database_without_our_tables(new_url: Callable[[], str], open_engine: Open) -> None:
    engine = open_engine(new_url())
    with (
        pytest.raises(StoreError, match="is not a cimflow database"),
        session.reading(engine) as conn,
    ):
        cases.load_cases(conn, PROCESS)


def test_a_database_held_too_long(
    monkeypatch: pytest.MonkeyPatch, url: str, open_engine: Open
) -> None:
    monkeypatch.setattr(session, "LOCK_SECONDS", 1)
    first, second = open_engine(url), open_engine(url)
    with session.transaction(first) as held:
        if first.dialect.name == "postgresql":
            held.execute(text("LOCK TABLE placements IN ACCESS EXCLUSIVE MODE"))
        cases.add_roster_entry(held, PROCESS, LEA, roster_entry(), **BY)
        with (
            pytest.raises(StoreError, match="the database is busy"),
            session.transaction(second) as conn,
        ):
            cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)


def test_who_reads_sees_one_moment_and_is_not_kept_waiting(url: str, open_engine: Open) -> None:
    engine = open_engine(url)
    with session.reading(engine) as reader:
        assert cases.load_cases(reader, PROCESS) == {}
        with session.transaction(engine) as writer:
            cases.add_roster_entry(writer, PROCESS, LEA, roster_entry(), **BY)
        assert cases.load_cases(reader, PROCESS) == {}
    with session.reading(engine) as reader:
        assert list(cases.load_cases(reader, PROCESS)) == [LEA]


def test_who_reads_cannot_write(engine: Engine) -> None:
    with pytest.raises((StoreError, exc.DBAPIError)), session.reading(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)


def test_an_error_of_ours_is_not_dressed_up(engine: Engine) -> None:
    with pytest.raises(exc.IntegrityError), session.transaction(engine) as conn:
        conn.execute(text("INSERT INTO notes (key, value) VALUES ('a', NULL)"))


def test_sqlite_is_set_up_so_that_nothing_committed_is_lost(tmp_path: Path) -> None:
    engine = session.open_engine(f"sqlite:///{tmp_path / 'cimflow.db'}")
    session.upgrade(engine)
    with session.transaction(engine) as conn:
        settings = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 10_000,
    }


@pytest.mark.postgres
def test_postgres_is_set_up_so_that_nobody_waits_for_ever(
    open_engine: Open, postgres_url: str
) -> None:
    with session.transaction(open_engine(postgres_url)) as conn:
        assert conn.execute(text("SHOW lock_timeout")).scalar() == "10s"
        assert conn.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"
