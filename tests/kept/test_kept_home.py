"""A home of December 2026 opens with every later cimflow, and its backup restores.

README.md tells how the home was made. What is compared is data: codes, states, days, people, and
word for word what was sent. Sentences that a later cimflow may put better are left out, and what it
says in addition is welcome.
"""

from __future__ import annotations

import csv
import gc
import io
import json
import lzma
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import HOME, Run, Said, home_at
from tests.store.conftest import postgres_schema

__all__ = ["postgres_schema"]  # a fixture

HERE = Path(__file__).parent
MADE = HERE / "home-2026-12"
SAID = HERE / "said"
BACKUP = "home-2026-12.backup"

DAYS = ("2024-07-11", "2024-07-25", "2024-10-11")
NOTICES = ("notices", "--all", "--as-of", "2024-08-01", "--format", "json")
NOTICES_OPENED = "notices-2024-08-01.json"
NOTICES_RESTORED = "notices-2024-08-01-restored.json"
"""What had not left is held then, and what was under way is uncertain: the lead may have heard."""
MAILS = ("mails", "--as-of", "2024-07-25")
SENTENCES = frozenset({"message", "quote", "reason", "rule"})
"""What a person reads in the JSON, and a later cimflow may put better."""

STAYED_BEHIND = frozenset({"sessions", "sign_in_links"})
"""What opened a door is in no backup."""
CHANGED_BY_A_RESTORE = frozenset({"ledger", "mails", "notes"})

HEMLOCK, IRONWOOD, PINYON = "99100750000000", "99100830000000", "99101090000000"
BY = ("--by", "rosalind.achterberg@example.org")

Rows = dict[str, list[dict[str, Any]]]


