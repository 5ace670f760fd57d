"""Student rows are refused: cimflow keeps summaries, and no student.

Only tables are searched, in every sheet of a workbook (hidden ones and the workbooks inside
documents too) and in CSV. Running text of a PDF or a Word document is not: names of students cannot
be told there from names of staff, and a search that sometimes finds them would be trusted. The page
tells people so before they choose a file.

A refusal names the sheet by its place, the row and the column, never what stands in a cell; a
sheet's title may itself be a student's name.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cimflow.intake import packed
from cimflow.intake.allowance import Allowance
from cimflow.intake.delimited import DELIMITERS
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.files import decode
from cimflow.intake.header import letters
from cimflow.intake.upload import Kind

_WHY = (
    "cimflow keeps no student: remove the columns that tell who a student is, send totals instead,"
    " and keep the list itself where your student records are"
)
_NAMES = "names of students"
_MOST_CELLS = 2_000_000
"""An artifact has some hundreds of cells; more of them than this would keep the pages waiting."""
_LEAST_NUMBERS = 5
_LONGEST_HEADING = 60

_S = r"(?:student|pupil|child|learner|scholar)s?(?: s)?"
_STUDENT_NAME = re.compile(
    rf"{_S} (?:(?:legal|preferred|full|last|first|middle|given|family) )*(?:names?|surname)"
    r"(?: (?:last|first|middle|mi|initial|and|or|legal|full))*"
    rf"|(?:(?:full|last|first) )*names? of (?:the |each )?{_S}"
    r"|nombre del? (?:estudiante|alumno|nino)"
)
_STUDENT_ID = re.compile(
    r"ssids?(?: (?:number|no|num|id))?"
    r"|(?:(?:state|statewide|local|district|calpads|seis|sis|unique|california) )*"
    r"(?:student|pupil)(?: s)?(?: local| state| unique)?"
    r" (?:id|ids|identifier|identifiers|identification)(?: (?:number|no|num|code))?"
    r"|(?:(?:state|local|district) )?(?:student|pupil)(?: s)? (?:number|no|num)"
    r"|(?:calpads|seis|local|perm|permanent) (?:id|identifier)(?: (?:number|no|num))?"
)
_BIRTH = re.compile(
    rf"(?:{_S} )?(?:dob|d o b|birth ?dates?|birth ?days?|dates? of birth|birth dt|born(?: on)?)"
    r"(?: (?:mm dd yyyy|mm dd yy|mdy))?"
    r"|fecha de nacimiento"
)
_LAST = re.compile(r"last ?names?|surname|family name|l ?name|name last|apellidos?")
_FIRST = re.compile(r"(?:legal )?first ?names?|given name|f ?name|name first|nombres?")
_NAME = re.compile(r"(?:full )?name|name last first")
_CHILD = re.compile(r"student|pupil|child|learner|scholar")
_STAFF = re.compile(
    r"(?:job |position )?title|position|role(?: on the team)?|(?:work )?e ?mail(?: address)?"
    r"|department|organi[sz]ation|agency|employer|scope"
)
_OF_STUDENTS = re.compile(
    r"grade(?: level)?|gr|gender|sex|ethnicity|race|race ethnicity"
    r"|(?:primary |secondary )?disability(?: code| category)?|eligibility|iep(?: date)?"
    r"|case manager|home ?room|el status|next (?:iep|annual)(?: date)?|teacher"
)
_PHONE = re.compile(
    r"(?:^| )(?:tele)?phones?(?: |$)|(?:^| )(?:tel|fax|cell|mobile|ph|contact|ext)(?: |$)"
)
_TEN_DIGITS = re.compile(r"[0-9]{10}(?:\.0)?")


@dataclass(slots=True)
class _Column:
    """What a search remembers of a column: its heading, and what was found under it."""

    heading: str = ""
    row: int = 0
    means: str = ""
    is_phone: bool = False
    filled: int = 0
    numbers: int = 0


@dataclass(slots=True)
class _Found:
    """What is wrong in one sheet: column, by row of the heading and what it tells."""

    columns: dict[int, _Column] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def refuse_student_rows(data: bytes, kind: Kind, name: str) -> None:
    """Make sure that a table says nothing of single students.

    Raises:
        IntakeErrors: each column with student names, SSIDs or birth dates, with sheet and row.
    """
    errors: list[IntakeError] = []
    for place, rows in _tables(data, kind, name):
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
            yield "", _records(text, delimiter)
    left = Allowance(_MOST_CELLS)
    if kind.word == "xlsx":
        yield from _sheets(data, name, "", left)
    if kind.word in {"xlsx", "docx"}:
        with packed.opened(data, name) as package:
            for part, inner in packed.embedded(package):
                if part.endswith(".xlsx") and zipfile.is_zipfile(io.BytesIO(inner)):
                    yield from _sheets(inner, name, ", the workbook inside it", left)


def _records(text: str, delimiter: str) -> Rows:
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
        yield number, tuple(row)


def _sheets(data: bytes, name: str, place: str, left: Allowance) -> Iterator[tuple[str, Rows]]:
    from cimflow.intake.workbook import every_sheet  # noqa: PLC0415 - openpyxl takes its time

    for sheet in every_sheet(data, name, left):
        hidden = " (hidden)" if sheet.is_hidden else ""
        rows = ((line.number, line.cells) for line in sheet.lines)
        yield f"{place}, sheet {sheet.number}{hidden}", rows


def _search(rows: Rows) -> Mapping[tuple[int, int], str]:
    found = _Found()
    for number, cells in rows:
        meanings = _meanings(cells)
        for at, cell in enumerate(cells):
            if cell.strip():
                _look_at(found, number, at, cell.strip(), meanings.get(at, ""))
        _look_beside(found, number, cells, meanings)
    for at, column in found.columns.items():
        _judge_numbers(found, at, column)
    return found.errors


def _look_at(found: _Found, number: int, at: int, cell: str, means: str) -> None:
    column = found.columns.setdefault(at, _Column())
    is_number = bool(_TEN_DIGITS.fullmatch(cell))
    if means:
        _judge_numbers(found, at, column)
        found.columns[at] = _Column(_plain(cell), number, means)
    elif column.means and _fits(cell, column.means):
        _say(found, at, column)
    elif is_number or column.numbers:
        column.filled += 1
        column.numbers += is_number
    elif not column.means:
        column.heading, column.row = _plain(cell)[:_LONGEST_HEADING], number
        column.is_phone |= bool(_PHONE.search(column.heading))


def _look_beside(
    found: _Found, number: int, cells: tuple[str, ...], meanings: Mapping[int, str]
) -> None:
    """A form has its headings at the left: the value stands beside them, not below."""
    for at, means in meanings.items():
        value = next((one.strip() for one in cells[at + 1 :] if one.strip()), "")
        is_label = means != _NAMES or cells[at].rstrip().endswith(":")
        if at + 1 not in meanings and is_label and _fits(value, means):
            _say(found, at, _Column(_plain(cells[at]), number, means))


def _fits(value: str, means: str) -> bool:
    """Whether a value can be what a heading says: a list of words to check is no list of people."""
    if means == _NAMES:
        return any(one.isalpha() for one in value)
    return any(one.isdecimal() for one in value)


def _say(found: _Found, at: int, column: _Column) -> None:
    # The heading is quoted: it is one of our own patterns and can be nobody's name.
    message = f"the heading {column.heading!r} says that this column holds {column.means}"
    found.errors.setdefault((column.row, at), message)


def _judge_numbers(found: _Found, at: int, column: _Column) -> None:
    """Statewide identifiers have ten digits. CDS codes have 14, and phone numbers say so."""
    many = column.numbers >= _LEAST_NUMBERS and column.numbers * 2 >= column.filled
    if many and not column.means and not column.is_phone:
        message = (
            f"{column.numbers} numbers of ten digits stand here, as statewide student identifiers"
            " (SSIDs) have; if they are telephone numbers, head the column 'phone'"
        )
        found.errors[max(column.row, 1), at] = message


def _meanings(cells: tuple[str, ...]) -> Mapping[int, str]:
    """Which cells of a row are headings of student columns, and what they say of them."""
    plain = {at: _plain(cell) for at, cell in enumerate(cells) if 0 < len(cell) < _LONGEST_HEADING}
    found = {at: word for at, text in plain.items() if (word := _meaning(text))}
    is_staff = any(_STAFF.fullmatch(text) for text in plain.values())
    of_students = sum(bool(_OF_STUDENTS.fullmatch(text)) for text in plain.values())
    last = [at for at, text in plain.items() if _LAST.fullmatch(text)]
    first = [at for at, text in plain.items() if _FIRST.fullmatch(text)]
    if last and first and (not is_staff or of_students or found):
        found |= dict.fromkeys((*last, *first), _NAMES)
    names = [at for at, text in plain.items() if _NAME.fullmatch(text)]
    if names and (found or (of_students > 1 and not is_staff)):
        found |= dict.fromkeys(names, _NAMES)
    children = [at for at, text in plain.items() if _CHILD.fullmatch(text)]
    if children and (found or of_students):
        found |= dict.fromkeys(children, _NAMES)
    return found


def _meaning(text: str) -> str:
    if _STUDENT_ID.fullmatch(text):
        return "identifiers of students"
    if _STUDENT_NAME.fullmatch(text):
        return _NAMES
    return "dates of birth" if _BIRTH.fullmatch(text) else ""


def _plain(text: str) -> str:
    """``Student's Name:`` is ``student s name``."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # StudentName
    plain = " ".join(re.sub(r"[\W_]+", " ", spaced.casefold()).split())
    return plain.replace("niño", "nino").replace("#", "number")
