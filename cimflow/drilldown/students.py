"""Students as arrays: what every cell of the tidy table means, or that it means nothing.

A value that is impossible is noted with its row and field and then read as missing: the student
still counts wherever that value is not needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cimflow.drilldown.coded import CodedColumn, CodedTable, Flags, Floats, Ints, Problems
from cimflow.drilldown.definitions import NOT_REPORTED, DrillDown, folded

REQUIRED = ("student_id", "cds_code", "grade")
OPTIONAL = (
    "school_code",
    "school_name",
    "age",
    "race_ethnicity",
    "disability",
    "program_setting",
    "general_education_percent",
    "ela_level",
    "math_level",
    "days_expected",
    "days_absent",
    "suspension_days",
    "expelled",
    "child_outcome_social",
    "child_outcome_knowledge",
    "child_outcome_behavior",
)
OUTCOMES = ("child_outcome_social", "child_outcome_knowledge", "child_outcome_behavior")
MISSING = -1
SYNTHETIC = "SYNTHETIC-"
"""What the id of every student begins with who does not exist."""
OLDEST = 22
MOST_DAYS = 366.0


@dataclass(frozen=True, slots=True)
class Students:
    """One entry per student and site. Codes point into the names beside them; -1 is missing.

    ``file`` and ``number`` tell where a row stands, for problems found later. Days are decimals,
    NaN where missing; ``expelled`` and the outcomes are 1, 0 or -1.
    """

    leas: tuple[str, ...]
    schools: tuple[str, ...]
    files: tuple[str, ...]
    lea: Ints
    student: Ints
    school: Ints
    grade: Ints
    age: Ints
    race: Ints
    disability: Ints
    setting: Ints
    general_education_percent: Floats
    ela_level: Ints
    math_level: Ints
    days_expected: Floats
    days_absent: Floats
    suspension_days: Floats
    expelled: Ints
    child_outcome_social: Ints
    child_outcome_knowledge: Ints
    child_outcome_behavior: Ints
    file: Ints
    number: Ints
    synthetic: bool
    """Whether any student is a synthetic one, so that nobody takes a trial for the truth."""
    given: frozenset[str]
    """The columns that some file has; an element without its column is not computed."""
    school_names: dict[str, str]

    def __len__(self) -> int:
        return len(self.lea)

    def take(self, rows: Ints | Flags) -> Students:
        """These rows, in this order."""
        return replace(self, **{name: one[rows] for name, one in self._arrays().items()})

    def and_then(self, more: Students) -> Students:
        """These rows and then those of the same files."""
        if not len(more):
            return self
        others = more._arrays()
        joined: dict[str, Any] = {
            name: np.concatenate([one, others[name]]) for name, one in self._arrays().items()
        }
        return replace(self, **joined)

    def _arrays(self) -> dict[str, Any]:
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: one for name, one in every.items() if isinstance(one, np.ndarray)}


def read_students(tables: Iterable[CodedTable], words: DrillDown, problems: Problems) -> Students:
    """What the rows of tidy tables mean; what they cannot mean is noted in ``problems``.

    Rows without an id or a CDS code of 14 digits, and students without a disability (code 200),
    are left out and noted.
    """
    parts = [_part(one, words, problems) for one in tables]
    leas, lea = _joined_names(parts, "lea")
    schools, school = _joined_names(parts, "school")
    students = Students(
        leas=leas,
        schools=schools,
        files=tuple(part.table.file for part in parts),
        lea=lea,
        student=_numbered_ids([part.texts["student"] for part in parts]),
        school=school,
        file=_joined([np.full(part.table.rows, at) for at, part in enumerate(parts)], np.int64),
        number=_joined([part.table.numbers for part in parts], np.int64),
        synthetic=any(
            one.startswith(SYNTHETIC) for part in parts for one in part.texts["student"].values
        ),
        given=frozenset(one for part in parts for one in part.table.columns),
        school_names=_school_names(parts),
        **{
            name: _joined([part.arrays[name] for part in parts], kind)
            for name, kind in _KINDS.items()
        },
    )
    kept = _joined([part.kept for part in parts], np.bool_)
    return students if kept.all() else students.take(kept)


_KINDS: dict[str, Any] = {
    "grade": np.int64,
    "age": np.int64,
    "race": np.int64,
    "disability": np.int64,
    "setting": np.int64,
    "general_education_percent": np.float64,
    "ela_level": np.int64,
    "math_level": np.int64,
    "days_expected": np.float64,
    "days_absent": np.float64,
    "suspension_days": np.float64,
    "expelled": np.int64,
    **dict.fromkeys(OUTCOMES, np.int64),
}


@dataclass(frozen=True, slots=True)
class _Part:
    table: CodedTable
    texts: dict[str, CodedColumn]
    arrays: dict[str, NDArray[Any]]
    kept: Flags


def _joined_names(parts: list[_Part], field: str) -> tuple[tuple[str, ...], Ints]:
    """The different texts of all files, sorted, and every row's place among them."""
    names = sorted({one for part in parts for one in part.texts[field].values})
    places = {one: at for at, one in enumerate(names)}
    rows = [part.texts[field].told(places.__getitem__, np.int64) for part in parts]
    return tuple(names), _joined(rows, np.int64)


