"""Proves for every hidden count that two numbers far enough apart could stand there.

All tables of an LEA count together, and the reasons for hiding. What is not proven is reported,
with the numbers between which the count must lie.
"""

from dataclasses import astuple, dataclass
from functools import partial

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.count_students import KEYS
from cimflow.drilldown.suppression.alternative_counts import Reach, bounds
from cimflow.drilldown.suppression.constraints import Block
from cimflow.drilldown.suppression.lea_population import LeaPopulation, populations
from cimflow.drilldown.suppression.protection_search import APART, exposed, nothing_known
from cimflow.drilldown.suppression.row_labels import Published, labelled_rows
from cimflow.drilldown.suppression.suppress import each_by_itself


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
    parts = ((one, labels[one.places]) for one in populations(rows, published.census))
    found = each_by_itself(partial(_exposed_in, apart=apart), parts)
    return sorted((one for of_part in found for one in of_part), key=astuple)


def _exposed_in(part: tuple[LeaPopulation, np.ndarray], apart: int) -> list[Exposed]:
    population, labels = part
    block = population.block(labels)
    targets = exposed(block, labels, nothing_known(2 * len(population.rows), apart))
    return [_between(population.rows, labels, block, target) for target in targets]


def _between(rows: pd.DataFrame, labels: np.ndarray, block: Block, target: int) -> Exposed:
    row = rows.iloc[target // 2]
    change = bounds(block, labels, target, Reach.ALL)
    low, high = (int(block.counts[target]) + int(np.fix(end)) for end in change)
    count = "numerator" if target % 2 else "denominator"
    cds, element, subgroup, group = (str(row[name]) for name in KEYS)
    return Exposed(cds, element, subgroup, group, count, low, high)
