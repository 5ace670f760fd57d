"""One student of the LEA, one of each site, however often the files name them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cimflow.drilldown.coded import Flags, Ints, Problems
from cimflow.drilldown.students import MISSING, OUTCOMES, Students

_CODED = ("grade", "age", "race", "disability", "setting", "ela_level", "math_level", *OUTCOMES)
_DAYS = ("days_expected", "days_absent", "suspension_days")
_ORDER = (*_CODED, "expelled", "general_education_percent", *_DAYS)


def once_per_site(students: Students, problems: Problems) -> Students:
    """Each student once at each site of an LEA; further rows are noted and left out.

    Of several rows the one with the most days expected stays, then the one with the greatest
    values: the order of rows and of files decides nothing.
    """
    key = numbered(students.lea, students.student, students.school)
    order, repeats = _by_key(students, key)
    if not repeats.any():
        return students
    firsts = np.ones(len(students), dtype=bool)
    firsts[order[repeats]] = False
    for at, file in enumerate(students.files):
        rows = ~firsts & (students.file == at)
        problems.add(
            file,
            "student_id",
            "is the same student at the same site again; counted once",
            np.sort(students.number[rows]),
        )
    return students.take(firsts)


def once_per_lea(students: Students) -> Students:
    """Each student once in an LEA, from rows that stand once for each site.

    Days expected, absent and suspended are those of all sites together (the Dashboard's "aggregate"
    days). Anything else is what the site with the most days says, or where it says nothing, the
    next.
    """
    key = numbered(students.lea, students.student)
    order, repeats = _by_key(students, key)
    if not repeats.any():
        return students
    start = np.flatnonzero(~repeats)
    of_several = np.flatnonzero(np.diff(np.append(start, len(order))) > 1)
    merged = students.take(order[start])
    arrays = {name: getattr(merged, name).copy() for name in _ORDER}
    ends = np.append(start, len(order))
    for at in of_several.tolist():
        rows = order[ends[at] : ends[at + 1]]
        for name in _CODED:
            codes = getattr(students, name)[rows]
            arrays[name][at] = next((one for one in codes if one != MISSING), MISSING)
        percents = students.general_education_percent[rows]
        arrays["general_education_percent"][at] = next(
            (one for one in percents if not np.isnan(one)), np.nan
        )
        arrays["expelled"][at] = students.expelled[rows].max()
        for name in _DAYS:
            days = getattr(students, name)[rows]
            arrays[name][at] = np.nan if np.isnan(days).all() else np.nansum(days)
    return replace(merged, **arrays)


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
            "is another LEA than in another row of the same student; both count them",
            np.sort(students.number[rows[students.file[rows] == at]]),
        )


def numbered(*codes: Ints) -> Ints:
    """One number for each combination of codes."""
    key = codes[0]
    for one in codes[1:]:
        key = key * (int(one.max(initial=0)) + 1) + one
    return key


def _by_key(students: Students, key: Ints) -> tuple[Ints, Flags]:
    """The order of rows by key, the leading row of each first; which rows repeat a key.

    Most files repeat nothing: they are told by one plain sort.
    """
    order = np.argsort(key, kind="stable")
    in_order = key[order]
    repeats = (
        np.concatenate([[False], in_order[1:] == in_order[:-1]]) if len(key) else in_order == 0
    )
    if not repeats.any():
        return order, repeats
    several = np.flatnonzero(np.isin(key, in_order[repeats]))
    least_first = [
        *(np.nan_to_num(-getattr(students, name)[several], nan=1.0) for name in reversed(_ORDER)),
        -students.school[several],
        np.nan_to_num(-students.days_expected[several], nan=1.0),
        key[several],
    ]
    ranked = several[np.lexsort(least_first)]
    order[np.isin(in_order, key[ranked])] = ranked
    return order, repeats
