"""Bad input in every command: one clear line per error, non-zero exit, nothing changed."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

from cimflow.cli.main import cli
from tests.cli.conftest import BIRCH, CONTACTS, ELM, ROSTER, Run, roster_row, write_csv

NOWHERE = "99999990000000"

# command -> the arguments, and what the lines on stderr must speak of.
REFUSED: list[tuple[str, list[object], str]] = [
    ("up", ["--port", "4200", "--prefect-port", "4200"], "two different ports"),
    ("up", ["--port", "99999"], "99999"),
    ("init", ["--what"], "--what"),
    ("check-config", ["no-such.toml"], "no-such.toml"),
    ("import-roster", ["no-such.csv"], "no-such.csv"),
    ("import-contacts", ["no-such.csv"], "no-such.csv"),
    ("import-progress", ["no-such.csv"], "no-such.csv"),
    ("drilldown", ["run", "no-such.csv", "--out", "reports"], "no-such.csv"),
    ("drilldown", ["run", "no-such.csv"], "--out"),
    ("drilldown", ["run", "x.csv", "--out", "r", "--two-way", "age"], "name two of"),
    ("drilldown", ["run", "x.csv", "--out", "r", "--targets", "no.csv"], "no.csv"),
    ("record", ["team-creation", "--lea", NOWHERE], NOWHERE),
    ("record", ["no-such-activity", "--lea", ELM], "no-such-activity"),
    ("record", ["team-creation", "--lea", "123"], "14 digits"),
    ("record", ["team-creation", "--lea", ELM, "--received", "July 10"], "is not a date"),
    ("record", ["team-creation", "--lea", ELM, "--received", "2199-01-01"], "after today"),
    ("record", ["team-creation", "--lea", ELM, "--file", "no-such.toml"], "no-such.toml"),
    ("record", ["team-creation", "--lea", ELM, "--document", "no-such.pdf"], "no-such.pdf"),
    (
        "record",
        ["team-creation", "--lea", BIRCH, "--received", "2024-07-01", "--filed-on", "2024-07-02"],
        "the SELPA is the receiver",
    ),
    ("filed", ["team-creation", "--lea", ELM, "--on", "2024-07-10"], "record it first"),
    ("filed", ["team-creation", "--lea", ELM], "--on"),
    ("review", ["team-creation", "--lea", ELM, "--approve"], "nothing"),
    ("review", ["team-creation", "--lea", ELM], "--approve or --return"),
    ("void", ["team-creation", "--lea", ELM, "--version", "3", "--note", "x"], "version 3"),
    ("void", ["team-creation", "--lea", ELM, "--version", "0", "--note", "x"], "0"),
    ("artifact-template", ["no-such-activity"], "no-such-activity"),
    ("artifact-template", ["team-creation", "--level", "9"], "9"),
    ("set-fact", ["indicator-8", "perhaps", "--lea", ELM], "perhaps"),
    ("set-fact", ["indicator-9", "met", "--lea", ELM], "indicator-9"),
    ("set-fact", ["corrective-actions-due", "soon", "--lea", ELM], "soon"),
    (
        "extend",
        ["team-creation", "--to", "2024-08-01", "--grantor", "selpa", "--reason", "storm"],
        "exactly one of",
    ),
    (
        "extend",
        [
            "team-creation",
            "--lea",
            ELM,
            "--to",
            "2024-08-01",
            "--grantor",
            "selpa",
            "--reason",
            "storm",
            "--on",
            "2024-07-01",
        ],
        "answers to the CDE",
    ),
    (
        "extend",
        [
            "team-creation",
            "--lea",
            ELM,
            "--to",
            "2024-08-01",
            "--grantor",
            "cde",
            "--reason",
            "storm",
            "--on",
            "2024-07-01",
        ],
        "reference",
    ),
    (
        "extend",
        [
            "team-creation",
            "--selpa",
            "0000",
            "--to",
            "2024-08-01",
            "--grantor",
            "selpa",
            "--reason",
            "storm",
            "--on",
            "2024-07-01",
        ],
        "0000",
    ),
    (
        "extend",
        [
            "team-creation",
            "--lea",
            BIRCH,
            "--to",
            "2024-06-01",
            "--grantor",
            "selpa",
            "--reason",
            "storm",
            "--on",
            "2024-07-01",
        ],
        "before the day of the grant",
    ),
    (
        "excuse",
        [
            "team-creation",
            "--lea",
            BIRCH,
            "--grantor",
            "cde",
            "--reason",
            "small",
            "--reference",
            "L1",
        ],
        "answers to the SELPA",
    ),
    ("excuse", ["team-creation", "--lea", BIRCH, "--grantor", "selpa", "--reason", " "], "why"),
    ("withdraw", ["--lea", BIRCH, "--on", "2024-03-01", "--reason", "closed"], "not in the cohort"),
    ("go-live", ["targeted-2024", "--from", "2024-03-01", "--yes"], "before the start"),
    ("go-live", ["no-such-process", "--from", "2024-04-01", "--yes"], "no-such-process"),
    ("go-live", ["targeted-2024", "--from", "2024-04-01"], "not confirmed"),
    ("mails", ["--as-of", "today"], "is not a date"),
    ("release", [], "name the notices"),
    ("release", ["17"], "17"),
    ("resolve", ["17", "--arrived"], "17"),
    ("resolve", ["17"], "--arrived or --lost"),
    ("status", ["--lea", NOWHERE], NOWHERE),
    ("status", ["--selpa", "0000"], "0000"),
    ("status", ["--as-of", "2024-02-30"], "2024-02-30"),
    ("status", ["--process", "no-such-process"], "no-such-process"),
    ("status", ["--format", "pdf"], "pdf"),
    ("notices", ["--as-of", "tomorrow"], "tomorrow"),
    ("run", ["no-such-flow"], "no-such-flow"),
    ("run", ["lea-status"], "--lea"),
    ("run", ["cohort-status", "--send"], "--send"),
    ("run", ["deadline-escalation", "--as-of", "2024-07-11", "--send"], "not live"),
    ("run", ["lea-status", "--lea", NOWHERE], NOWHERE),
    ("people", ["--what"], "--what"),
    ("sign-in-link", ["stranger@example.org"], "stranger@example.org: no one with this address"),
    ("sign-in-link", ["not an address"], "no one with this address"),
    ("sign-in-link", ["a\nb@example.org"], "one line of text"),
    ("sign-in-link", [f"lea-lead.{ELM}@example.org", "--base-url", "javascript:x"], "http://"),
    ("sign-in-link", [f"lea-director.{ELM}@example.org"], "no one with this address"),
    ("give-role", ["ana@example.org", "king"], "king"),
    ("give-role", ["ana at example.org", "system-administrator"], "is not an email address"),
    ("give-role", ["gro\u00df@example.org", "system-administrator"], "is not an email address"),
    ("give-role", ["ana@example.org", "lea-lead"], "needs --lea"),
    ("give-role", ["ana@example.org", "lea-lead", "--lea", NOWHERE], NOWHERE),
    (
        "give-role",
        ["ana@example.org", "lea-lead", "--lea", ELM, "--selpa", "9901"],
        "does not take --selpa",
    ),
    ("give-role", ["ana@example.org", "selpa-reader"], "needs --selpa"),
    ("give-role", ["ana@example.org", "selpa-reader", "--selpa", "0000"], "0000"),
    ("give-role", ["ana@example.org", "system-administrator", "--lea", ELM], "does not take --lea"),
    ("end-role", ["ana@example.org", "system-administrator"], "was not given the role"),
    (
        "end-role",
        ["selpa-admin.9901@example.org", "selpa-administrator", "--selpa", "9901"],
        "was not given the role",
    ),
    ("audit", ["--since", "yesterday"], "is not a date"),
    ("audit", ["--format", "pdf"], "pdf"),
    ("doctor", ["--what"], "--what"),
    ("backup", ["a home"], "already exists"),
    ("restore", ["no-such-backup"], "no-such-backup"),
]


def everything_kept() -> list[str]:
    """Every row of every table; but the audit log may say what was refused."""
    with closing(sqlite3.connect(Path(os.environ["CIMFLOW_HOME"]) / "cimflow.db")) as database:
        return [row for row in database.iterdump() if not row.startswith('INSERT INTO "audit"')]


@pytest.mark.parametrize(
    ("command", "arguments", "speaks_of"),
    REFUSED,
    ids=[f"{command} {' '.join(map(str, rest))}"[:70] for command, rest, _ in REFUSED],
)
def test_refused_with_clear_lines(
    cohort: Run, command: str, arguments: list[object], speaks_of: str
) -> None:
    """The exit code says no, each line says why, and nothing has changed."""
    before = everything_kept()
    said = cohort(command, *arguments)
    assert said.code != 0
    assert said.errors
    assert speaks_of in said.err
    assert "Traceback" not in said.err
    assert everything_kept() == before


def test_every_command_has_a_refusal_here() -> None:
    """A new command without a row of bad input fails."""
    commands = cli.list_commands(click.Context(cli))
    assert set(commands) == {command for command, _, _ in REFUSED}
    assert all(cli.get_command(click.Context(cli), one) for one in commands)


def test_all_errors_of_a_roster_are_told_together(cohort: Run, tmp_path: Path) -> None:
    """Every bad row has its line, with file, row and field; good rows are not taken either."""
    before = everything_kept()
    roster = write_csv(
        tmp_path / "bad.csv",
        ROSTER,
        roster_row("99000040000000", "Fir Peak", "1"),
        roster_row("9900005000000", "Ginkgo Valley", "2"),
        roster_row("99000060000000", "Hazel Ridge", "7"),
        roster_row("99000040000000", "Fir Peak", "2"),
    )
    said = cohort("import-roster", roster)
    assert said.code != 0
    (zero,) = (line for line in said.errors if "row 3" in line and "cds_code" in line)
    assert zero.endswith("it is 09900005000000, and --repair-cds accepts that")
    assert [line for line in said.errors if "row 4" in line and "level" in line]
    assert [line for line in said.errors if "row 5" in line]
    assert everything_kept() == before


def test_a_dry_run_changes_nothing_and_a_second_import_neither(cohort: Run, tmp_path: Path) -> None:
    """The differences are shown first; the same file again finds none."""
    before = everything_kept()
    roster = write_csv(tmp_path / "more.csv", ROSTER, roster_row(BIRCH, "Birch Hollow", "3"))
    shown = cohort("import-roster", roster, "--dry-run")
    assert "level: 2 -> 3" in shown.out
    assert everything_kept() == before
    assert cohort("import-roster", roster).code == 0
    after = everything_kept()
    assert after != before
    assert "0 changed" in cohort("import-roster", roster).out
    assert everything_kept() == after
    contacts = write_csv(
        tmp_path / "people.csv",
        CONTACTS,
        ["lea", BIRCH, "lea-lead", "New Lead", "new.lead@example.org"],
    )
    assert "2 changed" in cohort("import-contacts", contacts).out
    assert "0 changed" in cohort("import-contacts", contacts).out


def test_refused_contents_record_nothing(cohort: Run, tmp_path: Path) -> None:
    """An unknown key, a wrong type and a word outside its list are all named."""
    bad = tmp_path / "team.json"
    bad.write_text(
        json.dumps({"members": [{"name": 7, "role": "king"}], "colour": "red"}), encoding="utf-8"
    )
    before = everything_kept()
    said = cohort("record", "team-creation", "--lea", BIRCH, "--file", bad)
    assert said.code != 0
    assert len(said.errors) == 3
    assert everything_kept() == before


def test_no_home_is_one_line(run: Run) -> None:
    """In the wrong folder, a command says so and makes nothing."""
    for command in (["status"], ["notices"], ["doctor"], ["record", "x", "--lea", ELM]):
        said = run(*command)
        assert (said.code, len(said.errors)) == (1, 1)
        assert "cimflow init" in said.err
