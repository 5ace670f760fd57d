"""The reports that an LEA downloads from CALPADS and TOMS, joined to one tidy table.

8.1 says who the students are, 16.14 who of them has a disability, where, and which LEA is
accountable; 14.2 how often they were absent, 7.12 how often suspended, the TOMS file how they
scored. They are joined by the state's student id, which leaves this module with the table and
nothing else. Their layouts come from public programs that read them and are marked so
(``confidence``) in ``config/drilldown.toml``. Which of several rows is taken stands in ``repeats``.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from cimflow.drilldown.calpads.incidents import days_and_expulsions, nothing_removed, removals_of
from cimflow.drilldown.calpads.repeated_rows import (
    LEVELS,
    absences,
    general,
    levels,
    plans_by_lea,
    profiles_at_schools,
    with_ages,
)
from cimflow.drilldown.calpads.report_rows import Cell, Record, ReportRow, rows_of
from cimflow.drilldown.calpads.report_schools import schools_of
from cimflow.drilldown.model.coded_table import CodedColumn, CodedTable, Origins, Problems, coded
from cimflow.drilldown.model.definitions import DrillDown, Report
from cimflow.drilldown.reading.cell_meaning import NO_STUDENT, note_misfits
from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables.header import column_name

STUDENTS, PLANS, ABSENCES, INCIDENTS, SCORES = "8.1", "16.14", "14.2", "7.12", "toms"
_HELPING = {"birth_date", "plan_start", "lea_name", "incident_result", "record_type", "level"}
"""Columns that are no column of a tidy table."""


def joined_reports(
    reports: Sequence[tuple[str, CodedTable]],
    words: DrillDown,
    problems: Problems,
    *,
    lea: str | None = None,
    as_of: dt.date,
) -> CodedTable:
    """One tidy table of the students who stand in report 16.14, with what the others say of them.

    A student of whom the reports name two schools gets a row for each; what is known of the student
    and not of a school stands in both. A cell remembers which row of which file it comes from.

    Raises:
        IntakeErrors: there is no report 16.14, or nobody says which LEA is accountable.
    """
    by_kind: dict[str, list[CodedTable]] = defaultdict(list)
    for kind, table in reports:
        by_kind[kind].append(table)
        note_misfits(table, _not_known(table, words.reports[kind]), problems)
        nobody = table.numbers[table.column("student_id").is_blank()]
        problems.add(table.file, "student_id", NO_STUDENT, nobody)
    files = " + ".join(table.file for _, table in reports)
    if not by_kind[PLANS]:
        raise IntakeErrors.of_file(
            files,
            f"{words.reports[PLANS].title} is missing: it shows which students have a disability",
        )
    if lea is None and not any(any(one.column("cds_code").values) for one in by_kind[PLANS]):
        raise IntakeErrors.of_file(
            files,
            f"{words.reports[PLANS].title} does not give the accountable LEA by code; name it"
            " with --lea",
        )
    plans = plans_by_lea(by_kind[PLANS], lea, problems)
    known = {student for student, _ in plans}
    at_schools = _at_schools(by_kind, known, words, problems, as_of)
    rows: list[tuple[ReportRow, Record]] = []
    for (student, code), plan in plans.items():
        own = {name: plan.cell(name) for name in plan.texts if name not in _HELPING}
        own["student_id"] = Cell(student, plan.file, plan.number)
        own["cds_code"] = Cell(code, plan.file, plan.number)
        rows += [(plan, {**record, **own}) for record in at_schools[student]]
        if not any("grade" in record for record in at_schools[student]):
            plan.note(problems, "grade", "no report gives the grade of this student")
    kinds = tuple(sorted(kind for kind, tables in by_kind.items() if tables))
    return _table(files, rows, _given(by_kind), kinds)


def _not_known(table: CodedTable, report: Report) -> list[str]:
    """The columns of a report that nobody knows."""
    aliases = (one for names in report.columns.values() for one in names)
    known = {column_name(one) for one in (*report.tells, *report.unused, *aliases)}
    return [one for one in table.unknown if one not in known]


def _at_schools(
    by_kind: Mapping[str, Sequence[CodedTable]],
    known: set[str],
    words: DrillDown,
    problems: Problems,
    as_of: dt.date,
) -> dict[str, list[Record]]:
    """For each student a record at each school, in the order of the schools' codes."""
    profiles = with_ages(rows_of(by_kind[STUDENTS], known), problems, as_of)
    attended = rows_of(by_kind[ABSENCES], known)
    removals = removals_of(by_kind[INCIDENTS], known, words.incident_results, problems)
    schools = schools_of((*profiles, *attended), chain(*removals.values()))
    at_school = profiles_at_schools(profiles, problems)
    absent = absences(schools, attended, problems)
    removed = days_and_expulsions(schools, removals, problems)
    of_student = general(profiles, attended)
    scores = levels(by_kind[SCORES], known, words.score_records, problems)
    nothing = nothing_removed(by_kind[INCIDENTS])
    return {
        student: [
            {
                **nothing,
                **of_student.get(student, {}),
                **absent.get((student, school), {}),
                **at_school.get((student, school), {}),
                **removed.get((student, school), {}),
                **scores.get(student, {}),
                **({"school_code": named} if school else {}),
            }
            for school, named in schools.of(student)
        ]
        for student in known
    }


def _given(by_kind: Mapping[str, Sequence[CodedTable]]) -> set[str]:
    """The tidy columns that these reports fill."""
    given = {"student_id", "cds_code", "school_code"}
    for kind in (STUDENTS, PLANS, ABSENCES):
        given |= {one for table in by_kind[kind] for one in table.columns}
    if "birth_date" in given:
        given.add("age")
    given |= set(nothing_removed(by_kind[INCIDENTS]))
    if by_kind[SCORES]:
        given |= set(LEVELS.values())
    return given - _HELPING


def _table(
    file: str, rows: Sequence[tuple[ReportRow, Record]], given: set[str], kinds: tuple[str, ...]
) -> CodedTable:
    """Every cell with where it comes from; an empty one belongs to the row of the plan."""
    columns: dict[str, CodedColumn] = {}
    origins: dict[str, Origins] = {}
    numbers = np.array([plan.number for plan, _ in rows], dtype=np.int64)
    for name in sorted(given):
        cells = [record.get(name, Cell("", plan.file, plan.number)) for plan, record in rows]
        columns[name] = coded([one.text for one in cells])
        files = coded([one.file for one in cells])
        rows_in_files = np.array([one.row for one in cells], dtype=np.int64)
        origins[name] = Origins(files.values, files.codes, rows_in_files)
    return CodedTable(file, columns, numbers, reports=kinds, origins=origins)
