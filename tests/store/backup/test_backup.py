"""A backup holds everything, comes back whole or not at all, and lets no mail leave unasked."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from cimflow.process.contacts import Contact
from cimflow.store import cases
from cimflow.store.backup import backup as backups
from cimflow.store.backup.backup import backup, restore
from cimflow.store.database import notes, session
from cimflow.store.database.errors import StoreError
from cimflow.store.notices import ledger
from cimflow.store.people import audit_entries, contacts, people
from cimflow.store.runs import runs
from cimflow.store.schema.all_tables import NOT_CARRIED, VERSION_TABLE, metadata
from tests.store.cases.test_facts import add_one_of_each
from tests.store.examples import (
    BY,
    DAY,
    LEA,
    NOW,
    ON,
    PROCESS,
    claim,
    put,
    queued,
    roster_entry,
    settle,
    submission,
)
from tests.store.people.test_people import add_link, add_session, entry
from tests.store.runs.test_runs import RUN

pytestmark = pytest.mark.slow

Open = Callable[[str], Engine]
Rows = dict[str, list[tuple[Any, ...]]]


def fill(engine: Engine) -> None:
    """Something in every table."""
    with session.transaction(engine) as conn:
        add_one_of_each(conn)
        person = Contact("lea", LEA, "lea-lead", "Zoë Núñez", "zoe@example.org")
        contacts.change_contacts(conn, [person], [], **BY)
        ledger.record_sweep(conn, PROCESS, "live", ON, 3, at=NOW)
        runs.request_run(conn, "lea-status", PROCESS, LEA, at=NOW, reason="recorded")
        runs.record_run(conn, RUN)
        runs.record_answers(conn, PROCESS, ON, [(LEA, "S1", "Overdue", "f1")], mode="live", at=NOW)
        notes.write(conn, "remark", "kept")
        people.add_grant(conn, people.Grant("ana@example.org", "lea-lead", LEA, NOW, "someone"))
        audit_entries.add_entry(conn, entry("record"))
        add_link(conn, "l1")
        add_session(conn, "s1")
    settle(engine, claim(engine, put(engine, queued())), "sent")


def everything(engine: Engine, *, of_the_moment: bool = False) -> Rows:
    """All rows of all tables; those that no backup carries only where they are asked for."""
    left_out = set() if of_the_moment else {one.name for one in NOT_CARRIED}
    with session.reading(engine) as conn:
        return {
            name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
            if name not in left_out
        }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "monday.backup"


@pytest.fixture(autouse=True)
def folder(file: Path) -> None:
    file.parent.mkdir()


def test_everything_comes_back(engine: Engine, file: Path) -> None:
    fill(engine)
    before = everything(engine)
    assert all(everything(engine, of_the_moment=True).values()), "the example leaves a table empty"
    backup(engine, file, now=NOW)
    with session.transaction(engine) as conn:
        cases.add_submission(conn, PROCESS, LEA, submission(), **BY)
        notes.write(conn, "remark", "changed")

    restore(engine, file, now=NOW + DAY)

    after = everything(engine)
    remarks = dict(after.pop("notes"))
    assert remarks == {"remark": "kept", "restored": "restored 2024-07-12, made 2024-07-11"}
    del before["notes"]
    assert after == before


def test_a_backup_goes_from_any_database_into_any(
    new_url: Callable[[], str], url: str, open_engine: Open, file: Path
) -> None:
    source, target = open_engine(url), open_engine(new_url())
    session.upgrade(target)
    fill(source)
    backup(source, file, now=NOW)

    assert restore(target, file, now=NOW) is None, "there was nothing to keep"

    before, after = everything(source), everything(target)
    del before["notes"], after["notes"]
    assert after == before


def test_sign_in_links_and_sessions_are_in_no_backup_and_end_with_a_restore(
    engine: Engine, file: Path
) -> None:
    """What opened a door when the backup was made must not open it again."""
    assert {one.name for one in NOT_CARRIED} == {"sign_in_links", "sessions"}
    fill(engine)
    backup(engine, file, now=NOW)
    with sqlite3.connect(file) as conn:
        for table in NOT_CARRIED:
            assert conn.execute(f"SELECT count(*) FROM {table.name}").fetchone() == (0,)
    conn.close()
    with session.transaction(engine) as conn:
        add_session(conn, "s2")

    kept = restore(engine, file, now=NOW)

    now = everything(engine, of_the_moment=True)
    assert [now[one.name] for one in NOT_CARRIED] == [[], []]
    assert kept is not None
    restore(engine, kept, now=NOW)
    assert everything(engine, of_the_moment=True)["sessions"] == []


def test_counting_goes_on_after_the_last_number(engine: Engine, file: Path) -> None:
    fill(engine)
    backup(engine, file, now=NOW)
    restore(engine, file, now=NOW)

    with session.transaction(engine) as conn:
        last = cases.load_cases(conn, PROCESS)[LEA].withdrawals[-1].seq
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry("11-01"), **BY)
        assert cases.load_cases(conn, PROCESS)[LEA].roster_entries[-1].seq > last
        runs.request_run(conn, "lea-status", PROCESS, LEA, at=NOW, reason="")
    first, second = put(engine, queued(rung="overdue-7"))
    assert (first, second) == (1, 2)


def test_facts_are_as_safe_as_before(engine: Engine, file: Path) -> None:
    fill(engine)
    backup(engine, file, now=NOW)
    restore(engine, file, now=NOW)

    with pytest.raises(Exception, match="refused"), session.transaction(engine) as conn:
        conn.execute(text("DELETE FROM placements"))


def test_what_is_replaced_is_kept_and_can_be_brought_back(engine: Engine, file: Path) -> None:
    backup(engine, file, now=NOW)  # of an empty home
    fill(engine)
    before = everything(engine)

    kept = restore(engine, file, now=NOW)

    assert kept is not None
    own_file = engine.url.database if engine.dialect.name == "sqlite" else str(file)
    assert kept.parent == Path(own_file or "").parent
    assert everything(engine)["placements"] == []
    kept_by_that = restore(engine, kept, now=NOW)
    assert kept_by_that not in {None, kept}, "a second copy in the same second has its own name"
    after = everything(engine)
    assert dict(after.pop("notes"))["remark"] == "kept"
    del before["notes"]
    assert after == before


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        ("queued", "held"),
        ("failed", "held"),
        ("held", "held"),
        ("attempting", "uncertain"),
        ("sent", "sent"),
        ("uncertain", "uncertain"),
    ],
)
def test_no_mail_leaves_unasked_after_a_restore(
    engine: Engine, file: Path, state: str, becomes: str
) -> None:
    """The backup does not know what was sent after it was made."""
    ids = put(engine, queued("held" if state == "held" else "queued"))
    if state not in {"queued", "held"}:
        mail_id = claim(engine, ids)
        if state != "attempting":
            settle(engine, mail_id, state)
    backup(engine, file, now=NOW)

    restore(engine, file, now=NOW)

    with session.reading(engine) as conn:
        assert notes.read(conn, notes.RESTORED) is not None
        (row,) = ledger.rows(conn)
        assert row.state == becomes
        assert ledger.waiting(conn, "live") == []
        if becomes != state:
            assert row.reason == "a backup was restored: it may have been sent before"


def test_a_mail_under_way_during_the_restore_finds_its_row_uncertain(
    engine: Engine, file: Path
) -> None:
    mail_id = claim(engine, put(engine, queued()))
    backup(engine, file, now=NOW)
    restore(engine, file, now=NOW)
    assert settle(engine, mail_id, "sent")


# -------------------------------------------------------------------------------------- the file


def test_the_file_is_its_owners_alone_and_there_is_but_one(engine: Engine, file: Path) -> None:
    fill(engine)
    backup(engine, file, now=NOW)

    assert list(file.parent.iterdir()) == [file]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_file_is_written_over(engine: Engine, file: Path) -> None:
    file.write_text("a letter")
    with pytest.raises(StoreError, match="already exists"):
        backup(engine, file, now=NOW)
    assert file.read_text() == "a letter"


def test_a_folder_that_is_not_there(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no-such-folder.x: cannot be written: No such file"):
        backup(engine, tmp_path / "no-such-folder" / "x", now=NOW)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-5000])


def change_a_name(file: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute("DROP TRIGGER placements_no_update")
        conn.execute("UPDATE placements SET lea_name = 'Another Unified'")
    conn.close()


def drop_a_row(file: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute("DROP TRIGGER ledger_no_delete")
        conn.execute("DELETE FROM ledger")
    conn.close()


def from_the_future(file: Path) -> None:
    with sqlite3.connect(file) as conn:
        conn.execute(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    conn.close()
    seal_again(file)


def seal_again(file: Path) -> None:
    """As if the newer cimflow had sealed it."""
    engine = backups._file_engine(file)
    with session.transaction(engine) as conn:
        conn.execute(text("DROP TABLE cimflow_backup"))
        backups.seal(conn, NOW)
    engine.dispose()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def letter(file: Path) -> None:
    file.write_text("Dear SELPA, " * 1000)


def other_database(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as conn:
        conn.execute("CREATE TABLE notes (key TEXT)")
    conn.close()


def missing(file: Path) -> None:
    file.unlink()


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (cut_short, "is not a complete cimflow backup"),
        (change_a_name, "is a damaged backup: its checksum does not match"),
        (drop_a_row, "is a damaged backup: its checksum does not match"),
        (from_the_future, "was made by a newer cimflow"),
        (empty, "is not a cimflow backup"),
        (letter, "is not a complete cimflow backup"),
        (other_database, "is not a cimflow backup"),
        (missing, "cannot be read"),
        (folder_instead, "is not a plain file"),
    ],
)
def test_what_is_no_whole_backup_is_refused_and_nothing_changes(
    engine: Engine, file: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    fill(engine)
    backup(engine, file, now=NOW)
    spoil(file)
    before, beside = everything(engine), sorted(file.parent.parent.rglob("*"))

    with pytest.raises(StoreError, match=sentence) as raised:
        restore(engine, file, now=NOW)

    assert str(raised.value).startswith(f"{file}: ")
    assert everything(engine) == before
    assert sorted(file.parent.parent.rglob("*")) == beside


@pytest.mark.slow
def test_a_single_changed_byte_anywhere_never_changes_what_is_restored(
    engine: Engine, file: Path
) -> None:
    """Either it is refused, or the byte meant nothing and all comes back as it was."""
    fill(engine)
    backup(engine, file, now=NOW)
    whole = file.read_bytes()
    before = everything(engine)
    del before["notes"]

    for place in range(0, len(whole), len(whole) // 40):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        file.write_bytes(spoilt)
        with contextlib.suppress(StoreError):
            restore(engine, file, now=NOW)
        after = everything(engine)
        del after["notes"]
        assert after == before


def test_a_restore_that_fails_half_way_leaves_everything_as_it_was(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(engine, file, now=NOW)
    fill(engine)
    before, beside = everything(engine), sorted(file.parent.parent.rglob("*"))

    def fails(*_: Any) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(backups, "_hold_all_mail", fails)
    with pytest.raises(OSError, match="the power went"):
        restore(engine, file, now=NOW)

    assert everything(engine) == before
    assert session.schema_version(engine) == session.HEAD
    with pytest.raises(Exception, match="refused"), session.transaction(engine) as conn:
        conn.execute(text("DELETE FROM placements"))
    left = set(file.parent.parent.rglob("*")) - set(beside)
    assert {one.name for one in left} <= {"cimflow.db-wal", "cimflow.db-shm"}
