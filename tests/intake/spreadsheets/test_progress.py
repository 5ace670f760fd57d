"""Progress: rows and what they are read as, or the lines with which they are refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from cimflow.intake.spreadsheets.progress import ProgressRow, read_progress
from tests.factories import process
from tests.intake.tables.sheets import ALDER, BIRCH, PROGRESS, refusals, write_csv, write_xlsx


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(f"2024-{text}") if text else None


@pytest.mark.parametrize(
    ("named", "activity"),
    [
        ("team-creation", "team-creation"),
        ("Team Creation", "team-creation"),
        ("CIM Team Creation", "team-creation"),
        ("SRR-SUMMARY", "srr-summary"),
        ("student record review: self review", "srr-self-review"),
        ("Data Drill Down", "data-drill-down"),
    ],
)
def test_activities_by_id_or_title(tmp_path: Path, named: str, activity: str) -> None:
    path = write_csv(tmp_path / "p.csv", PROGRESS, (BIRCH, named, "7/1/2024"))
    _, (read,) = read_progress(path, process())
    assert read.activity == activity


@pytest.mark.parametrize(
    ("received", "filed", "approved", "returned", "read"),
    [
        ("2024-07-01", "", "", "", ("07-01", "", "", "")),
        ("", "2024-07-01", "", "", ("07-01", "07-01", "", "")),
        ("2024-07-05", "2024-07-01", "2024-07-02", "", ("07-05", "07-01", "07-02", "")),
        ("2024-07-01", "2024-07-05", "", "2024-07-02", ("07-01", "07-05", "", "07-02")),
        ("2024-07-01", "", "2024-07-09", "2024-07-02", ("07-01", "", "07-09", "07-02")),
        ("2024-07-01", "", "2024-07-01", "", ("07-01", "", "07-01", "")),
    ],
)
def test_days(
    tmp_path: Path, received: str, filed: str, approved: str, returned: str, read: tuple[str, ...]
) -> None:
    path = write_csv(
        tmp_path / "p.csv",
        PROGRESS,
        (BIRCH, "team-creation", received, filed, approved, returned, "by mail,\r\nwith thanks"),
    )
    came, *others = (day(one) for one in read)
    assert came is not None
    _, rows = read_progress(path, process())
    assert rows == [
        ProgressRow(2, BIRCH, "team-creation", came, *others, note="by mail, with thanks")
    ]


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        ((BIRCH, "team-creation", "", "", "2024-07-01"), ["approved_on: is filled in, but neither received_on nor filed_on is"]),
        ((BIRCH, "team-creation", "", "", "2024-07-01", "2024-06-01"), [
            "approved_on: is filled in, but neither received_on nor filed_on is",
            "returned_on: is filled in, but neither received_on nor filed_on is",
        ]),
        ((BIRCH, "team-creation", "2024-07-01", "", "2024-06-30"), ["approved_on: 2024-06-30 is before the day it was received, 2024-07-01"]),
        ((BIRCH, "team-creation", "2024-07-01", "2024-07-03", "", "2024-06-30"), ["returned_on: 2024-06-30 is before the day it was received, 2024-07-01"]),
        ((BIRCH, "team-creation", "2024-07-01", "", "2024-07-02", "7/2/24"), ["returned_on: it was approved on that day, 2024-07-02; which is it?"]),
        ((BIRCH, "team-creation", "yes"), ["received_on: 'yes' is not a date such as 2025-01-31 or 1/31/2025"]),
        ((BIRCH, "team-creation", "2042-07-01"), ["received_on: 2042-07-01 is years after the start of targeted-2024, 2024-03-15; is it a typo?"]),
        ((BIRCH, "team-creation", "2014-07-01"), ["received_on: 2014-07-01 is long before the start of targeted-2024, 2024-03-15"]),
        (("", "team-creation", "2024-07-01"), ["cds_code: is blank"]),
        ((BIRCH, "", "2024-07-01"), ["activity: is blank"]),
        (("12", "team-creation", ""), ["cds_code: '12' has 2 digits; a CDS code has 14"]),
        ((BIRCH, "team-creation", "2024-07-01", "", "", "", "a\x07b"), ["note: contains the invisible character U+0007"]),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, row: tuple[str, ...], lines: list[str]) -> None:
    path = write_csv(tmp_path / "p.csv", PROGRESS, row)
    assert refusals(lambda: read_progress(path, process())) == [
        f"p.csv, row 2, {one}" for one in lines
    ]


def test_an_unknown_activity_lists_those_there_are(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", PROGRESS, (BIRCH, "teem", "2024-07-01"))
    (line,) = refusals(lambda: read_progress(path, process()))
    assert line.startswith("p.csv, row 2, activity: 'teem' is not an activity of targeted-2024; ")
    assert all(one in line for one in process().activity_by_id)


def test_rows_without_dates_say_nothing(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "p.csv",
        PROGRESS,
        (BIRCH, "team-creation", "", "", "", "", "promised for Monday"),
        (BIRCH, "srr-summary", "2024-07-01"),
    )
    _, rows = read_progress(path, process())
    assert [one.row for one in rows] == [3]


def test_several_rows_are_versions_by_day(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "p.csv",
        PROGRESS,
        (BIRCH, "team-creation", "2024-07-08", "", "2024-07-09"),
        (BIRCH, "team-creation", "2024-07-01", "", "", "2024-07-03"),
        (ALDER, "team-creation", "2024-07-05"),
        (BIRCH, "srr-self-review", "2024-07-04", "2024-06-30"),
    )
    _, rows = read_progress(path, process())
    assert [one.row for one in rows] == [5, 3, 4, 2]


def test_the_same_artifact_twice_names_both_rows(tmp_path: Path) -> None:
    row = (BIRCH, "team-creation", "2024-07-01")
    path = write_csv(
        tmp_path / "p.csv", PROGRESS, row, (ALDER, *row[1:]), (BIRCH, "Team Creation", "7/1/24")
    )
    (line,) = refusals(lambda: read_progress(path, process()))
    assert line.startswith(f"p.csv, row 4, received_on: team-creation of {BIRCH}, ")
    assert line.endswith("received 2024-07-01, is already in row 2")


def test_an_excel_sheet_with_real_dates_and_an_eaten_zero(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "p.xlsx",
        ("What came in, 2024",),
        [one.replace("_", " ").title() for one in PROGRESS],
        (int(ALDER), "Team Creation", dt.datetime(2024, 7, 1, 16, 5), None, dt.date(2024, 7, 2)),
    )
    _, rows = read_progress(path, process(), repair_cds=True)
    assert rows == [
        ProgressRow(3, ALDER, "team-creation", dt.date(2024, 7, 1), approved_on=dt.date(2024, 7, 2))
    ]
