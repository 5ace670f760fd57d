"""Students as arrays: one entry per student and site, a column for everything that is known.

And what is true of each of them by one definition, as far as an element may ask; ``counting`` works
that out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from cimflow.drilldown.model.coded_table import Flags, Floats, Ints
from cimflow.drilldown.model.subgroups import NOT_REPORTED

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
OUTCOME_COLUMNS = ("child_outcome_social", "child_outcome_knowledge", "child_outcome_behavior")
MISSING = -1
SYNTHETIC = "SYNTHETIC-"
"""What the id of every student begins with who does not exist."""


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


@dataclass(frozen=True, slots=True, eq=False)
class StudentFacts:
    """The students, and what is true of each of them by one definition.

    Attributes:
        students: the columns as they were read.
        school_age: who is school age; ``preschool``: who is in preschool. Nobody is both.
        at_site: which rows count each student once at each site; ``in_lea``: once in the LEA.
        placement: each student's place among ``placement_groups``.
        suspended: for as long as the definition asks, in school or out of school.
        enrolled: in the grades and for the days that count for absence, with absence records.
        chronically_absent: for the share of days that the definition names.
        least_levels: the lowest achievement level that counts, by element.
    """

    students: Students
    at_site: Flags
    in_lea: Flags
    school_age: Flags
    preschool: Flags
    placement: Ints
    placement_groups: tuple[str, ...]
    suspended: Flags
    enrolled: Flags
    chronically_absent: Flags
    least_levels: Mapping[str, int]

    def has(self, column: str) -> Flags:
        """Whose level or yes-or-no answer in a column is known."""
        known: Flags = getattr(self.students, column) != MISSING
        return known

    def is_yes(self, column: str) -> Flags:
        """Whose answer in a yes-or-no column is yes."""
        yes: Flags = getattr(self.students, column) == 1
        return yes

    def has_placement(self) -> Flags:
        """Whose placement is known."""
        return ~self.is_placed_in(NOT_REPORTED)

    def is_placed_in(self, group: str) -> Flags:
        """Who is in a placement group."""
        there: Flags = self.placement == self.placement_groups.index(group)
        return there


Rule = Callable[[StudentFacts], Flags]
"""Of which students something is true."""
