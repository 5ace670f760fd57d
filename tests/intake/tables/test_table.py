"""Files as they come: delimiters, encodings, titles, row numbers, and what is no table."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cimflow.intake.tables import table as table_module
from cimflow.intake.tables.table import Table, read_table
from tests.intake.tables.sheets import refusals, write_csv, write_xlsx

REQUIRED = ("cds_code", "lea_name", "level")
HEADER = ("CDS Code", "LEA-Name", "level", "Indicator 8")
NAME = 'Peña; Ångström | O\'Neil, "the" ^ School'


def read(path: Path) -> Table:
    return read_table(path, required=REQUIRED, optional=("indicator_8",))


def cells_of(table: Table) -> list[tuple[int, list[str]]]:
    return [(row.number, list(row.cells.values())) for row in table.rows]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", "^", ";"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = write_csv(
        tmp_path / "a.txt",
        HEADER,
        ("01100170130625", NAME, "3", ""),
        delimiter=delimiter,
        encoding=encoding.removesuffix("-bom"),
    )
    if encoding.endswith("-bom"):
        mark = b"\xff\xfe" if "le" in encoding else b"\xfe\xff"
        path.write_bytes(mark + path.read_bytes())
    table = read(path)
    assert table.columns == ("cds_code", "lea_name", "level", "indicator_8")
    assert cells_of(table) == [(2, ["01100170130625", NAME, "3", ""])]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("cds_code,lea_name,level\n1,A,1\n2,B,1\n", [2, 3]),
        ("cds_code,lea_name,level\r\n1,A,1\r\n\r\n,,\r\n2,B,1", [2, 5]),
        ("cds_code,lea_name,level\r1,A,1\r2,B,1\r", [2, 3]),
        ('cds_code,lea_name,level\n1,"A\nand\nmore",1\n2,B,1\n', [2, 3]),
        ("Our LEAs; all of them\n\nas of June | July\ncds_code,lea_name,level\n1,A,1\n", [5]),
        ("sep=;\ncds_code;lea_name;level\n1;A;1\n", [3]),
        ("A,B,C,D,E,F\ncds_code\tlea_name\tlevel\n1\tA\t1\n", [3]),
        ('"cds\ncode","LEA  NAME"," Level "\n1,A,1\n', [2]),
    ],
)
def test_row_numbers_are_those_a_spreadsheet_shows(
    tmp_path: Path, text: str, numbers: list[int]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    assert [row.number for row in read(path).rows] == numbers


def test_spaces_around_a_cell_are_cut_but_no_line_break_is(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", REQUIRED, (" 1\t", "\u00a0A\u200b", "2\r\n"))
    assert cells_of(read(path)) == [(2, ["1", "A", "2\r\n"])]


def test_columns_nobody_asked_for_are_kept_aside(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", (*REQUIRED, "County", "", "Phone No"), ("1", "A", "1"))
    assert read(path).unused == ("county", "phone_no")


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (
            ("lea_name", "indicator_8"),
            [
                "a.csv, row 1, cds_code: this column is missing",
                "a.csv, row 1, level: this column is missing",
            ],
        ),
        (
            ("cds_code", "lea_name", "level", "CDS-Code"),
            ["a.csv, row 1, cds_code: this column appears twice: A, D"],
        ),
        (
            ("colour", "size"),
            [
                "a.csv: has no header: no row names any of the columns",
                "a.csv, cds_code: this column is missing",
                "a.csv, lea_name: this column is missing",
                "a.csv, level: this column is missing",
            ],
        ),
    ],
)
def test_bad_headers(tmp_path: Path, header: tuple[str, ...], lines: list[str]) -> None:
    path = write_csv(tmp_path / "a.csv", header, ("1", "2"))
    assert refusals(lambda: read(path)) == lines


@pytest.mark.parametrize(
    ("row", "misfit"),
    [
        (("1", "A", "1"), None),
        (("1", "A", "1", "", "", " "), None),
        (("1", "A", "1", "", "x"), "a.csv, row 2: 'x' in column E has no column name above it"),
        (("1", "Birch", "Hollow", "2", "", "y"), "a.csv, row 2: '2' in column D has no"),
    ],
)
def test_cells_without_a_column_are_errors(
    tmp_path: Path, row: tuple[str, ...], misfit: str | None
) -> None:
    found = read(write_csv(tmp_path / "a.csv", (*REQUIRED, ""), row)).misfits
    assert [str(one)[: len(misfit or "")] for one in found] == ([misfit] if misfit else [])


@pytest.mark.parametrize(
    ("name", "data", "because"),
    [
        ("a.csv", b"", "a.csv: is empty"),
        ("a.csv", b"\n\n \n", "has no header"),
        ("a.csv", b"\xef\xbb\xbf", "has no header"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel file (.xls)"),
        ("a.xls", b"<html><table><tr><td>cds_code</td></tr></table></html>", "web page"),
        ("a.csv", b"%PDF-1.7 something", "is a PDF"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "is not text"),
        ("a.csv", b"cds_code,lea_name,level\n1,\x00,1\n", "is not text"),
        ("a.csv", b"cds_code,lea_name,level\n1,\x81,1\n", "is not text"),
        ("a.csv", b"\xff\xfea", "is not text"),
        ("a.csv", b'cds_code,lea_name,level\n1,A,1\n2,"B,1\n3,C,1\n', "a.csv, row 3: a quotation mark opens here and never closes"),
        ("a.csv", b'cds_code,lea_name,level\n1,"A "B" C",1\n', "a.csv, row 2: a quotation mark inside a quoted cell must be written twice"),
        ("a.csv", b"cds_code,lea_name,level\n1," + b"A" * 200_000 + b",1\n", "a.csv, row 2: cannot be read: field larger"),
        ("a.xlsx", b"PK\x03\x04 and nothing that follows", "cannot be read as an Excel workbook"),
        ("a\nb.csv", b"", "a b.csv: is empty"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_one_line(
    tmp_path: Path, name: str, data: bytes, because: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert because in refusals(lambda: read(path))[0]


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    (missing,) = refusals(lambda: read(tmp_path / "none.csv"))
    assert missing.endswith("none.csv: there is no such file")
    (folder,) = refusals(lambda: read(tmp_path))
    assert folder.endswith("is a folder, not a file")
    (impossible,) = refusals(lambda: read(tmp_path / "a\0b.csv"))
    assert "cannot be opened" in impossible
    (too_long,) = refusals(lambda: read(tmp_path / ("x" * 5_000)))
    assert "cannot be opened" in too_long


def test_a_file_too_large_or_with_too_many_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(table_module.MAX_BYTES + 1)
    assert refusals(lambda: read(path)) == ["a.csv: is larger than 25 MB"]
    monkeypatch.setattr(table_module, "MAX_ROWS", 3)
    write_csv(path, REQUIRED, *[("1", "A", "1"), ("", "", "")] * 2)
    assert len(read(path).rows) == 2
    write_csv(path, REQUIRED, *[("1", "A", "1")] * 3)
    assert refusals(lambda: read(path)) == ["a.csv: has more than 3 rows"]
    write_xlsx(path, REQUIRED, *[("1", "A", "1")] * 3)
    assert refusals(lambda: read(path)) == ["a.csv: has more than 3 rows"]


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    row = ("1", "A", "1")
    assert cells_of(read(write_xlsx(tmp_path / "a.csv", REQUIRED, row))) == [(2, list(row))]
    assert cells_of(read(write_csv(tmp_path / "a.xlsx", REQUIRED, row))) == [(2, list(row))]


def test_another_kind_of_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<office/>")
    assert refusals(lambda: read(path)) == [
        "a.ods: cannot be read as an Excel workbook; save it again as .xlsx or CSV"
    ]
