"""The students of a group in a placement: nobody prints how many, and yet they must exist.

The placement elements tell of each group how many of it are in a placement; the tables by placement
tell of each element how many it counts there. Where all of a group are in one placement, its hidden
count may follow from the two. So counts fit together only if there are numbers in these cells, of
everyone and of each element, which add up to them.

Other pairs of subgroups have no cells here: no table says who is in both. What two elements tell
together of the same students (whoever of an age takes one test and not the other) is beyond this
model; `partners_of` hides the two tests together, and the decision on hiding tells what is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.counting import KEYS, SCHOOL
from cimflow.drilldown.definitions import BY
from cimflow.drilldown.relations import EVERYONE, FEDERAL, PLACED, RACE, age_range

PLACEMENT, UNKNOWN = "placement", "not-reported"
ELSEWHERE = ""
"""Groups and placements of tables that are left out; nobody knows how many there are."""
WHOM, OTHERS, ALL = range(3)  # whom an element counts, those among whom it does not, both

Terms = dict[int, int]
"""A sum: how often each cell, or each count of the rows, is in it."""


@dataclass(frozen=True)
class Crossing:
    """The cells of one subgroup with the placements, in one LEA and age range.

    Attributes:
        cells: how many there are; each is 0 or more.
        equal: sums of cells that equal the sums of counts in ``counts``.
        counts: over the counts of the block's rows, denominator and numerator in turn.
        within: sums of cells that are 0 at most.
    """

    cells: int
    equal: sparse.csr_array
    counts: sparse.csr_array
    within: sparse.csr_array

    def fits(self, cells: np.ndarray, counts: np.ndarray) -> bool:
        """Whether these whole numbers stand for such counts."""
        return bool(
            (cells >= 0).all()
            and (self.equal @ cells == self.counts @ counts).all()
            and (self.within @ cells <= 0).all()
        )

    def exists(self, counts: np.ndarray) -> bool:
        """Whether whole numbers for the cells of such counts are found."""
        wanted = self.counts @ counts
        found = milp(
            np.zeros(self.cells),
            integrality=np.ones(self.cells),
            bounds=Bounds(0, np.inf),
            constraints=[
                LinearConstraint(self.equal, wanted, wanted),
                LinearConstraint(self.within, -np.inf, 0),
            ],
            options={"node_limit": 400},
        )
        return found.x is not None and self.fits(np.rint(found.x), counts)


def crossings_of(rows: pd.DataFrame, left_out: np.ndarray) -> list[Crossing]:
    """The crossings of the subgroups with the placements, as far as the true counts have them.

    Where they have none (an element counts students who are not among everyone), nobody can know.
    """
    counts = rows[["denominator", "numerator"]].to_numpy().ravel().astype(np.int64)
    found = []
    for table in _crossed(rows, left_out):
        fitting = tuple(
            one for one in table.elements() if table.crossing((one,), len(counts)).exists(counts)
        )
        crossing = table.crossing(fitting, len(counts))
        if crossing.exists(counts):
            found.append(crossing)
    return found


def _crossed(rows: pd.DataFrame, left_out: np.ndarray) -> Iterator[_Tables]:
    keys = list(rows[KEYS[1:]].astype(str).itertuples(index=False, name=None))
    at = {key: number for number, key in enumerate(keys)}
    listed = frozenset(key[:2] for key, out in zip(keys, left_out, strict=True) if not out)
    everyone = EVERYONE[age_range(keys[0][0])]
    subgroups = dict.fromkeys(key[1] for key in keys)
    for subgroup in subgroups:
        names = subgroup.split(BY)
        by_race = BY.join(RACE if one == FEDERAL else one for one in names)
        # What holds by race holds federally: there two races are one.
        if subgroup == "all" or PLACEMENT in names or by_race in subgroups.keys() - {subgroup}:
            continue
        yield _Tables(at, listed, subgroup, everyone)


@dataclass(frozen=True)
class _Tables:
    """The rows of one LEA and age range, seen from one subgroup."""

    at: dict[tuple[str, str, str], int]
    listed: frozenset[tuple[str, str]]
    subgroup: str
    everyone: str

    def elements(self) -> list[str]:
        """Those with a table by the subgroup and one by placement."""
        return sorted(
            element
            for element, subgroup in self.listed
            if subgroup == self.subgroup and (element, PLACEMENT) in self.listed
        )

    def groups(self, subgroup: str) -> list[str]:
        """Of everyone; where that table is left out, those of the other tables and what may be."""
        if (self.everyone, subgroup) in self.listed:
            return [
                group
                for element, of, group in self.at
                if (element, of) == (self.everyone, subgroup)
            ]
        named = (group for element, of, group in self.at if of == subgroup)
        placed = PLACED.values() if subgroup == PLACEMENT else ()
        return [*dict.fromkeys([*named, *placed]), ELSEWHERE]

    def crossing(self, elements: tuple[str, ...], counts: int) -> Crossing:
        """The cells of everyone, and those of these elements within them."""
        cells = _Cells(self, self.groups(self.subgroup), self.groups(PLACEMENT))
        cells.add_layer(self.everyone, ALL)
        cells.pin_known_placements()
        for element in elements:
            whom = cells.add_layer(element, WHOM)
            others = [] if element == self.everyone else [cells.add_layer(element, OTHERS)]
            for cell in range(cells.size):
                inside = {first + cell: 1 for first in (whom, *others)}
                cells.within.append({**inside, cell: -1})
        return Crossing(
            cells.number,
            _matrix([one for one, _ in cells.equal], cells.number),
            _matrix([other for _, other in cells.equal], counts),
            _matrix(cells.within, cells.number),
        )

    def count(self, element: str, subgroup: str, group: str, part: int) -> Terms:
        """A count of a row; a row that is not there counts no student."""
        row = self.at.get((element, subgroup, group))
        if row is None:
            return {}
        both, whom = 2 * row, 2 * row + 1
        return ({whom: 1}, {both: 1, whom: -1}, {both: 1})[part]


@dataclass
class _Cells:
    """Cells are numbered by layer, group and placement; sums of them are gathered here."""

    tables: _Tables
    groups: list[str]
    placements: list[str]
    number: int = 0
    equal: list[tuple[Terms, Terms]] = field(default_factory=list)
    within: list[Terms] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many cells a layer has."""
        return len(self.groups) * len(self.placements)

    def at(self, first: int, row: int, column: int) -> int:
        """The number of a cell."""
        return first + row * len(self.placements) + column

    def add_layer(self, element: str, part: int) -> int:
        """One more set of cells with what is known of their sums; the number of the first.

        Whoever is at two schools is in two groups, so their cells add up to more than the whole:
        by how much is a cell too.
        """
        first, columns = self.number, range(len(self.placements))
        self.number += self.size
        if (element, self.tables.subgroup) in self.tables.listed:
            for row, group in enumerate(self.groups):
                cells = {self.at(first, row, column): 1 for column in columns}
                self._add(cells, element, self.tables.subgroup, group, part)
        if (element, PLACEMENT) in self.tables.listed:
            for column, placement in enumerate(self.placements):
                cells = {self.at(first, row, column): 1 for row in range(len(self.groups))}
                if SCHOOL in self.tables.subgroup.split(BY):
                    cells[self.number] = -1
                    self.number += 1
                self._add(cells, element, PLACEMENT, placement, part)
        return first

    def pin_known_placements(self) -> None:
        """The placement elements print cells of everyone; and of whom no placement is known."""
        known = [one for one in PLACED if (one, self.tables.subgroup) in self.tables.listed]
        for element in known:
            if PLACED[element] in self.placements:
                column = self.placements.index(PLACED[element])
                for row, group in enumerate(self.groups):
                    cell = {self.at(0, row, column): 1}
                    self._add(cell, element, self.tables.subgroup, group, WHOM)
        if known and UNKNOWN in self.placements:
            column = self.placements.index(UNKNOWN)
            for row in range(len(self.groups)):
                known_of_group = {
                    self.at(0, row, other): 1
                    for other in range(len(self.placements))
                    if other != column
                }
                self._add(known_of_group, known[0], self.tables.subgroup, self.groups[row], ALL)

    def _add(self, cells: Terms, element: str, subgroup: str, group: str, part: int) -> None:
        self.equal.append((cells, self.tables.count(element, subgroup, group, part)))


def _matrix(sums: list[Terms], width: int) -> sparse.csr_array:
    terms = [(row, at, by) for row, one in enumerate(sums) for at, by in one.items()]
    rows, columns, by = np.array(terms, dtype=np.int64).reshape(-1, 3).T
    return sparse.csr_array((by, (rows, columns)), shape=(len(sums), width))
