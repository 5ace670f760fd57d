"""Which rows to hide as well, so that a count can be another: the cheapest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.model.coded_table import Flags, Floats, Ints
from cimflow.drilldown.suppression.alternative_counts import (
    NEARLY,
    PATIENCE,
    Reach,
    changed,
    free_cells,
    likely,
)
from cimflow.drilldown.suppression.constraints import SEEN, Block, demand, limits


@dataclass(frozen=True)
class Offer:
    """What it costs to hide each row as well, and the label that it would then bear."""

    price: Floats
    label: Ints


def moved(
    block: Block, labels: Ints, target: int, by: int, offer: Offer, *, reach: Reach
) -> Ints | None:
    """The cheapest changes that move the count `target` by `by` or further.

    Hidden counts change freely, others at the price in the offer.
    """
    lowest, highest = limits(block.counts, np.where(labels == SEEN, offer.label, labels))
    if not demand(lowest, highest, target, by):
        return None
    cells = free_cells(block, np.ones(len(labels), dtype=bool), reach, target)
    if not len(cells):
        return None  # nobody can be anything else
    rough = _rough(_Held.of(block, cells, labels == SEEN, lowest, highest), offer)
    if rough is None:
        return None  # not even with halves of students
    moves = np.abs(block.sums[:, cells] @ rough).reshape(-1, 2).max(axis=1) > NEARLY
    bought = (labels == SEEN) & moves
    still = np.repeat((labels == SEEN) & ~moves, 2)
    lowest[still] = highest[still] = 0
    near, used = likely(block, cells, rough)
    held = _Held.of(block, cells[used], bought, lowest, highest)
    # Near to the rough answer may be dearer than need be: it counts how far, not how many rows.
    for free in (used,) if bought.any() else (near, used):
        whole = _whole(held, offer, free[used], np.rint(rough[used]))
        change = changed(block, cells[used], whole, lowest, highest)
        if change is not None:
            return change
    return None


@dataclass(frozen=True)
class _Held:
    """The sums of some cells: of counts that are for sale, and those that are held for nothing.

    Attributes:
        truth: the true cells, and how many of them may be others (`loose`).
        sale: which counts are for sale; with the sums of the cells, and their limits.
        held: the other sums with theirs.
    """

    truth: Ints
    loose: Ints
    sale: Ints
    sums: sparse.csr_array
    lowest: Ints
    highest: Ints
    held: sparse.csr_array
    least: Floats
    most: Floats

    @classmethod
    def of(
        cls, block: Block, cells: Ints, for_sale: np.ndarray, lowest: Ints, highest: Ints
    ) -> _Held:
        paid = np.repeat(for_sale, 2)
        sums, same = block.sums[:, cells].tocsr(), block.same[:, cells]
        still = np.zeros(same.shape[0])
        return cls(
            block.truth[cells],
            (block.truth - block.fixed)[cells],
            np.flatnonzero(paid),
            sums[np.flatnonzero(paid)],
            lowest[paid],
            highest[paid],
            sparse.vstack([same, sums[np.flatnonzero(~paid)]], format="csr"),
            np.concatenate([still, lowest[~paid]]),
            np.concatenate([still, highest[~paid]]),
        )

    def beside(self, columns: int) -> LinearConstraint:
        """The limits of what is held, where so many more columns stand beside the cells."""
        nothing = sparse.csr_array((self.held.shape[0], columns))
        return LinearConstraint(sparse.hstack([self.held, nothing]), self.least, self.most)


def _rough(held: _Held, offer: Offer) -> Floats | None:
    """The cheapest in fractions, where a row is paid for by how far its counts move, up or down."""
    one = sparse.eye_array(len(held.sale), format="csr")
    nothing = np.zeros(2 * len(held.sale))
    price = offer.price[held.sale // 2]
    found = milp(
        np.concatenate([held.truth == 0, price, price]),
        bounds=Bounds(
            np.concatenate([-held.loose, nothing]),
            np.concatenate([np.full(len(held.truth), np.inf), held.highest, -held.lowest]),
        ),
        constraints=[
            held.beside(len(nothing)),
            LinearConstraint(sparse.hstack([held.sums, -one, one]), 0, 0),
        ],
    )
    return None if found.x is None else np.asarray(found.x[: len(held.truth)])


def _whole(held: _Held, offer: Offer, free: Flags, others: Floats) -> Floats | None:
    """The cheapest in whole numbers, where cells that are not `free` are as in `others`.

    A row has its price once: a column says if it is bought.
    """
    rows, of_row = np.unique(held.sale // 2, return_inverse=True)
    is_bought = sparse.eye_array(len(rows), format="csr")[of_row]
    up, down = (
        sparse.hstack([held.sums, -is_bought.multiply(ends[:, None])])
        for ends in (held.highest, held.lowest)
    )
    found = milp(
        np.concatenate([np.zeros(len(held.truth)), offer.price[rows]]),
        integrality=np.ones(len(held.truth) + len(rows)),
        bounds=Bounds(
            np.concatenate([np.where(free, -held.loose, others), np.zeros(len(rows))]),
            np.concatenate([np.where(free, np.inf, others), np.ones(len(rows))]),
        ),
        constraints=[
            held.beside(len(rows)),
            LinearConstraint(up, -np.inf, 0),
            LinearConstraint(down, 0, np.inf),
        ],
        options=PATIENCE,
    )
    return None if found.x is None else np.asarray(found.x[: len(held.truth)])
