"""Looks for the two solutions that prove each hidden count safe: many counts at once, then singly.

What was found stays true when more is hidden later, for hiding takes knowledge away.
"""

from dataclasses import dataclass

import numpy as np

from cimflow.drilldown.model.coded_table import Floats, Ints
from cimflow.drilldown.suppression.alternative_counts import Reach, bounds, furthest
from cimflow.drilldown.suppression.constraints import SEEN, Block

APART = 5  # a count is safe when it may be one of two numbers this far apart
FEW = 4  # below this many open counts, each is looked for by itself
SLOW = 0.95
QUICK = (Reach.GROUPS, Reach.PROFILES)


@dataclass(frozen=True)
class Spread:
    """The lowest and the highest change of each count that some solution has shown."""

    lowest: Ints
    highest: Ints
    apart: int

    def note(self, change: Ints) -> None:
        """One more solution."""
        self.lowest[:] = np.minimum(self.lowest, change)
        self.highest[:] = np.maximum(self.highest, change)

    def open_in(self, labels: Ints) -> Ints:
        """The counts that are hidden but not yet shown to be safe, by their place."""
        narrow = self.highest - self.lowest < self.apart
        return np.flatnonzero(narrow & np.repeat(labels != SEEN, 2))

    def is_open(self, target: int) -> bool:
        """Whether this count is not yet shown to be safe."""
        return bool(self.highest[target] - self.lowest[target] < self.apart)

    def goals(self, target: int) -> tuple[int, int]:
        """How far up, or how far down, the count has to move to be safe."""
        return int(self.lowest[target]) + self.apart, int(self.highest[target]) - self.apart


def nothing_known(counts: int, apart: int) -> Spread:
    """Of so many counts only the truth, which is a solution."""
    return Spread(np.zeros(counts, dtype=np.int64), np.zeros(counts, dtype=np.int64), apart)


def exposed(block: Block, labels: Ints, spread: Spread) -> list[int]:
    """The hidden counts for which no two solutions far enough apart were found.

    Here no search is spared: where hiding gave up early it hid more.
    """
    pull_many(block, labels, spread)
    return [
        target
        for target in spread.open_in(labels).tolist()
        if not shown_safe(block, labels, spread, target, (*QUICK, Reach.ALL))
        and not _shown_alone(block, labels, spread, target, Reach.ALL)
    ]


def pull_many(block: Block, labels: Ints, spread: Spread) -> None:
    """Pulls all open counts in random directions, and back, while that shows many safe.

    Most are shown by students who change their group; only for the others need profiles change,
    which is looked for in all subgroups at once and takes longer.
    """
    chance = np.random.default_rng(0)  # the same seed: what is hidden must not change by itself
    for reach in QUICK:
        before = spread.open_in(labels)
        while len(before) >= FEW:
            pull = _pull(block, before, chance)
            for way in (pull, -pull):
                change = furthest(block, labels, way, reach=reach)
                if change is not None:
                    spread.note(change)
            after = spread.open_in(labels)
            if len(after) > SLOW * len(before):
                break
            before = after


def shown_safe(
    block: Block, labels: Ints, spread: Spread, target: int, reaches: tuple[Reach, ...] = QUICK
) -> bool:
    """Whether a solution was found that moves this count far enough; it moves others as well."""
    if not spread.is_open(target):
        return True
    chance = np.random.default_rng(target)
    for reach in reaches:
        for by in spread.goals(target):
            pull = _pull(block, spread.open_in(labels), chance)
            change = furthest(block, labels, pull, reach=reach, target=target, by=by)
            if change is not None:
                spread.note(change)
                return True
    return _shown_alone(block, labels, spread, target, Reach.GROUPS)


def _shown_alone(block: Block, labels: Ints, spread: Spread, target: int, reach: Reach) -> bool:
    """Whether two numbers are found that are far enough apart, with nothing else pulled at.

    Up or down, or the truth lies between them: some way up and some way down.
    """
    low, high = bounds(block, labels, target, reach)
    for up in range(spread.apart, -1, -1):
        down = up - spread.apart
        if low <= down and up <= high:
            for by in (up, up + 1, down, down - 1):
                if not spread.lowest[target] <= by <= spread.highest[target]:
                    still = np.zeros(len(block.counts))
                    change = furthest(block, labels, still, reach=reach, target=target, by=by)
                    if change is not None:
                        spread.note(change)
                if not spread.is_open(target):
                    return True
    return False


def _pull(block: Block, counts: Ints, chance: np.random.Generator) -> Floats:
    pull = np.zeros(len(block.counts))
    pull[counts] = chance.uniform(0.5, 1, len(counts)) * chance.choice([-1, 1], len(counts))
    return pull
