"""The rows of downloaded reports: what each cell says, and in which row of which file it stands.

Where several rows speak of one student, an order of their values decides which comes first; the
order of rows and of files decides nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.reading.cell_meaning import decimal


class Cell(NamedTuple):
    """A text and where it stands."""

    text: str
    file: str
    row: int


Record = dict[str, Cell]
"""What is known of a student, by column; nothing in it is empty."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a report; ``texts`` holds only the cells with something in them."""

    student: str
    file: str
    number: int
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        """What is in a column, or nothing."""
        return self.texts.get(name, "")

    def cell(self, name: str) -> Cell:
        """The same, with where it stands."""
        return Cell(self.text(name), self.file, self.number)

    @property
    def school(self) -> str:
        """The school's code; nothing where the report names none."""
        return self.text("school_code")

    def note(self, problems: Problems, field: str, message: str) -> None:
        """Note what is wrong in a cell of this row."""
        problems.add(self.file, field, message, np.array([self.number]))


def rows_of(
    tables: Iterable[CodedTable], students: Collection[str] | None = None
) -> list[ReportRow]:
    """The rows of reports of one kind, of these students or of all who are named."""
    found: list[ReportRow] = []
    for table in tables:
        ids = table.column("student_id")
        wanted = [bool(one) and (students is None or one in students) for one in ids.values]
        rows = np.flatnonzero(np.array(wanted, dtype=np.bool_)[ids.codes])
        columns = {
            name: column.texts()[rows]
            for name, column in table.columns.items()
            if name != "student_id"
        }
        texts = ids.texts()[rows]
        for at, number in enumerate(table.numbers[rows].tolist()):
            cells = {name: str(one[at]) for name, one in columns.items() if one[at]}
            found.append(ReportRow(str(texts[at]), table.file, number, cells))
    return found


def greatest_first(rows: Iterable[ReportRow], columns: Sequence[str]) -> list[ReportRow]:
    """Rows by their values in these columns: numbers before words, words before nothing."""
    in_files = sorted(rows, key=lambda one: (one.file, one.number))
    return sorted(
        in_files, key=lambda one: tuple(_rank(one.text(name)) for name in columns), reverse=True
    )


def first_known(rows: Iterable[ReportRow], columns: Sequence[str]) -> Record:
    """What the first row says, and where it says nothing, the next."""
    found: Record = {}
    for row in rows:
        for name in columns:
            if name not in found and row.text(name):
                found[name] = row.cell(name)
    return found


def _rank(text: str) -> tuple[int, float, str]:
    if not text:
        return (0, 0.0, "")
    try:
        return (2, decimal(text), text)
    except ValueError:
        return (1, 0.0, text)
