"""From students to counts: numerator and denominator of every element, subgroup and group.

One pass over coded arrays for each element and subgroup, for all LEAs at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cimflow.drilldown.coded import Flags, Ints
from cimflow.drilldown.definitions import BY, NOT_REPORTED, DrillDown
from cimflow.drilldown.measures import measured, placements
from cimflow.drilldown.sites import numbered, once_per_lea
from cimflow.drilldown.students import MISSING, Students

ALL = "all"
SCHOOL = "school"
KEYS = ["cds_code", "element", "subgroup", "group"]
COLUMNS = [*KEYS, "numerator", "denominator"]
BETWEEN = "|"
"""Stands between the two groups of a two-way cut."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A subgroup: every student's place, and which LEA and group each place stands for."""

    subgroup: str
    place: Ints
    lea: Ints
    name: NDArray[np.object_]


def count(
    students: Students,
    words: DrillDown,
    definition: str,
    *,
    two_way: Sequence[tuple[str, str]] = (),
) -> pd.DataFrame:
    """The counts of every LEA, from students who stand once for each site.

    Args:
        students: each student once for each site (see ``sites.once_per_site``).
        words: ``config/drilldown.toml``.
        definition: the name of the definition to count by.
        two_way: pairs of subgroups to cut by both at once.

    Returns:
        One row for each LEA, element, subgroup and group with at least one student, sorted by
        these: ``cds_code, element, subgroup, group`` (categories, in alphabetical order),
        ``numerator, denominator`` (whole numbers of students). ``preschool-outcomes`` stands as
        its three parts.
    """
    in_lea = once_per_lea(students)
    tables = [
        *_counted(in_lea, words, definition, two_way, of_sites=False),
        *_counted(students, words, definition, two_way, of_sites=True),
    ]
    return _sorted_frame(students.leas, [one for one in tables if len(one.lea)])


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of one element and subgroup in all LEAs."""

    element: str
    subgroup: str
    lea: Ints
    group: NDArray[np.object_]
    numerator: Ints
    denominator: Ints


def _sorted_frame(leas: Sequence[str], tables: Sequence[_Table]) -> pd.DataFrame:
    """All tables in one, sorted by one number per row: a million rows of text would take long."""
    lengths = [len(one.lea) for one in tables]
    groups, group = np.unique(_joined(tables, "group", object), return_inverse=True)
    names = [_sorted_codes([getattr(one, name) for one in tables]) for name in KEYS[1:3]]
    codes = [
        _joined(tables, "lea", np.int64),
        *(np.repeat(places, lengths) for _, places in names),
        group.astype(np.int64),
    ]
    values = [list(leas), *(list(found) for found, _ in names), groups.tolist()]
    order = np.argsort(numbered(*codes), kind="stable")
    frame = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(place[order], categories=known)
            for name, place, known in zip(KEYS, codes, values, strict=True)
        }
    )
    for name in COLUMNS[len(KEYS) :]:
        frame[name] = _joined(tables, name, np.int64)[order]
    return frame


def _joined(tables: Sequence[_Table], name: str, kind: type) -> NDArray[Any]:
    parts = [getattr(one, name) for one in tables]
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)


def _sorted_codes(names: Sequence[str]) -> tuple[list[str], Ints]:
    known = sorted(set(names))
    return known, np.array([known.index(one) for one in names], dtype=np.int64)


def _counted(
    students: Students,
    words: DrillDown,
    definition: str,
    two_way: Sequence[tuple[str, str]],
    *,
    of_sites: bool,
) -> Iterator[_Table]:
    placement = placements(students, words)
    one_way = _cuts(students, words, placement)
    pairs = [_both(one_way[first], one_way[second]) for first, second in two_way]
    cuts = [
        one for one in (*one_way.values(), *pairs) if (SCHOOL in parts_of(one.subgroup)) == of_sites
    ]
    for element, among, counted in measured(
        students, words, words.definitions[definition], placement
    ):
        for cut in cuts:
            if words.applies(element, cut.subgroup):
                yield _table(element, cut, among, counted)


def parts_of(subgroup: str) -> list[str]:
    """The subgroup itself, or the two that a two-way cut is made of."""
    return subgroup.split(BY)


def _table(element: str, cut: _Cut, among: Flags, counted: Flags) -> _Table:
    denominators = np.bincount(cut.place[among], minlength=len(cut.lea))
    numerators = np.bincount(cut.place[counted], minlength=len(cut.lea))
    there = np.flatnonzero(denominators)
    return _Table(
        element,
        cut.subgroup,
        cut.lea[there],
        cut.name[there],
        numerators[there],
        denominators[there],
    )


def _cuts(students: Students, words: DrillDown, placement: Ints) -> dict[str, _Cut]:
    races = list(words.groups.race_ethnicity)
    federal = np.array(
        [races.index(one.federal) for one in words.groups.race_ethnicity.values()], dtype=np.int64
    )
    ages = [str(one) for one in range(int(students.age.max(initial=0)) + 1)]
    cuts = (
        _named(students, ALL, np.zeros(len(students), dtype=np.int64), [ALL]),
        _named(students, "race-ethnicity", students.race, races),
        _named(students, "race-ethnicity-federal", federal[students.race], races),
        _named(students, "disability", students.disability, list(words.disability.codes)),
        _named(students, "placement", placement, list(words.groups.placement)),
        _named(students, "age", students.age, ages),
        _of_schools(students),
    )
    return {one.subgroup: one for one in cuts}


def _named(students: Students, subgroup: str, codes: Ints, names: Sequence[str]) -> _Cut:
    """A subgroup whose groups have names; who has none is in the group ``not-reported``."""
    every = [*names, NOT_REPORTED]
    none = names.index(NOT_REPORTED) if NOT_REPORTED in names else len(names)
    place = students.lea * len(every) + np.where(codes == MISSING, none, codes)
    lea = np.repeat(np.arange(len(students.leas)), len(every))
    return _Cut(subgroup, place, lea, np.array(every * len(students.leas), dtype=object))


def _of_schools(students: Students) -> _Cut:
    """The sites of each LEA; their number differs from LEA to LEA, so the pairs are numbered."""
    schools = len(students.schools)
    pairs, place = np.unique(students.lea * schools + students.school, return_inverse=True)
    lea, school = np.divmod(pairs, max(schools, 1))
    names = np.array([one or NOT_REPORTED for one in students.schools], dtype=object)
    return _Cut(SCHOOL, place.astype(np.int64), lea, names[school])


def _both(first: _Cut, second: _Cut) -> _Cut:
    """Two subgroups cut by both at once; only the combinations that have students."""
    size = len(second.lea)
    pairs, place = np.unique(first.place * size + second.place, return_inverse=True)
    one, other = np.divmod(pairs, max(size, 1))
    names = np.array(
        [f"{a}{BETWEEN}{b}" for a, b in zip(first.name[one], second.name[other], strict=True)],
        dtype=object,
    )
    subgroup = f"{first.subgroup}{BY}{second.subgroup}"
    return _Cut(subgroup, place.astype(np.int64), first.lea[one], names)
