"""Hides the cheapest further rows, or leaves out a table, until every hidden count is safe.

A row stands only where there is a student. If a total is hidden as 10 or fewer and seven ages are
listed, then the total is 7 to 10, whatever else is hidden. If no row for separate schools is listed
among the placements, then nobody is in one. Such a table is not listed at all.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from cimflow.drilldown.model.coded_table import Ints
from cimflow.drilldown.model.elements import whole_of
from cimflow.drilldown.model.subgroups import ALL
from cimflow.drilldown.suppression.alternative_counts import Reach, bounds
from cimflow.drilldown.suppression.cheapest_suppression import Offer, moved
from cimflow.drilldown.suppression.constraints import LEFT_OUT, SEEN, Block
from cimflow.drilldown.suppression.lea_population import LeaPopulation
from cimflow.drilldown.suppression.protection_search import Spread, pull_many, shown_safe
from cimflow.drilldown.suppression.row_labels import hide_together


def make_safe(
    block: Block,
    labels: Ints,
    spread: Spread,
    offer: Offer,
    partners: list[Ints],
) -> tuple[Ints, int | None]:
    """The labels with more rows hidden, and a count of the block that no hiding makes safe.

    A row that is hidden for another's sake has counts of its own to protect, hence the rounds.
    """
    hid_more = True
    while hid_more:
        hid_more = False
        pull_many(block, labels, spread)
        for target in spread.open_in(labels).tolist():
            if shown_safe(block, labels, spread, target):
                continue
            changes = cheapest_way(block, labels, spread, target, offer)
            if not changes:
                return labels, target
            more = np.zeros(len(labels), dtype=bool)
            for change in changes:
                spread.note(change)
                more |= changed_rows(change) & (labels == SEEN)
            hid_more = True
            labels = labels.copy()
            labels[more] = offer.label[more]
            labels = hide_together(labels, partners)
    return labels, None


def cheapest_way(
    block: Block, labels: Ints, spread: Spread, target: int, offer: Offer
) -> list[Ints]:
    """Up or down, whichever hides less, or a little of both; empty if nothing does."""

    def price(change: Ints) -> float:
        return float(offer.price[changed_rows(change) & (labels == SEEN)].sum())

    within = partial(moved, block, labels, target, offer=offer, reach=Reach.GROUPS)
    anyhow = partial(moved, block, labels, target, offer=offer, reach=Reach.ALL)
    for move in (within, anyhow):
        ways = [move(by=by) for by in spread.goals(target)]
        found = [way for way in ways if way is not None]
        if found:
            return [min(found, key=price)]
    # Where not even halves of students could do it, whole ones need not be looked for.
    if_hidden = np.where(labels == SEEN, offer.label, labels)
    lowest, highest = bounds(block, if_hidden, target, Reach.ALL)
    for up in range(spread.apart - 1, 0, -1):
        down = up - spread.apart
        if lowest <= down and up <= highest:
            higher, lower = anyhow(by=up), anyhow(by=down)
            if higher is not None and lower is not None:
                return [higher, lower]
    return []


def changed_rows(change: Ints) -> Ints:
    """Which rows of the block have a count that changes."""
    return np.asarray(change.reshape(-1, 2).any(axis=1))


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
