"""A small workbook cannot keep a reader busy: what lies far apart is skipped, or refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from cimflow.intake.artifacts.read_workbook import read_artifact_workbook
from cimflow.intake.tables.files import Upload
from cimflow.intake.tables.size_limits import Allowance
from cimflow.intake.tables.table import read_table
from cimflow.intake.tables.workbook import every_sheet
from cimflow.intake.uploads import student_data
from cimflow.intake.uploads.file_kind import Kind
from cimflow.intake.uploads.student_data import refuse_student_rows
from tests.factories import process
from tests.intake.tables.sheets import refusals

LAST_ROW = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
XLSX, DOCX = Kind("xlsx", ".xlsx"), Kind("docx", ".docx")
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>level</t></is></c></row>'


def far(rows: int) -> str:
    """So many rows, each with one filled cell in the last column that there is."""
    return "".join(
        f'<row r="{one}"><c r="XFD{one}"><v>1</v></c></row>' for one in range(2, rows + 2)
    )


def workbook(body: str, *, listed: int = 1) -> bytes:
    """A workbook with these rows as XML; its sheet is listed so many times."""
    empty, made = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(empty)
    with zipfile.ZipFile(empty) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part).decode()
            if part == "xl/worksheets/sheet1.xml":
                start = text.index("<worksheet")
                head = text[start : text.index(">", start) + 1]
                text = f'{head}<dimension ref="A1"/><sheetData>{body}</sheetData></worksheet>'
            if part == "xl/workbook.xml":
                start = text.index("<sheet ")
                one = text[start : text.index("/>", start) + 2]
                text = text.replace(one, one * listed)
            new.writestr(part, text)
    return made.getvalue()


READERS: dict[str, Callable[[bytes], object]] = {
    "a document": lambda data: refuse_student_rows(data, XLSX, "a.xlsx"),
    "a table": lambda data: read_table(Upload("a.xlsx", data), required=("level",)),
    "an artifact": lambda data: read_artifact_workbook(
        data, "a.xlsx", process().activity_by_id["team-creation"]
    ),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_cells_at_the_far_end_of_many_rows_are_refused(read: Callable[[bytes], object]) -> None:
    data = workbook(HEADER + far(400))
    assert len(data) < 10_000
    (line,) = refusals(lambda: read(data))
    assert line.startswith(
        "a.xlsx: has far too many cells, counting to the last filled one in each"
    )


def test_the_refusal_comes_before_the_time_is_spent() -> None:
    """Of a hundred thousand such rows only those before it are looked at."""
    left = Allowance(cells=50 * 16_384)
    (sheet,) = every_sheet(workbook(far(100_000)), "a.xlsx", left)
    seen: list[int] = []
    assert refusals(lambda: seen.extend(line.number for line in sheet.lines))
    assert left.cells >= -16_385
    assert len(seen) < 50


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (HEADER + LAST_ROW, [(1, 1), (1_048_576, 1)]),
        (far(3), [(2, 16_384), (3, 16_384), (4, 16_384)]),
        ('<row r="7"><c r="A7"><v>1</v></c><c r="XFD7" s="0"/></row>', [(7, 1)]),
        ('<row r="7" s="1" customFormat="1"/>', [(7, 0)]),
        ("<row><c><v>1</v></c><c/><c><v>1</v></c></row><row/>", [(1, 3), (2, 0)]),
    ],
)
def test_only_what_is_there_is_read(body: str, lines: list[tuple[int, int]]) -> None:
    """By row the number of its cells: a blank one far out that only has a colour is none."""
    (sheet,) = every_sheet(workbook(body), "a.xlsx")
    assert [(line.number, len(line.cells)) for line in sheet.lines] == lines


def test_a_row_of_empty_cells_is_refused_unread() -> None:
    data = workbook(f"<row>{'<c/>' * 5000}</row>")
    assert refusals(lambda: list(every_sheet(data, "a.xlsx", Allowance(tags=4000)))) == [
        "a.xlsx: is far too large; copy the part you need into a new file"
    ]


def test_a_sheet_that_is_listed_again_and_again_is_not_read() -> None:
    (line,) = refusals(lambda: list(every_sheet(workbook(HEADER, listed=9), "a.xlsx")))
    assert "cannot be read as an Excel workbook" in line


def test_workbooks_inside_a_document_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student_data, "_MOST_CELLS", 5 * 16_384 + 100)
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
        for one in range(3):
            packed.writestr(f"word/embeddings/Book{one}.xlsx", workbook(far(2)))
    (line,) = refusals(lambda: refuse_student_rows(document.getvalue(), DOCX, "a.docx"))
    assert "far too many cells" in line


def test_a_csv_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(student_data, "_MOST_CELLS", 1000)
    csv = Kind("csv", ".csv")
    assert refusals(lambda: refuse_student_rows(b"a,a\n" * 300, csv, "a.csv")) == []
    (line,) = refusals(lambda: refuse_student_rows(b"a,a\n" * 400, csv, "a.csv"))
    assert "far too many cells" in line


def test_an_ordinary_workbook_is_far_from_all_this(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in range(1, 2001):
        book.worksheets[0].append([row] * 30)
    book.save(tmp_path / "a.xlsx")
    left = Allowance()
    (sheet,) = every_sheet((tmp_path / "a.xlsx").read_bytes(), "a.xlsx", left)
    assert sum(len(line.cells) for line in sheet.lines) == 60_000
    assert left.cells > 4_900_000
    assert left.tags > 7_800_000
