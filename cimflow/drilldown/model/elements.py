"""The key elements, one row each: whom it counts, among whom, from which columns.

To add an element, add its row here and its words to ``config/drilldown.toml``. Counting, hiding,
the reports, the findings, and the list of required reports take all else from the row: none of them
knows an element by name.

Hiding assumes that what one element says of a student does not follow from what another says,
except where a row says so (``placement``, ``parts``). An element whose students are always some of
another's, such as those suspended five days or more, would be hidden too little.

The guidance names the elements and defines none. Grades, days, and levels are data: they stand in
``config/drilldown.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cimflow.drilldown.model.coded_table import Flags
from cimflow.drilldown.model.students import Rule, StudentFacts
from cimflow.drilldown.model.subgroups import PLACEMENT, parts_of

Population = Literal["school-age", "preschool"]
Direction = Literal["higher", "lower"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A key element: a share of students, or the average of several such shares.

    Attributes:
        id: its name in files and in ``config/drilldown.toml``.
        population: whose students it is about.
        better: whether a higher or a lower rate is the better one.
        needs: sets of columns, of each of which a file must have one.
        among: who is in the denominator; None for everyone of the population.
        counts: who of them is in the numerator.
        placement: the placement group that it counts, if that is what it counts. Then the subgroup
            placement cannot cut it, and hiding knows that a student is in one group only.
        parts: the shares whose average is its rate. Then its denominator is everyone in that of a
            part, and all of them are hidden together.
    """

    id: str
    population: Population
    better: Direction
    needs: tuple[frozenset[str], ...]
    counts: Rule
    among: Rule | None = None
    placement: str = ""
    parts: tuple[Element, ...] = ()

    @property
    def asks_about_everyone(self) -> bool:
        """Whether its denominators are all the students of its population."""
        return self.among is None

    def can_be_counted(self, given: frozenset[str]) -> bool:
        """Whether the files have the columns for it."""
        return all(columns & given for columns in self.needs)

    def is_cut_by(self, subgroup: str) -> bool:
        """Whether a subgroup, or each of the two of a two-way cut, says something new of it."""
        return not (self.placement and PLACEMENT in parts_of(subgroup))

    def denominator(self, facts: StudentFacts) -> Flags:
        """Whom it counts among."""
        if self.among is not None:
            return self.among(facts)
        return facts.school_age if self.population == "school-age" else facts.preschool


def _proficiency(name: str, level: str) -> Element:
    """Tested students, at any grade, whose level is high enough."""
    return Element(
        id=name,
        population="school-age",
        better="higher",
        needs=(frozenset({level}),),
        among=lambda facts: facts.has(level),
        counts=lambda facts: getattr(facts.students, level) >= facts.least_levels[name],
    )


def _school_age_placement(name: str, better: Direction, group: str) -> Element:
    return Element(
        id=name,
        population="school-age",
        better=better,
        needs=(frozenset({"program_setting", "general_education_percent"}),),
        among=lambda facts: facts.school_age & facts.has_placement(),
        counts=lambda facts: facts.is_placed_in(group),
        placement=group,
    )


def _preschool_placement(name: str, better: Direction, group: str) -> Element:
    return Element(
        id=name,
        population="preschool",
        better=better,
        needs=(frozenset({"program_setting"}),),
        among=lambda facts: facts.preschool & facts.has_placement(),
        counts=lambda facts: facts.is_placed_in(group),
        placement=group,
    )


def _outcome(name: str, column: str) -> Element:
    """Assessed preschool students who show an outcome."""
    return Element(
        id=name,
        population="preschool",
        better="higher",
        needs=(frozenset({column}),),
        among=lambda facts: facts.preschool & facts.has(column),
        counts=lambda facts: facts.is_yes(column),
    )


def _average(name: str, parts: tuple[Element, ...]) -> Element:
    """The average of several rates; one of them is enough to count it."""
    return Element(
        id=name,
        population=parts[0].population,
        better=parts[0].better,
        needs=(frozenset(column for one in parts for any_of in one.needs for column in any_of),),
        among=lambda facts: np.logical_or.reduce([one.denominator(facts) for one in parts]),
        counts=lambda facts: np.logical_or.reduce(
            [one.denominator(facts) & one.counts(facts) for one in parts]
        ),
        parts=parts,
    )


_ROWS = (
    _proficiency("ela-proficiency", "ela_level"),
    _proficiency("math-proficiency", "math_level"),
    Element(
        id="suspension",
        population="school-age",
        better="lower",
        needs=(frozenset({"suspension_days"}),),
        counts=lambda facts: facts.suspended,
    ),
    Element(
        id="chronic-absenteeism",
        population="school-age",
        better="lower",
        needs=(frozenset({"days_expected"}), frozenset({"days_absent"})),
        among=lambda facts: facts.school_age & facts.enrolled,
        counts=lambda facts: facts.chronically_absent,
    ),
    _school_age_placement("regular-class-80", "higher", "regular-class-80"),
    _school_age_placement("regular-class-under-40", "lower", "regular-class-under-40"),
    _average(
        "preschool-outcomes",
        (
            _outcome("outcome-social", "child_outcome_social"),
            _outcome("outcome-knowledge", "child_outcome_knowledge"),
            _outcome("outcome-behavior", "child_outcome_behavior"),
        ),
    ),
    Element(
        id="preschool-suspension-expulsion",
        population="preschool",
        better="lower",
        needs=(frozenset({"suspension_days", "expelled"}),),
        counts=lambda facts: facts.suspended | facts.is_yes("expelled"),
    ),
    _preschool_placement("preschool-regular-class", "higher", "preschool-regular"),
    _preschool_placement("preschool-separate", "lower", "preschool-separate"),
)
ELEMENTS: dict[str, Element] = {one.id: one for one in _ROWS}
"""Every key element by its name; nothing else lists them."""


def counted_elements() -> Iterator[Element]:
    """Every element, and the parts of which it is the average: all that is counted by itself."""
    for one in ELEMENTS.values():
        yield from one.parts
        yield one


def element_of(name: str) -> Element:
    """The element, or part of one, of this name.

    Raises:
        KeyError: there is none.
    """
    return ELEMENTS[name] if name in ELEMENTS else _parts()[name]


def whole_of(name: str) -> str:
    """The element that an element's table is published in: a part's is the average."""
    return next((one.id for one in averages() if name in {part.id for part in one.parts}), name)


def averages() -> list[Element]:
    """The elements whose rate is the average of their parts."""
    return [one for one in ELEMENTS.values() if one.parts]


def _parts() -> dict[str, Element]:
    return {part.id: part for one in averages() for part in one.parts}


def computed(given: frozenset[str]) -> frozenset[str]:
    """The elements that can be counted from these columns."""
    return frozenset(name for name, one in ELEMENTS.items() if one.can_be_counted(given))
