"""The sums over all LEAs of a run, shown where they give no LEA's hidden counts away.

A roll-up minus the other LEAs is one LEA. A sum of what every LEA shows tells nothing new. Up to
seven LEAs are looked at together, for sums in which they hide each other; of more, no other sum is
shown, since the search would take longer than all else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cimflow.drilldown.consistency import (
    LEFT_OUT,
    SEEN,
    SMALL,
    UNSAID,
    Block,
    Offer,
    block_of,
    rows_in_the_way,
)
from cimflow.drilldown.published import COUNTS, hide_together, outcome_partners
from cimflow.drilldown.relations import KEY, ROLL_UP, age_range
from cimflow.drilldown.searching import Spread, nothing_known, pull_many, shown_safe

ENOUGH = 3  # LEAs that have to hide a group before their sum can be worth a trial
AT_ONCE = 7  # LEAs that are looked at together
TOGETHER = 4  # of more LEAs, where an audit meets sums that tie them to each other


@dataclass(frozen=True)
class Beside:
    """The LEAs' rows with their roll-up rows after them."""

    rows: pd.DataFrame
    labels: np.ndarray
    hidden_parts: np.ndarray  # of each row's group: in how many LEAs it is hidden

    @property
    def is_sum(self) -> np.ndarray:
        """Which rows are those of the roll-up."""
        return (self.rows["cds_code"] == ROLL_UP).to_numpy()

    @property
    def tied(self) -> bool:
        """Whether a sum is shown of what some LEAs hide."""
        return bool((self.is_sum & (self.labels == SEEN) & (self.hidden_parts > 0)).any())


