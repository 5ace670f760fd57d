"""Strengths and concerns in an LEA's rates, ranked, in sentences that can be pasted.

A group is compared with the LEA as a whole; the LEA as a whole with the target where the user has
given one, else with its peers of the same run. Only what the numbers can carry is said: a gap whose
interval includes the other rate is left out. Small groups are never named, nor are hidden ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cimflow.drilldown.counting.counts import ALL
from cimflow.drilldown.model.definitions import BY, NOT_REPORTED, SMALL, DrillDown
from cimflow.drilldown.reporting.report_model import About, label_of, percent

Kind = Literal["strength", "concern"]
_LEFT_OUT = {"race-ethnicity-federal"}
"""It says of most groups the same again."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a rate should reach, as the user gives it: no target, no "met"."""

    element: str
    target: float
    """A share from 0 to 1."""
    source: str
    as_of: dt.date


@dataclass(frozen=True, slots=True)
class Finding:
    """One gap: whose, how large, and how many students it stands for."""

    kind: Kind
    element: str
    subgroup: str
    group: str
    students: float
    """How many students more or fewer than at the rate compared with."""
    gap: float
    """The rate less the rate compared with, as a share."""
    statement: str
    quantification: str


def findings_of(
    rates: pd.DataFrame,
    words: DrillDown,
    about: About,
    *,
    peers: Mapping[str, float],
    targets: Mapping[str, Target],
) -> list[Finding]:
    """The findings of one LEA, those that stand for most students first.

    Args:
        rates: the LEA's rows, hidden ones among them (``rates.pooledof``).
        words: ``config/drilldown.toml``.
        about: names and dates.
        peers: the other LEAs' rate by element (``peer_rates``).
        targets: the user's targets by element; may be empty.
    """
    shown = rates[(rates["hidden"] == "") & (rates["denominator"] > SMALL)]
    of_all = shown[shown["subgroup"] == ALL]
    whole = dict(zip(of_all["element"].astype(str), of_all["rate"].tolist(), strict=True))
    found = []
    for one in shown.itertuples(index=False):
        element, subgroup, group = str(one.element), str(one.subgroup), str(one.group)
        if subgroup in _LEFT_OUT or BY in subgroup or group == NOT_REPORTED:
            continue
        other = _compared_with(element, subgroup, whole, peers, targets)
        if other is not None:
            finding = _finding(one, other, words, about)
            if finding is not None:
                found.append(finding)
    return sorted(found, key=lambda one: (-one.students, -abs(one.gap), one.element, one.group))


def peer_rates(rates: pd.DataFrame, cds_code: str) -> dict[str, float]:
    """The rate of all other LEAs of the run together, from their shown rows alone."""
    others = rates[
        (rates["cds_code"] != cds_code) & (rates["subgroup"] == ALL) & (rates["hidden"] == "")
    ]
    sums = others.groupby("element", observed=True)[["numerator", "denominator"]].sum()
    pooled = sums["numerator"] / sums["denominator"]
    return dict(zip(sums.index.astype(str), pooled.to_numpy().tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Other:
    rate: float
    in_words: str
    is_target: bool = False


def _compared_with(
    element: str,
    subgroup: str,
    whole: Mapping[str, float],
    peers: Mapping[str, float],
    targets: Mapping[str, Target],
) -> _Other | None:
    target = targets.get(element)
    if target is not None:
        return _Other(
            target.target,
            f"the target of {percent(target.target)} ({target.source}, {target.as_of})",
            is_target=True,
        )
    if subgroup != ALL and element in whole:
        return _Other(whole[element], f"{percent(whole[element])} in the LEA as a whole")
    if subgroup == ALL and element in peers:
        return _Other(peers[element], f"{percent(peers[element])} in the other LEAs in this run")
    return None


def _finding(one: object, other: _Other, words: DrillDown, about: About) -> Finding | None:
    rate, among = float(one.rate), float(one.denominator)  # type: ignore[attr-defined]
    lower, upper = float(one.lower), float(one.upper)  # type: ignore[attr-defined]
    if lower <= other.rate <= upper:
        return None
    element, subgroup = str(one.element), str(one.subgroup)  # type: ignore[attr-defined]
    group = str(one.group)  # type: ignore[attr-defined]
    its = words.elements[element]
    gap = rate - other.rate
    kind: Kind = "strength" if (gap > 0) == (its.better == "higher") else "concern"
    students = abs(gap) * among
    label = label_of(group, subgroup, words, about.schools)
    met = "" if not other.is_target else (" The target is met." if kind == "strength" else "")
    statement = (
        f"{its.title}: {label} at {percent(rate)}, {'above' if gap > 0 else 'below'}"
        f" {other.in_words}.{met}"
    )
    quantification = (
        f"{float(one.numerator):,.0f} of {among:,.0f} students"  # type: ignore[attr-defined]
        f" ({percent(rate)}; 95 percent interval {percent(lower)} to {percent(upper)}):"
        f" about {students:,.0f} students {'more' if gap > 0 else 'fewer'} than at"
        f" {percent(other.rate)}. {about.definition_title} definition, as of {about.as_of}."
    )
    return Finding(kind, element, subgroup, group, students, gap, statement, quantification)


def strengths(found: Sequence[Finding]) -> Iterator[Finding]:
    """What stands out for the better."""
    return (one for one in found if one.kind == "strength")


def concerns(found: Sequence[Finding]) -> Iterator[Finding]:
    """What stands out for the worse: possible problem areas."""
    return (one for one in found if one.kind == "concern")
