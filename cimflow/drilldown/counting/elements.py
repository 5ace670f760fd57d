"""Who counts, and among whom: each key element as two flags for every student.

The guidance names the elements ("suspension rate", "rate of students in regular classes 80% or
more of the day", …) and defines none; the definitions are named data in ``config/drilldown.toml``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.definitions import NOT_REPORTED, Definition, DrillDown
from cimflow.drilldown.model.students import MISSING, Students

BY_PERCENT = "by-percent"
OUTCOMES = "preschool-outcomes"
OUTCOME_PARTS: Mapping[str, str] = {
    "outcome-social": "child_outcome_social",
    "outcome-knowledge": "child_outcome_knowledge",
    "outcome-behavior": "child_outcome_behavior",
}
"""The three rates whose average is the element ``OUTCOMES``."""
_NEEDS: Mapping[str, tuple[frozenset[str], ...]] = {
    "ela-proficiency": (frozenset({"ela_level"}),),
    "math-proficiency": (frozenset({"math_level"}),),
    "suspension": (frozenset({"suspension_days"}),),
    "chronic-absenteeism": (frozenset({"days_expected"}), frozenset({"days_absent"})),
    "regular-class-80": (frozenset({"program_setting", "general_education_percent"}),),
    "regular-class-under-40": (frozenset({"program_setting", "general_education_percent"}),),
    OUTCOMES: (frozenset(OUTCOME_PARTS.values()),),
    "preschool-suspension-expulsion": (frozenset({"suspension_days", "expelled"}),),
    "preschool-regular-class": (frozenset({"program_setting"}),),
    "preschool-separate": (frozenset({"program_setting"}),),
}
"""For each element the sets of columns of which one each is needed."""
_NEARLY = 1e-9  # sums of decimals such as 0.3 + 0.7


def computed(given: frozenset[str]) -> frozenset[str]:
    """The elements that can be counted from these columns."""
    return frozenset(one for one, needs in _NEEDS.items() if all(need & given for need in needs))


def are_preschool(students: Students, words: DrillDown) -> Flags:
    """Preschool students: the grade tells, and where it is missing an age below five.

    A five-year-old in kindergarten (TK or KN) is school age; one in preschool is not.
    """
    young = (students.grade == MISSING) & (students.age != MISSING) & (students.age < 5)
    preschool: Flags = _in_grades(students, words, words.grades.preschool) | young
    return preschool


def are_school_age(students: Students, words: DrillDown) -> Flags:
    """School-age students: the grade tells, and where it is missing an age above five."""
    older = (students.grade == MISSING) & (students.age > 5)
    school_age: Flags = _in_grades(students, words, words.grades.school_age) | older
    return school_age


def _in_grades(students: Students, words: DrillDown, grades: Collection[str]) -> Flags:
    among = np.array([*(one in grades for one in words.grades.known), False])
    found: Flags = among[students.grade]  # -1, missing, is the last
    return found


def placements(students: Students, words: DrillDown) -> Ints:
    """The placement group of every student, as its place in ``words.groups.placement``."""
    groups = {one: at for at, one in enumerate(words.groups.placement)}
    settings = list(words.program_setting.codes.values())

    def of(population: str) -> Ints:
        named = [groups.get(getattr(one, population), -2) for one in settings]
        return np.array([*named, -2], dtype=np.int64)[students.setting]  # -1, missing, is the last

    percent = students.general_education_percent
    by_percent = np.select(
        [percent >= 80, percent >= 40, percent < 40],
        [
            groups["regular-class-80"],
            groups["regular-class-40-79"],
            groups["regular-class-under-40"],
        ],
        groups[NOT_REPORTED],
    )
    school_age = of("school_age")
    school_age = np.where(school_age == -2, by_percent, school_age)
    preschool = of("preschool")
    preschool = np.where(preschool == -2, groups[NOT_REPORTED], preschool)
    return np.where(are_preschool(students, words), preschool, school_age)


def measured(
    students: Students, words: DrillDown, definition: Definition, placement: Ints
) -> Iterator[tuple[str, Flags, Flags]]:
    """Each element: its name, who it counts among, whom it counts (always some of the former).

    An element whose column no file has is left out: nothing is known of it. ``preschool-outcomes``
    comes as the children with any outcome, and its three parts, ``OUTCOME_PARTS``, beside it.
    """
    school_age, preschool = are_school_age(students, words), are_preschool(students, words)
    there = computed(students.given)
    for element, column in (("ela-proficiency", "ela_level"), ("math-proficiency", "math_level")):
        if element in there:
            level = getattr(students, column)
            tested = level != MISSING
            yield element, tested, tested & (level >= (words.elements[element].least_level or 0))
    suspended = _are_suspended(students, definition)
    if "suspension" in there:
        yield "suspension", school_age, school_age & suspended
    if "chronic-absenteeism" in there:
        enrolled = school_age & _are_enrolled_long_enough(students, words, definition)
        yield "chronic-absenteeism", enrolled, enrolled & _are_often_absent(students, definition)
    if "regular-class-80" in there:
        yield from _placed(school_age, placement, words, _SCHOOL_AGE_PLACEMENTS)
    if "preschool-regular-class" in there:
        yield from _placed(preschool, placement, words, _PRESCHOOL_PLACEMENTS)
    if "preschool-suspension-expulsion" in there:
        removed = suspended | (students.expelled == 1)
        yield "preschool-suspension-expulsion", preschool, preschool & removed
    yield from _outcomes(students, preschool)


def _outcomes(students: Students, preschool: Flags) -> Iterator[tuple[str, Flags, Flags]]:
    parts = {one: column for one, column in OUTCOME_PARTS.items() if column in students.given}
    any_known = np.zeros(len(students), dtype=bool)
    any_shown = np.zeros(len(students), dtype=bool)
    for element, column in parts.items():
        outcome = getattr(students, column)
        assessed = preschool & (outcome != MISSING)
        shown = assessed & (outcome == 1)
        any_known, any_shown = any_known | assessed, any_shown | shown
        yield element, assessed, shown
    if parts:
        yield OUTCOMES, any_known, any_shown


_SCHOOL_AGE_PLACEMENTS = {
    "regular-class-80": "regular-class-80",
    "regular-class-under-40": "regular-class-under-40",
}
_PRESCHOOL_PLACEMENTS = {
    "preschool-regular-class": "preschool-regular",
    "preschool-separate": "preschool-separate",
}


def _placed(
    population: Flags, placement: Ints, words: DrillDown, elements: Mapping[str, str]
) -> Iterator[tuple[str, Flags, Flags]]:
    groups = list(words.groups.placement)
    known = population & (placement != groups.index(NOT_REPORTED))
    for element, group in elements.items():
        yield element, known, known & (placement == groups.index(group))


def _are_suspended(students: Students, definition: Definition) -> Flags:
    """In school or out of school; days in sum, so that 0.5 + 0.3 + 0.1 is not one day."""
    days = np.nan_to_num(students.suspension_days, nan=0.0)
    if definition.suspended_at_least is not None:
        return days >= definition.suspended_at_least - _NEARLY
    return days > (definition.suspended_above or 0.0) + _NEARLY


def _are_enrolled_long_enough(
    students: Students, words: DrillDown, definition: Definition
) -> Flags:
    """In the grades that count, with absence records and days enough."""
    expected = students.days_expected
    enough = (
        expected >= definition.expected_at_least - _NEARLY
        if definition.expected_at_least is not None
        else expected > (definition.expected_above or 0.0) + _NEARLY
    )
    in_grades = _in_grades(students, words, definition.absence_grades)
    return in_grades & enough & ~np.isnan(students.days_absent)


def _are_often_absent(students: Students, definition: Definition) -> Flags:
    return students.days_absent >= definition.absent_share * students.days_expected - _NEARLY
