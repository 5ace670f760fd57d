"""Invented students with defaults, as rows of the tidy table; and what is counted of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from cimflow.drilldown.counting.apply_definition import facts_of
from cimflow.drilldown.counting.count_students import count
from cimflow.drilldown.counting.rates import rates_of
from cimflow.drilldown.model.coded_table import CodedTable, Problems, coded
from cimflow.drilldown.model.config_file import load_drill_down_config
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import once_per_site
from cimflow.drilldown.reading.tidy_csv import COLUMNS_IN_WORDS

WORDS = load_drill_down_config()
LEA = "01999100000001"
COLUMNS = tuple(COLUMNS_IN_WORDS)
_NUMBER = iter(range(1, 10**9))

Rates = dict[tuple[str, str, str], tuple[float, float]]


def student(**cells: object) -> dict[str, str]:
    """A ten-year-old in a regular class about whom nothing else is known."""
    row = {
        "student_id": f"{next(_NUMBER):010d}",
        "cds_code": LEA,
        "grade": "05",
        "school_code": "1999101",
        "age": "10",
        "race_ethnicity": "White",
        "disability": "290",
    }
    return {
        **dict.fromkeys(COLUMNS, ""),
        **row,
        **{name: str(text) for name, text in cells.items()},
    }


def toddler(**cells: object) -> dict[str, str]:
    """A four-year-old in preschool."""
    return student(**{"grade": "PS", "age": "4", "program_setting": "201", **cells})


def table_of(rows: Sequence[dict[str, str]], file: str = "students.csv") -> CodedTable:
    """The rows as a coded table, numbered as in a file with a header."""
    columns = {name: coded([row[name] for row in rows]) for name in COLUMNS}
    return CodedTable(file, columns, np.arange(2, len(rows) + 2))


def counted(
    rows: Sequence[dict[str, str]],
    definition: str = "dashboard",
    problems: Problems | None = None,
    two_way: Sequence[tuple[str, str]] = (),
) -> Rates:
    """Numerator and denominator of each element, subgroup and group of the one LEA."""
    found = problems if problems is not None else Problems()
    students = once_per_site(read_students([table_of(rows)], WORDS, found), found)
    facts = facts_of(students, WORDS, definition)
    counts = count(facts, WORDS, two_way=two_way).assign(hidden="")
    return {
        (str(one.element), str(one.subgroup), str(one.group)): (one.numerator, one.denominator)
        for one in rates_of(counts).itertuples(index=False)
    }


def as_csv(rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> str:
    """The rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(path: Path, rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """A CSV file with these rows."""
    path.write_text(as_csv(rows, columns), encoding="utf-8")
    return path