def sums_over_leas(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per group. A school belongs to its LEA, a two-way cut is of one LEA: no sums."""
    summed = (rows["subgroup"] != "school") & ~rows["subgroup"].str.contains("-by-", regex=False)
    sums = rows[summed].groupby(KEY[1:], as_index=False)[COUNTS].sum()
    return sums.assign(cds_code=ROLL_UP)[[*KEY, *COUNTS]]


def beside(rows: pd.DataFrame, labels: np.ndarray, roll_up: np.ndarray | None = None) -> Beside:
    """With these labels of the roll-up, or those that hide what has to be hidden in any case."""
    both = pd.concat([rows, sums_over_leas(rows)], ignore_index=True)
    hidden = np.zeros(len(both), dtype=np.int64)
    hidden[: len(rows)] = labels != SEEN
    parts = pd.Series(hidden).groupby([both[name] for name in KEY[1:]]).transform("sum").to_numpy()
    if roll_up is None:
        tried = parts >= (ENOUGH if rows["cds_code"].nunique() <= AT_ONCE else np.inf)
        hopeless = (parts > 0) & ~tried | (both["denominator"].to_numpy() <= SMALL)
        roll_up = np.where(hopeless, UNSAID, SEEN)[len(rows) :]
    every = hide_together(np.concatenate([labels, roll_up]), outcome_partners(both))
    return Beside(both, every, parts)


def hidden_in_roll_up(rows: pd.DataFrame, labels: np.ndarray, apart: int) -> np.ndarray:
    """The labels of the roll-up's rows, given those of the LEAs' rows, which stay."""
    both = beside(rows, labels)
    every = both.labels
    partners = outcome_partners(both.rows)
    if both.tied:
        every = _searched(both, partners, apart)
    # That a hidden group is listed here would tell of the groups that an LEA may not even list.
    unlisted = rows[labels == LEFT_OUT].groupby(["element", "subgroup"]).size().index
    of_these = pd.MultiIndex.from_frame(both.rows[["element", "subgroup"]]).isin(unlisted)
    every = np.where(both.is_sum & (every == UNSAID) & of_these, LEFT_OUT, every)
    return hide_together(every, partners)[len(rows) :]


def _searched(both: Beside, partners: list[np.ndarray], apart: int) -> np.ndarray:
    """The labels with sums hidden until no LEA's hidden count is exposed."""
    every, sum_of = both.labels, _sums_of_rows(both)
    spread = nothing_known(2 * len(both.rows), apart)
    for block in few_at_a_time(both):
        every = _unpin(block, both, every, sum_of, partners)
        every = _give_way(block, both, every, spread, sum_of, partners)
    for block in few_at_a_time(both):
        look_at_sums(block, both, every, spread)
    # A sum that is known too well even when hidden is not listed.
    narrow = (spread.highest - spread.lowest < apart).reshape(-1, 2).any(axis=1)
    return np.where(both.is_sum & (every == UNSAID) & narrow, LEFT_OUT, every)


def look_at_sums(block: Block, both: Beside, labels: np.ndarray, spread: Spread) -> None:
    """Looks for solutions that prove the hidden sums of the block safe."""
    for target in spread.open_in(block, labels[block.rows]).tolist():
        if both.is_sum[block.rows[target // 2]] and spread.is_open(block, target):
            shown_safe(block, labels[block.rows], spread, target)


def _unpin(
    block: Block,
    both: Beside,
    labels: np.ndarray,
    sum_of: np.ndarray,
    partners: list[np.ndarray],
) -> np.ndarray:
    """Hides sums in which only one of these few LEAs hides a group: nobody makes up for it."""
    hiding = block.rows[(labels[block.rows] != SEEN) & ~both.is_sum[block.rows]]
    sums, parts = np.unique(sum_of[hiding], return_counts=True)
    alone = sums[(parts == 1) & (sums >= 0)]
    labels = labels.copy()
    labels[alone[labels[alone] == SEEN]] = UNSAID
    return hide_together(labels, partners)


def _sums_of_rows(both: Beside) -> np.ndarray:
    """Of each row of an LEA the place of the roll-up's row that it is in, or -1."""
    places = pd.Series(np.arange(len(both.rows))).where(both.is_sum, -1)
    groups = [both.rows[name] for name in KEY[1:]]
    sums = places.groupby(groups).transform("max")
    return np.asarray(sums, dtype=np.int64)


def _give_way(
    block: Block,
    both: Beside,
    labels: np.ndarray,
    spread: Spread,
    sum_of: np.ndarray,
    partners: list[np.ndarray],
) -> np.ndarray:
    """Hides sums until the block is safe, for one exposed count of each table at a time."""
    table = both.rows.groupby(KEY[:3]).ngroup().to_numpy()
    while True:
        pull_many(block, labels[block.rows], spread)
        more: dict[int, list[int]] = {}
        for target in spread.open_in(block, labels[block.rows]).tolist():
            row = int(block.rows[target // 2])
            if both.is_sum[row] or table[row] in more or not spread.is_open(block, target):
                continue
            if not shown_safe(block, labels[block.rows], spread, target):
                more[table[row]] = _sums_to_hide(target, block, both, labels, sum_of, spread)
        found = [number for numbers in more.values() for number in numbers]
        if not found:
            return labels
        labels = labels.copy()
        labels[found] = UNSAID
        labels = hide_together(labels, partners)


def _sums_to_hide(
    target: int,
    block: Block,
    both: Beside,
    labels: np.ndarray,
    sum_of: np.ndarray,
    spread: Spread,
) -> list[int]:
    """The sums over a row and its rarest sibling, which can then make up for each other.

    Where these are hidden: those that are in the way. Where none is: ever more of them.
    """
    here, row = block.rows, int(block.rows[target // 2])
    hidden = here[(labels[here] != SEEN) & (sum_of[here] >= 0)]
    keys, own = both.rows[KEY].iloc[hidden], both.rows[KEY].iloc[row]
    of_lea, of_element, of_subgroup = ((keys[name] == own[name]).to_numpy() for name in KEY[:3])
    siblings = _shown(sum_of[hidden[of_lea & of_element & of_subgroup]], labels)
    rarest = siblings[np.argsort(both.hidden_parts[siblings], kind="stable")][:1]
    first = np.union1d(rarest, _shown(sum_of[[row]], labels))
    if len(first):
        return [int(number) for number in first]
    price = np.where(both.is_sum[here], 10.0 + both.rows["denominator"].to_numpy()[here], np.inf)
    offer = Offer(price, np.full(len(here), UNSAID))
    ways = [
        here[rows_in_the_way(block, labels[here], target, by, offer)]
        for by in spread.goals(block, target)
    ]
    fewest = min((way for way in ways if len(way)), key=len, default=here[:0])
    if len(fewest):
        return [int(number) for number in fewest]
    for wider in (of_lea & of_element, of_element, np.ones(len(hidden), dtype=bool)):
        shown = _shown(sum_of[hidden[wider]], labels)
        if len(shown):
            return [int(number) for number in shown]
    return []


def _shown(sums: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Those of these sums that are not hidden yet."""
    return np.asarray([n for n in np.unique(sums).tolist() if n >= 0 and labels[n] == SEEN], int)


def few_at_a_time(both: Beside) -> Iterator[Block]:
    """Blocks of a few LEAs, with the sums over what they hide."""
    rows, hidden = both.rows, both.labels != SEEN
    population = rows["element"].map(age_range).to_numpy()
    lea = rows["cds_code"].to_numpy()
    group = rows.groupby(KEY[1:]).ngroup().to_numpy()
    for ages in ("preschool", "school-age"):
        of_leas = (population == ages) & ~both.is_sum
        most_hidden_first = (
            pd.Series(hidden[of_leas])
            .groupby(lea[of_leas])
            .sum()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        for leas in _few(list(most_hidden_first.index), tied=both.tied):
            at = np.flatnonzero(of_leas & np.isin(lea, leas))
            summed = both.is_sum & np.isin(group, group[at[hidden[at]]])
            yield block_of(np.concatenate([at, np.flatnonzero(summed)]), rows, both.labels)


def _few(leas: list[str], *, tied: bool) -> Iterator[list[str]]:
    """LEA by LEA where nothing ties them; else all, or a few from all sizes.

    Small LEAs, which hide nearly all, hide for large ones.
    """
    if not tied:
        yield from ([lea] for lea in leas)
        return
    shares = 1 if len(leas) <= AT_ONCE else len(leas) // TOGETHER
    for first in range(shares):
        yield leas[first::shares]
