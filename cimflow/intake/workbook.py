"""XLSX in and out. Bombs and rubbish are refused before they can do harm.

Imported only where a workbook is at hand: openpyxl takes its time to load.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, zip_longest

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.workbook.workbook import Workbook

from cimflow.intake import packed
from cimflow.intake.errors import IntakeErrors
from cimflow.intake.header import TITLE_ROWS, Columns, Line

MAX_SHEET_ROWS = 1_048_576
_FAR_COLUMN = re.compile(rb'r="[A-Za-z]{4,}[0-9]')  # the last column of a sheet is XFD
_NO_VALUE = (
    "holds a formula without a stored value; open the file in Excel, save it, and import it again"
)
_WIDEST = 60


def read_workbook(
    data: bytes, name: str, columns: Columns
) -> tuple[Iterator[Line], tuple[str, ...]]:
    """The rows of the first visible sheet with the wanted header, as a person sees them.

    Where no sheet has every required column, it is the sheet with the most of them. Beside the
    rows: the titles of other sheets that have the header too.

    Raises:
        IntakeErrors: it is no workbook, or far too large when unpacked.
    """
    with _in_words(name):
        return _read(data, name, columns)


def _read(data: bytes, name: str, columns: Columns) -> tuple[Iterator[Line], tuple[str, ...]]:
    has_formulas = _look_inside(data, name)
    values, formulas = _loaded(data, has_formulas=has_formulas)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        heads = {
            sheet.title: list(islice(_lines(values, None, sheet.title, name), TITLE_ROWS + 1))
            for sheet in values.worksheets
            if sheet.sheet_state == "visible"
        }
        if not heads:
            raise IntakeErrors.of_file(name, "has no sheet with rows")
        complete = [title for title, head in heads.items() if columns.are_all_in(head)]
        best = max(heads, key=lambda title: columns.found_in(heads[title]))
        chosen, *others = complete or [best]
        lines = list(_lines(values, formulas, chosen, name))
    return iter(lines), tuple(others)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with all its rows; ``number`` counts from 1, hidden sheets too."""

    number: int
    title: str
    is_hidden: bool
    lines: Iterator[Line]


def every_sheet(data: bytes, name: str) -> Iterator[Sheet]:
    """Every sheet of a workbook, hidden ones too; read each before asking for the next.

    Raises:
        IntakeErrors: as ``read_workbook``.
    """
    with _in_words(name):
        has_formulas = _look_inside(data, name)
        values, formulas = _loaded(data, has_formulas=has_formulas)
        for number, sheet in enumerate(values.worksheets, start=1):
            lines = _quietly(_lines(values, formulas, sheet.title, name), name)
            yield Sheet(number, sheet.title, sheet.sheet_state != "visible", lines)


def _quietly(lines: Iterator[Line], name: str) -> Iterator[Line]:
    """The lines, some at once: outside of it warnings are what they were."""
    while True:
        with _in_words(name), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            some = list(islice(lines, 1000))
        if not some:
            return
        yield from some


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    try:
        yield
    except IntakeErrors:
        raise
    except Exception:  # noqa: BLE001 - on damaged files openpyxl raises whatever its parsers do
        raise IntakeErrors.of_file(
            name, "cannot be read as an Excel workbook; save it anew as .xlsx, or as CSV"
        ) from None


def _loaded(data: bytes, *, has_formulas: bool) -> tuple[Workbook, Workbook | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which we do not read
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = (
            openpyxl.load_workbook(io.BytesIO(data), read_only=True) if has_formulas else None
        )
    return values, formulas


def _look_inside(data: bytes, name: str) -> bool:
    """Whether there are formulas; refuses what would fill the memory when unpacked."""
    has_formulas = False
    with packed.opened(data, name) as package:
        for part in package.namelist():
            if not part.endswith((".xml", ".rels")):
                continue
            content = packed.read_xml(package, part, name)
            if "worksheets/" in part:
                if _FAR_COLUMN.search(content):
                    raise IntakeErrors.of_file(name, "has columns where no spreadsheet has any")
                has_formulas |= b"<f" in content
    return has_formulas


def _lines(values: Workbook, formulas: Workbook | None, title: str, name: str) -> Iterator[Line]:
    formula_rows = _rows(formulas, title) if formulas is not None else iter(())
    for number, (cells, sources) in enumerate(
        zip_longest(_rows(values, title), formula_rows, fillvalue=()), start=1
    ):
        if number > MAX_SHEET_ROWS:
            raise IntakeErrors.of_file(name, "has rows where no spreadsheet has any")
        texts = [_text_of(one) for one in cells]
        while texts and not texts[-1]:
            texts.pop()
        problems = {
            at: _NO_VALUE
            for at, (cell, source) in enumerate(zip(cells, sources, strict=False))
            # t="str" without a value is a formula whose result is the empty text.
            if source.data_type == "f" and cell.value is None and cell.data_type != "str"
        }
        yield Line(number, tuple(texts), problems)


def _text_of(cell: Cell | MergedCell) -> str:
    # The format takes time to look up and matters for numbers only.
    is_number = cell.data_type == "n" and cell.value is not None
    return cell_text(cell.value, cell.number_format if is_number else "")


def _rows(book: Workbook, title: str) -> Iterator[tuple[Cell | MergedCell, ...]]:
    sheet = book[title]
    # Some programs write the wrong size, and rows beyond it would be lost.
    sheet.reset_dimensions()
    return sheet.iter_rows()


def cell_text(value: object, number_format: str = "") -> str:
    """A cell as a person sees it: dates as ISO, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(unescape(value)) if "_x" in value else value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and value >= 0 and re.fullmatch("0+", number_format):
        return str(value).zfill(len(number_format))  # the zeros that its format shows
    return str(value)


def write_workbook(rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """One sheet of text cells, the first row as a header that stays in sight."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "-", title)[:31] or None)
    sheet.freeze_panes = "A2"
    for at, column in enumerate(zip_longest(*rows, fillvalue=""), start=1):
        widest = max(len(one) for one in column)
        sheet.column_dimensions[get_column_letter(at)].width = min(widest, _WIDEST) + 2
    bold = Font(bold=True)
    for number, row in enumerate(rows):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub(" ", value))
            cell.data_type = "s"  # never a formula
            cell.number_format = "@"
            if number == 0:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
    return saved(book)


def saved(book: Workbook) -> bytes:
    """A workbook as bytes."""
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
