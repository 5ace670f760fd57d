"""Rosters: rows and what they are read as, or the lines with which they are refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cimflow.intake.spreadsheets.roster import RosterRow, read_roster
from cimflow.process.definition.process_file import Level, Process
from tests.factories import process
from tests.intake.tables.sheets import (
    ALDER,
    BIRCH,
    CEDAR,
    GOOD_ROW,
    ROSTER,
    refusals,
    write_csv,
    write_xlsx,
)

PROCESSES: Mapping[str, Process] = {"targeted-2024": process()}


def row(**changes: object) -> dict[str, object]:
    """A good row with changes; a name that is no column yet becomes one."""
    return {**dict(zip(ROSTER, GOOD_ROW, strict=True)), **changes}


def written(path: Path, *rows: Mapping[str, object]) -> Path:
    columns = list(dict.fromkeys(column for one in rows for column in one))
    return write_csv(path, columns, *([one.get(column, "") for column in columns] for one in rows))


def test_a_whole_row(tmp_path: Path) -> None:
    path = written(
        tmp_path / "roster.csv",
        row(
            indicator_8="Unmet",
            identified_for="Elements 5a, 5b",
            unmet_indicators="Indicator 8; 5a ;;5a",
            effective_on="6/10/2024",
        ),
    )
    table, rows = read_roster(path, PROCESSES)
    assert table.unused == ()
    assert rows == [
        RosterRow(
            row=2,
            cds_code=BIRCH,
            lea_name="Birch Hollow Union",
            selpa_code="9901",
            selpa_name="Alder Basin",
            process="targeted-2024",
            level="2",
            facts={"indicator-8": "unmet"},
            identified_for="Elements 5a, 5b",
            unmet_indicators=("Indicator 8", "5a"),
            effective_on=dt.date(2024, 6, 10),
        )
    ]


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"cds_code": "99-10002-0000000"}, "cds_code", BIRCH),
        ({"level": "Level 3"}, "level", "3"),
        ({"level": "1.0"}, "level", "1"),
        ({"process": "Targeted 2024"}, "process", "targeted-2024"),
        ({"indicator_8": ""}, "facts", {}),
        ({"indicator_8": "UNKNOWN"}, "facts", {"indicator-8": "unknown"}),
        ({"final_findings": "Yes"}, "facts", {"indicator-8": "met", "final-findings": "yes"}),
        (
            {"corrective_actions_due": "1/15/2025"},
            "facts",
            {"indicator-8": "met", "corrective-actions-due": "2025-01-15"},
        ),
        ({"effective_on": ""}, "effective_on", None),
        ({"effective_on": "2024-03-15"}, "effective_on", dt.date(2024, 3, 15)),
        ({"identified_for": ""}, "identified_for", ""),
        ({"identified_for": "Elements:\n5a\r\n5b"}, "identified_for", "Elements: 5a 5b"),
        ({"lea_name": "Ángel Peña–Ōta Élémentaire"}, "lea_name", "Ángel Peña–Ōta Élémentaire"),
    ],
)
def test_what_is_read(tmp_path: Path, changes: dict[str, object], field: str, value: Any) -> None:
    _, (read,) = read_roster(written(tmp_path / "roster.csv", row(**changes)), PROCESSES)
    assert getattr(read, field) == value


def test_a_column_that_is_not_there_says_nothing_and_a_blank_cell_says_none(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ROSTER[:6], GOOD_ROW[:6])
    _, (without,) = read_roster(path, PROCESSES)
    assert (without.identified_for, without.unmet_indicators) == (None, None)
    path = written(tmp_path / "b.csv", row(identified_for="", unmet_indicators=""))
    _, (blank,) = read_roster(path, PROCESSES)
    assert (blank.identified_for, blank.unmet_indicators) == ("", ())


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"cds_code": ""}, "cds_code: is blank"),
        ({"cds_code": "9910002000000"}, "cds_code: '9910002000000' has 13 digits; a CDS code has 14. A spreadsheet may have removed a leading zero: if so, it is 09910002000000"),
        ({"cds_code": "9.91E+13"}, "cds_code: '9.91E+13': a spreadsheet rounded the code and its last digits are lost; format the column as text and enter the codes again"),
        ({"lea_name": ""}, "lea_name: is blank"),
        ({"lea_name": "Birch\nBcc: all@example.org"}, "lea_name: contains a line break"),
        ({"lea_name": "Birch\r"}, "lea_name: contains a line break"),
        ({"lea_name": "Birch\x1b[2J"}, "lea_name: contains the invisible character U+001B"),
        ({"lea_name": "Birch\tHollow"}, "lea_name: contains the invisible character U+0009"),
        ({"lea_name": "Birch \u202eHollow"}, "lea_name: contains the invisible character U+202E"),
        ({"lea_name": "B" * 201}, "lea_name: is longer than 200 characters"),
        ({"lea_name": "#N/A"}, "lea_name: contains a formula that fails (#N/A)"),
        ({"selpa_code": ""}, "selpa_code: is blank"),
        ({"selpa_name": "Alder\nBasin"}, "selpa_name: contains a line break"),
        ({"process": ""}, "process: is blank"),
        ({"process": "targeted-2023"}, "process: 'targeted-2023' is not one of targeted-2024"),
        ({"level": ""}, "level: is blank"),
        ({"level": "4"}, "level: '4' is not one of the levels 1, 2, 3 of targeted-2024"),
        ({"indicator_8": "maybe"}, "indicator_8: 'maybe' is not one of met, unmet, unknown"),
        ({"corrective_actions_due": "soon"}, "corrective_actions_due: 'soon' is not a date such as 2025-01-31 or 1/31/2025"),
        ({"effective_on": "2024-03-14"}, "effective_on: 2024-03-14 is before the start of targeted-2024, 2024-03-15"),
        ({"effective_on": "6/31/2024"}, "effective_on: '6/31/2024' is not a date such as 2025-01-31 or 1/31/2025"),
        ({"effective_on": "2204-06-01"}, "effective_on: 2204-06-01 is years after the start of targeted-2024, 2024-03-15; is it a typo?"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, changes: dict[str, object], line: str) -> None:
    path = written(tmp_path / "roster.csv", row(**changes))
    assert refusals(lambda: read_roster(path, PROCESSES)) == [f"roster.csv, row 2, {line}"]


def test_all_errors_are_told_together_by_row(tmp_path: Path) -> None:
    path = written(
        tmp_path / "roster.csv",
        row(level="7", cds_code="12"),
        row(),
        row(cds_code=CEDAR, process="other", lea_name=""),
        row(cds_code=f"{BIRCH[:2]}-{BIRCH[2:]}", level="9"),
    )
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{ALDER},Alder,9901,Alder Basin,targeted-2024,1,met,5a,shifted\r\n")
    assert refusals(lambda: read_roster(path, PROCESSES)) == [
        "roster.csv, row 2, cds_code: '12' has 2 digits; a CDS code has 14",
        "roster.csv, row 2, level: '7' is not one of the levels 1, 2, 3 of targeted-2024",
        "roster.csv, row 4, process: 'other' is not one of targeted-2024",
        "roster.csv, row 4, lea_name: is blank",
        "roster.csv, row 5, level: '9' is not one of the levels 1, 2, 3 of targeted-2024",
        f"roster.csv, row 5, cds_code: {BIRCH} is already in row 3, for targeted-2024",
        "roster.csv, row 6: 'shifted' in column I has no column name above it",
    ]


def test_a_repaired_code_is_a_second_row_too(tmp_path: Path) -> None:
    path = written(tmp_path / "roster.csv", row(cds_code=ALDER), row(cds_code=ALDER[1:]))
    assert refusals(lambda: read_roster(path, PROCESSES, repair_cds=True)) == [
        f"roster.csv, row 3, cds_code: {ALDER} is already in row 2, for targeted-2024"
    ]
    path = written(tmp_path / "roster.csv", row(cds_code=ALDER[1:]))
    _, (read,) = read_roster(path, PROCESSES, repair_cds=True)
    assert read.cds_code == ALDER


def test_one_lea_in_two_processes_under_their_own_levels(tmp_path: Path) -> None:
    other = replace(
        process(),
        process=replace(process().process, id="small-2025"),
        levels=(Level(id="A", title="Alone", reading="invented"),),
        facts=(),
    )
    processes = {**PROCESSES, "small-2025": other}
    path = written(
        tmp_path / "roster.csv",
        row(),
        row(process="small-2025", level="a", indicator_8="", lea_name="Birch Hollow USD"),
    )
    _, rows = read_roster(path, processes)
    assert [(one.process, one.level, dict(one.facts)) for one in rows] == [
        ("targeted-2024", "2", {"indicator-8": "met"}),
        ("small-2025", "A", {}),
    ]
    path = written(tmp_path / "roster.csv", row(), row(process="small-2025", level="2"))
    assert refusals(lambda: read_roster(path, processes)) == [
        "roster.csv, row 3, level: '2' is not one of the levels A of small-2025",
        "roster.csv, row 3, indicator_8: is not a fact of small-2025; leave it blank",
    ]


def test_numbers_and_dates_of_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "roster.xlsx",
        (*ROSTER, "effective_on"),
        (int(CEDAR), "Cedar", 9901, "Alder Basin", "targeted-2024", 3.0, "met", 5, dt.date(2024, 6, 1)),
        (int(ALDER), "Alder", 9901, "Alder Basin", "targeted-2024", 1, "met", None, None),
    )  # fmt: skip
    (line,) = refusals(lambda: read_roster(path, PROCESSES))
    assert line.startswith(f"roster.xlsx, row 3, cds_code: '{ALDER[1:]}' has 13 digits; ")
    assert line.endswith(f"if so, it is {ALDER}")
    _, (cedar, alder) = read_roster(path, PROCESSES, repair_cds=True)
    assert (cedar.cds_code, cedar.level, cedar.identified_for) == (CEDAR, "3", "5")
    assert cedar.effective_on == dt.date(2024, 6, 1)
    assert (alder.cds_code, alder.selpa_code) == (ALDER, "9901")


def test_a_formula_that_was_never_computed_is_named(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "roster.xlsx", ROSTER, ("=A9", *GOOD_ROW[1:-1], '="what nobody asked"')
    )
    lines = refusals(lambda: read_roster(path, PROCESSES))
    assert [line.partition(" contains a formula without a saved value")[0] for line in lines] == [
        "roster.xlsx, row 2, cds_code:",
        "roster.xlsx, row 2, identified_for:",
    ]


def test_an_empty_roster_has_no_rows(tmp_path: Path) -> None:
    table, rows = read_roster(write_csv(tmp_path / "roster.csv", ROSTER), PROCESSES)
    assert (table.rows, rows) == ((), [])
