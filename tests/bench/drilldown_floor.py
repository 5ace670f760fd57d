"""The floor of counting: one pass of ``np.bincount`` per element and subgroup, and nothing else.

It counts rows as they stand, not students once in an LEA, and leaves bare arrays without a name.
It knows the Dashboard's definitions by itself, so that the product does not run in its own floor.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.elements import element_of
from cimflow.drilldown.model.students import Students

OLDEST = 22
ABSENCE_GRADES = ("TK", "KN", *(f"{one:02d}" for one in range(1, 9)))


def floor_counts(students: Students, words: DrillDownConfig) -> dict[tuple[str, str], Ints]:
    """Of each element and subgroup, for each LEA and group: who is not counted, and who is."""
    placement = _placement(students, words)
    places = _places(students, words, placement)
    found = {}
    for element, (among, counted) in _elements(students, words, placement).items():
        rows = np.flatnonzero(among)
        yes = counted[rows]
        for subgroup, place in places.items():
            if element_of(element).is_cut_by(subgroup):
                found[element, subgroup] = np.bincount(2 * place[rows] + yes)
    return found


def _places(students: Students, words: DrillDownConfig, placement: Ints) -> dict[str, Ints]:
    """One number for LEA and group, with a last group for those who have none."""
    races = list(words.groups.race_ethnicity)
    federal = np.array([races.index(one.federal) for one in words.groups.race_ethnicity.values()])
    groups: Mapping[str, tuple[Ints, int]] = {
        "race-ethnicity": (students.race, len(races)),
        "race-ethnicity-federal": (federal[students.race], len(races)),
        "disability": (students.disability, len(words.disability.codes)),
        "placement": (placement, len(words.groups.placement)),
        "age": (students.age, OLDEST + 1),
    }
    return {
        "all": students.lea,
        "school": students.school,  # here each is of one LEA
        **{
            name: students.lea * (size + 1) + np.where(codes < 0, size, codes)
            for name, (codes, size) in groups.items()
        },
    }


def _placement(students: Students, words: DrillDownConfig) -> Ints:
    groups = list(words.groups.placement)
    settings = words.program_setting.codes.values()
    percent = students.general_education_percent
    by_percent = np.full(len(students), groups.index("not-reported"))
    by_percent[percent < 40] = groups.index("regular-class-under-40")
    by_percent[percent >= 40] = groups.index("regular-class-40-79")
    by_percent[percent >= 80] = groups.index("regular-class-80")
    separate = np.array([*(one.school_age == "separate-school" for one in settings), False])
    school_age = np.where(separate[students.setting], groups.index("separate-school"), by_percent)
    of_setting = [groups.index(one.preschool) for one in settings]
    preschool = np.array([*of_setting, groups.index("not-reported")])[students.setting]
    return np.where(_in_grades(students, words, words.grades.preschool), preschool, school_age)


def _elements(
    students: Students, words: DrillDownConfig, placement: Ints
) -> dict[str, tuple[Flags, Flags]]:
    """Among whom each element counts, and whom; every synthetic student has a grade."""
    preschool = _in_grades(students, words, words.grades.preschool)
    school_age = ~preschool
    suspended = students.suspension_days >= 1
    enrolled = _in_grades(students, words, ABSENCE_GRADES) & (students.days_expected >= 31)
    social, knowledge, behavior = (
        students.child_outcome_social,
        students.child_outcome_knowledge,
        students.child_outcome_behavior,
    )
    placed = placement != list(words.groups.placement).index("not-reported")

    def at(group: str) -> Flags:
        found: Flags = placement == list(words.groups.placement).index(group)
        return found

    return {
        "ela-proficiency": (students.ela_level > 0, students.ela_level >= 3),
        "math-proficiency": (students.math_level > 0, students.math_level >= 3),
        "suspension": (school_age, suspended),
        "chronic-absenteeism": (
            enrolled & (students.days_absent >= 0),
            students.days_absent >= 0.1 * students.days_expected,
        ),
        "regular-class-80": (school_age & placed, at("regular-class-80")),
        "regular-class-under-40": (school_age & placed, at("regular-class-under-40")),
        "preschool-regular-class": (preschool & placed, at("preschool-regular")),
        "preschool-separate": (preschool & placed, at("preschool-separate")),
        "preschool-suspension-expulsion": (preschool, suspended | (students.expelled == 1)),
        "outcome-social": (preschool & (social >= 0), social == 1),
        "outcome-knowledge": (preschool & (knowledge >= 0), knowledge == 1),
        "outcome-behavior": (preschool & (behavior >= 0), behavior == 1),
        "preschool-outcomes": (
            preschool & ((social >= 0) | (knowledge >= 0) | (behavior >= 0)),
            (social == 1) | (knowledge == 1) | (behavior == 1),
        ),
    }


def _in_grades(students: Students, words: DrillDownConfig, grades: Collection[str]) -> Flags:
    known: Sequence[str] = words.grades.known
    return np.array([*(one in grades for one in known), False])[students.grade]
