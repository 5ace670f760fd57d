"""What is true of each student by one definition: population, placement, suspended, absent.

The definitions are named data in ``config/drilldown.toml``; the elements ask nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.config_file import Definition, DrillDownConfig
from cimflow.drilldown.model.elements import counted_elements
from cimflow.drilldown.model.students import MISSING, StudentFacts, Students
from cimflow.drilldown.model.subgroups import NOT_REPORTED
from cimflow.drilldown.reading.school_sites import merged_in_lea

_NEARLY = 1e-9  # sums of decimals such as 0.3 + 0.7


def facts_of(students: Students, words: DrillDownConfig, definition: str) -> StudentFacts:
    """What is true of each student by the definition of this name, at each site and in the LEA.

    Args:
        students: each student once for each site (see ``school_sites.once_per_site``).
        words: ``config/drilldown.toml``.
        definition: the name of the definition to count by.
    """
    merged = merged_in_lea(students)
    students, by = merged.students, words.definitions[definition]
    preschool = _are_preschool(students, words)
    return StudentFacts(
        students=students,
        at_site=merged.at_site,
        in_lea=merged.in_lea,
        school_age=_are_school_age(students, words),
        preschool=preschool,
        placement=_placements(students, words, preschool),
        placement_groups=tuple(words.groups.placement),
        suspended=_are_suspended(students, by),
        enrolled=_are_enrolled_long_enough(students, words, by),
        chronically_absent=students.days_absent
        >= by.absent_share * students.days_expected - _NEARLY,
        least_levels={name: one.least_level or 0 for name, one in words.elements.items()},
    )


def counted_by(facts: StudentFacts) -> Iterator[tuple[str, Flags, Flags]]:
    """Each element, and part of one: its name, whom it counts among, whom it counts.

    One whose column no file has is left out: nothing is known of it.
    """
    for one in counted_elements():
        if one.can_be_counted(facts.students.given):
            among = one.denominator(facts)
            yield one.id, among, among & one.counts(facts)


def _are_preschool(students: Students, words: DrillDownConfig) -> Flags:
    """Preschool students: the grade tells, and where it is missing an age below five.

    A five-year-old in kindergarten (TK or KN) is school age; one in preschool is not.
    """
    young = (students.grade == MISSING) & (students.age != MISSING) & (students.age < 5)
    preschool: Flags = _in_grades(students, words, words.grades.preschool) | young
    return preschool


def _are_school_age(students: Students, words: DrillDownConfig) -> Flags:
    """School-age students: the grade tells, and where it is missing an age above five."""
    older = (students.grade == MISSING) & (students.age > 5)
    school_age: Flags = _in_grades(students, words, words.grades.school_age) | older
    return school_age


def _in_grades(students: Students, words: DrillDownConfig, grades: Collection[str]) -> Flags:
    among = np.array([*(one in grades for one in words.grades.known), False])
    found: Flags = among[students.grade]  # -1, missing, is the last
    return found


def _placements(students: Students, words: DrillDownConfig, are_preschool: Flags) -> Ints:
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
    return np.where(are_preschool, preschool, school_age)


def _are_suspended(students: Students, definition: Definition) -> Flags:
    """In school or out of school; days in sum, so that 0.5 + 0.3 + 0.1 is not one day."""
    days = np.nan_to_num(students.suspension_days, nan=0.0)
    if definition.suspended_at_least is not None:
        return days >= definition.suspended_at_least - _NEARLY
    return days > (definition.suspended_above or 0.0) + _NEARLY


def _are_enrolled_long_enough(
    students: Students, words: DrillDownConfig, definition: Definition
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