def _numbered_ids(columns: list[CodedColumn]) -> Ints:
    """A number for each student. Those of one file have one already; names are not kept."""
    if len(columns) == 1:
        return columns[0].codes
    known: dict[str, int] = {}
    rows = [one.told(lambda text: known.setdefault(text, len(known)), np.int64) for one in columns]
    return _joined(rows, np.int64)


def _joined(parts: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros(0, dtype=kind)


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
            rows = self.table.numbers[np.isin(column.codes, wrong)]
            self.problems.add(self.table.file, name, message, rows)
        return np.array(meant, dtype=kind)[column.codes]

    def number(self, name: str, least: float, most: float, what: str) -> Floats:
        """A column of decimals within bounds."""

        def meaning(text: str) -> float:
            value = _decimal(text)
            if not least <= value <= most:
                raise ValueError
            return value

        return self.told(name, meaning, np.nan, np.float64, f"is not {what}")

    def whole(self, name: str, least: int, most: int, what: str) -> Ints:
        """A column of whole numbers within bounds."""

        def meaning(text: str) -> int:
            value = _decimal(text)
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


def _decimal(text: str) -> float:
    if not _DECIMAL.fullmatch(text.removesuffix("%").strip()) or len(text) > 20:
        raise ValueError
    return float(text.removesuffix("%"))


def _part(table: CodedTable, words: DrillDown, problems: Problems) -> _Part:
    cells = _Cells(table, problems)
    for misfit in table.misfits:
        problems.add(table.file, None, misfit.message, np.array([misfit.row or 0]))
    if table.more_misfits:
        problems.add_to_file(
            table.file, None, f"{table.more_misfits:,} more rows do not fit under the header"
        )
    for one in table.unknown:
        problems.add_to_file(table.file, one, "this column is not known and not used")
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
            "is not a race/ethnicity that cimflow knows",
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
        "days_expected": cells.number("days_expected", 0, MOST_DAYS, "a number of days in a year"),
        "days_absent": cells.number("days_absent", 0, MOST_DAYS, "a number of days in a year"),
        "suspension_days": cells.number(
            "suspension_days", 0, MOST_DAYS, "a number of days in a year"
        ),
        "expelled": cells.yes_or_no("expelled"),
        **{one: cells.yes_or_no(one) for one in OUTCOMES},
    }
    _more_absent_than_expected(cells, arrays)
    kept = _rows_that_count(cells)
    without = kept & (disability == left_out)
    problems.add(
        table.file,
        "disability",
        "is 200, not a student with a disability; left out",
        table.numbers[without],
    )
    texts = {
        "lea": table.column("cds_code"),
        "student": table.column("student_id"),
        "school": table.column("school_code"),
    }
    return _Part(table, texts, arrays, kept & ~without)


def _code(text: str) -> str:
    """A code as text; a spreadsheet may have made a number of it."""
    return text.removesuffix(".0")


def _more_absent_than_expected(cells: _Cells, arrays: dict[str, NDArray[Any]]) -> None:
    wrong = arrays["days_absent"] > arrays["days_expected"]
    cells.problems.add(
        cells.table.file,
        "days_absent",
        "is more than days_expected; read as missing",
        cells.table.numbers[wrong],
    )
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
        "is not a CDS code of 14 digits (did a spreadsheet eat a zero?); the row is left out",
    )
    cells.told(
        "school_code",
        is_school,
        True,
        np.bool_,
        "is not a school code of 7 or 14 digits (did a spreadsheet eat a zero?); kept as it is",
    )
    blank = cells.table.column("cds_code").is_blank()
    cells.problems.add(
        cells.table.file, "cds_code", "is missing; the row is left out", cells.table.numbers[blank]
    )
    student = ~cells.table.column("student_id").is_blank()
    cells.problems.add(
        cells.table.file,
        "student_id",
        "is missing; the row is left out",
        cells.table.numbers[~student],
    )
    counts: Flags = lea & student
    return counts


def _school_names(parts: list[_Part]) -> dict[str, str]:
    """The name of each school; of several, the first by alphabet, whatever the order of rows."""
    names: dict[str, str] = {}
    for part in parts:
        codes, titles = part.table.column("school_code"), part.table.column("school_name")
        pairs = np.unique(codes.codes * len(titles.values) + titles.codes)
        for pair in pairs.tolist():
            code, title = (
                codes.values[pair // len(titles.values)],
                titles.values[pair % len(titles.values)],
            )
            if title and (code not in names or title < names[code]):
                names[code] = title
    return names
