"""What could be true, for all that is published: other students who fit every table.

A count is safe when two sets of students fit that differ in it by enough. Linear bounds could only
prove that it is not; so every answer here is in whole numbers, and checked as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.model.coded_table import Flags, Floats, Ints
from cimflow.drilldown.suppression.constraints import SEEN, Block, demand, limits

# Any good solution will do, and no clock decides when to stop: a run can be repeated.
PATIENCE = {"mip_rel_gap": 0.2, "node_limit": 400}
# Nobody new in a cell without reason: what few cells say is soon whole. `SURELY`: a reason that
# counts for more than any number of cells.
SURELY = 1000
NEARLY = 1e-6


class Reach(Enum):
    """Which students may be others than they are: the more, the longer a search takes."""

    GROUPS = "students change their group, in one subgroup or another, and nothing else"
    PROFILES = "they may have another profile, too; in every subgroup some groups take part in that"
    ALL = "they may have another profile, and every group takes part"


@dataclass(frozen=True)
class _Wanted:
    """A problem in the changes of the cells that are free.

    Attributes:
        cells: which they are.
        rows: the sums that their changes are held to, one below the other.
        least: below which no sum may come; `most`: above which none may.
        cost: of each change, to be as small as may be.
    """

    cells: Ints
    rows: sparse.csc_array
    least: Floats
    most: Floats
    cost: Floats


def furthest(
    block: Block,
    labels: Ints,
    pull: Floats,
    *,
    reach: Reach,
    target: int | None = None,
    by: int = 0,
) -> Ints | None:
    """Changes of the hidden counts that nobody could see, as far as may be along `pull`.

    Where a target is named, it moves by `by` or further.
    """
    lowest, highest = limits(block.counts, labels)
    if target is not None and not demand(lowest, highest, target, by):
        return None
    cells = free_cells(block, labels != SEEN, reach, target)
    cost = (block.truth[cells] == 0) - pull @ block.sums[:, cells]
    wanted = _wanted(block, cells, cost, lowest, highest)
    solved = _solved(block, wanted, thorough=reach is Reach.ALL)
    return changed(block, cells, solved, lowest, highest)


def bounds(block: Block, labels: Ints, target: int, reach: Reach) -> tuple[float, float]:
    """How far down and up a count could change at most, were there halves of students."""
    lowest, highest = limits(block.counts, labels)
    cells = free_cells(block, labels != SEEN, reach, target)
    terms = block.sums[[target]][:, cells].toarray()[0]
    ends = [0.0]
    for way in (1, -1):
        cost = SURELY * way * terms + (block.truth[cells] == 0)
        found = _minimum(block, _wanted(block, cells, cost, lowest, highest), whole=False)
        ends.append(0.0 if found is None else float(terms @ found))
    return min(ends) - NEARLY, max(ends) + NEARLY


def _wanted(block: Block, cells: Ints, cost: Floats, lowest: Ints, highest: Ints) -> _Wanted:
    still = np.zeros(block.same.shape[0])
    return _Wanted(
        cells,
        sparse.vstack([block.same[:, cells], block.sums[:, cells]], format="csc"),
        np.concatenate([still, lowest]),
        np.concatenate([still, highest]),
        cost,
    )


def free_cells(block: Block, hidden: Flags, reach: Reach, target: int | None = None) -> Ints:
    """The cells that may change: of the groups that have something to hide, or of more.

    Where a target is named, only those that it takes.
    """
    groups = block.groups[np.flatnonzero(hidden)].sum(axis=0) > 0
    groups[0] = reach is not Reach.GROUPS
    if reach is Reach.PROFILES:
        groups[block.large] = True
    elif reach is Reach.ALL:
        groups[:] = True
    free = groups[block.group] & block.possible
    if reach is Reach.GROUPS and target is not None:
        # Who changes the group in one subgroup need not in another.
        free &= np.isin(block.part, block.subgroups_of(target))
    return np.flatnonzero(free)


def _solved(block: Block, wanted: _Wanted, *, thorough: bool) -> Floats | None:
    """The changes of the free cells: the best in fractions, and if need be good ones in whole."""
    rough = _minimum(block, wanted, whole=False)
    if rough is None:
        return None
    whole = _in_whole(block, wanted, rough)
    if whole is None and thorough:
        return _minimum(block, wanted, whole=True)
    return whole


def _in_whole(block: Block, wanted: _Wanted, rough: Floats) -> Floats | None:
    """Good changes in whole numbers, near to those in fractions.

    Where all that is common to the subgroups is whole, each is made whole by itself.
    """
    part, broken = block.part[wanted.cells], _are_broken(rough)
    alone = [part == one for one in np.unique(part[broken])]
    if broken[part == 0].any():
        alone = [np.ones(len(part), dtype=bool)]
    places = likely(block, wanted.cells, rough)  # of the rough answer: what follows is rounded
    for mine in alone:
        tries = (
            _minimum(block, wanted, whole=True, only=mine & these, near=np.rint(rough))
            for these in places
        )
        found = next((one for one in tries if one is not None), None)
        if found is None:
            return None
        rough = found
    return rough


def _are_broken(rough: Floats) -> Flags:
    """Which changes are not whole."""
    return np.asarray(np.abs(rough - np.rint(rough)) > NEARLY)


def likely(block: Block, cells: Ints, rough: Floats) -> tuple[Flags, Flags]:
    """Where changes in whole numbers are to be found, beside those that are so already.

    Mostly in what is broken and in what is summed up with it, or else in whatever the rough answer
    uses: far smaller problems than that of all cells.
    """
    used = (np.abs(rough) > NEARLY) | (block.truth[cells] > 0)
    broken, same = _are_broken(rough), np.abs(block.same[:, cells])
    beside = same.T @ (same @ broken) > 0
    return used & (beside | broken), used


def _minimum(
    block: Block,
    wanted: _Wanted,
    *,
    whole: bool,
    only: Flags | None = None,
    near: Floats | None = None,
) -> Floats | None:
    """The cheapest changes; of `only` these cells, where the others are as in `near`."""
    used = np.arange(len(wanted.cells)) if only is None else np.flatnonzero(only)
    others = np.zeros(len(wanted.cells)) if near is None else near.copy()
    others[used] = 0
    rows = wanted.rows[:, used].tocsr()
    given = wanted.rows @ others
    least, most = wanted.least - given, wanted.most - given
    some = np.diff(rows.indptr) > 0
    if not len(used) or (not whole and ((least > 0) | (most < 0))[~some].any()):
        return None  # what should move cannot
    found = milp(
        wanted.cost[used],
        integrality=np.full(len(used), int(whole)),
        bounds=Bounds((block.fixed - block.truth)[wanted.cells[used]], np.inf),
        constraints=LinearConstraint(rows[some], least[some], most[some]),
        options=PATIENCE if whole else {},
    )
    if found.x is None:
        return None
    changes = others.copy()
    changes[used] = found.x
    return changes


def changed(
    block: Block, cells: Ints, changes: Floats | None, lowest: Ints, highest: Ints
) -> Ints | None:
    """The changes of the counts, if there could be students as these changes of the cells say."""
    if changes is None:
        return None
    other = block.truth.copy()
    other[cells] += np.rint(changes).astype(np.int64)
    change = block.change(other)
    if block.holds(other) and (change >= lowest).all() and (change <= highest).all():
        return change
    return None
