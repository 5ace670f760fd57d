"""Student rows are refused: cimflow keeps summaries, and no student.

Only tables are searched, in every sheet of a workbook (hidden ones and the workbooks inside
documents too) and in CSV. Running text of a PDF or a Word document is not: names of students cannot
be told there from names of staff, and a search that sometimes finds them would be trusted. The page
tells people so before they choose a file.

A refusal names the sheet by its place, the row and the column, never what is in a cell; a
sheet's title may itself be a student's name.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables import zip_contents
from cimflow.intake.tables.delimited import DELIMITERS
from cimflow.intake.tables.files import decode
from cimflow.intake.tables.header import letters
from cimflow.intake.tables.size_limits import Allowance
from cimflow.intake.uploads.file_kind import Kind
from cimflow.intake.uploads.student_headings import (
    BIRTHS,
    LONGEST_HEADING,
    NAMES,
    NUMBERS,
    Meaning,
    heading_of,
    is_of_other_numbers,
    kind_of,
    meanings,
    plain,
)
from cimflow.intake.uploads.student_values import (
    is_date,
    is_long_number,
    is_ten_digits,
    told_in_text,
)

if TYPE_CHECKING:
    from cimflow.intake.tables.workbook import Sheet

_WHY = (
    "cimflow keeps no student data: remove the columns that identify students, send totals instead,"
    " and keep the list itself with your student records"
)
_MOST_CELLS = 1_000_000
"""An artifact has some hundreds of cells; more of them than this would keep the pages waiting."""
_LEAST_NUMBERS = 3
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(slots=True)
class _Column:
    """What a search remembers of a column: its heading, and how many cells below it fit."""

    heading: str = ""
    row: int = 0
    meaning: Meaning | None = None
    filled: int = 0
    fitting: int = 0
    is_of_other_numbers: bool = False
    is_checked: bool = False
    numbers: int = 0
    since: int = 0
    """Filled cells from the first number of ten digits."""

    @property
    def fits(self) -> bool:
        """Whether this value is what its heading may mean."""
        if self.meaning is None or not self.fitting:
            return False
        return self.meaning.is_certain or self.fitting * 2 >= self.filled


@dataclass(slots=True)
class _Found:
    """What is wrong in one sheet, by the row of the heading and the column."""

    columns: dict[int, _Column] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def refuse_student_rows(data: bytes, kind: Kind, name: str) -> None:
    """Make sure that a table says nothing of single students.

    Raises:
        IntakeErrors: each column with student names, SSIDs or birth dates, with sheet and row.
    """
    _refuse(_tables(data, kind, name), name)


def sheets_without_students(data: bytes, name: str) -> tuple[Sheet, ...]:
    """The sheets of a workbook, read once: for this search, and to be read field by field next.

    Raises:
        IntakeErrors: as ``refuse_student_rows``, or it is no workbook.
    """
    from cimflow.intake.tables.workbook import every_sheet  # noqa: PLC0415 - openpyxl takes its time

    left = Allowance(_MOST_CELLS)
    sheets = tuple(one.kept() for one in every_sheet(data, name, left))
    _refuse(chain(_as_tables(sheets, ""), _inside(data, name, left)), name)
    return sheets


def _refuse(tables: Iterable[tuple[str, Rows]], name: str) -> None:
    errors: list[IntakeError] = []
    for place, rows in tables:
        errors += [
            IntakeError(f"{name}{place}", row, f"column {letters(at)}", message)
            for (row, at), message in sorted(_search(rows).items())
        ]
    if errors:
        raise IntakeErrors([*dict.fromkeys(errors), IntakeError(name, None, None, _WHY)])


Rows = Iterable[tuple[int, tuple[str, ...]]]


def _tables(data: bytes, kind: Kind, name: str) -> Iterator[tuple[str, Rows]]:
    if kind.word == "csv":
        text = decode(data, name)
        for delimiter in DELIMITERS:  # as whatever table it can be opened
            yield "", _records(text, delimiter, name, Allowance(_MOST_CELLS))
    left = Allowance(_MOST_CELLS)
    if kind.word == "xlsx":
        yield from _sheets(data, name, "", left)
    if kind.word in {"xlsx", "docx"}:
        yield from _inside(data, name, left)


def _inside(data: bytes, name: str, left: Allowance) -> Iterator[tuple[str, Rows]]:
    with zip_contents.opened(data, name) as package:
        for part, inner in zip_contents.embedded(package):
            if part.endswith(".xlsx") and zipfile.is_zipfile(io.BytesIO(inner)):
                yield from _sheets(inner, name, ", the workbook inside it", left)


def _records(text: str, delimiter: str, name: str, left: Allowance) -> Rows:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        try:
            row = next(rows, None)
        except csv.Error:  # a cell too long for this delimiter; the rows after it are still read
            row = []
        if row is None:
            return
        number += 1
        left.spend_cells(1 + len(row), name)
        yield number, tuple(row)


def _sheets(data: bytes, name: str, place: str, left: Allowance) -> Iterator[tuple[str, Rows]]:
    from cimflow.intake.tables.workbook import every_sheet  # noqa: PLC0415 - openpyxl takes its time

    yield from _as_tables(every_sheet(data, name, left), place)


def _as_tables(sheets: Iterable[Sheet], place: str) -> Iterator[tuple[str, Rows]]:
    for sheet in sheets:
        hidden = " (hidden)" if sheet.is_hidden else ""
        rows = ((line.number, line.cells) for line in sheet.lines)
        yield f"{place}, sheet {sheet.number}{hidden}", rows


def _search(rows: Rows) -> Mapping[tuple[int, int], str]:
    found = _Found()
    for number, cells in rows:
        kinds = _kinds(cells)
        meant = meanings(kinds) if kinds else {}
        for at in meant:
            _judge(found, at)
        for at in meant:
            heading = heading_of(cells[at])
            found.columns[at] = _Column(heading, number, meant[at])
        for at, cell in enumerate(cells):
            if cell and at not in meant and (value := cell.strip()):
                _look_at(found, number, at, value, kinds.get(at, ""))
        if meant:
            _look_beside(found, number, cells, meant)
    for at in found.columns:
        _judge(found, at)
    return found.errors


def _kinds(cells: tuple[str, ...]) -> dict[int, str]:
    """Which cells of a row are headings, and of which kind."""
    return {
        at: kind
        for at, cell in enumerate(cells)
        if 0 < len(cell) < LONGEST_HEADING
        and _LETTER.search(cell)
        and (kind := kind_of(heading_of(cell)))
    }


def _look_at(found: _Found, number: int, at: int, value: str, kind: str) -> None:
    column = found.columns.setdefault(at, _Column())
    column.filled += 1
    column.is_checked |= kind == "check"
    if column.meaning is not None and not kind and column.meaning.fits(value):
        column.fitting += 1
    if is_ten_digits(value) or column.numbers:
        column.since += 1
        column.numbers += is_ten_digits(value)
    elif column.meaning is None and _LETTER.search(value):
        column.row = number
        if not column.is_of_other_numbers:
            column.is_of_other_numbers = is_of_other_numbers(plain(value[:LONGEST_HEADING]))
    told = told_in_text(value)
    if told:
        message = f"a cell says {told} in its text; say how many students, not which"
        found.errors.setdefault((number, at), message)


def _look_beside(
    found: _Found, number: int, cells: tuple[str, ...], meant: Mapping[int, Meaning]
) -> None:
    """A form has its headings at the left: the value stands beside them, not below.

    So has a checklist, whose value is how many were right, or the day on which somebody looked.
    """
    for at, meaning in meant.items():
        beside = next((one for one in range(at + 1, len(cells)) if cells[one].strip()), None)
        if beside is None or at + 1 in meant:
            continue
        value, column = cells[beside].strip(), found.columns.get(beside)
        is_label = cells[at].rstrip().endswith(":")
        fits = {
            NAMES: is_label and meaning.fits(value),
            NUMBERS: is_long_number(value),
            BIRTHS: is_date(value) and (column is None or not column.is_checked),
        }
        if fits[meaning.what]:
            _say(found, at, _Column(heading_of(cells[at]), number), meaning)


def _judge(found: _Found, at: int) -> None:
    """Say what is wrong with a column, now that all that stands in it is known."""
    column = found.columns.get(at, _Column())
    other = column.meaning.only_with if column.meaning is not None else None
    if column.meaning and column.fits and (other is None or found.columns[other].fits):
        _say(found, at, column, column.meaning)
    elif column.numbers >= _LEAST_NUMBERS and column.numbers * 2 >= column.since:
        _say_numbers(found, at, column)


def _say(found: _Found, at: int, column: _Column, meaning: Meaning) -> None:
    # The heading is quoted: it is one of our own patterns and can be nobody's name.
    seen = "says that this column contains" if meaning.is_certain else "is above what looks like"
    message = f"the heading {column.heading!r} {seen} {meaning.what}{meaning.advice}"
    found.errors.setdefault((column.row, at), message)


def _say_numbers(found: _Found, at: int, column: _Column) -> None:
    if column.is_of_other_numbers:
        return
    message = (
        f"{column.numbers} ten-digit numbers are in this column, like statewide student identifiers"
        " (SSIDs); if they are phone numbers, name the column 'phone'; if they are"
        " account numbers, name it 'account'"
    )
    found.errors[max(column.row, 1), at] = message
