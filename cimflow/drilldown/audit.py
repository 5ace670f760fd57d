"""Proves for every hidden count that two numbers far enough apart could stand there.

Everything published counts together: all tables of all LEAs, the reasons for hiding, the roll-up.
What is not proven is reported, with the numbers between which the count must lie.
"""

from dataclasses import dataclass

import numpy as np

from cimflow.drilldown.consistency import EXACT, Block, furthest
from cimflow.drilldown.published import LABELS, Published, labelled_rows
from cimflow.drilldown.relations import KEY, ROLL_UP
from cimflow.drilldown.rollup import Beside, beside, few_at_a_time, look_in_all
from cimflow.drilldown.searching import APART, nothing_known


@dataclass(frozen=True)
class Exposed:
    """A hidden count that is known to lie between two numbers too close to each other."""

    cds_code: str  # empty where it is a count of the roll-up
    element: str
    subgroup: str
    group: str
    count: str  # numerator or denominator
    lowest: int
    highest: int


def audit(published: Published, *, apart: int = APART) -> list[Exposed]:
    """The hidden counts that are not proven safe, those of the roll-up last."""
    rows, labels = labelled_rows(published)
    roll_up = np.array([LABELS[word] for word in published.roll_up["hidden"]], dtype=np.int64)
    both = beside(rows, labels, roll_up)
    spread = nothing_known(2 * len(both.rows), apart)
    look_in_all(both, spread)
    return sorted(
        {
            _between(both, block, target)
            for block in few_at_a_time(both, 0, spread)
            for target in spread.open_in(block, both.labels[block.rows]).tolist()
        },
        key=lambda found: (
            found.cds_code == ROLL_UP,
            found.cds_code,
            found.element,
            found.subgroup,
        ),
    )


def _between(both: Beside, block: Block, target: int) -> Exposed:
    row = both.rows.iloc[block.rows[target // 2]]
    ends: list[int] = []
    for way in (-1, 1):
        pull = np.zeros(len(block.variables))
        pull[target] = way
        change = furthest(block, both.labels[block.rows], pull, patience=EXACT)
        ends.append(int(block.counts[target]) + (0 if change is None else int(change[target])))
    count = "numerator" if target % 2 else "denominator"
    cds, element, subgroup, group = (str(row[name]) for name in KEY)
    return Exposed(cds, element, subgroup, group, count, min(ends), max(ends))
