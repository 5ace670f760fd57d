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

from cimflow.drilldown.block import SEEN, Block, demand, limits
from cimflow.drilldown.coded import Flags, Floats, Ints

# Any good solution will do, and no clock decides when to stop: a run can be repeated.
PATIENCE = {"mip_rel_gap": 0.2, "node_limit": 400}
# Nobody new in a cell without reason: what few cells say is soon whole. `SURELY`: a reason that
# counts for more than any number of cells.
SURELY = 1000
NEARLY = 1e-6


class Reach(Enum):
    """Which students may be others than they are: the more, the longer a search takes."""

    GROUPS = "students change their group, in one subgroup or another, and nothing else"
    KINDS = "they may be of another kind, too, and in every subgroup some groups take part in that"
    ALL = "of another kind, and every group takes part"


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
    cells = free_cells(block, labels != SEEN, reach)
    cost = (block.truth[cells] == 0) - pull @ block.sums[:, cells]
    wanted = _wanted(block, cells, cost, lowest, highest)
    solved = _solved(block, wanted, thorough=reach is Reach.ALL)
    return changed(block, cells, solved, lowest, highest)


def bounds(block: Block, labels: Ints, target: int, reach: Reach) -> tuple[float, float]:
    """How far down and up a count could change at most, were there halves of students."""
    lowest, highest = limits(block.counts, labels)
    cells = free_cells(block, labels != SEEN, reach)
    terms = block.sums[[target]][:, cells].toarray()[0]
    ends = [0.0]
    for way in (1, -1):
        found = _minimum(
            block,
            _wanted(
                block, cells, SURELY * way * terms + (block.truth[cells] == 0), lowest, highest
            ),
            np.arange(len(cells)),
            np.zeros(len(cells)),
            whole=False,
        )
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


def free_cells(block: Block, hidden: Flags, reach: Reach) -> Ints:
    """The cells that may change: of the groups that have something to hide, or of more."""
    groups = block.groups[np.flatnonzero(hidden)].sum(axis=0) > 0
    groups[0] = reach is not Reach.GROUPS
    if reach is Reach.KINDS:
        groups[block.large] = True
    elif reach is Reach.ALL:
        groups[:] = True
    return np.flatnonzero(groups[block.group] & block.possible)


def _solved(block: Block, wanted: _Wanted, *, thorough: bool) -> Floats | None:
    """The changes of the free cells: the best in fractions, and if need be good ones in whole.

    Where all that is common to the subgroups is whole, each is made whole by itself. What the
    rough answer uses mostly does in whole numbers too, and is a far smaller problem; `thorough`: if
    it does not, whatever else may do is looked for.
    """
    every = np.arange(len(wanted.cells))
    rough = _minimum(block, wanted, every, np.zeros(len(every)), whole=False)
    if rough is None:
        return None
    broken = np.abs(rough - np.rint(rough)) > NEARLY
    part = block.part[wanted.cells]
    used = (np.abs(rough) > NEARLY) | (block.truth[wanted.cells] > 0)
    parts = [np.flatnonzero(used & (part == one)) for one in np.unique(part[broken])]
    if broken[part == 0].any():
        parts = [np.flatnonzero(used)]
    for at in parts:
        others = np.rint(rough)
        others[at] = 0
        rough = _minimum(block, wanted, at, others, whole=True)
        if rough is None and thorough:
            return _minimum(block, wanted, every, np.zeros(len(every)), whole=True)
        if rough is None:
            return None
    return rough


def _minimum(
    block: Block,
    wanted: _Wanted,
    used: Ints,
    others: Floats,
    *,
    whole: bool,
) -> Floats | None:
    """The cheapest changes of the cells `used`, beside those of the others."""
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
