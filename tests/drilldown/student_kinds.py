"""The attacker who thinks of students: how many of each kind could there be?

Knows no relation between tables, only what a student is: a race, a placement, a level in English or
none, suspended or not. Every published count is a sum over kinds; what fits all of them in whole
numbers could be true, and nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.published import Published

PLACEMENTS = ("regular-class-80", "regular-class-under-40", "separate-school", "not-reported")
LEVELS = ("untested", "below", "proficient")
Kind = tuple[str, str, str, bool]
"""Race, placement, level in English, suspended."""
COLUMNS = ["cds_code", "element", "subgroup", "group", "denominator", "numerator"]


def counts_of_kinds(students: Mapping[Kind, int]) -> pd.DataFrame:
    """The tables of so many students of each kind, counted."""
    races = tuple(dict.fromkeys(kind[0] for kind in students))
    rows = []
    for element, subgroup, group in _tables(races):
        counts = [
            sum(number for kind, number in students.items() if belongs(kind))
            for belongs in _sums(element, subgroup, group)
        ]
        if counts[0]:
            rows.append(("L1", element, subgroup, group, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)


def ranges(
    published: Published, races: tuple[str, ...]
) -> dict[tuple[str, str, str, str], tuple[int, int]]:
    """For each hidden count the lowest and the highest number that some students could have."""
    kinds = list(itertools.product(races, PLACEMENTS, LEVELS, (False, True)))
    known = {
        (one.element, one.subgroup, one.group): (one.hidden, one.denominator, one.numerator)
        for one in published.rows.itertuples()
    }
    # A table of which no row is published may have been left out: nothing is known of it.
    listed = {key[:2] for key in known}
    sums, least, most, hidden = [], [], [], {}
    for key in _tables(races):
        if key[:2] not in listed:
            continue
        word, *counts = known.get(key, ("", 0, 0))
        reach = {"primary": (1, 10), "complementary": (11, np.inf)}.get(word)
        for part, belongs in enumerate(_sums(*key)):
            terms = np.array([float(belongs(kind)) for kind in kinds])
            low, high = reach if reach and part == 0 else (0, np.inf)
            if reach:
                hidden[(*key, "nd"[1 - part])] = terms
            sums.append(terms)
            least.append(low if reach else counts[part])
            most.append(high if reach else counts[part])
    rules = LinearConstraint(np.array(sums), np.array(least), np.array(most))
    return {key: (_end(terms, rules, 1), _end(terms, rules, -1)) for key, terms in hidden.items()}


def _end(terms: np.ndarray, rules: LinearConstraint, way: int) -> int:
    found = milp(
        way * terms,
        integrality=np.ones(len(terms)),
        bounds=Bounds(0, 5000),
        constraints=rules,
        options={"mip_rel_gap": 0.0},
    )
    assert found.x is not None
    return round(way * found.fun)


def _tables(races: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for element in ("suspension", "ela-proficiency", *PLACEMENTS[:2]):
        yield element, "all", "all"
        yield from ((element, "race-ethnicity", race) for race in races)
        if element not in PLACEMENTS:
            yield from ((element, "placement", placement) for placement in PLACEMENTS)


def _sums(element: str, subgroup: str, group: str):
    """Whom the element counts among (denominator), and whom it counts (numerator)."""

    def is_here(kind: Kind) -> bool:
        return (
            group in {"all": ("all",), "race-ethnicity": kind[:1], "placement": kind[1:2]}[subgroup]
        )

    among, counted = {
        "suspension": (lambda kind: True, lambda kind: kind[3]),
        "ela-proficiency": (
            lambda kind: kind[2] != "untested",
            lambda kind: kind[2] == "proficient",
        ),
    }.get(element, (lambda kind: kind[1] != "not-reported", lambda kind: kind[1] == element))
    return (
        lambda kind: is_here(kind) and among(kind),
        lambda kind: is_here(kind) and among(kind) and counted(kind),
    )
