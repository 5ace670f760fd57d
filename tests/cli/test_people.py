"""Who comes in and who did what, from the command line."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.cli.conftest import BIRCH, CONTACTS, ELM, Run, write_csv

LINK = re.compile(r"^(https?://\S+)/sign-in/[A-Za-z0-9_-]{43}$")
ADMIN = "selpa-admin.9901@example.org"


def address_of(cohort: Run, *options: str) -> str:
    """Where a printed link leads, without its token."""
    said = cohort("sign-in-link", ADMIN, *options)
    assert said.code == 0
    found = LINK.match(said.out.strip())
    assert found is not None
    return found[1]


def test_a_link_leads_to_the_pages(cohort: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_of(cohort) == "http://127.0.0.1:8400"
    monkeypatch.setenv("CIMFLOW_BASE_URL", "https://cim.example.org/")
    assert address_of(cohort) == "https://cim.example.org"
    assert address_of(cohort, "--base-url", "http://127.0.0.1:9000/") == "http://127.0.0.1:9000"


def test_who_may_sign_in_is_shown_with_why(cohort: Run) -> None:
    root = ("root@example.org", "system-administrator")
    assert cohort("give-role", *root, "--by", "cy@example.org").out == "root@example.org is system-administrator\n"  # fmt: skip
    assert "no change" in cohort("give-role", "ROOT@example.org", root[1]).out
    assert cohort("give-role", "ann@example.org", "lea-lead", "--lea", BIRCH).code == 0
    said = " ".join(cohort("people").out.replace("│", " ").split())
    assert "root@example.org system-administrator everything given by cy@example.org" in said
    assert f"{ADMIN} selpa-admin of 9901 selpa-administrator 9901 contact selpa-admin" in said
    assert f"lea-lead of {ELM} lea-lead {ELM} contact lea-lead" in said
    assert "superintendent" not in said
    assert cohort("end-role", *root).out == "root@example.org is no longer system-administrator\n"
    assert "root@" not in cohort("people").out
    assert cohort("sign-in-link", root[0]).code == 1


def test_nobody_yet(run: Run) -> None:
    run("init")
    assert "start with: cimflow give-role" in run("people").out
    assert run("audit").out == "nothing was recorded yet\n"
    assert run("audit", "--since", "2024-07-01").out == "nothing was recorded since 2024-07-01\n"
    assert run("give-role", "root@example.org", "system-administrator").code == 0
    assert run("sign-in-link", "root@example.org").code == 0


def test_the_log_as_a_table_and_for_a_spreadsheet(cohort: Run) -> None:
    cohort("give-role", "ann@example.org", "lea-lead", "--lea", BIRCH, "--by", "=1+1|calc")
    token = cohort("sign-in-link", ADMIN, "--by", "cy@example.org").out.strip().rpartition("/")[2]
    table = cohort("audit").out
    rows = list(csv.DictReader(cohort("audit", "--format", "csv").out.splitlines()))
    # Whoever loaded the files stands there too, once for each SELPA and file.
    imported = [one["detail"] for one in rows if one["action"] == "import"]
    assert {one.partition(":")[0] for one in imported} == {"roster", "contacts"}
    given = [one for one in rows if one["action"] != "import"]
    assert [(one["actor"], one["action"], one["outcome"], one["cds_code"], one["detail"]) for one in given] == [
        ("cy@example.org", "link-printed", "done", "", f"for {ADMIN}, selpa-administrator"),
        ("'=1+1|calc", "give-role", "done", BIRCH, f"ann@example.org: lea-lead of {BIRCH}"),
    ]  # fmt: skip
    assert token not in table
    for word in ("link-printed", "give-role", "America/Los_Angeles"):
        assert word in table
    assert len(
        cohort("audit", "--since", "2024-01-01", "--format", "csv").out.splitlines()
    ) == 1 + len(rows)
    assert len(cohort("audit", "--since", "2999-01-01", "--format", "csv").out.splitlines()) == 1


def test_a_name_is_no_markup(cohort: Run, tmp_path: Path) -> None:
    row = ["lea", BIRCH, "lea-lead", "[red]Ann[/]", "ann@example.org"]
    cohort("import-contacts", write_csv(tmp_path / "c.csv", CONTACTS, row))
    assert "[red]Ann[/]" in cohort("people").out


def test_after_a_restore_everyone_signs_in_anew(cohort: Run, tmp_path: Path) -> None:
    cohort("give-role", "root@example.org", "system-administrator")
    cohort("sign-in-link", ADMIN)
    file = tmp_path / "kept.backup"
    assert cohort("backup", file).code == 0
    assert cohort("restore", file).code == 0
    assert "root@example.org" in cohort("people").out
    assert "link-printed" in cohort("audit").out
