"""Everything that ties hidden counts to those that are shown, as sums for a solver.

A solution says how many students of each profile there are, in all and in each group (see
`student_profiles`). That is all there is to know: every count of every table is a sum over these
cells, and for any numbers that fit the published ones there could be students. For no table tells
who is in two subgroups but a two-way cut, whose cells add up to the groups that it crosses, and
such cuts form no circle (`census.circle_of`); who is at several schools stays what they are; and no
profile is impossible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from cimflow.drilldown.counting.count_students import KEYS
from cimflow.drilldown.model.coded_table import Flags, Ints
from cimflow.drilldown.model.config_file import SMALL
from cimflow.drilldown.model.elements import ELEMENTS, element_of
from cimflow.drilldown.model.subgroups import (
    ALL,
    BETWEEN,
    BY,
    PLACEMENT,
    base_of,
    parts_of,
    value_of,
    wholes_of,
)
from cimflow.drilldown.suppression.student_profiles import StudentProfiles

# Why a row cannot be seen. LEFT_OUT: not even that there is such a row.
SEEN, PRIMARY, COMPLEMENTARY, LEFT_OUT = range(4)
LARGE = 2  # so many groups of a subgroup are large enough to take part in what all do
FAR = 60  # solutions further from the truth are not looked for; none is needed


@dataclass(frozen=True)
class Block:
    """The rows of one population, whose other counts are looked for.

    Attributes:
        counts: of the rows: denominator, numerator, denominator, ...
        sums: of which cells each of these counts is the sum.
        same: sums of cells that do not change: the groups of a subgroup have as many students of
            a profile as there are in all, and by school as many more as are at two.
        known: what these sums are.
        truth: the true cells; so many of them at least there are, `fixed`.
        possible: whether there can be a student in the cell at all, for what is listed.
        group: which group a cell is of, numbered over all subgroups; 0 are all students.
        part: which subgroup it is of, 0 for all students; subgroups that are crossed are one.
        large: the largest groups of each subgroup, which take part where few do.
    """

    counts: Ints
    sums: sparse.csr_array
    same: sparse.csr_array
    known: Ints
    truth: Ints
    fixed: Ints
    possible: Flags
    group: Ints
    part: Ints
    large: Ints

    @cached_property
    def groups(self) -> sparse.csr_array:
        """Which groups have a cell in a row's counts: rows x groups."""
        rows = self.sums[::2].tocoo()
        there = (np.ones(rows.nnz, dtype=bool), (rows.row, self.group[rows.col]))
        return sparse.csr_array(there, shape=(rows.shape[0], self.group[-1] + 1))

    def subgroups_of(self, count: int) -> Ints:
        """The subgroups whose cells a count is the sum of."""
        row = self.sums.indices[self.sums.indptr[count] : self.sums.indptr[count + 1]]
        return np.unique(self.part[row])

    def change(self, cells: Ints) -> Ints:
        """By how much each count is another than the true one, if these are the cells."""
        return np.asarray(self.sums @ cells - self.counts)

    def holds(self, cells: Ints) -> bool:
        """Whether there could be these numbers of students."""
        return bool(
            (cells >= self.fixed).all()
            and not cells[~self.possible].any()
            and (self.same @ cells == self.known).all()
        )


def block_of(rows: pd.DataFrame, labels: Ints, profiles: StudentProfiles) -> Block:
    """The block of rows that no relation joins with rows elsewhere."""
    listed = frozenset(
        rows.loc[labels != LEFT_OUT, ["element", "subgroup"]].itertuples(index=False, name=None)
    )
    cells = _Cells(profiles.with_others(unlisted=_may_be_elsewhere(profiles.elements, listed)))
    counts = rows[["denominator", "numerator"]].to_numpy(dtype=np.int64).ravel()
    sums = [
        at[of_profile[cells.profile[at]]]
        for element, subgroup, group in rows[KEYS[1:]].itertuples(index=False, name=None)
        for at in (cells.of_group(subgroup, group),)
        for of_profile in cells.flags[element]
    ]
    same = cells.same()
    return Block(
        counts,
        cells.matrix(sums),
        same,
        np.asarray(same @ cells.truth),
        cells.truth,
        cells.profiles.fixed.ravel(),
        cells.possible(rows, listed),
        cells.group,
        cells.part(),
        cells.large(),
    )


def _may_be_elsewhere(elements: Iterable[str], listed: frozenset[tuple[str, str]]) -> bool:
    """Whether somebody may be in a placement without a row: no table says where everyone is."""
    telling = {
        ELEMENTS[element].population
        for element, subgroup in listed
        if subgroup == PLACEMENT and element in ELEMENTS and ELEMENTS[element].asks_about_everyone
    }
    return any(element_of(element).population not in telling for element in elements)


