"""What anybody knows of how the tables of one run hang together."""

from collections.abc import Iterator

from cimflow.drilldown.counting.counts import ALL, BETWEEN, parts_of
from cimflow.drilldown.counting.elements import OUTCOME_PARTS, OUTCOMES
from cimflow.drilldown.model.definitions import BY

PLACEMENT = "placement"
RACE, FEDERAL = "race-ethnicity", "race-ethnicity-federal"
# Published as one: the children with any of them, and the average of the three.
OUTCOME_ROWS = (OUTCOMES, *OUTCOME_PARTS)

# The element whose denominators are all the students of an age range.
EVERYONE = {
    "school-age": "suspension",
    "preschool": "preschool-suspension-expulsion",
}
PRESCHOOL = frozenset(
    {EVERYONE["preschool"], "preschool-regular-class", "preschool-separate", *OUTCOME_ROWS}
)
# The placement element that counts a placement, by element.
PLACED = {
    "regular-class-80": "regular-class-80",
    "regular-class-under-40": "regular-class-under-40",
    "preschool-regular-class": "preschool-regular",
    "preschool-separate": "preschool-separate",
}


def age_range(element: str) -> str:
    """Whose students an element counts."""
    return "preschool" if element in PRESCHOOL else "school-age"


def wholes_of(subgroup: str, group: str) -> Iterator[tuple[str, str]]:
    """What a group is a part of: a cell of a two-way cut is a part of two groups."""
    if BY in subgroup:
        yield from zip(parts_of(subgroup), group.split(BETWEEN), strict=True)
    elif subgroup != ALL:
        yield ALL, ALL


def base_of(subgroup: str) -> str:
    """The subgroup whose groups, kind by kind, add up to those of this one.

    A placement is part of what a student's kind is, and federally two races are one.
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
