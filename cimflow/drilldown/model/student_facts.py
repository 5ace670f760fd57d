"""What an element may ask of every student, once a definition says what "suspended" means.

A flag for each student. Who is what by which definition is worked out in ``counting``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.students import MISSING, Students
from cimflow.drilldown.model.subgroups import NOT_REPORTED


@dataclass(frozen=True, slots=True, eq=False)
class StudentFacts:
    """The students, and what is true of each of them by one definition.

    Attributes:
        students: the columns as they were read.
        school_age: who is school age; ``preschool``: who is in preschool. Nobody is both.
        placement: each student's place among ``placement_groups``.
        suspended: for as long as the definition asks, in school or out of school.
        enrolled: in the grades and for the days that count for absence, with absence records.
        chronically_absent: for the share of days that the definition names.
        least_levels: the lowest achievement level that counts, by element.
    """

    students: Students
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
