"""Hides the cheapest further rows until every hidden count of a block is safe."""

from functools import partial

import numpy as np

from cimflow.drilldown.model.coded_table import Ints
from cimflow.drilldown.suppression.alternative_counts import Reach, bounds
from cimflow.drilldown.suppression.cheapest_suppression import Offer, moved
from cimflow.drilldown.suppression.constraints import SEEN, Block
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
