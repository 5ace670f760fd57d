"""The command line keeps documents, takes workbooks, and refuses what a page refuses."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.cli.conftest import BIRCH, HOME, Run
from tests.intake.uploads.test_upload import HTML, PDF

TEAM = ("team-creation", "--lea", BIRCH)


def test_a_document_is_kept_and_survives_a_backup(cohort: Run, tmp_path: Path) -> None:
    (tmp_path / "team.pdf").write_bytes(PDF)
    assert cohort("record", *TEAM, "--document", "team.pdf").code == 0
    (kept,) = [one for one in (tmp_path / HOME / "documents").rglob("*") if one.is_file()]
    assert kept.read_bytes() == PDF
    assert cohort("backup", "all.backup").code == 0
    kept.unlink()
    assert cohort("restore", "all.backup").code == 0
    assert kept.read_bytes() == PDF


def test_what_a_page_refuses_is_refused_here_too(cohort: Run, tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(HTML)
    (tmp_path / "list.csv").write_text("Student Name,Days\nZelda Quux,4\n")
    for name, because in (("plan.pdf", "is a web page"), ("list.csv", "cimflow keeps no student")):
        said = cohort("record", *TEAM, "--document", name)
        assert said.code == 1
        assert because in said.err
        assert "Zelda" not in said.err
    assert not (tmp_path / HOME / "documents").exists()


def test_a_workbook_is_made_filled_in_and_recorded(cohort: Run, tmp_path: Path) -> None:
    made = cohort("artifact-template", "team-creation", "--format", "xlsx", "--out", "team.xlsx")
    assert made.code == 0
    book = openpyxl.load_workbook(tmp_path / "team.xlsx")
    sheet = book["members"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, columns["name"], "Ana Ruiz")
    book.save(tmp_path / "team.xlsx")
    said = cohort("record", *TEAM, "--file", "team.xlsx")
    assert said.code == 0
    assert "members.1.name" not in said.out
    assert "members.1.role" in said.out

    again = cohort("artifact-template", "team-creation", "--format", "xlsx", "--out", "team.xlsx")
    assert (again.code, "already exists" in again.err) == (1, True)
    assert cohort("artifact-template", "team-creation", "--format", "xlsx").code == 2


def test_a_person_of_the_lea_approves_nothing(cohort: Run) -> None:
    assert cohort("record", *TEAM).code == 0
    lead = f"lea-lead.{BIRCH}@example.org"
    said = cohort("review", *TEAM, "--approve", "--by", lead)
    assert said.code == 1
    assert "no one approves a filing of their own LEA" in said.err
    assert "selpa-admin.9901@example.org" in said.err
