"""The subgroups' names, and how a two-way cut and its groups are written."""

from __future__ import annotations

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
