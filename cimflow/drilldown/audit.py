"""Proves for every hidden count that two numbers far enough apart could stand there.

All tables of an LEA count together, and the reasons for hiding. What is not proven is reported,
with the numbers between which the count must lie.
"""

from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
import pandas as pd

from cimflow.drilldown.block import Block, block_of
from cimflow.drilldown.consistency import EXACT, furthest
from cimflow.drilldown.counting import KEYS
from cimflow.drilldown.hiding import each_by_itself, populations
from cimflow.drilldown.published import Published, labelled_rows
from cimflow.drilldown.searching import APART, exposed, nothing_known


@dataclass(frozen=True)
class Exposed:
    """A hidden count that is known to lie between two numbers too close to each other."""

    cds_code: str
    element: str
    subgroup: str
    group: str
    count: str  # numerator or denominator
    lowest: int
    highest: int


def audit(published: Published, *, apart: int = APART) -> list[Exposed]:
    """The hidden counts that are not proven safe."""
    rows, labels = labelled_rows(published)
    parts = [(rows.iloc[at], labels[at]) for at in populations(rows)]
    found = each_by_itself(partial(_exposed_in, apart=apart), parts)
    return sorted((one for of_part in found for one in of_part), key=astuple)


def _exposed_in(part: tuple[pd.DataFrame, np.ndarray], apart: int) -> list[Exposed]:
    rows, labels = part
    block = block_of(rows, labels)
    targets = exposed(block, labels, nothing_known(2 * len(rows), apart))
    return [_between(rows, labels, block, target) for target in targets]


def _between(rows: pd.DataFrame, labels: np.ndarray, block: Block, target: int) -> Exposed:
    row = rows.iloc[target // 2]
    ends: list[int] = []
    for way in (-1, 1):
        pull = np.zeros(len(block.counts))
        pull[target] = way
        change = furthest(block, labels, pull, patience=EXACT)
        ends.append(int(block.counts[target]) + (0 if change is None else int(change[target])))
    count = "numerator" if target % 2 else "denominator"
    cds, element, subgroup, group = (str(row[name]) for name in KEYS)
    return Exposed(cds, element, subgroup, group, count, min(ends), max(ends))
