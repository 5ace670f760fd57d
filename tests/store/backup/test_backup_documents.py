"""Kept documents go into a backup and come back out of it, whole, with the database or not at all."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from cimflow.store import cases
from cimflow.store.backup import backup as backups
from cimflow.store.backup.backup import backup, restore
from cimflow.store.cases import documents
from cimflow.store.database import session
from cimflow.store.database.errors import StoreError
from tests.store.examples import BY, LEA, NOW, PROCESS, roster_entry, submission

pytestmark = pytest.mark.slow

PLAN, LETTER, ORPHAN = b"%PDF a plan", b"%PDF a letter" * 100_000, b"nobody speaks of it"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def record(engine: Engine, home: Path, data: bytes, name: str = "a.pdf") -> None:
    documents.keep(home, data)
    with session.transaction(engine) as conn:
        if LEA not in cases.load_cases(conn, PROCESS):
            cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)
        came = submission(sha256=sha(data), document=name)
        cases.add_submission(conn, PROCESS, LEA, came, **BY)


def kept(home: Path) -> set[str]:
    return {one.name for one in (home / "documents").rglob("*") if one.is_file()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "a home"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.backup"


@pytest.fixture
def filled(engine: Engine, home: Path, file: Path) -> Engine:
    """A backup with two documents; one more of which only the hash is known."""
    record(engine, home, PLAN)
    record(engine, home, LETTER)
    record(engine, home, b"known by its hash alone")
    documents.forget(home, sha(b"known by its hash alone"))
    documents.keep(home, ORPHAN)
    backup(engine, file, now=NOW, home=home)
    return engine


def test_documents_come_back_in_another_home(
    filled: Engine, file: Path, tmp_path: Path, new_url: Any, open_engine: Any
) -> None:
    other, target = tmp_path / "another home", open_engine(new_url())
    session.upgrade(target)
    restore(target, file, now=NOW, home=other)
    assert kept(other) == {sha(PLAN), sha(LETTER)}
    assert documents.open_kept(other, sha(LETTER)) == LETTER


def test_a_damaged_document_is_put_right(filled: Engine, home: Path, file: Path) -> None:
    documents._place(home, sha(PLAN)).write_bytes(b"%PDF a plam")
    with pytest.raises(StoreError, match="is damaged"):
        backup(filled, file.with_name("later"), now=NOW, home=home)
    assert not file.with_name("later").exists()
    restore(filled, file, now=NOW, home=home)
    assert documents.open_kept(home, sha(PLAN)) == PLAN


def test_what_is_replaced_is_kept_with_its_documents(
    filled: Engine, home: Path, file: Path
) -> None:
    record(filled, home, b"newer", "newer.pdf")
    replaced = restore(filled, file, now=NOW, home=home)
    assert replaced is not None
    documents.forget(home, sha(b"newer"))
    restore(filled, replaced, now=NOW, home=home)
    assert documents.open_kept(home, sha(b"newer")) == b"newer"


def test_a_restore_that_fails_leaves_no_document(
    filled: Engine, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "another home"
    documents.keep(other, PLAN)

    def fails(*_: Any) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(backups, "_hold_all_mail", fails)
    with pytest.raises(OSError, match="the power went"):
        restore(filled, file, now=NOW, home=other)
    assert kept(other) == {sha(PLAN)}, "what was there stays"


def change_a_document(file: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute("UPDATE cimflow_documents SET content = x'00' WHERE length(content) < 99")
    conn.close()


def drop_a_document(file: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute("DELETE FROM cimflow_documents WHERE length(content) < 99")
    conn.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (change_a_document, "one of its documents was changed"),
        (drop_a_document, "its checksum does not match"),
    ],
)
def test_a_spoilt_backup_is_refused(
    filled: Engine, home: Path, file: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(file)
    before = kept(home)
    with pytest.raises(StoreError, match=sentence):
        restore(filled, file, now=NOW, home=home)
    assert kept(home) == before
