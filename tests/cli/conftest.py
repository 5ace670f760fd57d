"""A home of its own for each test, and the command line as a person uses it."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cimflow.cli import main as command_line
from tests.ready_made import ready_made, tables_are_ready_made

__all__ = ["ready_made", "tables_are_ready_made"]  # fixtures

ROSTER = ["cds_code", "lea_name", "selpa_code", "selpa_name", "process", "level", "indicator_8",
          "identified_for"]  # fmt: skip
CONTACTS = ["scope", "code", "role", "name", "email"]
PROCESS = "targeted-2024"
HOME = "a home"
ELM, BIRCH, DOGWOOD = "99000010000000", "99000020000000", "99000030000000"


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its standard output as JSON."""
        return json.loads(self.out)

    @property
    def errors(self) -> list[str]:
        """Its error lines."""
        return [line for line in self.err.splitlines() if line]


Run = Callable[..., Said]


def home_at(folder: Path, patch: pytest.MonkeyPatch) -> Run:
    """The command line in a folder with a home of its own."""
    patch.chdir(folder)
    patch.delenv("COLUMNS", raising=False)
    for name in ("HOST", "PORT", "TLS", "USERNAME", "PASSWORD"):
        patch.delenv(f"CIMFLOW_SMTP_{name}", raising=False)
    patch.delenv("CIMFLOW_DATABASE_URL", raising=False)
    patch.delenv("CIMFLOW_CONFIG_DIR", raising=False)
    patch.setenv("CIMFLOW_HOME", str(folder / HOME))

    def run_command(*arguments: object) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = command_line.run([str(one) for one in arguments])
        return Said(code, out.getvalue(), err.getvalue())

    return run_command


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in a home of this test's own."""
    return home_at(tmp_path, monkeypatch)


def write_csv(path: Path, header: list[str], *rows: list[str]) -> Path:
    """Write a spreadsheet as a school office would export it."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def roster_row(cds: str, name: str, level: str, indicator_8: str = "met") -> list[str]:
    """A roster row of the one SELPA of these tests."""
    return [cds, name, "9901", "Valley View SELPA", PROCESS, level, indicator_8, "Elements 5a"]


@pytest.fixture(scope="session")
def loaded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home of three LEAs, one per level, and their contacts; made once."""
    folder = tmp_path_factory.mktemp("loaded")
    roster = write_csv(
        folder / "roster.csv",
        ROSTER,
        roster_row(DOGWOOD, "Dogwood Union", "1", "unknown"),
        roster_row(BIRCH, "Birch Hollow", "2", "unmet"),
        roster_row(ELM, "Elm Crossing Unified", "3"),
    )
    people = [
        [scope, code, role, f"{role} of {code}", f"{role}.{code}@example.org"]
        for scope, codes, roles in (
            ("lea", (ELM, BIRCH, DOGWOOD), ("lea-lead", "lea-director", "superintendent")),
            ("selpa", ("9901",), ("selpa-admin", "selpa-director")),
        )
        for code in codes
        for role in roles
    ]
    people.append(["cde", "*", "fmta-consultant", "A Consultant", "consultant@example.org"])
    contacts = write_csv(folder / "contacts.csv", CONTACTS, *people)
    with pytest.MonkeyPatch.context() as patch:
        command = home_at(folder, patch)
        assert command("init").code == 0
        assert command("import-roster", roster).code == 0
        assert command("import-contacts", contacts).code == 0
    return folder


@pytest.fixture
def cohort(loaded_folder: Path, run: Run, tmp_path: Path) -> Run:
    """The command line in a copy of that folder."""
    shutil.copytree(loaded_folder, tmp_path, dirs_exist_ok=True)
    return run


def activity_of(said: Said, cds: str, activity: str) -> dict[str, Any]:
    """One activity of one LEA in the JSON status."""
    lea = next(one for one in said.json["leas"] if one["cds_code"] == cds)
    return next(one for one in lea["activities"] if one["id"] == activity)
