"""Tables of so few students that the list of their groups alone narrows the counts down.

A row stands only where there is a student. If a total is hidden as 10 or fewer and seven ages are
listed, then the total is 7 to 10, whatever else is hidden. If no row for separate schools is listed
among the placements, then nobody is in one. Such a table is not listed at all.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cimflow.drilldown.model.elements import whole_of
from cimflow.drilldown.model.subgroups import ALL
from cimflow.drilldown.suppression.cheapest_suppression import Offer
from cimflow.drilldown.suppression.complementary import cheapest_way
from cimflow.drilldown.suppression.constraints import LEFT_OUT, SEEN
from cimflow.drilldown.suppression.lea_population import LeaPopulation
from cimflow.drilldown.suppression.protection_search import Spread
from cimflow.drilldown.suppression.row_labels import hide_together


def leave_out_for(
    target: int,
    population: LeaPopulation,
    labels: np.ndarray,
    spread: Spread,
    offer: Offer,
    partners: list[np.ndarray],
) -> np.ndarray | None:
    """The labels with tables left out until the count can be made safe; None if nothing helps.

    Tables that do it alone are looked for first, those that show least before others.
    """
    subgroup = population.rows["subgroup"].iloc[target // 2]
    while tables := list(_tables(population.rows, labels, subgroup)):
        for table in tables:
            tried = _without(table, labels, partners)
            block = population.block(tried)
            if cheapest_way(block, tried, spread, target, offer):
                return tried
        labels = _without(max(tables, key=len), labels, partners)
    return None


def _without(table: np.ndarray, labels: np.ndarray, partners: list[np.ndarray]) -> np.ndarray:
    labels = labels.copy()
    labels[table] = LEFT_OUT
    return hide_together(labels, partners)


def _tables(rows: pd.DataFrame, labels: np.ndarray, subgroup: str) -> Iterator[np.ndarray]:
    """The rows of a subgroup in all elements that show none of it; then other tables one by one.

    First those of the subgroup in question, which mostly is the one that tells. An average and
    its parts are one table.
    """
    here = rows.assign(row=np.arange(len(rows)), seen=labels == SEEN)
    here["element"] = here["element"].map(whole_of)
    here = here[(here["subgroup"] != ALL) & (labels[here["row"]] != LEFT_OUT)]
    shown = here.groupby(["element", "subgroup"])["seen"].transform("sum")
    nothing_shown = here[shown == 0]
    for _, of_subgroup in nothing_shown.groupby("subgroup"):
        yield of_subgroup["row"].to_numpy()
    some_shown = here.assign(another=here["subgroup"] != subgroup, shown=shown)[shown > 0]
    tables = some_shown.groupby(["another", "shown", "element", "subgroup"])
    for _, table in tables:
        yield table["row"].to_numpy()
