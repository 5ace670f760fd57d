"""All LEAs of a run together: of every group, those LEAs that show it.

A roll-up minus the other LEAs is one LEA. A sum of rows that all stand in the LEAs' own reports
gives away nothing that is not in them, however many LEAs there are; how many of them it has is said
beside it.
"""

import pandas as pd

from cimflow.drilldown.counting.count_students import COUNTS, KEYS
from cimflow.drilldown.model.subgroups import BY, SCHOOL


def sums_of_shown(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each group that some LEA shows.

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
