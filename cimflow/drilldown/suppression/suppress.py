"""Hides groups of 10 or fewer, and whatever else would let their counts be computed.

Each LEA is made safe by itself; a roll-up of shown rows adds nothing (`rollup`).
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.counts import ALL
from cimflow.drilldown.suppression.cheapest_suppression import Offer
from cimflow.drilldown.suppression.complementary import make_safe
from cimflow.drilldown.suppression.count_model import COMPLEMENTARY
from cimflow.drilldown.suppression.omit_table import leave_out_for
from cimflow.drilldown.suppression.population import Population, populations
from cimflow.drilldown.suppression.protection_search import APART, nothing_known
from cimflow.drilldown.suppression.published_rows import (
    CannotBeHidden,
    Published,
    hide_together,
    in_order,
    partners_of,
    primary_labels,
    published,
)

T = TypeVar("T")
R = TypeVar("R")
ANY_ROW = 10  # the price of hiding a row at all: better one group of 30 than two of 12
TOTAL_IS_DEARER = 10


def hide(
    counts: pd.DataFrame,
    census: pd.DataFrame | None = None,
    *,
    apart: int = APART,
    tell: Callable[[str], None] = lambda _: None,
) -> Published:
    """The rows of `counts`, each with whether it is hidden.

    Every hidden numerator and denominator could be one of two numbers at least `apart` apart, for
    anyone who knows all that is published and what a student is.

    Args:
        counts: ``cds_code, element, subgroup, group, numerator, denominator``.
        census: whose counts these are (see ``census``). Where nobody has the students, others are
            looked for who would be counted so.
        apart: in students.
        tell: hears how far the work is.

    Raises:
        CannotBeHidden: tables that nothing makes safe, named.
        CountsDisagree: the counts cannot be those of any students.
    """
    rows = in_order(counts)
    return published(rows, hidden_in_leas(rows, census, apart, tell), census)


def hidden_in_leas(
    rows: pd.DataFrame, census: pd.DataFrame | None, apart: int, tell: Callable[[str], None]
) -> np.ndarray:
    """The label of each row, such that the tables of its LEA give no hidden count away."""
    parts = list(populations(rows, census))
    labels = np.zeros(len(rows), dtype=np.int64)
    lost: list[int] = []
    work = partial(_hidden_in, apart=apart)
    for part, (found, stuck) in zip(parts, each_by_itself(work, parts), strict=True):
        tell(f"hiding small groups: LEA {part.rows['cds_code'].iloc[0]}")
        labels[part.places] = found
        if stuck is not None:
            lost.append(int(part.places[stuck // 2]))
    if lost:
        raise CannotBeHidden(rows.iloc[lost], apart)
    return labels


def _hidden_in(population: Population, apart: int) -> tuple[np.ndarray, int | None]:
    """The labels of one population's rows, and a count that no hiding makes safe."""
    rows = population.rows
    partners, price = partners_of(rows), price_of_hiding(rows)
    labels = hide_together(primary_labels(rows), partners)
    spread = nothing_known(2 * len(rows), apart)
    offer = Offer(price, np.full(len(rows), COMPLEMENTARY))
    while True:
        block = population.block(labels)
        labels, stuck = make_safe(block, labels, spread, offer, partners)
        if stuck is None:
            return labels, None
        fewer = leave_out_for(stuck, population, labels, spread, offer, partners)
        if fewer is None:
            return labels, stuck
        labels = fewer


def each_by_itself(work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
    """The results of the parts, in their order; the solver lets other threads work."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(work, parts)


def price_of_hiding(rows: pd.DataFrame) -> np.ndarray:
    """Small groups first, totals last."""
    price = ANY_ROW + rows["denominator"].to_numpy(dtype=np.float64)
    return np.asarray(np.where(rows["subgroup"] == ALL, TOTAL_IS_DEARER, 1) * price)
