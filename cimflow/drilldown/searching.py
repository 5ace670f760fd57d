"""Looks for the two solutions that prove each hidden count safe: many counts at once, then singly.

What was found stays true when more is hidden later, for hiding takes knowledge away.
"""

from dataclasses import dataclass

import numpy as np

from cimflow.drilldown.block import SEEN, Block
from cimflow.drilldown.consistency import EXACT, furthest

APART = 5  # a count is safe when it may be one of two numbers this far apart
FEW = 4  # below this many open counts, each is looked for by itself
SLOW = 0.95


@dataclass(frozen=True)
class Spread:
    """The lowest and the highest change of each count that some solution has shown."""

    lowest: np.ndarray
    highest: np.ndarray
    apart: int

    def note(self, block: Block, change: np.ndarray) -> None:
        """One more solution."""
        at = block.variables
        self.lowest[at] = np.minimum(self.lowest[at], change)
        self.highest[at] = np.maximum(self.highest[at], change)

    def open_in(self, block: Block, labels: np.ndarray) -> np.ndarray:
        """The counts of the block, hidden but not yet shown to be safe, by their place in it."""
        at = block.variables
        narrow = self.highest[at] - self.lowest[at] < self.apart
        return np.flatnonzero(narrow & np.repeat(labels != SEEN, 2))

    def is_open(self, block: Block, target: int) -> bool:
        """Whether this count of the block is not yet shown to be safe."""
        at = block.variables[target]
        return bool(self.highest[at] - self.lowest[at] < self.apart)

    def goals(self, block: Block, target: int) -> tuple[int, int]:
        """How far up, or how far down, the count has to move to be safe."""
        at = block.variables[target]
        return int(self.lowest[at]) + self.apart, int(self.highest[at]) - self.apart


def nothing_known(counts: int, apart: int) -> Spread:
    """Of so many counts only the truth, which is a solution."""
    return Spread(np.zeros(counts, dtype=np.int64), np.zeros(counts, dtype=np.int64), apart)


def exposed(block: Block, labels: np.ndarray, spread: Spread) -> list[int]:
    """The hidden counts for which no two solutions far enough apart were found."""
    pull_many(block, labels, spread)
    return [
        target
        for target in spread.open_in(block, labels).tolist()
        if not shown_safe(block, labels, spread, target)
    ]


def pull_many(block: Block, labels: np.ndarray, spread: Spread) -> None:
    """Pulls all open counts in directions drawn by lot, and back, while that shows many safe."""
    lot = np.random.default_rng(0)  # always the same lot: what is hidden must not change by itself
    before = spread.open_in(block, labels)
    while len(before) >= FEW:
        pull = _pull(block, before, lot)
        for way in (pull, -pull):
            change = furthest(block, labels, way)
            if change is not None:
                spread.note(block, change)
        after = spread.open_in(block, labels)
        if len(after) > SLOW * len(before):
            return
        before = after


def shown_safe(block: Block, labels: np.ndarray, spread: Spread, target: int) -> bool:
    """Whether a solution was found that moves this count far enough; it moves others as well."""
    if not spread.is_open(block, target):
        return True
    lot = np.random.default_rng(target)
    for by in spread.goals(block, target):
        pull = _pull(block, spread.open_in(block, labels), lot)
        change = furthest(block, labels, pull, target=target, by=by)
        if change is not None:
            spread.note(block, change)
            return True
    # The truth may lie between the two numbers.
    alone = np.zeros(len(block.variables))
    alone[target] = 1
    for way in (alone, -alone):
        change = furthest(block, labels, way, patience=EXACT)
        if change is not None:
            spread.note(block, change)
    return not spread.is_open(block, target)


def _pull(block: Block, counts: np.ndarray, lot: np.random.Generator) -> np.ndarray:
    pull = np.zeros(len(block.variables))
    pull[counts] = lot.uniform(0.5, 1, len(counts)) * lot.choice([-1, 1], len(counts))
    return pull
