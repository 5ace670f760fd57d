"""The rows of a sheet with the cells that are there.

What openpyxl shows of a sheet is filled up with blanks, row by row to the last cell, and down to
the last row: of a file of some kilobytes it makes billions of cells, if one stands far out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables import zip_contents
from cimflow.intake.tables.size_limits import Allowance

MAX_SHEET_ROWS = 1_048_576
MAX_SHEET_COLUMNS = 16_384  # the last is XFD
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"


def look_inside(data: bytes, name: str, allowance: Allowance) -> bool:
    """Whether a workbook has formulas; reads none of its cells.

    Raises:
        IntakeErrors: it would fill the memory when it is unpacked, or take far too long to read.
    """
    has_formulas = False
    with zip_contents.opened(data, name) as package:
        for part in package.namelist():
            is_named_so = part.endswith((".xml", ".rels"))
            content = (
                zip_contents.read_xml(package, part, name) if is_named_so else package.read(part)
            )
            if content.lstrip(_BEFORE_XML).startswith(b"<"):  # whatever its name
                allowance.spend_tags(content, name)
                has_formulas |= _FORMULA.search(content) is not None
    return has_formulas


class _Reader(ExcelReader):
    """Reads no sheet twice: a few bytes are enough to list one a thousand times."""

    def read_worksheets(self) -> None:
        parts = [part.target for _, part in self.parser.find_sheets()]
        if len(set(parts)) != len(parts):
            raise ValueError(parts)
        super().read_worksheets()


def opened(data: bytes, *, data_only: bool) -> Workbook:
    """A workbook of which nothing but its sheets' names is read yet.

    Raises:
        Exception: of any kind, where it is damaged.
    """
    reader = _Reader(io.BytesIO(data), read_only=True, data_only=data_only)
    reader.read()
    return reader.wb


Row = tuple[int, Sequence[dict[str, Any]]]


def rows_of(book: Any, sheet: Any) -> Iterator[Row]:
    """The rows that a sheet has, each with its number and those of its cells that are there.

    ``book`` and ``sheet`` are openpyxl's, opened to be read only. Their inside is asked,
    which its types do not name.
    """
    # The size that a sheet claims is not looked at: some programs write a wrong one.
    with sheet._get_source() as source:  # noqa: SLF001
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        yield from parser.parse()


def refuse_beyond(number: int, cells: Sequence[dict[str, Any]], name: str) -> None:
    """Make sure that a row and its cells lie where a spreadsheet has some.

    Raises:
        IntakeErrors: they lie beyond the last row or column.
        ValueError: before the first.
    """
    if number > MAX_SHEET_ROWS:
        raise IntakeErrors.of_file(name, "has rows where no spreadsheet has any")
    if any(one["column"] > MAX_SHEET_COLUMNS for one in cells):
        raise IntakeErrors.of_file(name, "has columns where no spreadsheet has any")
    if number < 1 or any(one["column"] < 1 for one in cells):
        raise ValueError(name)


class Formats:
    """How cells show their numbers, by style; to look it up again for each would take its time."""

    def __init__(self, sheet: ReadOnlyWorksheet) -> None:
        self._sheet = sheet
        self._known: dict[int, str] = {}

    def of(self, cell: dict[str, Any]) -> str:
        """The format of a cell; only numbers have one."""
        if cell["data_type"] != "n" or cell["value"] is None:
            return ""
        style = cell["style_id"]
        if style not in self._known:
            self._known[style] = str(ReadOnlyCell(self._sheet, **cell).number_format)
        return self._known[style]
