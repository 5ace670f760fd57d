"""The report cells that the guidance asks for: five subgroups by ten elements, present or not.

"The LEA must disaggregate data by subgroups and create data reports for each subgroup on key Free
Appropriate Public Education (FAPE) in the Least Restrictive Environment (LRE) elements."
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cimflow.drilldown.counting.counts import ALL
from cimflow.drilldown.model.definitions import DrillDown

Status = Literal["present", "not-applicable", "absent"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One required report: its element, its subgroup, whether it is there, and why not."""

    element: str
    subgroup: str
    status: Status
    why: str = ""

    @property
    def name(self) -> str:
        """As an artifact lists it: ``suspension/age``."""
        return f"{self.element}/{self.subgroup}"


def required_subgroups(words: DrillDown) -> list[str]:
    """The five subgroups that the guidance names."""
    return [name for name, one in words.subgroups.items() if one.guidance]


def required_cells(
    rates: pd.DataFrame, words: DrillDown, computed: Collection[str], *, shareable: bool
) -> list[Cell]:
    """Every required cell of one LEA.

    Args:
        rates: the LEA's rows (``rates.rates_of``), hidden ones among them.
        words: ``config/drilldown.toml``.
        computed: the elements that the files have columns for.
        shareable: whether tables may be missing because they list too few students.
    """
    there = set(zip(rates["element"], rates["subgroup"], strict=True))
    return [
        _cell(element, subgroup, there, words, computed, shareable=shareable)
        for element in words.elements
        for subgroup in required_subgroups(words)
    ]


def _cell(
    element: str,
    subgroup: str,
    there: Collection[tuple[str, str]],
    words: DrillDown,
    computed: Collection[str],
    *,
    shareable: bool,
) -> Cell:
    if not words.applies(element, subgroup):
        return Cell(element, subgroup, "not-applicable", "placement by placement has no meaning")
    if element not in computed:
        return Cell(element, subgroup, "absent", "no file has the columns this needs")
    if (element, ALL) not in there:
        return Cell(element, subgroup, "not-applicable", _nobody(element, there, words))
    if (element, subgroup) not in there and shareable:
        return Cell(element, subgroup, "not-applicable", "too few students to list their groups")
    if (element, subgroup) not in there:
        return Cell(element, subgroup, "absent", "nothing is known about this subgroup")
    return Cell(element, subgroup, "present")


def _nobody(element: str, there: Collection[tuple[str, str]], words: DrillDown) -> str:
    """Why an element that could be counted counts nobody."""
    population = words.elements[element].population
    students = f"{population.replace('-', ' ')} student"
    others = {one for one, of in words.elements.items() if of.population == population}
    if any((one, ALL) in there for one in others):
        return f"no {students} has the values this needs"
    return f"no {students}s to count"
