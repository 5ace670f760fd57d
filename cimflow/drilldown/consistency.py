"""What could be true, for all that is published: other counts that fit every table.

A count is safe when two sets of whole numbers fit that differ in it by enough. Linear bounds could
only prove that it is not; so every answer here is a solution in whole numbers, checked as such, for
which there are students in each placement too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.crossing import Crossing, crossings_of
from cimflow.drilldown.definitions import SMALL
from cimflow.drilldown.relations import relations_of

# Why a row cannot be seen. LEFT_OUT: not even that there is such a row.
SEEN, PRIMARY, COMPLEMENTARY, LEFT_OUT = range(4)
FAR = 60  # solutions further from the truth are not looked for; none is needed
# Any good solution will do, and no clock decides when to stop: a run can be repeated.
PATIENCE = {"mip_rel_gap": 0.2, "node_limit": 400}
EXACT = {"mip_rel_gap": 0.0, "node_limit": 400}
ATTEMPTS = 12  # solutions looked at, each of which keeps the rules that those before it broke


@dataclass(frozen=True)
class Block:
    """Rows whose other counts are looked for, while all rows outside stay as they are.

    A solution has two parts: by how much each count of the rows changes, and the cells (see
    `crossing`), which nobody prints but which must add up to the counts.
    """

    rows: np.ndarray
    variables: np.ndarray
    counts: np.ndarray  # of the rows: denominator, numerator, denominator, ...
    matrix: sparse.csc_array  # sums of the changes of counts ...
    cells: sparse.csc_array  # ... and of cells
    least: np.ndarray
    most: np.ndarray
    crossings: list[Crossing]
    plain: int = 0  # so many of the sums are of counts alone

    def could_be(self, change: np.ndarray, cells: np.ndarray) -> bool:
        """Whether there are whole numbers for the cells: these, rounded, or others."""
        counts = self.counts + change
        ends = np.cumsum([one.cells for one in self.crossings])[:-1]
        return all(
            one.fits(mine, counts) or one.exists(counts)
            for one, mine in zip(self.crossings, np.split(np.rint(cells), ends), strict=True)
        )


@dataclass(frozen=True)
class Offer:
    """What it costs to hide each row as well, and the label that it would then bear."""

    price: np.ndarray  # infinite where the row cannot be hidden
    label: np.ndarray


def block_of(at: np.ndarray, rows: pd.DataFrame, labels: np.ndarray) -> Block:
    """The block of the rows `at` these places, which no relation joins with rows elsewhere."""
    part = rows.iloc[at]
    relations = relations_of(part, labels[at] == LEFT_OUT)
    crossings = crossings_of(part, labels[at] == LEFT_OUT)
    counts = part[["denominator", "numerator"]].to_numpy().ravel()
    nothing = np.zeros(relations.equal.shape[0])
    room = relations.room
    of_rows = sparse.vstack([relations.equal, relations.at_most])
    left = [of_rows, *(-one.counts for one in crossings)]
    left += [sparse.csr_array((one.within.shape[0], len(counts))) for one in crossings]
    size = sum(one.cells for one in crossings)
    cells = sparse.vstack(
        [
            sparse.csr_array((of_rows.shape[0], size)),
            sparse.block_diag([one.equal for one in crossings]) if crossings else sparse.csr_array((0, size)),
            sparse.block_diag([one.within for one in crossings]) if crossings else sparse.csr_array((0, size)),
        ],
        format="csc",
    )
    known = [one.counts @ counts for one in crossings]
    within = [np.zeros(one.within.shape[0]) for one in crossings]
    return Block(
        at,
        np.stack([2 * at, 2 * at + 1], axis=1).ravel(),
        counts,
        sparse.vstack(left, format="csc"),
        cells,
        np.concatenate([nothing, np.full(len(room), -np.inf), *known, *(np.full(len(one), -np.inf) for one in within)]),
        np.concatenate([nothing, room, *known, *within]),
        crossings,
        of_rows.shape[0],
    )


def furthest(
    block: Block,
    labels: np.ndarray,
    pull: np.ndarray,
    *,
    target: int | None = None,
    by: int = 0,
    patience: dict[str, float] = PATIENCE,
) -> np.ndarray | None:
    """Changes of the hidden counts that nobody could see, as far as may be along `pull`.

    Where a target is named, it moves by `by` or further.
    """
    lowest, highest = limits(block, labels)
    if target is not None and not _demand(lowest, highest, target, by):
        return None
    free = np.repeat(labels != SEEN, 2)

    return _solved(block, -pull[free], free, lowest, highest, patience)


def _solved(block, pull, free, lowest, highest, patience):
    extra = block.cells.shape[1]
    number = int(free.sum())
    found = milp(
        np.concatenate([pull, np.zeros(extra)]),
        integrality=np.concatenate([np.ones(number), np.zeros(extra)]),
        bounds=Bounds(
            np.concatenate([lowest[free], np.zeros(extra)]),
            np.concatenate([highest[free], np.full(extra, np.inf)]),
        ),
        constraints=LinearConstraint(
            sparse.hstack([block.matrix[:, free], block.cells], format="csc"),
            block.least,
            block.most,
        ),
        options=patience,
    )
    if found.x is None:
        return None
    change = np.zeros(len(free), dtype=np.int64)
    change[free] = np.rint(found.x[:number])
    return change if _fits(block, change, lowest, highest) and block.could_be(change, found.x[number:]) else None


def moved(
    block: Block, labels: np.ndarray, target: int, by: int, offer: Offer
) -> np.ndarray | None:
    """The cheapest changes that move the count `target` by `by` or further.

    Hidden counts change freely, others at the price in the offer.
    """
    for_sale = (labels == SEEN) & np.isfinite(offer.price)
    price = np.where(for_sale, offer.price, 0)
    rough = _cheapest(
        block, np.where(for_sale, offer.label, labels), target, by, price, whole=False
    )
    if rough is None:
        return None  # not even with halves of students
    # What the rough answer uses mostly does in whole numbers too, and is a far smaller problem.
    used = for_sale & (np.abs(rough).reshape(-1, 2).max(axis=1) > 1e-6)
    for chosen in (used, for_sale):
        tried = np.where(chosen, offer.label, labels)
        change = _cheapest(block, tried, target, by, price, whole=True)
        if change is not None:
            return change
    return None


def _cheapest(
    block: Block, labels: np.ndarray, target: int, by: int, prices: np.ndarray, *, whole: bool
) -> np.ndarray | None:
    """As `moved`. A change is paid for both up and down, so it has a column for either."""
    lowest, highest = limits(block, labels)
    if not _demand(lowest, highest, target, by):
        return None
    free, price = np.repeat(labels != SEEN, 2), np.repeat(prices, 2)
    paid, unpaid = np.flatnonzero(free & (price > 0)), np.flatnonzero(free & (price == 0))
    columns = block.matrix[:, paid]
    extra = block.cells.shape[1]
    cost = [np.zeros(extra + len(unpaid)), price[paid], price[paid]]
    ends = (
        [np.zeros(extra), lowest[unpaid], np.zeros(2 * len(paid))],
        [np.full(extra, np.inf), highest[unpaid], highest[paid], -lowest[paid]],
    )
    sums = [sparse.hstack([block.cells, block.matrix[:, unpaid]], format="csc"), columns, -columns]
    constraints = [LinearConstraint(sparse.hstack(sums, format="csc"), block.least, block.most)]
    if whole:
        # A row has its price once, however far it moves: a column says whether it is hidden.
        bought = np.unique(paid // 2)
        cost = [np.zeros(extra + len(unpaid) + 2 * len(paid)), prices[bought]]
        ends[0].append(np.zeros(len(bought)))
        ends[1].append(np.ones(len(bought)))
        constraints = _only_if_bought(block, sums, paid, bought)
    found = milp(
        np.concatenate(cost),
        integrality=np.concatenate([np.zeros(extra), np.full(sum(len(part) for part in cost) - extra, int(whole))]),
        bounds=Bounds(np.concatenate(ends[0]), np.concatenate(ends[1])),
        constraints=constraints,
        options=PATIENCE,
    )
    if found.x is None:
        return None
    change = np.zeros(len(free))
    given = found.x[extra:]
    change[unpaid] = given[: len(unpaid)]
    up, down = np.split(given[len(unpaid) : len(unpaid) + 2 * len(paid)], 2)
    change[paid] = up - down
    if not whole:
        return change
    change = np.rint(change).astype(np.int64)
    return change if _fits(block, change, lowest, highest) and block.could_be(change, found.x[:extra]) else None


def _only_if_bought(
    block: Block, sums: list[sparse.csc_array], paid: np.ndarray, bought: np.ndarray
) -> list[LinearConstraint]:
    """The sums, and that a count moves up or down only where its row is bought."""
    nothing = sparse.csc_array((block.matrix.shape[0], len(bought)))
    moves = sparse.eye_array(len(paid), format="csc")
    row_of = (paid // 2)[:, None] == bought[None, :]
    still = sparse.csc_array((len(paid), sums[0].shape[1]))
    limit = sparse.hstack([still, moves, moves, sparse.csc_array(-FAR * row_of)], format="csc")
    return [
        LinearConstraint(sparse.hstack([*sums, nothing], format="csc"), block.least, block.most),
        LinearConstraint(limit, -np.inf, 0),
    ]


def limits(block: Block, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each count may change, for all that its own row says."""
    label = np.repeat(labels, 2)
    is_denominator = np.arange(len(label)) % 2 == 0
    named = [label == PRIMARY, label == COMPLEMENTARY]
    floor = np.where(is_denominator, np.select(named, [1, SMALL + 1]), 0)
    lowest = np.maximum(floor - block.counts, -FAR)
    highest = np.where(is_denominator & (label == PRIMARY), SMALL - block.counts, FAR)
    seen = label == SEEN
    return np.where(seen, 0, lowest), np.where(seen, 0, highest)


def _demand(lowest: np.ndarray, highest: np.ndarray, target: int, by: int) -> bool:
    """Narrows the limits of the target; False where its own row stands against it."""
    if by > 0:
        lowest[target] = max(lowest[target], by)
    else:
        highest[target] = min(highest[target], by)
    return bool(lowest[target] <= highest[target])


def _fits(block: Block, change: np.ndarray, lowest: np.ndarray, highest: np.ndarray) -> bool:
    sums = (block.matrix @ change)[: block.plain]
    within = (sums >= block.least[: block.plain]).all() and (sums <= block.most[: block.plain]).all()
    return bool(within and (change >= lowest).all() and (change <= highest).all())
