"""From students to counts: numerator and denominator of every element, subgroup and group.

One pass over coded arrays for each element and subgroup, for all LEAs at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.apply_definition import counted_by
from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.elements import element_of
from cimflow.drilldown.model.students import MISSING, StudentFacts, Students
from cimflow.drilldown.model.subgroups import (
    AGE,
    ALL,
    BETWEEN,
    BY,
    DISABILITY,
    FEDERAL,
    NOT_REPORTED,
    PLACEMENT,
    RACE,
    SCHOOL,
    parts_of,
)
from cimflow.drilldown.reading.school_sites import numbered

KEYS = ["cds_code", "element", "subgroup", "group"]
COUNTS = ["numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Cut:
    """A subgroup: every student's place, and which LEA and group each place stands for.

    ``group`` points into ``names``, which may have more names than there are groups.
    """

    subgroup: str
    place: Ints
    lea: Ints
    group: Ints
    names: Sequence[str]


def count(
    facts: StudentFacts,
    words: DrillDownConfig,
    *,
    two_way: Sequence[tuple[str, str]] = (),
) -> pd.DataFrame:
    """The counts of every LEA.

    Args:
        facts: the students, and what is true of each by the definition to count by.
        words: ``config/drilldown.toml``.
        two_way: pairs of subgroups to cut by both at once.

    Returns:
        One row for each LEA, element, subgroup and group with at least one student, sorted by
        these: ``cds_code, element, subgroup, group`` (categories, in alphabetical order),
        ``numerator, denominator`` (whole numbers of students). An element that is an average
        has a row for anyone in a part, and one for each part.
    """
    one_way = cuts_of(facts, words)
    pairs = [both_of(one_way[first], one_way[second]) for first, second in two_way]
    cuts = [*one_way.values(), *pairs]
    of_sites = [one for one in cuts if SCHOOL in parts_of(one.subgroup)]
    of_leas = [one for one in cuts if SCHOOL not in parts_of(one.subgroup)]
    tables: list[_Table] = []
    for element, among, counted in counted_by(facts):
        for whole, mine in ((facts.in_lea, of_leas), (facts.at_site, of_sites)):
            rows = np.flatnonzero(among & whole)
            yes = counted[rows]
            tables += [
                _table(element, cut, rows, yes)
                for cut in mine
                if element_of(element).is_cut_by(cut.subgroup)
            ]
    return _sorted_frame(facts.students.leas, [one for one in tables if len(one.there)])


@dataclass(frozen=True, slots=True)
class _Table:
    """The counts of one element and subgroup in all LEAs, and whose place each count has."""

    element: str
    cut: Cut
    there: Ints
    numerator: Ints
    denominator: Ints


def _sorted_frame(leas: Sequence[str], tables: Sequence[_Table]) -> pd.DataFrame:
    """All tables in one, sorted by one number per row: a million rows of text would take long."""
    lengths = [len(one.there) for one in tables]
    elements, element = _sorted_codes([one.element for one in tables])
    subgroups, subgroup = _sorted_codes([one.cut.subgroup for one in tables])
    groups, group = _groups(tables)
    lea = _joined([one.cut.lea[one.there] for one in tables])
    values = [list(leas), elements, subgroups, groups]
    codes = [lea, np.repeat(element, lengths), np.repeat(subgroup, lengths), group]
    order = np.argsort(numbered(*codes), kind="stable")
    frame = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(code[order], categories=pd.Index(of))
            for name, code, of in zip(KEYS, codes, values, strict=True)
        }
    )
    frame["numerator"] = _joined([one.numerator for one in tables])[order]
    frame["denominator"] = _joined([one.denominator for one in tables])[order]
    return frame


def _groups(tables: Sequence[_Table]) -> tuple[list[str], Ints]:
    """The names of the groups that have students, sorted, and the place in them of every row."""
    cuts = {one.cut.subgroup: one.cut for one in tables}
    names = sorted({name for one in cuts.values() for name in one.names})
    places = {name: at for at, name in enumerate(names)}
    place_of = {
        one.subgroup: np.array([places[name] for name in one.names], dtype=np.int64)[one.group]
        for one in cuts.values()
    }
    group = _joined([place_of[one.cut.subgroup][one.there] for one in tables])
    used = np.bincount(group, minlength=len(names)) > 0
    places_among_used = np.cumsum(used)[group] - 1
    return [name for name, is_used in zip(names, used, strict=True) if is_used], places_among_used


def _joined(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _sorted_codes(names: Sequence[str]) -> tuple[list[str], Ints]:
    known = sorted(set(names))
    return known, np.array([known.index(one) for one in names], dtype=np.int64)


def _table(element: str, cut: Cut, rows: Ints, yes: Flags) -> _Table:
    """One pass over the rows that count: who is not counted, and who is, side by side."""
    sides = np.bincount(2 * cut.place[rows] + yes, minlength=2 * len(cut.lea))
    numerators, denominators = sides[1::2], sides[::2] + sides[1::2]
    there = np.flatnonzero(denominators)
    return _Table(element, cut, there, numerators[there], denominators[there])


def cuts_of(facts: StudentFacts, words: DrillDownConfig) -> dict[str, Cut]:
    """Every subgroup, by name."""
    students = facts.students
    races = list(words.groups.race_ethnicity)
    federal = np.array(
        [races.index(one.federal) for one in words.groups.race_ethnicity.values()], dtype=np.int64
    )
    ages = [str(one) for one in range(int(students.age.max(initial=0)) + 1)]
    cuts = (
        _named(students, ALL, np.zeros(len(students), dtype=np.int64), [ALL]),
        _named(students, RACE, students.race, races),
        _named(students, FEDERAL, federal[students.race], races),
        _named(students, DISABILITY, students.disability, list(words.disability.codes)),
        _named(students, PLACEMENT, facts.placement, facts.placement_groups),
        _named(students, AGE, students.age, ages),
        _of_schools(students),
    )
    return {one.subgroup: one for one in cuts}


def _named(students: Students, subgroup: str, codes: Ints, names: Sequence[str]) -> Cut:
    """A subgroup whose groups have names; who has none is in the group ``not-reported``."""
    every = [*names, NOT_REPORTED]
    none = names.index(NOT_REPORTED) if NOT_REPORTED in names else len(names)
    place = students.lea * len(every) + np.where(codes == MISSING, none, codes)
    lea, group = np.divmod(np.arange(len(students.leas) * len(every)), len(every))
    return Cut(subgroup, place, lea, group, every)


def _of_schools(students: Students) -> Cut:
    """The sites of each LEA; their number differs from LEA to LEA, so the pairs are numbered."""
    schools = max(len(students.schools), 1)
    place, pairs = pd.factorize(students.lea * schools + students.school)
    lea, school = np.divmod(pairs, schools)
    names = [one or NOT_REPORTED for one in students.schools]
    return Cut(SCHOOL, place, lea, school, names)


def both_of(first: Cut, second: Cut) -> Cut:
    """Two subgroups cut by both at once; only the combinations that have students."""
    size = max(len(second.lea), 1)
    place, pairs = pd.factorize(first.place * size + second.place)
    one, other = np.divmod(pairs, size)
    width = max(len(second.names), 1)
    group, combinations = pd.factorize(first.group[one] * width + second.group[other])
    names = [
        f"{first.names[at // width]}{BETWEEN}{second.names[at % width]}"
        for at in combinations.tolist()
    ]
    return Cut(f"{first.subgroup}{BY}{second.subgroup}", place, first.lea[one], group, names)
