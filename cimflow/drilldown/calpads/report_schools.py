"""At which schools the reports see a student, and at which of them a row counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cimflow.drilldown.calpads.report_rows import Cell, ReportRow
from cimflow.drilldown.model.coded_table import Problems

Key = tuple[str, str]
"""A student and a school; the school is empty where no report names one."""


@dataclass(frozen=True, slots=True)
class Schools:
    """The schools of each student by code, with the cell that names each."""

    named: Mapping[str, Mapping[str, Cell]]

    def of(self, student: str) -> list[tuple[str, Cell]]:
        """A student's schools in the order of their codes; one without a name where none has."""
        return sorted(self.named.get(student, {}).items()) or [("", Cell("", "", 0))]

    def placed(
        self, rows: Iterable[ReportRow], problems: Problems
    ) -> Iterator[tuple[Key, ReportRow]]:
        """Each row with the student and school for whom it counts.

        One that names no school, of a student of several, counts at the first, and is told.
        """
        for row in rows:
            schools = self.named.get(row.student, {})
            if row.school in schools:
                yield (row.student, row.school), row
                continue
            if len(schools) > 1:
                message = "is missing, and the student has several schools; counted at the first"
                row.note(problems, "school_code", message)
            yield (row.student, min(schools, default="")), row


def schools_of(rows: Iterable[ReportRow], removals: Iterable[ReportRow]) -> Schools:
    """The schools that rows name, and that removals name of students who have one already.

    Where only the report of incidents named schools, every student of a school would be one with
    an incident.
    """
    named: dict[str, dict[str, Cell]] = defaultdict(dict)
    for row in _in_files(rows):
        if row.school:
            named[row.student].setdefault(row.school, row.cell("school_code"))
    for row in _in_files(removals):
        if row.school and row.student in named:
            named[row.student].setdefault(row.school, row.cell("school_code"))
    return Schools(named)


def _in_files(rows: Iterable[ReportRow]) -> list[ReportRow]:
    return sorted(rows, key=lambda one: (one.file, one.number))
