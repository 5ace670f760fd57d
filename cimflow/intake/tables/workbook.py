"""XLSX in and out. Bombs and rubbish are refused before they can do harm.

Imported only where a workbook is at hand: openpyxl takes its time to load.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, repeat, takewhile, zip_longest

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape
from openpyxl.workbook.workbook import Workbook

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables.header import TITLE_ROWS, Columns, Line
from cimflow.intake.tables.sheet_rows import (
    Formats,
    look_inside,
    opened,
    refuse_beyond,
    rows_of,
)
from cimflow.intake.tables.size_limits import Allowance

_NO_VALUE = (
    "contains a formula without a saved value; open the file in Excel, save it, and import it again"
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
    allowance = Allowance()
    values, formulas = _loaded(data, name, allowance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        heads = {
            at: _head(_lines(values, None, at, name, allowance))
            for at, sheet in enumerate(values.worksheets)
            if sheet.sheet_state == "visible"
        }
        if not heads:
            raise IntakeErrors.of_file(name, "has no sheet with rows")
        complete = [at for at, head in heads.items() if columns.are_all_in(head)]
        best = max(heads, key=lambda at: columns.found_in(heads[at]))
        chosen, *others = complete or [best]
        lines = list(_lines(values, formulas, chosen, name, allowance))
    return iter(lines), tuple(values.worksheets[at].title for at in others)


def _head(lines: Iterator[Line]) -> list[Line]:
    return list(takewhile(lambda line: line.number <= TITLE_ROWS + 1, lines))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet with all its rows; ``number`` counts from 1, hidden sheets too."""

    number: int
    title: str
    is_hidden: bool
    lines: Iterable[Line]

    def kept(self) -> Sheet:
        """The same sheet, read to its end, so that its rows can be gone through again."""
        return replace(self, lines=tuple(self.lines))


def every_sheet(data: bytes, name: str, allowance: Allowance | None = None) -> Iterator[Sheet]:
    """Every sheet of a workbook, hidden ones too; read each before asking for the next.

    ``allowance``: what may still be read, where the workbook is one of several.

    Raises:
        IntakeErrors: as ``read_workbook``.
    """
    with _in_words(name):
        allowance = allowance or Allowance()
        values, formulas = _loaded(data, name, allowance)
        for at, sheet in enumerate(values.worksheets):
            lines = _quietly(_lines(values, formulas, at, name, allowance), name)
            yield Sheet(at + 1, sheet.title, sheet.sheet_state != "visible", lines)


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
            name, "cannot be read as an Excel workbook; save it again as .xlsx or CSV"
        ) from None


def _loaded(data: bytes, name: str, allowance: Allowance) -> tuple[Workbook, Workbook | None]:
    has_formulas = look_inside(data, name, allowance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which we do not read
        values = opened(data, data_only=True)
        formulas = opened(data, data_only=False) if has_formulas else None
    return values, formulas


def _lines(
    values: Workbook, formulas: Workbook | None, at: int, name: str, allowance: Allowance
) -> Iterator[Line]:
    """The rows of a sheet that are there, each filled up to its last cell with something in it."""
    sheet = values.worksheets[at]
    formats = Formats(sheet)
    sources = rows_of(formulas, formulas.worksheets[at]) if formulas is not None else repeat(None)
    for (number, cells), source in zip(rows_of(values, sheet), sources, strict=False):
        refuse_beyond(number, cells, name)
        texts = {one["column"]: cell_text(one["value"], formats.of(one)) for one in cells}
        widest = max((column for column, text in texts.items() if text), default=0)
        allowance.spend_cells(1 + max(widest, len(cells)), name)
        problems = {
            cell["column"] - 1: _NO_VALUE
            for cell, formula in zip(cells, source[1] if source is not None else (), strict=False)
            # t="str" without a value is a formula whose result is the empty text.
            if formula["data_type"] == "f" and cell["value"] is None and cell["data_type"] != "str"
        }
        filled = tuple(texts.get(column, "") for column in range(1, widest + 1))
        yield Line(number, filled, problems)


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
