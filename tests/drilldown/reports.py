"""CALPADS and TOMS reports as tables of a few rows; and what is counted of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np

from cimflow.drilldown.calpads.join_reports import joined_reports
from cimflow.drilldown.counting.apply_definition import facts_of
from cimflow.drilldown.counting.count_students import count
from cimflow.drilldown.counting.rates import rates_of
from cimflow.drilldown.model.coded_table import CodedTable, Problems, coded
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import note_students_of_several_leas, once_per_site
from tests.drilldown.students import LEA, WORDS

DAY = dt.date(2024, 6, 30)
Row = Mapping[str, str]
Rates = dict[tuple[str, str, str, str], tuple[float, float]]
A, B = "1999101", "1999102"
COLUMNS = {
    "8.1": ("student_id", "school_code", "grade", "age", "race_ethnicity"),
    "16.14": ("student_id", "cds_code", "lea_name", "plan_start", "disability", "program_setting", "general_education_percent"),
    "14.2": ("student_id", "school_code", "grade", "days_expected", "days_absent"),
    "7.12": ("student_id", "school_code", "incident_result", "suspension_days"),
    "toms": ("student_id", "record_type", "level"),
}  # fmt: skip


def profile(**cells: str) -> Row:
    """A ten-year-old of report 8.1."""
    row = {"student_id": "1", "school_code": A, "grade": "05", "age": "10"}
    return {**row, "race_ethnicity": "White", **cells}


def plan(**cells: str) -> Row:
    """A plan of report 16.14: a specific learning disability, in regular classes."""
    row = {"student_id": "1", "cds_code": LEA, "plan_start": "2023-09-01", "disability": "290"}
    return {**row, "program_setting": "400", "general_education_percent": "85", **cells}


def absence(**cells: str) -> Row:
    """A spell of report 14.2."""
    row = {"student_id": "1", "school_code": A, "grade": "05"}
    return {**row, "days_expected": "180", "days_absent": "9", **cells}


def incident(**cells: str) -> Row:
    """A day of out-of-school suspension."""
    row = {"student_id": "1", "school_code": A, "incident_result": "100"}
    return {**row, "suspension_days": "1", **cells}


def score(**cells: str) -> Row:
    """A score in English language arts."""
    return {"student_id": "1", "record_type": "01", "level": "3", **cells}


def table(
    kind: str, rows: Sequence[Row], without: Sequence[str] = (), file: str = ""
) -> CodedTable:
    """A report as it is read; its file is called after its kind."""
    columns = [one for one in COLUMNS[kind] if one not in without]
    cells = {name: coded([row.get(name, "") for row in rows]) for name in columns}
    return CodedTable(file or f"{kind}.csv", cells, np.arange(2, len(rows) + 2))


def counted(
    reports: Sequence[tuple[str, CodedTable]],
    problems: Problems | None = None,
    lea: str | None = None,
) -> Rates:
    """Numerator and denominator of each LEA, element, subgroup and group."""
    found = problems if problems is not None else Problems()
    tidy = joined_reports(reports, WORDS, found, lea=lea, as_of=DAY)
    students = once_per_site(read_students([tidy], WORDS, found), found)
    note_students_of_several_leas(students, found)
    frame = rates_of(count(facts_of(students, WORDS, "dashboard"), WORDS).assign(hidden=""))
    return {
        (str(one.cds_code), str(one.element), str(one.subgroup), str(one.group)): (one.numerator, one.denominator)
        for one in frame.itertuples(index=False)
    }  # fmt: skip
