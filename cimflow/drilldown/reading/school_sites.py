"""One student of the LEA, one of each site, however often the files name them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cimflow.drilldown.model.coded_table import Flags, Floats, Ints, Problems
from cimflow.drilldown.model.students import MISSING, OUTCOME_COLUMNS, Students

_CODED = (
    "grade",
    "age",
    "race",
    "disability",
    "setting",
    "ela_level",
    "math_level",
    *OUTCOME_COLUMNS,
)
_RECORD = ("days_expected", "days_absent")
_ORDER = (*_CODED, "expelled", "general_education_percent", *_RECORD, "suspension_days")


def once_per_site(students: Students, problems: Problems) -> Students:
    """Each student once at each site of an LEA; further rows are noted and left out.

    Of several rows the one with the most days expected stays, then the one with the greatest
    values: the order of rows and of files decides nothing.
    """
    rows = _of_students_with_several(students)
    few = students.take(rows)
    order, repeats = _by_key(few, numbered(few.lea, few.student, few.school))
    if not repeats.any():
        return students
    kept = np.ones(len(students), dtype=bool)
    kept[rows[order[repeats]]] = False
    for at, file in enumerate(students.files):
        problems.add(
            file,
            "student_id",
            "is the same student at the same site again; counted once",
            np.sort(students.number[~kept & (students.file == at)]),
        )
    return students.take(kept)


@dataclass(frozen=True, slots=True)
class Merged:
    """Students as they stand at their sites, and after them who stands at several, merged.

    ``at_site`` and ``in_lea`` tell which rows count each student once at each site, and which count
    each student once in the LEA.
    """

    students: Students
    at_site: Flags
    in_lea: Flags


def merged_in_lea(students: Students) -> Merged:
    """Each student once in an LEA too, from rows that stand once for each site.

    Days expected, absent and suspended are those of all sites together (the Dashboard's "aggregate"
    days); those expected and absent only of the sites that have both. Anything else is what the
    site with the most days says, or where it says nothing, the next.
    """
    rows = _of_students_with_several(students)
    few = students.take(rows)
    order, repeats = _by_key(few, numbered(few.lea, few.student))
    merged = _as_one(few.take(order), np.flatnonzero(~repeats))
    several = np.zeros(len(students), dtype=bool)
    several[rows] = True
    more = np.ones(len(merged), dtype=bool)
    return Merged(
        students.and_then(merged),
        np.concatenate([np.ones(len(students), dtype=bool), ~more]),
        np.concatenate([~several, more]),
    )


def _as_one(students: Students, start: Ints) -> Students:
    """One row of all that belong together, which begin at ``start``, the leading row first."""
    if not len(start):
        return students
    arrays: dict[str, Any] = {name: _first_known(getattr(students, name), start) for name in _CODED}
    arrays["general_education_percent"] = _first_known(students.general_education_percent, start)
    arrays["expelled"] = np.maximum.reduceat(students.expelled, start)
    # A site with only one of the two has no record: its days would be a share of nothing.
    no_record = np.isnan(students.days_expected) | np.isnan(students.days_absent)
    for name in _RECORD:
        days = np.where(no_record, np.nan, getattr(students, name))
        arrays[name] = _sum_of_known(days, start)
    arrays["suspension_days"] = _sum_of_known(students.suspension_days, start)
    return replace(students.take(start), **arrays)


def _first_known(values: NDArray[Any], start: Ints) -> NDArray[Any]:
    unknown = np.isnan(values) if values.dtype == np.float64 else values == MISSING
    none = len(values)
    first = np.minimum.reduceat(np.where(unknown, none, np.arange(none)), start)
    return values[np.where(first == none, start, first)]


def _sum_of_known(days: Floats, start: Ints) -> Floats:
    nothing = np.logical_and.reduceat(np.isnan(days), start)
    return np.where(nothing, np.nan, np.add.reduceat(np.nan_to_num(days, nan=0.0), start))


def note_students_of_several_leas(students: Students, problems: Problems) -> None:
    """Note who stands under more than one accountable LEA: each counts them, one should not."""
    order = np.lexsort((students.lea, students.student))
    student, lea = students.student[order], students.lea[order]
    differs = (student[1:] == student[:-1]) & (lea[1:] != lea[:-1])
    rows = order[1:][differs]
    for at, file in enumerate(students.files):
        problems.add(
            file,
            "cds_code",
            "is a different LEA than in another row for the same student; both count this student",
            np.sort(students.number[rows[students.file[rows] == at]]),
        )


def numbered(*codes: Ints) -> Ints:
    """One number for each combination of codes."""
    key = codes[0]
    for one in codes[1:]:
        key = key * (int(one.max(initial=0)) + 1) + one
    return key


def _of_students_with_several(students: Students) -> Ints:
    """The rows of students who have more than one: few, and only they have to be sorted."""
    return np.flatnonzero(np.bincount(students.student)[students.student] > 1)


def _by_key(students: Students, key: Ints) -> tuple[Ints, Flags]:
    """The order of rows by key, the leading row of each first; which rows repeat a key."""
    order = np.argsort(key, kind="stable")
    in_order = key[order]
    repeats = np.zeros(len(key), dtype=bool)
    repeats[1:] = in_order[1:] == in_order[:-1]
    belong = repeats.copy()
    belong[:-1] |= repeats[1:]
    several = np.sort(order[belong])
    least_first = [
        *(np.nan_to_num(-getattr(students, name)[several], nan=1.0) for name in reversed(_ORDER)),
        -students.school[several],
        np.nan_to_num(-students.days_expected[several], nan=1.0),
        key[several],
    ]
    order[belong] = several[np.lexsort(least_first)]
    return order, repeats