class _Cells:
    """The cells of all students, as a group of its own, then those of each subgroup's groups."""

    def __init__(self, profiles: StudentProfiles) -> None:
        self.profiles, width = profiles, len(profiles.profiles)
        self.names, self.truth = profiles.names, profiles.students.ravel()
        self.group, self.profile = np.divmod(np.arange(len(self.truth)), width)
        self.placement = np.array(profiles.placements())[self.profile]
        self.flags = {
            one: (profiles.asked(one), profiles.counted(one)) for one in profiles.elements
        }
        self._of_group: dict[tuple[str, str], Ints] = {}

    def of_group(self, subgroup: str, group: str) -> Ints:
        """The cells of which a group is the sum."""
        if (subgroup, group) not in self._of_group:
            named = dict(zip(parts_of(subgroup), group.split(BETWEEN), strict=True))
            placement = named.pop(PLACEMENT, None)
            base = base_of(subgroup)
            mine = [
                name == base and all(value_of(part, base, one) == named[part] for part in named)
                for name, one in self.names
            ]
            found = np.array(mine)[self.group]
            found &= (self.placement == placement) | (placement is None)
            self._of_group[subgroup, group] = np.flatnonzero(found)
        return self._of_group[subgroup, group]

    def same(self) -> sparse.csr_array:
        """Profile by profile, the groups of a subgroup add up to what they are the parts of."""
        at = {name: number for number, name in enumerate(self.names)}
        parts: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for number, (subgroup, group) in enumerate(self.names):
            for whole in wholes_of(subgroup, group):
                if whole in at:  # at a site a student may be another than in the LEA
                    parts[subgroup, *whole].append(number)
        width = len(self.profiles.profiles)
        profile, sums = np.arange(width), 0
        rows, columns, signs = [], [], []
        for (_, of, name), members in parts.items():
            for number, sign in [(at[of, name], -1), *((one, 1) for one in members)]:
                rows.append(sums + profile)
                columns.append(number * width + profile)
                signs.append(np.full(width, sign))
            sums += width
        if not sums:
            return sparse.csr_array((0, len(self.truth)), dtype=np.int64)
        terms = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
        return sparse.csr_array(terms, shape=(sums, len(self.truth)))

    def possible(self, rows: pd.DataFrame, listed: frozenset[tuple[str, str]]) -> Flags:
        """Nobody is in a group that a table does not list."""
        there = set(rows[KEYS[1:]].itertuples(index=False, name=None))
        found = np.ones(len(self.truth), dtype=bool)
        for element, subgroup in listed:
            for group in self._groups_of(subgroup):
                if (element, subgroup, group) not in there:
                    at = self.of_group(subgroup, group)
                    asked, _ = self.flags[element]
                    found[at[asked[self.profile[at]]]] = False
        return found

    def part(self) -> Ints:
        """The subgroup of each cell."""
        subgroups = [ALL, *self.profiles.groups]
        part = np.array([subgroups.index(name) for name, _ in self.names])
        if any(BY in one for one in subgroups):
            part = np.minimum(part, 1)
        return np.asarray(part[self.group])

    def large(self) -> Ints:
        """The largest groups of each subgroup."""
        size = np.bincount(self.group, self.truth, len(self.names))
        found = []
        for subgroup in self.profiles.groups:
            mine = [at for at, (name, _) in enumerate(self.names) if name == subgroup]
            found += sorted(mine, key=lambda at: -size[at])[:LARGE]
        return np.array(found, dtype=np.int64)

    def _groups_of(self, subgroup: str) -> set[str]:
        """All groups that a student could be in."""
        base, parts = base_of(subgroup), parts_of(subgroup)
        places = set(self.placement.tolist())
        found = set()
        for name, one in self.names:
            if name == base:
                for place in places if PLACEMENT in parts else [""]:
                    values = [
                        place if part == PLACEMENT else value_of(part, base, one) for part in parts
                    ]
                    found.add(BETWEEN.join(values))
        return found

    def matrix(self, sums: list[Ints]) -> sparse.csr_array:
        """A row for each sum of cells."""
        lengths = np.array([len(one) for one in sums])
        return sparse.csr_array(
            (
                np.ones(lengths.sum(), dtype=np.int64),
                np.concatenate(sums) if sums else np.zeros(0, dtype=np.int64),
                np.concatenate([[0], np.cumsum(lengths)]),
            ),
            shape=(len(sums), len(self.truth)),
        )


def limits(counts: Ints, labels: Ints) -> tuple[Ints, Ints]:
    """How far each count may change, for all that its own row says."""
    label = np.repeat(labels, 2)
    is_denominator = np.arange(len(label)) % 2 == 0
    named = [label == PRIMARY, label == COMPLEMENTARY]
    floor = np.where(is_denominator, np.select(named, [1, SMALL + 1]), 0)
    lowest = np.maximum(floor - counts, -FAR)
    highest = np.where(is_denominator & (label == PRIMARY), SMALL - counts, FAR)
    seen = label == SEEN
    return np.where(seen, 0, lowest), np.where(seen, 0, highest)


def demand(lowest: Ints, highest: Ints, target: int, by: int) -> bool:
    """Narrows the limits of the target; False where its own row stands against it."""
    if by > 0:
        lowest[target] = max(lowest[target], by)
    else:
        highest[target] = min(highest[target], by)
    return bool(lowest[target] <= highest[target])
