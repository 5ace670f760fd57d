"""The subgroups' names, how a two-way cut is written, and how the groups fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Subgroup = Literal[
    "all", "race-ethnicity", "race-ethnicity-federal", "disability", "placement", "age", "school"
]
ALL = "all"
RACE, FEDERAL = "race-ethnicity", "race-ethnicity-federal"
DISABILITY, PLACEMENT, AGE, SCHOOL = "disability", "placement", "age", "school"
NOT_REPORTED = "not-reported"
"""The group of students of whom a subgroup knows nothing."""
BY = "-by-"
"""Stands between the two subgroups of a two-way cut."""
BETWEEN = "|"
"""Stands between the two groups of a two-way cut."""


def parts_of(subgroup: str) -> list[str]:
    """The subgroup itself, or the two that a two-way cut is made of."""
    return subgroup.split(BY)


def wholes_of(subgroup: str, group: str) -> Iterator[tuple[str, str]]:
    """What a group is a part of: a cell of a two-way cut is a part of two groups."""
    if BY in subgroup:
        yield from zip(parts_of(subgroup), group.split(BETWEEN), strict=True)
    elif subgroup != ALL:
        yield ALL, ALL


def base_of(subgroup: str) -> str:
    """The subgroup whose groups, profile by profile, add up to those of this one.

    A placement is part of what a student's profile is, and federally two races are one.
    """
    parts = [RACE if one == FEDERAL else one for one in parts_of(subgroup) if one != PLACEMENT]
    return BY.join(dict.fromkeys(parts)) or ALL


def value_of(part: str, base: str, group: str) -> str:
    """The group of one subgroup, `part`, that a group of its base is in.

    Filipino students are a group of their own at the State, and in Asian federally.
    """
    values = dict(zip(parts_of(base), group.split(BETWEEN), strict=True))
    if part != FEDERAL:
        return values[part]
    return "asian" if values[RACE] == "filipino" else values[RACE]
