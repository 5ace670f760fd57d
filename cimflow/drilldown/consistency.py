"""What could be true, for all that is published: other counts that fit every table.

A count is safe when two sets of whole numbers fit that differ in it by enough. Linear bounds could
only prove that it is not; so every answer here is a solution in whole numbers, checked as such.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.block import FAR, SEEN, Block, demand, limits

# Any good solution will do, and no clock decides when to stop: a run can be repeated.
PATIENCE = {"mip_rel_gap": 0.2, "node_limit": 400}
EXACT = {"mip_rel_gap": 0.0, "node_limit": 400}


@dataclass(frozen=True)
class Offer:
    """What it costs to hide each row as well, and the label that it would then bear."""

    price: np.ndarray  # infinite where the row cannot be hidden
    label: np.ndarray


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
    if target is not None and not demand(lowest, highest, target, by):
        return None
    free = np.repeat(labels != SEEN, 2)
    number, size = int(free.sum()), block.cells.shape[1]
    found = milp(
        np.concatenate([-pull[free], np.zeros(size)]),
        integrality=np.repeat([1, 0], [number, size]),
        bounds=Bounds(
            np.concatenate([lowest[free], np.zeros(size)]),
            np.concatenate([highest[free], np.full(size, np.inf)]),
        ),
        constraints=LinearConstraint(
            sparse.hstack([block.changes[:, free], block.cells], format="csc"),
            block.least,
            block.most,
        ),
        options=patience,
    )
    if found.x is None:
        return None
    change = np.zeros(len(free), dtype=np.int64)
    change[free] = np.rint(found.x[:number])
    return change if block.is_solved_by(change, found.x[number:], lowest, highest) else None


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
    if not demand(lowest, highest, target, by):
        return None
    free, price = np.repeat(labels != SEEN, 2), np.repeat(prices, 2)
    paid, unpaid = np.flatnonzero(free & (price > 0)), np.flatnonzero(free & (price == 0))
    columns = block.changes[:, paid]
    size = block.cells.shape[1]
    cost = [np.zeros(size + len(unpaid)), price[paid], price[paid]]
    ends = (
        [np.zeros(size), lowest[unpaid], np.zeros(2 * len(paid))],
        [np.full(size, np.inf), highest[unpaid], highest[paid], -lowest[paid]],
    )
    sums = [sparse.hstack([block.cells, block.changes[:, unpaid]], format="csc"), columns, -columns]
    constraints = [LinearConstraint(sparse.hstack(sums, format="csc"), block.least, block.most)]
    if whole:
        # A row has its price once, however far it moves: a column says whether it is hidden.
        bought = np.unique(paid // 2)
        cost = [np.zeros(size + len(unpaid) + 2 * len(paid)), prices[bought]]
        ends[0].append(np.zeros(len(bought)))
        ends[1].append(np.ones(len(bought)))
        constraints = _only_if_bought(block, sums, paid, bought)
    found = milp(
        np.concatenate(cost),
        integrality=np.concatenate(
            [np.zeros(size), np.full(sum(len(part) for part in cost) - size, int(whole))]
        ),
        bounds=Bounds(np.concatenate(ends[0]), np.concatenate(ends[1])),
        constraints=constraints,
        options=PATIENCE,
    )
    if found.x is None:
        return None
    change = np.zeros(len(free))
    given = found.x[size:]
    change[unpaid] = given[: len(unpaid)]
    up, down = np.split(given[len(unpaid) : len(unpaid) + 2 * len(paid)], 2)
    change[paid] = up - down
    if not whole:
        return change
    change = np.rint(change).astype(np.int64)
    return change if block.is_solved_by(change, found.x[:size], lowest, highest) else None


def _only_if_bought(
    block: Block, sums: list[sparse.csc_array], paid: np.ndarray, bought: np.ndarray
) -> list[LinearConstraint]:
    """The sums, and that a count moves up or down only where its row is bought."""
    nothing = sparse.csc_array((block.changes.shape[0], len(bought)))
    moves = sparse.eye_array(len(paid), format="csc")
    row_of = (paid // 2)[:, None] == bought[None, :]
    still = sparse.csc_array((len(paid), sums[0].shape[1]))
    limit = sparse.hstack([still, moves, moves, sparse.csc_array(-FAR * row_of)], format="csc")
    return [
        LinearConstraint(sparse.hstack([*sums, nothing], format="csc"), block.least, block.most),
        LinearConstraint(limit, -np.inf, 0),
    ]
