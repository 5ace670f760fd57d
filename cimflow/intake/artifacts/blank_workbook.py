"""An artifact as a workbook to be filled in.

The sheet ``Fields`` has a row for each simple field. Each list (and each table of fields) has a
sheet of its own with a row for each entry; where entries hold lists themselves, a number joins the
rows of the one sheet to those of the other. Only the names of sheets, fields and numbers are read
back; the words above and beside them may be changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cimflow.intake.artifacts.artifact_sheets import (
    FIELDS,
    HEADINGS,
    NUMBER,
    OF,
    Place,
    places,
)
from cimflow.intake.artifacts.blank_toml import condition_of, in_levels, need_of
from cimflow.intake.tables.workbook import saved
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity

_ROWS_TO_FILL = 200
_LONGEST_LIST = 250  # characters of a drop-down
_LONGEST_CELL = 32_767
_BOLD, _GREY = Font(bold=True), PatternFill("solid", fgColor="EEEEEE")
_WRAPPED = Alignment(wrap_text=True, vertical="top")


def artifact_workbook(
    activity: Activity, level: str | None = None, contents: Mapping[str, Any] | None = None
) -> bytes:
    """A workbook to fill in: every field with what it is, whether it is needed, its choices.

    With a level it says what that level needs; with contents they are filled in already.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_fields(book.create_sheet(FIELDS), activity, level, contents or {})
    entries: dict[str, list[Mapping[str, Any]]] = {}
    sheets = places(activity)
    for place in sheets:
        rows = entries[place.title] = _entries_of(place, entries, contents or {})
        inside = [one for one in sheets if one.within is place]
        _write_place(book.create_sheet(place.title), place, inside, level, rows)
    return saved(book)


def _write_fields(
    sheet: Worksheet, activity: Activity, level: str | None, contents: Mapping[str, Any]
) -> None:
    rows = [f"{activity.title} ({activity.id})", " ".join(activity.what_to_do.split())]
    rows += [
        f"{in_levels(rule.levels)}: {rule.requirement}{condition_of(rule)}"
        for rule in activity.rules
        if level is None or level in rule.levels
    ]
    rows.append("Fill in the last column; anything left blank counts as missing.")
    for number, text in enumerate(rows, start=1):
        _put(sheet, number, 1, text, font=_BOLD if number == 1 else None)
    at = len(rows) + 2
    for column, (text, width) in enumerate(zip(HEADINGS, (28, 60, 40, 60), strict=True), start=1):
        _put(sheet, at, column, text, font=_BOLD, fill=_GREY)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for one in activity.fields:
        at += 1
        if one.kind_row.has_fields:
            title = next(p.title for p in places(activity) if p.field is one)
            texts = (one.id, one.name, need_of(one, activity.fields, level))
            hint = f"on the sheet {title}"
        else:
            need = f"{need_of(one, activity.fields, level)}; {_form(one)}"
            texts, hint = (one.id, one.name, need), ""
        for column, text in enumerate(texts, start=1):
            _put(sheet, at, column, text, wrapped=True)
        value = _put(sheet, at, len(HEADINGS), hint, wrapped=True)
        if not hint:
            _fill(value, one, contents.get(one.id))
            _offer_choices(sheet, one, value.coordinate)


def _entries_of(
    place: Place, entries: Mapping[str, list[Mapping[str, Any]]], contents: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The rows of a sheet; beside its fields each has its own number and that of its owner."""
    owners = entries[place.within.title] if place.within else [contents]
    rows: list[Mapping[str, Any]] = []
    for number, owner in enumerate(owners, start=1):
        value = owner.get(place.field.id)
        several = [value] if isinstance(value, Mapping) else value or []
        for one in several:
            entry = one if isinstance(one, Mapping) else {"id": one}
            rows.append({**entry, OF: number, NUMBER: len(rows) + 1})
    return rows


def _write_place(
    sheet: Worksheet,
    place: Place,
    inside: Sequence[Place],
    level: str | None,
    rows: Sequence[Mapping[str, Any]],
) -> None:
    need = need_of(place.field, place.beside, level)
    many = "one row" if place.field.kind_row.shape == "group" else "a row for each"
    also = (
        "; if only the column id is filled in, it names an entry that was filed earlier"
        if place.field.kind_row.shape == "ids-or-entries"
        else ""
    )
    more = "".join(f"; {one.field.id} on the sheet {one.title}" for one in inside)
    _put(sheet, 1, 1, f"{place.field.name} ({need}): {many}{also}{more}", font=_BOLD)
    explained = {one.id: one for one in place.columns}
    first = 4
    for column, heading in enumerate(place.headings, start=1):
        one = explained.get(heading)
        _put(sheet, 2, column, _explanation(place, heading, one, level), wrapped=True)
        _put(sheet, 3, column, heading, font=_BOLD, fill=_GREY)
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = 34 if one else 12
        if one is not None:
            _offer_choices(sheet, one, f"{letter}{first}:{letter}{first + _ROWS_TO_FILL}")
        for number, row in enumerate(rows, start=first):
            cell = _put(sheet, number, column, "", wrapped=True)
            if one is not None:
                _fill(cell, one, row.get(heading))
            else:
                cell.value = row[heading]
    sheet.freeze_panes = "A4"


def _explanation(place: Place, heading: str, one: FieldDefinition | None, level: str | None) -> str:
    if one is not None:
        return f"{one.name} ({need_of(one, place.field.fields, level)}; {_form(one)})"
    if heading == OF and place.within is not None:
        return f"the number of the row on the sheet {place.within.title} to which this belongs"
    return "number the rows: 1, 2, 3 …"


def _form(one: FieldDefinition) -> str:
    parts = [one.kind_row.in_a_cell]
    if one.choices:
        parts[0] += ": " + ", ".join(one.choices)
    if one.must_be is not None:
        parts.append(f"the answer must be {'yes' if one.must_be else 'no'}")
    if one.minimum is not None:
        parts.append(f"at least {one.minimum:g}")
    if one.maximum is not None:
        parts.append(f"at most {one.maximum:g}")
    return "; ".join(parts)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    *,
    font: Font | None = None,
    fill: PatternFill | None = None,
    wrapped: bool = False,
) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # noqa: S101 - the sheet is new, none of its cells is merged
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
        cell.data_type = "s"  # never a formula
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = fill
    if wrapped:
        cell.alignment = _WRAPPED
    return cell


def _fill(cell: Cell, one: FieldDefinition, value: Any) -> None:
    written = one.kind_row.write_cell(value)
    if isinstance(written, str):
        if len(written) > _LONGEST_CELL:
            raise ValueError(f"{one.id}: is longer than a workbook cell allows")
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", written)
        cell.data_type = "s"
    elif written is not None:
        cell.value = written
    cell.number_format = one.kind_row.cell_format


def _offer_choices(sheet: Worksheet, one: FieldDefinition, cells: str) -> None:
    words = one.kind_row.offers(one)
    listed = ",".join(words)
    if not words or len(listed) > _LONGEST_LIST or any("," in word for word in words):
        return
    offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
    offer.showErrorMessage = True
    offer.errorTitle, offer.error = "Choose from the list", f"One of: {listed}"[:250]
    sheet.add_data_validation(offer)
    offer.add(cells)
