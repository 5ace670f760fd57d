"""The attacker who thinks of students: how many of each profile could there be?

Knows no relation between tables, only what a student is: a race, a disability, a placement, a level
in both tests or none, suspended or not. Every published count is a sum over profiles; what fits all of
them in whole numbers could be true, and nothing else.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.suppression.row_labels import Published

PLACEMENTS = ("regular-class-80", "regular-class-under-40", "separate-school", "not-reported")
LEVELS = ("untested", "below", "proficient")
COLUMNS = ["cds_code", "element", "subgroup", "group", "denominator", "numerator"]


class Profile(NamedTuple):
    """What a student is; a placement or a disability of nobody is ``""``, and in no table."""

    race: str
    disability: str = ""
    placement: str = ""
    ela: str = LEVELS[0]
    math: str = LEVELS[0]
    suspended: bool = False


Students = Mapping[Profile, int]
"""How many there are of each profile."""
ELEMENTS: dict[str, tuple[Callable[[Profile], bool], Callable[[Profile], bool]]] = {
    "suspension": (lambda profile: True, lambda profile: profile.suspended),
    "ela-proficiency": (
        lambda profile: profile.ela != "untested",
        lambda profile: profile.ela == "proficient",
    ),
    "math-proficiency": (
        lambda profile: profile.math != "untested",
        lambda profile: profile.math == "proficient",
    ),
    "regular-class-80": (
        lambda profile: profile.placement not in {"", "not-reported"},
        lambda profile: profile.placement == "regular-class-80",
    ),
    "regular-class-under-40": (
        lambda profile: profile.placement not in {"", "not-reported"},
        lambda profile: profile.placement == "regular-class-under-40",
    ),
}
SUBGROUPS: dict[str, Callable[[Profile], str]] = {
    "all": lambda profile: "all",
    "race-ethnicity": lambda profile: profile.race,
    "disability": lambda profile: profile.disability,
    "placement": lambda profile: profile.placement,
}


def counts_of_profiles(students: Students) -> pd.DataFrame:
    """The tables of so many students of each profile, counted."""
    rows = []
    for element, subgroup in _tables():
        for group in sorted({SUBGROUPS[subgroup](profile) for profile in students} - {""}):
            counts = [
                sum(number for profile, number in students.items() if belongs(profile))
                for belongs in _sums(element, subgroup, group)
            ]
            if counts[0]:
                rows.append(("L1", element, subgroup, group, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)


def census_of_profiles(students: Students) -> pd.DataFrame:
    """The same students as ``cimflow.drilldown.suppression.census`` tells of them."""
    rows = []
    for profile, number in students.items():
        said = {
            name: int(among(profile)) + int(among(profile) and counted(profile))
            for name, (among, counted) in ELEMENTS.items()
        }
        for subgroup, group_of in SUBGROUPS.items():
            if subgroup != "placement" and group_of(profile):
                row = {"cds_code": "L1", "subgroup": subgroup, "group": group_of(profile)}
                row |= {"ages": "school-age", "placement": profile.placement, "several": 0}
                rows.append(row | said | {"students": number})
    return pd.DataFrame(rows)


def ranges(published: Published, students: Students) -> dict[tuple[str, ...], tuple[int, int]]:
    """For each hidden count the lowest and the highest number that some students could have.

    Of `students` only the races and disabilities that there are.
    """
    has_places = any(profile.placement for profile in students)
    profiles = [
        Profile(*values)
        for values in itertools.product(
            sorted({profile.race for profile in students}),
            sorted({profile.disability for profile in students}),
            PLACEMENTS if has_places else [""],
            sorted({profile.ela for profile in students} | set(LEVELS)),
            sorted({profile.math for profile in students} | set(LEVELS))
            if any(profile.math != LEVELS[0] for profile in students)
            else LEVELS[:1],
            (False, True),
        )
    ]
    known = {
        (one.element, one.subgroup, one.group): (one.hidden, one.denominator, one.numerator)
        for one in published.rows.itertuples()
    }
    # A table of which no row is published may have been left out: nothing is known of it.
    listed = {key[:2] for key in known}
    sums, least, most, hidden = [], [], [], {}
    for element, subgroup in _tables():
        if (element, subgroup) not in listed:
            continue
        for group in sorted({SUBGROUPS[subgroup](profile) for profile in profiles} - {""}):
            key = (element, subgroup, group)
            word, *counts = known.get(key, ("", 0, 0))
            reach = {"primary": (1, 10), "complementary": (11, np.inf)}.get(word)
            for part, belongs in enumerate(_sums(*key)):
                terms = np.array([float(belongs(profile)) for profile in profiles])
                low, high = reach if reach and part == 0 else (0, np.inf)
                if reach:
                    hidden[(*key, "dn"[part])] = terms
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


def _tables() -> Iterator[tuple[str, str]]:
    for element, subgroup in itertools.product(ELEMENTS, SUBGROUPS):
        if not (subgroup == "placement" and element in PLACEMENTS):
            yield element, subgroup


def _sums(element: str, subgroup: str, group: str):
    """Whom the element counts among (denominator), and whom it counts (numerator)."""
    among, counted = ELEMENTS[element]

    def is_among(profile: Profile) -> bool:
        return SUBGROUPS[subgroup](profile) == group and among(profile)

    return is_among, lambda profile: is_among(profile) and counted(profile)
