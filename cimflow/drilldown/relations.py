"""What anybody knows of counts that they cannot see: how the tables of one run hang together.

A row's denominator is variable 2*row, its numerator 2*row + 1. Relations are kept as differences
from the true counts: whatever is constant, such as the students at two sites, falls out of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from cimflow.drilldown.counting import BETWEEN, KEYS
from cimflow.drilldown.definitions import BY
from cimflow.drilldown.measures import OUTCOME_PARTS, OUTCOMES

RACE, FEDERAL = "race-ethnicity", "race-ethnicity-federal"
# Published as one: the children with any of them, and the average of the three.
OUTCOME_ROWS = (OUTCOMES, *OUTCOME_PARTS)

TESTS = ("ela-proficiency", "math-proficiency")

# The element whose denominators are all the students of an age range.
EVERYONE = {
    "school-age": "suspension",
    "preschool": "preschool-suspension-expulsion",
}
PRESCHOOL = frozenset(
    {EVERYONE["preschool"], "preschool-regular-class", "preschool-separate", *OUTCOME_ROWS}
)
# Both elements of a pair ask about the same students, of whom none is in both numerators.
PAIRS = (
    ("regular-class-80", "regular-class-under-40"),
    ("preschool-regular-class", "preschool-separate"),
)
# The numerator of a placement element is a group of the placement subgroup of everyone.
PLACED = {
    "regular-class-80": "regular-class-80",
    "regular-class-under-40": "regular-class-under-40",
    "preschool-regular-class": "preschool-regular",
    "preschool-separate": "preschool-separate",
}

Key = tuple[str, str, str, str]
Term = tuple[int, int]  # variable, coefficient


@dataclass(frozen=True)
class Relations:
    """Sums that do not change (`equal`), and sums that may grow by `room` at most (`at_most`)."""

    equal: sparse.csr_array
    at_most: sparse.csr_array
    room: np.ndarray


def age_range(element: str) -> str:
    """Whose students an element counts."""
    return "preschool" if element in PRESCHOOL else "school-age"


def relations_of(rows: pd.DataFrame, left_out: np.ndarray) -> Relations:
    """All relations between the counts of `rows`; a row that is not there counts no student.

    Where a table is left out nobody knows that a row is not there.
    """
    keys = list(zip(*(rows[name] for name in KEYS), strict=True))
    at = {key: number for number, key in enumerate(keys)}
    counts = rows[["denominator", "numerator"]].to_numpy().ravel().astype(np.int64)
    listed = frozenset(key[:3] for key, out in zip(keys, left_out, strict=True) if not out)
    table = _Tables(at, counts, listed)
    equal = [relation for found in table.equalities() for relation in found]
    at_most = list(table.inequalities())
    size = 2 * len(rows)
    inequality = _matrix(at_most, size)
    return Relations(_matrix(equal, size), inequality, -(inequality @ counts))


def _matrix(relations: list[list[Term]], size: int) -> sparse.csr_array:
    terms = [
        (number, variable, coefficient)
        for number, relation in enumerate(relations)
        for variable, coefficient in relation
    ]
    if not terms:
        return sparse.csr_array((0, size), dtype=np.int64)
    at, variables, coefficients = (np.array(part) for part in zip(*terms, strict=True))
    return sparse.csr_array((coefficients, (at, variables)), shape=(len(relations), size))


@dataclass(frozen=True)
class _Tables:
    at: dict[Key, int]
    counts: np.ndarray
    listed: frozenset[tuple[str, str, str]]

    def equalities(self) -> Iterator[Iterator[list[Term]]]:
        yield self._parts_and_wholes()
        yield self._federal()
        yield self._pairs()
        yield self._placed()

    def inequalities(self) -> Iterator[list[Term]]:
        """A numerator within its denominator, two of a pair too, a part within everyone."""
        for (cds, element, subgroup, group), row in self.at.items():
            yield [(2 * row + 1, 1), (2 * row, -1)]
            for one, other in PAIRS:
                twin = self.at.get((cds, other, subgroup, group))
                if element == one and twin is not None:
                    yield [(2 * row + 1, 1), (2 * twin + 1, 1), (2 * row, -1)]
            base = self.at.get((cds, EVERYONE[age_range(element)], subgroup, group))
            if base not in {None, row}:
                within = [(2 * row, 1), (2 * base, -1)]
                if self._change(within) <= 0:  # what is not so cannot be known
                    yield within

    def _change(self, relation: list[Term]) -> int:
        return sum(int(self.counts[variable]) * coefficient for variable, coefficient in relation)

    def _parts_and_wholes(self) -> Iterator[list[Term]]:
        parts: dict[tuple[Key, str], list[int]] = defaultdict(list)
        for (cds, element, subgroup, group), row in self.at.items():
            for whole_subgroup, whole in wholes_of(subgroup, group):
                parts[(cds, element, whole_subgroup, whole), subgroup].append(row)
        for (whole_key, _), rows in parts.items():
            if whole_key in self.at:
                yield from _same([self.at[whole_key]], rows)

    def _federal(self) -> Iterator[list[Term]]:
        """Filipino students are a group of their own at the CDE, and in Asian federally."""
        members: dict[Key, list[int]] = defaultdict(list)
        for (cds, element, subgroup, group), row in self.at.items():
            for name, merged in _federal_name(subgroup, group):
                members[cds, element, name, merged].append(row)
        for key, rows in members.items():
            if key in self.at:
                yield from _same([self.at[key]], rows)

    def _pairs(self) -> Iterator[list[Term]]:
        for (cds, element, subgroup, group), row in self.at.items():
            for one, other in PAIRS:
                twin = self.at.get((cds, other, subgroup, group))
                if element == one and twin is not None:
                    yield [(2 * row, 1), (2 * twin, -1)]

    def _placed(self) -> Iterator[list[Term]]:
        """A group of the placement subgroup is the numerator of a placement element."""
        for (cds, element, subgroup, group), row in self.at.items():
            if element not in PLACED:
                continue
            everyone = EVERYONE[age_range(element)]
            whole = self.at.get((cds, everyone, subgroup, group))
            for name, cell in _by_placement(subgroup, group, PLACED[element]):
                if (cds, everyone, name) in self.listed:
                    placed = self.at.get((cds, everyone, name, cell))
                    yield [(2 * row + 1, 1), *([] if placed is None else [(2 * placed, -1)])]
            for name, cell in _by_placement(subgroup, group, "not-reported"):
                if (cds, everyone, name) in self.listed and whole is not None:
                    missing = self.at.get((cds, everyone, name, cell))
                    reported = [(2 * row, 1), (2 * whole, -1)]
                    reported += [] if missing is None else [(2 * missing, 1)]
                    if self._change(reported) == 0:
                        yield reported


def _same(one: list[int], other: list[int]) -> Iterator[list[Term]]:
    """The denominators of `one` and `other` add up to the same, and so do the numerators."""
    for part in (0, 1):
        yield [(2 * row + part, 1) for row in one] + [(2 * row + part, -1) for row in other]


def wholes_of(subgroup: str, group: str) -> Iterator[tuple[str, str]]:
    """What a group is a part of: a cell of a two-way cut is a part of two groups."""
    if BY in subgroup:
        yield from zip(subgroup.split(BY), group.split(BETWEEN), strict=True)
    elif subgroup != "all":
        yield "all", "all"


def _federal_name(subgroup: str, group: str) -> Iterator[tuple[str, str]]:
    names, values = subgroup.split(BY), group.split(BETWEEN)
    if RACE in names:
        merged = [
            "asian" if (name, value) == (RACE, "filipino") else value
            for name, value in zip(names, values, strict=True)
        ]
        yield BY.join(FEDERAL if name == RACE else name for name in names), BETWEEN.join(merged)


def _by_placement(subgroup: str, group: str, placement: str) -> Iterator[tuple[str, str]]:
    if subgroup == "all":
        yield "placement", placement
    elif BY not in subgroup:
        yield f"{subgroup}{BY}placement", f"{group}{BETWEEN}{placement}"
        yield f"placement{BY}{subgroup}", f"{placement}{BETWEEN}{group}"
