"""``rates.csv``: one row for each LEA, element, subgroup and group, for other programs to read."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from cimflow.drilldown.counting.count_students import KEYS
from cimflow.drilldown.model.subgroups import BY, FEDERAL
from cimflow.drilldown.reporting.run_result import About

HEADER = (*KEYS, "numerator", "denominator", "rate", "hidden", "definition", "as_of")
ONLY_IN_REPORTS = FEDERAL
"""Its groups would stand beside those of the CDE's roll-up under one name: read in the reports."""


def write_rates(
    path: Path, rates: pd.DataFrame, about: About, *, two_way: bool = False
) -> pd.DataFrame:
    """Write the rows of all LEAs, counts and rate empty where hidden; return them as written.

    Args:
        path: where to.
        rates: as ``rates.rates_of`` returns them.
        about: the definition and the as-of date.
        two_way: the two-way cuts alone, instead of everything but them.
    """
    subgroups = rates["subgroup"].astype(str)
    wanted = subgroups.str.contains(BY) if two_way else ~subgroups.str.contains(BY)
    rows = rates[wanted & (subgroups != ONLY_IN_REPORTS)]
    frame = rows[list(KEYS)].astype(str)
    frame["numerator"] = _numbers(rows["numerator"], 4)
    frame["denominator"] = _numbers(rows["denominator"], 4)
    frame["rate"] = _numbers(rows["rate"], 10)
    frame["hidden"] = rows["hidden"].astype(str)
    frame["definition"] = about.definition
    frame["as_of"] = about.as_of.isoformat()
    frame.to_csv(path, index=False, lineterminator="\n", columns=list(HEADER))
    return frame


def _numbers(values: pd.Series[float], places: int) -> pd.Series[str]:
    """Decimals without trailing zeros; nothing where no number is known."""
    distinct = {
        one: f"{one:.{places}f}".rstrip("0").rstrip(".") for one in values.dropna().unique()
    }
    return pd.Series([distinct.get(one, "") for one in values], index=values.index, dtype=object)
