"""Which sheets the workbook of an artifact has, and which columns: for writing and for reading."""

from __future__ import annotations

from dataclasses import dataclass

from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity

FIELDS = "Fields"
HEADINGS = ("Field", "What it is", "Required?", "Value")
NUMBER, OF = "no", "of_no"
_LONGEST_TITLE = 31  # what a spreadsheet allows


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet for the entries of a field: the field, its sheet's title, the sheet it belongs to."""

    field: FieldDefinition
    title: str
    within: Place | None
    beside: tuple[FieldDefinition, ...]

    @property
    def columns(self) -> tuple[FieldDefinition, ...]:
        """The fields that are a column of it."""
        return tuple(one for one in self.field.fields if not one.kind_row.has_fields)

    @property
    def has_sheets(self) -> bool:
        """Whether some of its fields have sheets of their own."""
        return len(self.columns) < len(self.field.fields)

    @property
    def headings(self) -> tuple[str, ...]:
        """The names of its columns, as they are read."""
        joins = (OF,) if self.within else ()
        own = (NUMBER,) if self.has_sheets else ()
        return (*joins, *own, *(one.id for one in self.columns))


def places(activity: Activity) -> list[Place]:
    """Every sheet but the first, those that hold others before these."""
    found: list[Place] = []
    taken = {FIELDS.casefold()}

    def add(fields: tuple[FieldDefinition, ...], within: Place | None, path: str) -> None:
        for one in fields:
            if one.kind_row.has_fields:
                place = Place(one, _title(f"{path}{one.id}", taken), within, fields)
                found.append(place)
                add(one.fields, place, f"{path}{one.id}.")

    add(activity.fields, None, "")
    return found


def _title(path: str, taken: set[str]) -> str:
    number = 1
    title = path[:_LONGEST_TITLE]
    while title.casefold() in taken:
        number += 1
        title = f"{path[: _LONGEST_TITLE - 4]} {number}"
    taken.add(title.casefold())
    return title
