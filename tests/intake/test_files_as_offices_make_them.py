"""The same roster, however it was saved; what cannot be read; and that nothing else ever happens."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.roster import COLUMNS, RosterRow, read_roster
from cimflow.intake.table import read_table
from cimflow.intake.workbook import write_workbook
from cimflow.resources import load_processes

PROCESSES = load_processes()
HEADER = [*COLUMNS, "indicator_8", "identified_for"]
ROWS = [
    ["01611190000000", "Peña Alta Unified", "0101", "Bay, East", "targeted-2024", "3", "met", 'so "called"'],
    ["19647330000000", "Elm – Crossing", "1901", "Valley | View", "targeted-2024", "1", "unmet", "5a; 5b^2"],
]  # fmt: skip
FEW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def saved(rows: Sequence[Sequence[str]], delimiter: str = ",", line_end: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


def read(data: bytes, folder: Path, name: str = "roster.csv") -> list[RosterRow]:
    (folder / name).write_bytes(data)
    return read_roster(folder / name, PROCESSES)[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", "|", "^", ";"])
@pytest.mark.parametrize("above", [[], [["Roster of our SELPA"], [], ["as of July, 2024"]]])
def test_delimiters_encodings_and_titles_change_nothing(
    tmp_path: Path, encoding: str, delimiter: str, above: list[list[str]]
) -> None:
    plain = read(saved([HEADER, *ROWS]).encode(), tmp_path)
    found = read(saved([*above, HEADER, *ROWS], delimiter).encode(encoding), tmp_path)
    assert [(one.lea_name, one.selpa_name, one.identified_for) for one in found] == [
        (row[1], row[3], row[7]) for row in ROWS
    ]
    assert [one.row - len(above) for one in found] == [one.row for one in plain]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines_change_nothing(tmp_path: Path, line_end: str) -> None:
    text = saved([HEADER, ROWS[0], [], [""] * 8, ROWS[1]], line_end=line_end)
    assert [one.row for one in read(text.encode(), tmp_path)] == [2, 5]


@pytest.mark.parametrize(
    "header",
    [
        [one.upper() for one in HEADER],
        [one.replace("_", " ").title() for one in HEADER],
        [one.replace("_", "-") for one in HEADER],
        [f" {one} " for one in HEADER],
    ],
)
def test_a_header_may_be_written_as_people_write(tmp_path: Path, header: list[str]) -> None:
    assert len(read(saved([header, *ROWS]).encode(), tmp_path)) == 2


def workbook(*rows: Sequence[object], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


REFUSED = [
    # what the file is          its bytes                                    the error speaks of
    ("empty",                   b"",                                         "is empty"),
    ("blank lines",             b"\n\n\n",                                   "has no header"),
    ("only a BOM",              b"\xef\xbb\xbf",                             "has no header"),
    ("NUL bytes",               b"\0" * 64,                                  "is not text"),
    ("UTF-16 without a mark",   "cds_code,level".encode("utf-16-le"),        "is not text"),
    ("no encoding at all",      b"\x81\x8d\x8f",                             "is not text"),
    ("an old Excel file",       b"\xd0\xcf\x11\xe0 rest",                    "old Excel file"),
    ("a PDF",                   b"%PDF-1.7",                                 "is a PDF"),
    ("a web page",              b"<html><table></table></html>",             "web page"),
    ("a broken workbook",       b"PK\x03\x04 and then rubbish",              "Excel workbook"),
    ("a workbook cut short",    workbook(HEADER, *ROWS)[:2000],              "Excel workbook"),
    ("JSON",                    b'{"cds_code": 1}',                          "has no header"),
    ("a quote never closed",    saved([HEADER]).encode() + b'"0161',         "never closed"),
    ("a column misspelt",       saved([["proces" if one == "process" else one for one in HEADER], *ROWS]).encode(), "process: this column is missing"),
    ("a column twice",          saved([[*HEADER, "level"], *ROWS]).encode(), "stands twice"),
    ("one cell too many",       saved([HEADER, [*ROWS[0], "x"]]).encode(),   "has no column name above it"),
    ("the same LEA twice",      saved([HEADER, ROWS[0], ROWS[0]]).encode(),  "stands in row 2 already"),
    ("a line break in a name",  saved([HEADER, [ROWS[0][0], "A\nB", *ROWS[0][2:]]]).encode(), "lea_name: holds a line break"),
    ("an unseen character",     saved([HEADER, [ROWS[0][0], "A\u202eB", *ROWS[0][2:]]]).encode(), "U+202E"),
    ("a failed formula",        saved([HEADER, [ROWS[0][0], "#REF!", *ROWS[0][2:]]]).encode(), "formula that fails"),
    ("an unknown process",      saved([HEADER, [*ROWS[0][:4], "targeted-2025", *ROWS[0][5:]]]).encode(), "targeted-2025"),
    ("an unknown word",         saved([HEADER, [*ROWS[0][:6], "maybe", ""]]).encode(), "indicator_8: 'maybe'"),
    ("a formula never computed", workbook(HEADER, [ROWS[0][0], '=A1&"x"', *ROWS[0][2:]]), "lea_name: holds a formula without a stored value"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "speaks_of"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(
    tmp_path: Path, data: bytes, speaks_of: str
) -> None:
    with pytest.raises(IntakeErrors) as error:
        read(data, tmp_path)
    lines = [str(one) for one in error.value.errors]
    assert any(speaks_of in line for line in lines), lines
    assert all(line.startswith("roster.csv") and line.isprintable() for line in lines)


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        for number in range(11):
            bomb.writestr(f"xl/worksheets/sheet{number}.xml", b" " * (10 * 1024 * 1024))
    with pytest.raises(IntakeErrors, match="far too large"):
        read(packed.getvalue(), tmp_path)


def test_a_workbook_gives_the_same_rows_as_text(tmp_path: Path) -> None:
    """Numbers as numbers, with a title above: only the CDS code must be text, or its zero is lost."""
    numbers = [[*row[:2], row[2], *row[3:5], int(row[5]), *row[6:]] for row in ROWS]
    found = read(workbook(["Our roster"], [], HEADER, *numbers), tmp_path, "roster.xlsx")
    plain = read(saved([["Our roster"], [], HEADER, *ROWS]).encode(), tmp_path)
    assert found == plain


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs")),
    max_size=12,
).filter(lambda text: not text.startswith(("#", "_")))


@FEW
@given(rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_is_written_as_csv_or_xlsx_is_read_as_it_was(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    kept = [row for row in rows if any(row)]
    header = ["first", "second", "third"]
    (tmp_path / "a.csv").write_text(saved([header, *kept]), encoding="utf-8", newline="")
    (tmp_path / "a.xlsx").write_bytes(write_workbook([header, *kept], title="t"))
    for name in ("a.csv", "a.xlsx"):
        table = read_table(tmp_path / name, required=header)
        assert [list(row.cells.values()) for row in table.rows] == kept, name


PIECES = st.sampled_from(
    [
        *HEADER,
        *ROWS[0],
        *ROWS[1],
        ",",
        ",",
        "\n",
        "\n",
        '"',
        "\t",
        "|",
        "\r",
        "\0",
        "é",
        "effective_on",
        "7/10/2024",
        "=1+1",
        "\ufeff",
    ]  # fmt: skip
)


@FEW
@given(
    pieces=st.lists(PIECES, max_size=60),
    with_header=st.booleans(),
    rubbish=st.binary(max_size=20),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_any_file_gives_rows_or_errors_that_name_it(
    tmp_path: Path, pieces: list[str], with_header: bool, rubbish: bytes, encoding: str
) -> None:
    text = (saved([HEADER, ROWS[0]]) if with_header else "") + "".join(pieces)
    try:
        rows = read(text.encode(encoding, errors="replace") + rubbish, tmp_path)
    except IntakeErrors as error:
        assert error.errors
        assert all(str(one).startswith("roster.csv") for one in error.errors)
    else:
        assert all(len(one.cds_code) == 14 for one in rows)


@FEW
@given(at=st.integers(0, 6000), change=st.binary(min_size=1, max_size=30))
def test_any_damage_to_a_workbook_gives_rows_or_errors_that_name_it(
    tmp_path: Path, at: int, change: bytes
) -> None:
    whole = workbook(HEADER, *ROWS)
    at %= len(whole)
    try:
        read(whole[:at] + change + whole[at + len(change) :], tmp_path, "roster.xlsx")
    except IntakeErrors as error:
        assert all(str(one).startswith("roster.xlsx") for one in error.errors)
