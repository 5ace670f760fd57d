"""What every cell of a tidy table means, or that it means nothing.

A value that is impossible is noted with its row and field and then read as missing: the student
still counts wherever that value is not needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cimflow.drilldown.model.coded_table import (
    CodedColumn,
    CodedTable,
    Flags,
    Floats,
    Ints,
    Problems,
)
from cimflow.drilldown.model.config_file import DrillDownConfig, folded
from cimflow.drilldown.model.students import MISSING, OUTCOME_COLUMNS
from cimflow.drilldown.model.subgroups import NOT_REPORTED

OLDEST = 22
MOST_DAYS = 366.0
NO_DAYS = "is not a number of days from 0 to 366"
NO_STUDENT = "is missing; the row is skipped"
MORE_ABSENT = "is more than days_expected; read as missing"
_DAYS = ("days_expected", "days_absent", "suspension_days")


@dataclass(frozen=True, slots=True)
class Meant:
    """A table, its texts that are names, its columns as numbers, and the rows that count."""

    table: CodedTable
    texts: dict[str, CodedColumn]
    arrays: dict[str, NDArray[Any]]
    kept: Flags


class _Cells:
    """Reads the columns of one table; notes what they cannot mean."""

    def __init__(self, table: CodedTable, problems: Problems) -> None:
        self.table, self.problems = table, problems

    def told(
        self, name: str, meaning: Callable[[str], Any], missing: Any, kind: Any, message: str
    ) -> NDArray[Any]:
        """What a column means; ``meaning`` raises ValueError or KeyError where it means nothing."""
        column = self.table.column(name)
        meant, wrong = [], []
        for at, text in enumerate(column.values):
            try:
                meant.append(missing if text == "" else meaning(text))
            except (ValueError, KeyError):
                meant.append(missing)
                wrong.append(at)
        if wrong:
            self.note(name, message, np.isin(column.codes, wrong))
        return np.array(meant, dtype=kind)[column.codes]

    def note(self, name: str, message: str, rows: Flags) -> None:
        """Note that these rows have a problem in a column."""
        for file, numbers in self.table.where(name, rows):
            self.problems.add(file, name, message, numbers)

    def number(self, name: str, least: float, most: float, what: str) -> Floats:
        """A column of decimals within bounds."""

        def meaning(text: str) -> float:
            value = decimal(text)
            if not least <= value <= most:
                raise ValueError
            return value

        return self.told(name, meaning, np.nan, np.float64, f"is not {what}")

    def whole(self, name: str, least: int, most: int, what: str) -> Ints:
        """A column of whole numbers within bounds."""

        def meaning(text: str) -> int:
            value = decimal(text)
            if not least <= value <= most or value != int(value):
                raise ValueError
            return int(value)

        return self.told(name, meaning, MISSING, np.int64, f"is not {what}")

    def yes_or_no(self, name: str) -> Ints:
        """A column of yes and no."""
        return self.told(
            name, lambda text: _YES_NO[text.casefold()], MISSING, np.int64, "is not yes or no"
        )


_YES_NO = {
    "yes": 1,
    "y": 1,
    "true": 1,
    "1": 1,
    "1.0": 1,
    "no": 0,
    "n": 0,
    "false": 0,
    "0": 0,
    "0.0": 0,
}
_DECIMAL = re.compile(r"-?(\d+\.?\d*|\.\d+)", re.ASCII)


def decimal(text: str) -> float:
    """A decimal, of a percentage too.

    Raises:
        ValueError: it is none.
    """
    if not _DECIMAL.fullmatch(text.removesuffix("%").strip()) or len(text) > 20:
        raise ValueError
    return float(text.removesuffix("%"))


def days(text: str) -> float:
    """Days of one year.

    Raises:
        ValueError: it is no decimal, or there are not so many.
    """
    value = decimal(text)
    if not 0 <= value <= MOST_DAYS:
        raise ValueError
    return value


def note_misfits(table: CodedTable, unknown: Iterable[str], problems: Problems) -> None:
    """Note the rows of a file that do not fit, and its columns that nobody knows."""
    for misfit in table.misfits:
        problems.add(table.file, None, misfit.message, np.array([misfit.row or 0]))
    if table.more_misfits:
        problems.add_to_file(
            table.file, None, f"{table.more_misfits:,} more rows do not match the header"
        )
    for one in unknown:
        problems.add_to_file(table.file, one, "this column is not recognized and not used")


def meaning_of(table: CodedTable, words: DrillDownConfig, problems: Problems) -> Meant:
    """What the rows of a table mean; what they cannot mean is noted in ``problems``."""
    cells = _Cells(table, problems)
    note_misfits(table, table.unknown, problems)
    disabilities = {one: at for at, one in enumerate(words.disability.codes)}
    left_out = len(disabilities)
    grades = {one: at for at, one in enumerate(words.grades.known)}
    written = {folded(way): grades[one] for way, one in words.grades.written.items()}
    races = {one: at for at, one in enumerate(words.groups.race_ethnicity)}
    settings = {one: at for at, one in enumerate(words.program_setting.codes)}
    disability = cells.told(
        "disability",
        lambda text: (
            left_out if _code(text) in words.disability.none else disabilities[_code(text)]
        ),
        MISSING,
        np.int64,
        "is not a CALPADS disability code",
    )
    arrays: dict[str, NDArray[Any]] = {
        "grade": cells.told(
            "grade",
            lambda text: written[folded(text)] if folded(text) in written else grades[text.upper()],
            MISSING,
            np.int64,
            f"is not a grade from {words.grades.known[0]} to {words.grades.known[-1]}",
        ),
        "age": cells.whole("age", 0, OLDEST, f"an age in full years from 0 to {OLDEST}"),
        "race": cells.told(
            "race_ethnicity",
            lambda text: races[words.race_written[folded(_code(text))]],
            races[NOT_REPORTED],
            np.int64,
            "is not a race/ethnicity that cimflow recognizes",
        ),
        "disability": disability,
        "setting": cells.told(
            "program_setting",
            lambda text: settings[_code(text)],
            MISSING,
            np.int64,
            "is not a CALPADS program setting code",
        ),
        "general_education_percent": cells.number(
            "general_education_percent", 0, 100, "a percentage from 0 to 100"
        ),
        "ela_level": cells.whole("ela_level", 1, 4, "a level from 1 to 4"),
        "math_level": cells.whole("math_level", 1, 4, "a level from 1 to 4"),
        **{one: cells.told(one, days, np.nan, np.float64, NO_DAYS) for one in _DAYS},
        "expelled": cells.yes_or_no("expelled"),
        **{one: cells.yes_or_no(one) for one in OUTCOME_COLUMNS},
    }
    _more_absent_than_expected(cells, arrays)
    kept = _rows_that_count(cells)
    without = kept & (disability == left_out)
    cells.note("disability", "is 200, not a student with a disability; skipped", without)
    texts = {
        "lea": table.column("cds_code"),
        "student": table.column("student_id"),
        "school": table.column("school_code"),
    }
    return Meant(table, texts, arrays, kept & ~without)


def _code(text: str) -> str:
    """A code as text; a spreadsheet may have made a number of it."""
    return text.removesuffix(".0")


def _more_absent_than_expected(cells: _Cells, arrays: dict[str, NDArray[Any]]) -> None:
    wrong = arrays["days_absent"] > arrays["days_expected"]
    cells.note("days_absent", MORE_ABSENT, wrong)
    arrays["days_absent"] = np.where(wrong, np.nan, arrays["days_absent"])


def _rows_that_count(cells: _Cells) -> Flags:
    def is_code(text: str) -> bool:
        if not re.fullmatch(r"[0-9]{14}", text):
            raise ValueError
        return True

    def is_school(text: str) -> bool:
        if not re.fullmatch(r"[0-9]{7}|[0-9]{14}", text):
            raise ValueError
        return True

    lea = cells.told(
        "cds_code",
        is_code,
        False,
        np.bool_,
        "is not a CDS code of 14 digits (did a spreadsheet drop a zero?); the row is skipped",
    )
    cells.told(
        "school_code",
        is_school,
        True,
        np.bool_,
        "is not a school code of 7 or 14 digits (did a spreadsheet drop a zero?); kept as is",
    )
    blank = cells.table.column("cds_code").is_blank()
    cells.note("cds_code", "is missing; the row is skipped", blank)
    student = ~cells.table.column("student_id").is_blank()
    cells.note("student_id", NO_STUDENT, ~student)
    counts: Flags = lea & student
    return counts
