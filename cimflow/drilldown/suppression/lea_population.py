"""The students of one LEA and age range: what is hidden of them is hidden by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cimflow.drilldown.model.coded_table import Ints
from cimflow.drilldown.model.elements import element_of
from cimflow.drilldown.suppression.constraints import Block, block_of
from cimflow.drilldown.suppression.profiles_that_fit import profiles_that_fit
from cimflow.drilldown.suppression.row_labels import CountsDisagree
from cimflow.drilldown.suppression.student_profiles import NOT_ASKED, StudentProfiles, profiles_in


@dataclass(frozen=True)
class LeaPopulation:
    """Students of whom no other table tells.

    Attributes:
        places: of its rows among all.
        rows: of all tables.
        census: of its LEA; None where nobody has the students.
    """

    places: Ints
    rows: pd.DataFrame
    census: pd.DataFrame | None

    @cached_property
    def profiles(self) -> StudentProfiles:
        """How many students are of which profile."""
        if self.census is None:
            return profiles_that_fit(self.rows)
        if self.census.empty:
            raise CountsDisagree(f"{self._name()}: the students behind the counts are missing")
        return profiles_in(tuple(sorted(set(self.rows["element"]))), self.census)

    def _name(self) -> str:
        return f"LEA {self.rows['cds_code'].iloc[0]}"

    def block(self, labels: Ints) -> Block:
        """What ties its hidden counts to those that are shown.

        Raises:
            CountsDisagree: the counts are not those of the students.
        """
        block = block_of(self.rows, labels, self.profiles)
        if block.change(block.truth).any():
            raise CountsDisagree(f"{self._name()}: the counts do not match the students")
        return block


def populations(rows: pd.DataFrame, census: pd.DataFrame | None) -> Iterator[LeaPopulation]:
    """Each LEA's school-age students, and its preschool students.

    Nobody is both. But a student with a score counts in the tests at any grade: where a preschooler
    has one, the tables of both tell of the same student, and are one population.
    """
    students = {} if census is None else census.groupby("cds_code", observed=True).indices
    for cds, of_lea in rows.reset_index(drop=True).groupby("cds_code", observed=True):
        mine = None if census is None else census.iloc[students.get(cds, [])]
        ranges = of_lea["element"].map(_age_range)
        if mine is not None and _overlap(of_lea["element"], mine):
            ranges[:] = "both"
        for places in of_lea.groupby(ranges).indices.values():
            at = of_lea.index.to_numpy()[np.sort(places)]
            yield LeaPopulation(at, rows.iloc[at], mine)


def _age_range(element: str) -> str:
    return element_of(element).population


def _overlap(elements: pd.Series, census: pd.DataFrame) -> bool:
    """Whether elements of both age ranges ask about a student."""
    asked = [
        (census[list(names)] != NOT_ASKED).any(axis=1)
        for _, names in elements.drop_duplicates().groupby(elements.map(_age_range))
    ]
    return len(asked) > 1 and bool((asked[0] & asked[1]).any())
