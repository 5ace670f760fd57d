"""Reading a table: CSV in any common dialect and encoding, or the first sheet of a workbook."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cimflow.intake.errors import IntakeError, IntakeErrors

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 50_000
DELIMITERS = ",\t|^;"
TITLE_ROWS = 15
"""Title rows that may stand above the header."""
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|[\r\n]")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column name, with the number that the spreadsheet shows for it."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text: ``unused`` are the columns of the file that nobody asked for."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unused: tuple[str, ...] = ()


def column_name(text: str) -> str:
    """``CDS Code`` and ``cds-code`` are ``cds_code``."""
    return re.sub(r"[\s\-_]+", "_", text.strip().lstrip("\ufeff").lower()).strip("_")


def read_table(
    path: Path, *, required: Iterable[str], optional: Iterable[str] = ()
) -> Table:
    """Read a table whose header names at least the required columns.

    Raises:
        IntakeErrors: the file cannot be read, or columns are missing.
        OSError: there is no such file.
    """
    wanted, allowed = tuple(required), tuple(optional)
    name = path.name
    data = _bytes_of(path)
    if data.startswith(b"PK"):
        from cimflow.intake.workbook import read_workbook

        lines = read_workbook(data, name)
    else:
        lines = _csv_lines(_decode(data, name), name)
    if len(lines) > MAX_ROWS:
        raise IntakeErrors([IntakeError(name, None, None, f"has more than {MAX_ROWS} rows")])
    return _with_header(name, lines, wanted, allowed)


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise IntakeErrors([IntakeError(path.name, None, None, "is a folder, not a file")])
    if path.stat().st_size > MAX_BYTES:
        raise IntakeErrors([IntakeError(path.name, None, None, "is larger than 25 MB")])
    data = path.read_bytes()
    if not data.strip():
        raise IntakeErrors([IntakeError(path.name, None, None, "is empty")])
    if data.startswith(OLD_EXCEL):
        raise IntakeErrors(
            [IntakeError(path.name, None, None, "is an old .xls file; save it as .xlsx or CSV")]
        )
    return data


def _decode(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise IntakeErrors([IntakeError(name, None, None, "is not a spreadsheet in CSV or XLSX")])


def _csv_lines(text: str, name: str) -> list[tuple[int, list[str]]]:
    head = text[:20_000].splitlines()[: TITLE_ROWS + 1]
    delimiter = max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in head), default=0))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            lines.append((number, cells))
    except csv.Error as error:
        raise IntakeErrors(
            [IntakeError(name, len(lines) + 1, None, f"cannot be read: {error}")]
        ) from None
    return lines


def _with_header(
    name: str,
    lines: list[tuple[int, list[str]]],
    required: tuple[str, ...],
    optional: tuple[str, ...],
) -> Table:
    best: tuple[int, list[str]] = (0, [])
    best_at, known = 0, {*required, *optional}
    for at, (number, cells) in enumerate(lines[: TITLE_ROWS + 1]):
        names = [column_name(one) for one in cells]
        if len(known & set(names)) > len(known & set(best[1])):
            best, best_at = (number, names), at
    header = best[1]
    errors = [
        IntakeError(name, best[0] or 1, one, "this column is missing")
        for one in required
        if one not in header
    ]
    errors += [
        IntakeError(name, best[0], one, "this column stands twice")
        for one in dict.fromkeys(header)
        if one in known and header.count(one) > 1
    ]
    if errors:
        raise IntakeErrors(errors)
    rows: list[Row] = []
    for number, cells in lines[best_at + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            errors.append(IntakeError(name, number, None, "has more cells than the header"))
            continue
        padded = cells + [""] * (len(header) - len(cells))
        rows.append(Row(number, dict(zip(header, (one.strip() for one in padded), strict=False))))
    if errors:
        raise IntakeErrors(errors)
    unused = tuple(one for one in header if one and one not in known)
    return Table(name, tuple(header), tuple(rows), unused)


class Reader:
    """Collects the errors of a table while its cells are read."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.errors: list[IntakeError] = []

    def wrong(self, row: Row, field: str, message: str) -> None:
        """Note an error."""
        self.errors.append(IntakeError(self.table.name, row.number, field, message))

    def text(self, row: Row, field: str, *, needed: bool = False) -> str:
        """One line of text."""
        value = row.cells.get(field, "")
        if CONTROL.search(value):
            self.wrong(row, field, "holds a line break or control character")
            return ""
        if needed and not value:
            self.wrong(row, field, "is blank")
        return value

    def read(self, row: Row, field: str, parse: Callable[[str], object]) -> object:
        """A cell through a parser that raises ValueError with the message."""
        value = self.text(row, field)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError as error:
            self.wrong(row, field, str(error))
            return None

    def finish(self) -> None:
        """Raise what was collected.

        Raises:
            IntakeErrors: every error noted.
        """
        if self.errors:
            raise IntakeErrors(self.errors)
