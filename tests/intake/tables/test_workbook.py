"""XLSX as Excel, Google and other programs write it, and as nobody should."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cimflow.intake.tables import zip_contents as packages
from cimflow.intake.tables.table import Table, read_table
from cimflow.intake.tables.workbook import write_workbook
from tests.intake.tables.sheets import edit_part, refusals, write_xlsx

HEADER = ("cds_code", "lea_name", "level")
SHEET = "xl/worksheets/sheet1.xml"


def read(path: Path) -> Table:
    return read_table(path, required=HEADER, optional=("received_on",))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("01100170130625", "01100170130625"),
        (19647330000000, "19647330000000"),
        (19647330000000.0, "19647330000000"),
        (3.0, "3"),
        (0.25, "0.25"),
        (True, "TRUE"),
        (dt.date(2024, 7, 10), "2024-07-10"),
        (dt.datetime(2024, 7, 10), "2024-07-10"),
        (dt.datetime(2024, 7, 10, 14, 30), "2024-07-10 14:30:00"),
        (dt.time(14, 30), "14:30:00"),
        ("  Peña  ", "Peña"),
        ("A_x000D_\nB", "A\r\nB"),
        (None, ""),
    ],
)
def test_cells_read_as_a_person_sees_them(tmp_path: Path, value: Any, text: str) -> None:
    table = read(write_xlsx(tmp_path / "a.xlsx", HEADER, ("1", value, "1")))
    assert table.rows[0].cells["lea_name"] == text


def test_the_zeros_that_a_number_format_shows_are_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append((1100170130625, "A", 1))
    sheet["A2"].number_format = "0" * 14
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").rows[0].cells["cds_code"] == "01100170130625"


def test_titles_above_the_header_and_blank_rows(tmp_path: Path) -> None:
    table = read(
        write_xlsx(
            tmp_path / "a.xlsx",
            ("LEAs of the Alder Basin SELPA",),
            (),
            ("as of", dt.date(2024, 6, 1)),
            HEADER,
            ("1", "A", 1),
            (),
            ("2", "B", 2),
        )
    )
    assert [(row.number, row.cells["lea_name"]) for row in table.rows] == [(5, "A"), (7, "B")]


def test_the_first_sheet_that_has_the_header(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        ("Read me first", "level"),
        Part=[HEADER[:2], ("9", "not this")],
        LEAs=[HEADER, ("1", "A", 1)],
        More=[HEADER, ("2", "B", 2)],
    )
    table = read(path)
    assert [row.cells["lea_name"] for row in table.rows] == ["A"]
    assert table.unused == ("sheet 'More'",)


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ("9", "old", 1), Now=[HEADER, ("1", "A", 1)])
    book = openpyxl.load_workbook(path)
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert [row.cells["lea_name"] for row in read(path).rows] == ["A"]


def test_columns_missing_in_every_sheet_are_named(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("x",), LEAs=[("cds_code", "lea_name"), ("1", "A")])
    assert refusals(lambda: read(path)) == ["a.xlsx, row 1, level: this column is missing"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="C2"><f>1+2</f><v>3</v></c>', "3"),
        ('<c r="C2" t="str"><f>"Level "&amp;3</f><v>Level 3</v></c>', "Level 3"),
        ('<c r="C2" t="str"><f>IF(A2="","",3)</f><v></v></c>', ""),
        ('<c r="C2"><f>1+2</f><v></v></c>', None),
        ('<c r="C2"><f>1+2</f></c>', None),
    ],
)
def test_a_formula_is_what_was_stored_for_it(tmp_path: Path, cell: str, text: str | None) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ("1", "A", "=1+2"))
    edit_part(
        path,
        SHEET,
        lambda xml: xml[: xml.index('<c r="C2"')] + cell + "</row></sheetData></worksheet>",
    )
    (row,) = read(path).rows
    assert row.cells["level"] == (text or "")
    assert ("level" in row.problems) == (text is None)


def test_rows_beyond_the_size_that_the_file_claims(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ("1", "A", 1), ("2", "B", 2))
    edit_part(path, SHEET, lambda xml: xml.replace('ref="A1:C3"', 'ref="A1"'))
    assert [row.cells["lea_name"] for row in read(path).rows] == ["A", "B"]


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ('<row r="2"', '<row r="99999999999"', "rows where no spreadsheet has any"),
        ('<row r="2"', '<row r="-2"', "cannot be read as an Excel workbook"),
        ('<c r="C2"', '<c r="XFE2"', "columns where no spreadsheet has any"),
        ('<c r="C2"', '<c r="ZZZZZZ2"', "cannot be read as an Excel workbook"),
        ('<c r="A2"', '<c r="A" bad="', "cannot be read as an Excel workbook"),
        ("<sheetData>", "<sheetData><row", "cannot be read as an Excel workbook"),
        ("<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', "XML entities"),
    ],
)
def test_strange_workbooks_are_refused(tmp_path: Path, old: str, new: str, because: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ("1", "A", 1))
    edit_part(path, SHEET, lambda xml: xml.replace(old, new, 1))
    (line,) = refusals(lambda: read(path))
    assert because in line


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", HEADER, ("1", "A", 1))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.bin", bytes(2_000_000))
    assert path.stat().st_size < 20_000
    assert read(path).rows
    monkeypatch.setattr(packages, "MAX_UNPACKED", 1_000_000)
    assert refusals(lambda: read(path)) == ["a.xlsx: is far too large when unpacked"]


def test_what_we_write_we_can_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [HEADER, ("01100170130625", "=1+1", "3"), ("2", "bell \x07 rings", "1")]
    path.write_bytes(write_workbook(rows, title="Status of [all] LEAs: 2024/25 and more years"))
    table = read(path)
    assert [list(row.cells.values()) for row in table.rows] == [
        ["01100170130625", "=1+1", "3"],
        ["2", "bell   rings", "1"],
    ]
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    assert sheet.title == "Status of -all- LEAs- 2024-25 a"
    assert sheet["B2"].data_type == "s"
    assert sheet.freeze_panes == "A2"
