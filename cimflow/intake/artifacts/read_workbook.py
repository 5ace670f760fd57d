"""The workbook of an artifact, read back; every error with its sheet, row and field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cimflow.intake.artifacts.artifact_sheets import (
    FIELDS,
    HEADINGS,
    NUMBER,
    OF,
    Place,
    places,
)
from cimflow.intake.errors import IntakeError, IntakeErrors, shown
from cimflow.intake.tables.header import Line, column_name
from cimflow.intake.tables.workbook import Sheet, every_sheet
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity


@dataclass(slots=True)
class _Reading:
    """What was read so far, and every error."""

    name: str
    errors: list[IntakeError] = field(default_factory=list)
    by_number: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def wrong(self, sheet: str, row: int | None, what: str | None, message: str) -> None:
        self.errors.append(IntakeError(f"{self.name}, sheet {sheet}", row, what, message))

    def value(self, sheet: str, line: Line, at: int, one: FieldDefinition) -> Any:
        """A cell as the field's value; None where it is blank or wrong."""
        if at in line.problems:
            self.wrong(sheet, line.number, one.id, line.problems[at])
            return None
        text = line.cells[at] if at < len(line.cells) else ""
        try:
            return one.kind_row.read_cell(one, text) if text.strip() else None
        except ValueError as error:
            self.wrong(sheet, line.number, one.id, str(error))
            return None


def read_artifact_workbook(
    data: bytes, name: str, activity: Activity, read: Iterable[Sheet] | None = None
) -> dict[str, Any]:
    """The contents of a filled-in workbook, as ``read_artifact`` gives them; blanks left out.

    ``read`` are its sheets, where they were read before.

    Raises:
        IntakeErrors: every error, with sheet, row and field.
    """
    reading = _Reading(name)
    sheets = {one.title.casefold(): list(one.lines) for one in read or every_sheet(data, name)}
    if FIELDS.casefold() not in sheets:
        raise IntakeErrors.of_file(
            name,
            f"is not the workbook for {activity.id}: it has no sheet {FIELDS}; get one with"
            f" cimflow artifact-template {activity.id} --format xlsx",
        )
    wanted = places(activity)
    known = {FIELDS.casefold(), *(one.title.casefold() for one in wanted)}
    for title, lines in sheets.items():
        if title not in known and any(not line.is_blank for line in lines):
            reading.wrong(title, None, None, f"is not a sheet of {activity.id}; remove it")
    contents = _read_fields(reading, sheets[FIELDS.casefold()], activity)
    for place in wanted:
        _read_place(reading, sheets.get(place.title.casefold(), []), place, contents)
    if reading.errors:
        raise IntakeErrors(reading.errors)
    return contents


def _read_fields(reading: _Reading, lines: Sequence[Line], activity: Activity) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    wanted = [column_name(HEADINGS[one]) for one in (0, -1)]
    head = _header(lines, wanted)
    if head is None or not set(wanted) <= set(head[1]):
        reading.wrong(FIELDS, None, None, "has no row with the headings Field and Value")
        return contents
    at, columns = head
    key_at, value_at = map(columns.index, wanted)
    simple = {one.id: one for one in activity.fields}
    seen: dict[str, int] = {}
    for line in lines[at + 1 :]:
        key = line.cells[key_at].strip() if key_at < len(line.cells) else ""
        is_filled = value_at in line.problems or any(one.strip() for one in line.cells[value_at:])
        if not key and not is_filled:
            continue
        if key not in simple:
            if is_filled:
                what = shown(key) if key else "a value without the name of its field"
                reading.wrong(FIELDS, line.number, None, f"{what} is not a field of {activity.id}")
            continue
        if seen.setdefault(key, line.number) != line.number:
            reading.wrong(FIELDS, line.number, key, f"is already in row {seen[key]}")
        elif not simple[key].kind_row.has_fields:
            value = reading.value(FIELDS, line, value_at, simple[key])
            if value is not None:
                contents[key] = value
    return contents


def _read_place(
    reading: _Reading, lines: Sequence[Line], place: Place, contents: dict[str, Any]
) -> None:
    head = _header(lines, place.headings)
    if head is None:
        if any(not line.is_blank for line in lines):
            reading.wrong(place.title, None, None, f"has no header: {', '.join(place.headings)}")
        return
    at, columns = head
    numbered = reading.by_number.setdefault(place.title, {})
    for line in lines[at + 1 :]:
        if line.is_blank:
            continue
        cell = partial(_cell, line, columns)
        entry = _entry(reading, line, columns, place)
        owner = _owner(reading, line, cell(OF), place, contents)
        number = cell(NUMBER)
        if place.has_sheets and number:
            if number in numbered:
                reading.wrong(place.title, line.number, NUMBER, f"{shown(number)} appears twice")
            numbered[number] = entry
        if owner is not None and (entry or number):
            _hand_over(reading, line, entry, place, owner)


def _entry(reading: _Reading, line: Line, columns: Sequence[str], place: Place) -> dict[str, Any]:
    fields = {one.id: one for one in place.columns}
    entry: dict[str, Any] = {}
    for at in range(max(len(columns), len(line.cells))):
        column = columns[at] if at < len(columns) else ""
        if column in fields:
            value = reading.value(place.title, line, at, fields[column])
            if value is not None:
                entry[column] = value
        elif column not in {OF, NUMBER} and at < len(line.cells) and line.cells[at].strip():
            what = shown(column) if column else "a cell without a heading"
            reading.wrong(place.title, line.number, None, f"{what} is not a field of this sheet")
    return entry


def _owner(
    reading: _Reading, line: Line, number: str, place: Place, contents: dict[str, Any]
) -> dict[str, Any] | None:
    if place.within is None:
        return contents
    owner = reading.by_number.get(place.within.title, {}).get(number)
    if owner is None:
        what = f"{shown(number)} is not the number" if number else "is blank; it must be the number"
        reading.wrong(
            place.title, line.number, OF, f"{what} of a row on the sheet {place.within.title}"
        )
    return owner


def _hand_over(
    reading: _Reading, line: Line, entry: dict[str, Any], place: Place, owner: dict[str, Any]
) -> None:
    one = place.field
    if one.kind_row.shape == "group":
        if one.id in owner:
            reading.wrong(place.title, line.number, None, "there is only one row to fill in here")
        owner[one.id] = entry
    elif one.kind_row.shape == "ids-or-entries" and set(entry) == {"id"}:
        owner.setdefault(one.id, []).append(entry["id"])
    else:
        owner.setdefault(one.id, []).append(entry)


def _header(lines: Sequence[Line], wanted: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """Where the header stands, and its columns: the first row with the most of the names."""
    best, most = None, 0
    for at, line in enumerate(lines):
        columns = tuple(map(column_name, line.cells))
        count = len({column_name(one) for one in wanted}.intersection(columns))
        if count > most:
            best, most = (at, columns), count
    return best


def _cell(line: Line, columns: Sequence[str], column: str) -> str:
    at = columns.index(column) if column in columns else -1
    return line.cells[at].strip() if 0 <= at < len(line.cells) else ""
