"""Which of several rows of a report about one student is taken; each further one is told.

Plans: the one that starts last. Profiles and scores: the greatest values. Absences of one school:
added up. Where that leaves a choice, the greatest values, so that the order of rows and of files
decides nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import fsum
from typing import TypeVar

from cimflow.drilldown.calpads.incidents import note_unknown_codes
from cimflow.drilldown.calpads.report_rows import (
    Cell,
    Record,
    ReportRow,
    first_known,
    greatest_first,
    rows_of,
)
from cimflow.drilldown.calpads.report_schools import Key, Schools
from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.model.definitions import CodeMeanings
from cimflow.drilldown.reading.cell_meaning import MORE_ABSENT, NO_DAYS, days, decimal
from cimflow.intake.tables import cells

LEVELS = {"ela": "ela_level", "math": "math_level"}
EXPECTED, ABSENT = "days_expected", "days_absent"
_OF_STUDENT = ("grade", "age", "race_ethnicity")
_OF_PLAN = ("disability", "program_setting", "general_education_percent")
_NO_LEA = "is missing; read as the LEA named with --lea"
_SEVERAL_LEAS = (
    "names several accountable LEAs and none by its code; all are read as the LEA that was named"
    " with --lea"
)
_PLAN_AGAIN = (
    "is the same student again; of several plans the one that starts last is taken, and of those"
    " the one with the greatest codes"
)
_PROFILE_AGAIN = "is the same student at the same school again; the highest values are used"
_SPELL_AGAIN = "is the same student at the same school again; days are added up"
_SAME_SPELL = "is the same student at the same school with the same days again; counted once"
_SCORE_AGAIN = "is the same student in the same subject again; the highest level is used"

Group = TypeVar("Group", bound=Hashable)


def plans_by_lea(
    tables: Sequence[CodedTable], lea: str | None, problems: Problems
) -> dict[tuple[str, str], ReportRow]:
    """The plan of each student under each LEA that a plan names as accountable.

    Where the code is missing it is ``lea``; where that is missing too, it stays empty.
    """
    by_lea: dict[tuple[str, str], list[ReportRow]] = defaultdict(list)
    for table in tables:
        coded_leas = "cds_code" in table.columns
        names = {one for one in table.column("lea_name").values if one}
        if lea and not coded_leas and len(names) > 1:
            problems.add_to_file(table.file, "cds_code", _SEVERAL_LEAS)
        for row in rows_of([table]):
            code = row.text("cds_code")
            if lea and coded_leas and not code:
                row.note(problems, "cds_code", _NO_LEA)
            by_lea[row.student, code or lea or ""].append(row)
    found: dict[tuple[str, str], ReportRow] = {}
    for key, rows in by_lea.items():
        starts = {id(row): _start(row, problems) for row in rows}
        by_values = greatest_first(rows, _OF_PLAN)
        found[key], *others = sorted(by_values, key=lambda one: starts[id(one)], reverse=True)
        for other in others:
            other.note(problems, "student_id", _PLAN_AGAIN)
    return found


def profiles_at_schools(rows: Iterable[ReportRow], problems: Problems) -> dict[Key, Record]:
    """What report 8.1 says of each student at each school."""
    found: dict[Key, Record] = {}
    for key, group in _groups(rows, lambda one: (one.student, one.school)).items():
        ordered = greatest_first(group, (*_OF_STUDENT, "school_name"))
        found[key] = first_known(ordered, (*_OF_STUDENT, "school_name"))
        for other in ordered[1:]:
            other.note(problems, "student_id", _PROFILE_AGAIN)
    return found


def general(*reports: Iterable[ReportRow]) -> dict[str, Record]:
    """What is known of a student wherever: of the first report that says it, the greatest value."""
    found: dict[str, Record] = {}
    for rows in reports:
        for student, group in _groups(rows, lambda one: one.student).items():
            said = first_known(greatest_first(group, _OF_STUDENT), _OF_STUDENT)
            found[student] = {**said, **found.get(student, {})}
    return found


def with_ages(rows: Iterable[ReportRow], problems: Problems, as_of: dt.date) -> list[ReportRow]:
    """The rows with an age in full years where they have only a day of birth."""
    found = []
    for row in rows:
        born = row.text("birth_date")
        if not born or row.text("age"):
            found.append(row)
            continue
        try:
            age = _age_on(as_of, cells.day(born))
        except ValueError:
            row.note(problems, "birth_date", "is not a date such as 2015-01-31 or 1/31/2015")
            found.append(row)
        else:
            found.append(replace(row, texts={**row.texts, "age": str(age)}))
    return found


def absences(schools: Schools, rows: Iterable[ReportRow], problems: Problems) -> dict[Key, Record]:
    """Days expected and absent of each student at each school, all spells there together."""
    by_school: dict[Key, list[ReportRow]] = defaultdict(list)
    for key, row in schools.placed(rows, problems):
        by_school[key].append(row)
    return {key: _spells(group, problems) for key, group in by_school.items()}


def _spells(rows: Sequence[ReportRow], problems: Problems) -> Record:
    ordered = greatest_first(rows, (EXPECTED, ABSENT, "grade"))
    if len(ordered) == 1:
        return first_known(ordered, (EXPECTED, ABSENT, "grade"))
    spells: dict[tuple[float, float], ReportRow] = {}
    for at, row in enumerate(ordered):
        spell = _days_of(row, problems)
        if at:
            row.note(problems, "student_id", _SAME_SPELL if spell in spells else _SPELL_AGAIN)
        if spell is not None:
            spells.setdefault(spell, row)
    found = first_known(ordered, ("grade",))
    if spells:
        where = next(iter(spells.values()))
        for name, total in zip((EXPECTED, ABSENT), zip(*spells, strict=True), strict=True):
            found[name] = Cell(f"{fsum(total):.10g}", where.file, where.number)
    return found


def _days_of(row: ReportRow, problems: Problems) -> tuple[float, float] | None:
    """Days expected and absent; nothing where the record is not whole, as at a single site."""
    found = []
    for name in (EXPECTED, ABSENT):
        try:
            found.append(days(row.text(name)))
        except ValueError:
            if row.text(name):
                row.note(problems, name, NO_DAYS)
    if len(found) < 2:
        return None
    if found[1] > found[0]:
        row.note(problems, ABSENT, MORE_ABSENT)
        return None
    return found[0], found[1]


def levels(
    tables: Sequence[CodedTable],
    students: Collection[str],
    records: CodeMeanings,
    problems: Problems,
) -> dict[str, Record]:
    """The levels of each student, from the TOMS file."""
    kinds = {code: kind for kind in LEVELS for code in records.of(kind)}
    known = {*kinds, *records.ignored}
    by_subject: dict[tuple[str, str], list[ReportRow]] = defaultdict(list)
    for table in tables:
        note_unknown_codes(table, "record_type", known, problems)
        for row in rows_of([table], students):
            kind = kinds.get(row.text("record_type"))
            if kind and row.text("level"):
                by_subject[row.student, LEVELS[kind]].append(row)
    found: dict[str, Record] = defaultdict(dict)
    for (student, name), rows in by_subject.items():
        best, *others = sorted(
            greatest_first(rows, ("level",)),
            key=lambda one: _is_level(one.text("level")),
            reverse=True,
        )
        found[student][name] = best.cell("level")
        for other in others:
            other.note(problems, "student_id", _SCORE_AGAIN)
    return found


def _is_level(text: str) -> bool:
    try:
        return decimal(text) in {1, 2, 3, 4}
    except ValueError:
        return False


def _groups(
    rows: Iterable[ReportRow], key: Callable[[ReportRow], Group]
) -> Mapping[Group, list[ReportRow]]:
    found: dict[Group, list[ReportRow]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _start(row: ReportRow, problems: Problems) -> dt.date:
    """The day on which a plan starts; long ago where it does not say."""
    text = row.text("plan_start")
    if text:
        try:
            return cells.day(text)
        except ValueError:
            row.note(problems, "plan_start", "is not a date such as 2024-01-31 or 1/31/2024")
    return dt.date.min


def _age_on(day: dt.date, birth: dt.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
