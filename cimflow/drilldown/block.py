"""Everything that ties hidden counts to those that are shown, as sums for a solver.

A solution has two parts: by how much each count of the rows changes, and the cells (`crossing`),
which nobody prints but which must add up to the counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from cimflow.drilldown.crossing import Crossing, crossings_of
from cimflow.drilldown.definitions import SMALL
from cimflow.drilldown.relations import Relations, relations_of

# Why a row cannot be seen. LEFT_OUT: not even that there is such a row.
SEEN, PRIMARY, COMPLEMENTARY, LEFT_OUT = range(4)
FAR = 60  # solutions further from the truth are not looked for; none is needed


@dataclass(frozen=True)
class Block:
    """The rows of one population, whose other counts are looked for.

    Attributes:
        counts: of the rows: denominator, numerator, denominator, ...
        changes: what each change of a count adds to the sums, column by column.
        cells: what each cell adds to them.
        least: below which no sum may come; `most`: above which none may.
        relations: so many of the sums, the first, are of changes alone.
        crossings: whose cells they are, one after the other.
    """

    counts: np.ndarray
    changes: sparse.csc_array
    cells: sparse.csc_array
    least: np.ndarray
    most: np.ndarray
    relations: int
    crossings: list[Crossing]

    def is_solved_by(
        self, change: np.ndarray, cells: np.ndarray, lowest: np.ndarray, highest: np.ndarray
    ) -> bool:
        """Whether these changes are a solution, with whole numbers for the cells.

        The cells that a solver gives may be fractions: they are rounded, or looked for anew.
        """
        sums = (self.changes @ change)[: self.relations]
        within = (sums >= self.least[: self.relations]) & (sums <= self.most[: self.relations])
        if not (within.all() and (change >= lowest).all() and (change <= highest).all()):
            return False
        counts, whole, first = self.counts + change, np.rint(cells), 0
        for one in self.crossings:
            mine, first = whole[first : first + one.cells], first + one.cells
            if not (one.fits(mine, counts) or one.exists(counts)):
                return False
        return True


def block_of(rows: pd.DataFrame, labels: np.ndarray) -> Block:
    """The block of rows that no relation joins with rows elsewhere."""
    left_out = labels == LEFT_OUT
    counts = rows[["denominator", "numerator"]].to_numpy().ravel()
    relations, crossings = relations_of(rows, left_out), crossings_of(rows, left_out)
    changes, cells, least, most = _sums(relations, crossings, counts)
    return Block(
        counts,
        changes,
        cells,
        least,
        most,
        relations.equal.shape[0] + relations.at_most.shape[0],
        crossings,
    )


def _sums(
    relations: Relations, crossings: list[Crossing], counts: np.ndarray
) -> tuple[sparse.csc_array, sparse.csc_array, np.ndarray, np.ndarray]:
    """All sums, one below the other: of changes, of cells, their least and their most."""
    size = sum(one.cells for one in crossings)
    of_changes = [relations.equal, relations.at_most]
    of_cells = [sparse.csr_array((one.shape[0], size)) for one in of_changes]
    least = [np.zeros(of_changes[0].shape[0]), np.full(len(relations.room), -np.inf)]
    most = [np.zeros(of_changes[0].shape[0]), relations.room]
    first = 0
    for one in crossings:
        # What the cells add up to is the true count and its change.
        known = one.counts @ counts
        of_changes += [-one.counts, sparse.csr_array((one.within.shape[0], len(counts)))]
        of_cells += [_moved(part, first, size) for part in (one.equal, one.within)]
        least += [known, np.full(one.within.shape[0], -np.inf)]
        most += [known, np.zeros(one.within.shape[0])]
        first += one.cells
    return (
        sparse.vstack(of_changes, format="csc"),
        sparse.vstack(of_cells, format="csc"),
        np.concatenate(least),
        np.concatenate(most),
    )


def _moved(sums: sparse.csr_array, by: int, size: int) -> sparse.csr_array:
    """The same sums, where the first of so many cells is another."""
    return sparse.csr_array((sums.data, sums.indices + by, sums.indptr), (sums.shape[0], size))


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


def demand(lowest: np.ndarray, highest: np.ndarray, target: int, by: int) -> bool:
    """Narrows the limits of the target; False where its own row stands against it."""
    if by > 0:
        lowest[target] = max(lowest[target], by)
    else:
        highest[target] = min(highest[target], by)
    return bool(lowest[target] <= highest[target])
