"""XLSX in and out. Bombs and rubbish are refused before they are opened."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from cimflow.intake.errors import IntakeError, IntakeErrors

MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200


def read_workbook(data: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The rows of the first sheet that has any, as text, with their numbers.

    Raises:
        IntakeErrors: it is no workbook, or far too large when unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MAX_UNPACKED:
                raise IntakeErrors(
                    [IntakeError(name, None, None, "is far too large when unpacked")]
                )
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = []
            for number, cells in enumerate(
                sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), start=1
            ):
                if number > MAX_ROWS:
                    raise IntakeErrors(
                        [IntakeError(name, None, None, f"has more than {MAX_ROWS} rows")]
                    )
                texts = [cell_text(one) for one in cells]
                while texts and not texts[-1]:
                    texts.pop()
                rows.append((number, texts))
            if any(texts for _, texts in rows):
                return rows
    except IntakeErrors:
        raise
    except (InvalidFileException, zipfile.BadZipFile, *_BROKEN) as error:
        raise IntakeErrors(
            [IntakeError(name, None, None, f"is not a workbook that can be read: {_say(error)}")]
        ) from None
    raise IntakeErrors([IntakeError(name, None, None, "has no rows")])


# openpyxl reads damaged XML with whatever its parsers raise.
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, SyntaxError, OSError, IndexError,
           AssertionError, NotImplementedError, RuntimeError, EOFError, OverflowError)  # fmt: skip


def _say(error: BaseException) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def cell_text(value: object) -> str:
    """A cell as a person sees it: dates as ISO, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time()
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def write_workbook(rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """One sheet of text cells, the first row as a header that stays in sight."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31].replace("/", "-"))
    sheet.freeze_panes = "A2"
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()
