"""What anybody knows of how the subgroups of one run hang together."""

from collections.abc import Iterator

from cimflow.drilldown.model.subgroups import (
    ALL,
    BETWEEN,
    BY,
    FEDERAL,
    PLACEMENT,
    RACE,
    parts_of,
)


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
