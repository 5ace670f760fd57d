"""The students of one LEA and age range: what is hidden of them is hidden by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cimflow.drilldown.model.coded_table import Ints
from cimflow.drilldown.suppression.count_model import Block, block_of
from cimflow.drilldown.suppression.profiles_from_counts import kinds_that_fit
from cimflow.drilldown.suppression.published_rows import CountsDisagree
from cimflow.drilldown.suppression.student_profiles import NOT_ASKED, StudentProfiles, kinds_in
from cimflow.drilldown.suppression.table_relations import age_range


@dataclass(frozen=True)
class Population:
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
    def kinds(self) -> StudentProfiles:
        """How many students are of which kind."""
        if self.census is None:
            return kinds_that_fit(self.rows)
        if self.census.empty:
            raise CountsDisagree(f"{self._name()}: nothing says which students the counts are of")
        return kinds_in(tuple(sorted(set(self.rows["element"]))), self.census)

    def _name(self) -> str:
        return f"LEA {self.rows['cds_code'].iloc[0]}"

    def block(self, labels: Ints) -> Block:
        """What ties its hidden counts to those that are shown.

        Raises:
            CountsDisagree: the counts are not those of the students.
        """
        block = block_of(self.rows, labels, self.kinds)
        if block.change(block.truth).any():
            raise CountsDisagree(f"{self._name()}: the counts are not of the students given")
        return block


def populations(rows: pd.DataFrame, census: pd.DataFrame | None) -> Iterator[Population]:
    """Each LEA's school-age students, and its preschool students.

    Nobody is both. But one with a score counts in the tests at any grade: where a preschooler
    has one, the tables of both tell of the same student, and are one population.
    """
    students = {} if census is None else census.groupby("cds_code", observed=True).indices
    for cds, of_lea in rows.reset_index(drop=True).groupby("cds_code", observed=True):
        mine = None if census is None else census.iloc[students.get(cds, [])]
        ranges = of_lea["element"].map(age_range)
        if mine is not None and _overlap(of_lea["element"], mine):
            ranges[:] = "both"
        for places in of_lea.groupby(ranges).indices.values():
            at = of_lea.index.to_numpy()[np.sort(places)]
            yield Population(at, rows.iloc[at], mine)


def _overlap(elements: pd.Series, census: pd.DataFrame) -> bool:
    """Whether elements of both age ranges ask about a student."""
    asked = [
        (census[list(names)] != NOT_ASKED).any(axis=1)
        for _, names in elements.drop_duplicates().groupby(elements.map(age_range))
    ]
    return len(asked) > 1 and bool((asked[0] & asked[1]).any())
