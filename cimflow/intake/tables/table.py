"""A table of a person's making: a header, rows with the numbers the person sees, text cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from cimflow.intake.errors import IntakeError, IntakeErrors, shown
from cimflow.intake.tables.delimited import read_delimited
from cimflow.intake.tables.files import Source, decode, name_of, read_bytes
from cimflow.intake.tables.header import TITLE_ROWS, Columns, Line, column_name, letters

MAX_BYTES = 25 * 1024 * 1024
MAX_ROWS = 50_000
_AROUND = " \t\u00a0\u200b\ufeff"  # what is cut from both ends of a cell; never a line break
_CALCULATES = frozenset("=+-@")
_ZIP = b"PK\x03\x04"
_NO_TABLE = {
    b"\xd0\xcf\x11\xe0": "is an old Excel file (.xls) or is password-protected; save it as"
    " .xlsx without a password, or as CSV",
    b"%PDF": "is a PDF; upload a spreadsheet instead, as .xlsx or CSV",
    b"{\\rtf": "is a text document; upload a spreadsheet instead, as .xlsx or CSV",
}
_MARKUP = ("<!doctype", "<html", "<table", "<?xml")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column name, with the number that the spreadsheet shows for it."""

    number: int
    cells: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text. ``unused``: columns, and further sheets, that nobody asked for.

    ``misfits`` are the errors of rows that do not fit under the header; who reads the table
    reports them with its own.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unused: tuple[str, ...] = ()
    misfits: tuple[IntakeError, ...] = ()


def read_table(path: Source, *, required: Iterable[str], optional: Iterable[str] = ()) -> Table:
    """Read a table whose header names at least the required columns: CSV and its like, or XLSX.

    Raises:
        IntakeErrors: the file cannot be read as a table, or columns are missing.
    """
    name = name_of(path)
    columns = Columns(tuple(required), tuple(optional))
    data = read_bytes(path, at_most=MAX_BYTES)
    for start, message in _NO_TABLE.items():
        if data.startswith(start):
            raise IntakeErrors.of_file(name, message)
    if data.startswith(_ZIP):
        from cimflow.intake.tables.workbook import read_workbook  # noqa: PLC0415 - openpyxl takes its time

        lines, other_sheets = read_workbook(data, name, columns)
    else:
        lines, other_sheets = _text_lines(data, name, columns), ()
    return _under_header(name, _limited(lines, name), columns, other_sheets)


def _text_lines(data: bytes, name: str, columns: Columns) -> Iterator[Line]:
    text = decode(data, name)
    if text.lstrip().casefold().startswith(_MARKUP):
        raise IntakeErrors.of_file(
            name, "is a web page or XML, whatever its name; save it as .xlsx or CSV"
        )
    return read_delimited(text, name, columns)


def _limited(lines: Iterable[Line], name: str) -> Iterator[Line]:
    filled = 0
    for line in lines:
        filled += not line.is_blank
        if filled > MAX_ROWS:
            raise IntakeErrors.of_file(name, f"has more than {MAX_ROWS:,} rows")
        yield line


def _under_header(
    name: str, lines: Iterator[Line], columns: Columns, other_sheets: tuple[str, ...]
) -> Table:
    head = list(islice(lines, TITLE_ROWS + 1))
    at = columns.header_of(head)
    if at is None:
        raise IntakeErrors(
            [
                IntakeError(name, None, None, "has no header: no row names any of the columns"),
                *(
                    IntakeError(name, None, one, "this column is missing")
                    for one in columns.required
                ),
            ]
        )
    header = tuple(column_name(one) for one in head[at].cells)
    _refuse_bad_header(name, head[at].number, header, columns)
    rows: list[Row] = []
    misfits: list[IntakeError] = []
    for line in (*head[at + 1 :], *lines):
        if line.is_blank:
            continue
        misfit = _misfit(name, line, header)
        if misfit is not None:
            misfits.append(misfit)
        rows.append(_row(line, header))
    unused = [one for one in header if one and one not in columns.known]
    sheets = [f"sheet {shown(one)}" for one in other_sheets]
    return Table(name, header, tuple(rows), (*unused, *sheets), tuple(misfits))


def _refuse_bad_header(name: str, row: int, header: tuple[str, ...], columns: Columns) -> None:
    errors = [
        IntakeError(name, row, one, "this column is missing")
        for one in columns.required
        if one not in header
    ]
    for one in sorted(columns.known):
        places = [letters(at) for at, other in enumerate(header) if other == one]
        if len(places) > 1:
            errors.append(
                IntakeError(name, row, one, f"this column appears twice: {', '.join(places)}")
            )
    if errors:
        raise IntakeErrors(errors)


def _misfit(name: str, line: Line, header: tuple[str, ...]) -> IntakeError | None:
    """A filled cell with no column name above it: shifted cells must not be lost in silence."""
    for at, cell in enumerate(line.cells):
        if cell.strip() and (at >= len(header) or not header[at]):
            message = f"{shown(cell)} in column {letters(at)} has no column name above it"
            return IntakeError(name, line.number, None, message)
    return None


def _row(line: Line, header: tuple[str, ...]) -> Row:
    cells = dict.fromkeys(filter(None, header), "")
    problems: dict[str, str] = {}
    for at, column in enumerate(header):
        if not column:
            continue
        if at < len(line.cells) and line.cells[at].strip():
            cells[column] = _as_written(line.cells[at].strip(_AROUND))
        if at in line.problems:
            problems[column] = line.problems[at]
    return Row(line.number, cells, problems)


def _as_written(cell: str) -> str:
    """Without the apostrophe that our exports put before a sign, lest a spreadsheet calculates."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _CALCULATES else cell
