"""The sums over all LEAs of a run, shown where they give no LEA's hidden counts away.

A roll-up minus the other LEAs is one LEA. LEAs are taken a few at a time, as if the sum over each
few were published: what is safe then is safe beside the whole, and work grows with the LEAs only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cimflow.drilldown.consistency import SEEN, SMALL, UNSAID, Block, Offer, block_of
from cimflow.drilldown.making_safe import make_safe
from cimflow.drilldown.published import COUNTS, CannotBeHidden, hide_together, outcome_partners
from cimflow.drilldown.relations import KEY, ROLL_UP, age_range
from cimflow.drilldown.searching import Spread, exposed, nothing_known, pull_many, shown_safe

ENOUGH = 3  # LEAs that have to hide a group before their sum can be worth a trial
TOGETHER = 4  # LEAs; more of them hide each other better, and take longer


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
        alone = ((parts > 0) & (parts < ENOUGH)) | (both["denominator"].to_numpy() <= SMALL)
        roll_up = np.where(alone, UNSAID, SEEN)[len(rows) :]
    every = hide_together(np.concatenate([labels, roll_up]), outcome_partners(both))
    return Beside(both, every, parts)


def hidden_in_roll_up(rows: pd.DataFrame, labels: np.ndarray, apart: int) -> np.ndarray:
    """The labels of the roll-up's rows, given those of the LEAs' rows, which stay."""
    both = beside(rows, labels)
    every = both.labels
    spread = nothing_known(2 * len(both.rows), apart)
    for block in few_at_a_time(both, 1, spread):
        pull_many(block, every[block.rows], spread)
    partners = outcome_partners(both.rows)
    for_sale = both.is_sum & (both.hidden_parts > 0)
    price = np.where(for_sale, 10.0 + both.rows["denominator"], np.inf)
    sum_of = _sums_of_rows(both)
    for block in few_at_a_time(both, 0, spread):
        every = _give_way(block, both, every, spread, sum_of, partners)
        offer = Offer(price[block.rows], np.full(len(block.rows), UNSAID))
        every, stuck = make_safe(block, every, spread, offer, partners)
        if stuck is not None:
            raise CannotBeHidden(both.rows.iloc[block.rows[[stuck // 2]]], apart)
    return every[len(rows) :]


def _sums_of_rows(both: Beside) -> np.ndarray:
    """Of each row of an LEA the place of the roll-up's row that it is in, or -1."""
    places = pd.Series(np.arange(len(both.rows))).where(both.is_sum, -1)
    groups = [both.rows[name] for name in KEY[1:]]
    return places.groupby(groups).transform("max").to_numpy()


def _give_way(
    block: Block,
    both: Beside,
    labels: np.ndarray,
    spread: Spread,
    sum_of: np.ndarray,
    partners: list[np.ndarray],
) -> np.ndarray:
    """Hides, for one exposed count of each LEA's table, its sum and that of its rarest sibling.

    The two can then make up for each other. It finds most of what has to be hidden, fast.
    """
    table = both.rows.groupby(KEY[:3]).ngroup().to_numpy()
    while True:
        pull_many(block, labels[block.rows], spread)
        more: dict[int, list[int]] = {}
        for target in spread.open_in(block, labels[block.rows]).tolist():
            row = block.rows[target // 2]
            if both.is_sum[row] or table[row] in more or not spread.is_open(block, target):
                continue
            if not shown_safe(block, labels[block.rows], spread, target):
                siblings = np.flatnonzero((table == table[row]) & (labels != SEEN))
                sums = sum_of[siblings][labels[sum_of[siblings]] == SEEN]
                rarest = sums[np.argsort(both.hidden_parts[sums], kind="stable")][:1]
                more[table[row]] = [n for n in {int(sum_of[row]), *rarest.tolist()} if n >= 0]
        before = labels
        labels = labels.copy()
        labels[[n for sums in more.values() for n in sums if labels[n] == SEEN]] = UNSAID
        labels = hide_together(labels, partners)
        if (labels == before).all():
            return labels


def look_in_all(both: Beside, spread: Spread) -> None:
    """Notes the solutions that are found among a few LEAs, and among other few."""
    for block in few_at_a_time(both, 1, spread):
        pull_many(block, both.labels[block.rows], spread)
    for block in few_at_a_time(both, 0, spread):
        exposed(block, both.labels[block.rows], spread)


def few_at_a_time(both: Beside, arrangement: int, spread: Spread) -> Iterator[Block]:
    """Blocks of a few LEAs with their sums, where something is left to prove."""
    rows, hidden = both.rows, both.labels != SEEN
    population = rows["element"].map(age_range).to_numpy()
    lea = rows["cds_code"].to_numpy()
    for ages in ("preschool", "school-age"):
        of_ages = population == ages
        most_hidden_first = (
            pd.Series(hidden[of_ages & ~both.is_sum])
            .groupby(lea[of_ages & ~both.is_sum])
            .sum()
            .sort_index()
            .sort_values(ascending=False, kind="stable")
        )
        for leas in _few(list(most_hidden_first.index), arrangement):
            at = np.flatnonzero(of_ages & np.isin(lea, leas))
            groups = set(rows.iloc[at][KEY[1:]].itertuples(index=False, name=None))
            sums = [
                number
                for number in np.flatnonzero(of_ages & both.is_sum & (both.hidden_parts > 0))
                if tuple(rows.iloc[number][KEY[1:]]) in groups
            ]
            block_rows = np.concatenate([at, np.array(sums, dtype=np.int64)])
            block = block_of(block_rows, rows, both.labels)
            if len(spread.open_in(block, both.labels[block_rows])):
                yield block


def _few(leas: list[str], arrangement: int) -> Iterator[list[str]]:
    """A few at a time, from all sizes: small LEAs, which hide nearly all, hide for large ones.

    In another arrangement LEAs meet others.
    """
    shares = max(1, len(leas) // TOGETHER)
    for first in range(shares):
        yield [
            lea
            for number, lea in enumerate(leas)
            if (number + arrangement * (number // shares)) % shares == first
        ]
