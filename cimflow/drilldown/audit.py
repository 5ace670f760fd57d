"""Proves for every hidden count that two numbers far enough apart could stand there.

Everything published counts together: all tables of all LEAs, the reasons for hiding, the roll-up.
What is not proven is reported, with the numbers between which the count must lie.
"""

from dataclasses import astuple, dataclass

import numpy as np

from cimflow.drilldown.consistency import EXACT, LEFT_OUT, Block, furthest
from cimflow.drilldown.published import Published, labelled_rows, labels_of_sums
from cimflow.drilldown.relations import KEY, ROLL_UP
from cimflow.drilldown.rollup import Beside, beside, few_at_a_time, sums_over_leas
from cimflow.drilldown.searching import APART, exposed, nothing_known


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
    both = beside(rows, labels, labels_of_sums(published, sums_over_leas(rows)))
    spread = nothing_known(2 * len(both.rows), apart)
    blocks = list(few_at_a_time(both))
    for block in blocks:
        exposed(block, both.labels[block.rows], spread)
    found = {
        _between(both, block, target)
        for block in blocks
        for target in spread.open_in(block, both.labels[block.rows]).tolist()
        if both.labels[block.rows[target // 2]] != LEFT_OUT
        or not both.is_sum[block.rows[target // 2]]
    }
    return sorted(found, key=lambda one: (one.cds_code == ROLL_UP, astuple(one)))


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
