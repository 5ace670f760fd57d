"""From counts to rates, of each LEA and of all together; hidden rows are empty.

Some elements are the average of several rates; every other rate is a share of students.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.count_students import COUNTS, KEYS
from cimflow.drilldown.model.coded_table import Floats
from cimflow.drilldown.model.elements import Element, averages
from cimflow.drilldown.model.subgroups import BY, SCHOOL

_Z = 1.959963984540054
"""The 97.5 percent point of the normal distribution: intervals of 95 percent."""
_PLACE = ["subgroup", "group"]


def rates_of(published: pd.DataFrame) -> pd.DataFrame:
    """The rows that people read, from counts with a column ``hidden``.

    Args:
        published: ``cds_code, element, subgroup, group, numerator, denominator, hidden``,
            averages with their parts (see ``count_students``); ``hidden`` is empty,
            ``primary`` or ``complementary``.

    Returns:
        The same rows without the parts, with ``rate`` (0 to 1) and the 95 percent Wilson interval
        ``lower, upper``. Counts, rate and interval are NaN where a row is hidden. The numerator of
        an average is the average rate times the denominator, a decimal.
    """
    parts = published["element"].isin([part.id for one in averages() for part in one.parts])
    rows = published[~parts].copy()
    rows["numerator"] = rows["numerator"].astype(float)
    rows["denominator"] = rows["denominator"].astype(float)
    for one in averages():
        rows = _with_average(one, rows, published[parts])
    rows["rate"] = rows["numerator"] / rows["denominator"]
    rows["lower"], rows["upper"] = wilson(
        rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
    )
    numbers = ["numerator", "denominator", "rate", "lower", "upper"]
    rows.loc[rows["hidden"] != "", numbers] = np.nan
    return rows.reset_index(drop=True)


def _with_average(element: Element, rows: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """The average of its parts; of those there are, where a group has no student in a part."""
    mine = rows["element"] == element.id
    if not mine.any():
        return rows
    parts = parts[parts["element"].isin([part.id for part in element.parts])]
    keys = ["cds_code", *_PLACE]
    parts = parts.astype(dict.fromkeys(keys, str))
    parts = parts.assign(share=parts["numerator"] / parts["denominator"])
    average = parts.groupby(keys, observed=True)["share"].mean()
    places = pd.MultiIndex.from_frame(rows.loc[mine, keys].astype(str))
    shares = average.reindex(places).to_numpy()
    rows.loc[mine, "numerator"] = shares * rows.loc[mine, "denominator"].to_numpy()
    return rows


def sums_of_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each group that some LEA shows: all LEAs of a run together.

    A roll-up minus the other LEAs is one LEA. A sum of rows that are all in the LEAs' own reports
    gives away nothing that is not in them, however many LEAs there are; how many of them it has is
    said beside it.

    Args:
        rows: counts of LEAs with the column ``hidden``.

    Returns:
        ``element, subgroup, group, numerator, denominator`` summed over the LEAs that show the
        group, ``shown_by`` and ``leas``: how many LEAs show it, of how many that have it. A school
        belongs to its LEA, a two-way cut is of one LEA: no sums.
    """
    subgroups = rows["subgroup"].astype(str)
    summed = rows[(subgroups != SCHOOL) & ~subgroups.str.contains(BY, regex=False)]
    shown = summed[summed["hidden"] == ""].groupby(KEYS[1:], observed=True)
    sums = shown[COUNTS].sum()
    sums["shown_by"] = shown.size()
    sums["leas"] = summed.groupby(KEYS[1:], observed=True).size()
    return sums.reset_index()


def wilson(numerator: Floats, denominator: Floats) -> tuple[Floats, Floats]:
    """The 95 percent Wilson interval of a share: where the rate may lie, given so few students."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = numerator / denominator
        spread = _Z * np.sqrt(share * (1 - share) / denominator + _Z**2 / (4 * denominator**2))
        middle = share + _Z**2 / (2 * denominator)
        scale = 1 + _Z**2 / denominator
        lower, upper = (middle - spread) / scale, (middle + spread) / scale
    return np.clip(lower, 0.0, 1.0), np.clip(upper, 0.0, 1.0)