# --------------------------------------------------------------------------- the homes of a test


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line where there is no home yet."""
    return home_at(tmp_path, monkeypatch)


@pytest.fixture
def kept_home(run: Run, tmp_path: Path) -> Run:
    """The command line in a copy of the kept home."""
    shutil.copytree(MADE, tmp_path / HOME, ignore=shutil.ignore_patterns("*.xz"))
    (tmp_path / HOME / "cimflow.db").write_bytes(unpacked(MADE / "cimflow.db.xz"))
    return run


@pytest.fixture
def restored_home(run: Run, tmp_path: Path) -> Run:
    """The command line in a home that had nothing but its settings when the backup came."""
    restore_into(tmp_path, run)
    return run


def restore_into(folder: Path, command: Run) -> None:
    (folder / HOME).mkdir()
    shutil.copyfile(MADE / "home.toml", folder / HOME / "home.toml")
    (folder / BACKUP).write_bytes(unpacked(HERE / f"{BACKUP}.xz"))
    said = command("restore", BACKUP)
    assert said.code == 0, said.err


def unpacked(path: Path) -> bytes:
    return lzma.decompress(path.read_bytes())


# ------------------------------------------------------------------------------------- comparing


def holds(now: Any, kept: Any, where: str = "") -> None:
    """All that was there is there, with the same value; new keys may have come."""
    if isinstance(kept, dict):
        for key in kept.keys() - SENTENCES:
            assert key in now, f"{where}.{key} is gone"
            holds(now[key], kept[key], f"{where}.{key}")
    elif isinstance(kept, list):
        assert len(now) == len(kept), f"{where}: {len(now)} where there were {len(kept)}"
        for number, (one, other) in enumerate(zip(now, kept, strict=True)):
            holds(one, other, f"{where}[{number}]")
    else:
        assert now == kept, where


def kept_text(name: str) -> str:
    return (SAID / name).read_text(encoding="utf-8")


def said_then(name: str) -> Any:
    return json.loads(kept_text(name))


def sent_words(text: str) -> str:
    """Mails word for word, without the word for the state that each is in."""
    return re.sub(r"^(To: \S+) .*$", r"\1", text, flags=re.MULTILINE)


def who_is_what(text: str) -> list[tuple[str, ...]]:
    """Address, name, role and over what; not why, which is a sentence over several lines."""
    rows = [tuple(cell.strip() for cell in line.split("│")) for line in text.splitlines()]
    return [row[:4] for row in rows if "@" in row[0]]


def needs_someone(text: str) -> list[int]:
    """The last number in each line that needs someone: how many of something."""
    found = [re.findall(r"\d+", one) for one in text.splitlines() if one.startswith("look")]
    return [int(one[-1]) for one in found if one]


def states(ledger: list[dict[str, Any]]) -> Counter[str]:
    return Counter(one["state"] for one in ledger)


def is_as_it_was(command: Run, notices: Any) -> None:
    """All outputs are those of the cimflow that made the home; of the ledger, ``notices``."""
    for day in DAYS:
        said = command("status", "--as-of", day, "--format", "json")
        assert said.code == 0, said.err
        holds(said.json, said_then(f"status-{day}.json"))
    holds(succeeded(command(*NOTICES)).json, notices)
    assert sent_words(succeeded(command(*MAILS)).out) == sent_words(
        kept_text("mails-2024-07-25.txt")
    )
    audit = csv.DictReader(io.StringIO(succeeded(command("audit", "--format", "csv")).out))
    holds(list(audit), list(csv.DictReader(io.StringIO(kept_text("audit.csv")))))
    assert who_is_what(succeeded(command("people")).out) == who_is_what(kept_text("people.txt"))


def succeeded(said: Said) -> Said:
    assert said.code == 0, said.err
    return said


def rows_in(database: Path) -> Rows:
    """Every row of every table."""
    with closing(sqlite3.connect(database)) as conn:
        conn.row_factory = sqlite3.Row
        named = conn.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        tables = [name for (name,) in named.fetchall() if name != "cimflow_schema"]
        return {name: sorted_rows(conn, name) for name in tables}


def sorted_rows(conn: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """By the columns of the primary key, and so in the same order wherever they are."""
    columns = conn.execute(f"PRAGMA table_info({table})").fetchall()
    key = ", ".join(one["name"] for one in columns if one["pk"])
    return [dict(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY {key}")]


@pytest.fixture
def kept_rows(tmp_path: Path) -> Rows:
    """The rows of the kept database, read past cimflow."""
    database = tmp_path / "as it was made.db"
    database.write_bytes(unpacked(MADE / "cimflow.db.xz"))
    return rows_in(database)


def documents_of(home: Path) -> dict[str, bytes]:
    folder = home / "documents"
    return {
        one.relative_to(folder).as_posix(): one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file()
    }


# --------------------------------------------------------------------------------------- opening


def test_the_kept_home_has_a_bit_of_everything(kept_rows: Rows) -> None:
    """Or the tests below would prove less than they say."""
    assert {name for name, rows in kept_rows.items() if not rows} == {"sessions"}
    of_the_ledger = {(one["mode"].partition(":")[0], one["state"]) for one in kept_rows["ledger"]}
    assert of_the_ledger == {
        *(("live", one) for one in ("queued", "attempting", "sent", "failed", "uncertain")),
        *(("live", one) for one in ("held", "cancelled")),
        ("rehearsal", "held"),
    }
    assert {one["flow"] for one in kept_rows["run_states"]} == {
        "cohort-status",
        "deadline-escalation",
        "lea-status",
    }
    assert any(one["taken_at"] is None for one in kept_rows["run_requests"])
    assert len(documents_of(MADE)) == 5


def test_a_kept_home_opens_and_says_what_it_said(kept_home: Run) -> None:
    is_as_it_was(kept_home, said_then(NOTICES_OPENED))
    doctor = kept_home("doctor")
    assert doctor.code == 1
    assert needs_someone(doctor.out) == needs_someone(kept_text("doctor.txt")) == [21, 10, 2]


def test_opening_a_kept_home_loses_and_changes_no_row(
    kept_home: Run, kept_rows: Rows, tmp_path: Path
) -> None:
    succeeded(kept_home("status", "--format", "json"))
    holds(rows_in(tmp_path / HOME / "cimflow.db"), kept_rows)


# ------------------------------------------------------------------------------------- restoring


def test_a_kept_backup_restores_into_an_empty_home_and_says_what_it_said(
    restored_home: Run, tmp_path: Path
) -> None:
    is_as_it_was(restored_home, said_then(NOTICES_RESTORED))
    assert documents_of(tmp_path / HOME) == documents_of(MADE)
    now = states(said_then(NOTICES_RESTORED)["ledger"])
    assert now.keys() == {"sent", "held", "uncertain", "cancelled"}
    doctor = restored_home("doctor")
    assert doctor.code == 1
    assert needs_someone(doctor.out) == [now["held"], now["uncertain"]]


def test_restoring_a_kept_backup_loses_and_changes_no_row_but_those_of_mail(
    restored_home: Run, kept_rows: Rows, tmp_path: Path
) -> None:
    now = rows_in(tmp_path / HOME / "cimflow.db")
    carried = kept_rows.keys() - STAYED_BEHIND
    holds(now, {name: kept_rows[name] for name in carried - CHANGED_BY_A_RESTORE})
    for name in ("ledger", "mails"):
        assert [one["id"] for one in now[name]] == [one["id"] for one in kept_rows[name]]
    assert all(now[name] == [] for name in STAYED_BEHIND)


@pytest.fixture
def tidy_run(run: Run) -> Run:
    """The command line, whose connections end with each command, as they do with its process."""

    def run_command(*arguments: object) -> Said:
        said = run(*arguments)
        gc.collect()
        return said

    return run_command


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning")
def test_a_kept_backup_restores_into_postgresql_and_says_what_it_said(
    tidy_run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    postgres_schema: Callable[[], str],
) -> None:
    monkeypatch.setenv("CIMFLOW_DATABASE_URL", postgres_schema())
    restore_into(tmp_path, tidy_run)
    is_as_it_was(tidy_run, said_then(NOTICES_RESTORED))
    assert documents_of(tmp_path / HOME) == documents_of(MADE)
    work_goes_on(tidy_run, tmp_path)


# ---------------------------------------------------------------------------------- going on there


def work_goes_on(command: Run, folder: Path) -> None:
    """What people do every day, done in a home that an earlier cimflow made."""
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7\n% recorded by a later cimflow\n%%EOF\n")
    drill_down, day = "data-drill-down", "2024-07-25"
    for arguments in (
        ("record", drill_down, "--lea", HEMLOCK, "--document", "plan.pdf", "--received", day),
        ("record", drill_down, "--lea", PINYON, "--received", day),
        ("review", drill_down, "--lea", PINYON, "--approve", "--on", day),
        ("extend", "parent-input", "--lea", HEMLOCK, "--to", "2024-08-09", "--grantor", "selpa",
         "--reason", "The survey is still open", "--on", day),
        ("void", "srr-summary", "--lea", IRONWOOD, "--version", "1", "--note", "Another LEA's"),
        ("set-fact", "indicator-8", "unmet", "--lea", PINYON, "--on", day),
        ("withdraw", "--lea", IRONWOOD, "--on", "2024-07-26", "--reason", "Merged"),
        ("end-role", "cleo.marsh@example.org", "lea-lead", "--lea", HEMLOCK),
        ("give-role", "dara.quill@example.org", "selpa-reader", "--selpa", "9901"),
    ):  # fmt: skip
        succeeded(command(*arguments, *BY))
    uncertain = next(
        one["id"] for one in command(*NOTICES).json["ledger"] if one["state"] == "uncertain"
    )
    succeeded(command("resolve", uncertain, "--arrived"))
    succeeded(command("release", "--all-held"))
    assert states(command(*NOTICES).json["ledger"])["held"] == 0

    assert activity(command, PINYON, drill_down)["state"] == "Approved"
    assert activity(command, HEMLOCK, "parent-input")["due"] == "2024-08-09"
    assert activity(command, IRONWOOD, "srr-summary")["state"] == "Missing"
    people = who_is_what(command("people").out)
    assert ("dara.quill@example.org", "", "selpa-reader", "9901") in people
    assert "cleo.marsh@example.org" not in {one[0] for one in people}


def activity(command: Run, cds: str, name: str) -> dict[str, Any]:
    leas = command("status", "--as-of", "2024-07-25", "--format", "json").json["leas"]
    (lea,) = (one for one in leas if one["cds_code"] == cds)
    (found,) = (one for one in lea["activities"] if one["id"] == name)
    return found


def all_that_it_says(command: Run) -> list[str]:
    asked = [("status", "--as-of", day, "--format", "json") for day in DAYS]
    told = [succeeded(command(*one)).out for one in (*asked, MAILS, ("audit", "--format", "csv"))]
    return [sent_words(one) for one in told]


def test_work_goes_on_in_a_kept_home_and_it_is_backed_up_and_restored_anew(
    kept_home: Run, tmp_path: Path
) -> None:
    work_goes_on(kept_home, tmp_path)
    before, documents = all_that_it_says(kept_home), documents_of(tmp_path / HOME)
    assert len(documents) == 6
    succeeded(kept_home("backup", "later.backup"))
    shutil.rmtree(tmp_path / HOME)
    (tmp_path / HOME).mkdir()
    shutil.copyfile(MADE / "home.toml", tmp_path / HOME / "home.toml")

    succeeded(kept_home("restore", "later.backup"))

    assert all_that_it_says(kept_home) == before
    assert documents_of(tmp_path / HOME) == documents


def test_work_goes_on_after_a_kept_backup_was_restored(restored_home: Run, tmp_path: Path) -> None:
    succeeded(restored_home("release", "--restored"))
    work_goes_on(restored_home, tmp_path)


def test_what_a_kept_backup_replaces_comes_back(kept_home: Run, tmp_path: Path) -> None:
    """A restore over work that went on keeps that work, in a backup of its own."""
    work_goes_on(kept_home, tmp_path)
    before = all_that_it_says(kept_home)
    (tmp_path / BACKUP).write_bytes(unpacked(HERE / f"{BACKUP}.xz"))
    succeeded(kept_home("restore", BACKUP))
    is_as_it_was(kept_home, said_then(NOTICES_RESTORED))
    (replaced,) = (tmp_path / HOME).glob("*.backup")
    succeeded(kept_home("restore", replaced))
    assert all_that_it_says(kept_home) == before
