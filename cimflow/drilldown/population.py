"""The students of one LEA and age range: what is hidden of them is hidden by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cimflow.drilldown.block import Block, block_of
from cimflow.drilldown.coded import Ints
from cimflow.drilldown.fitting import kinds_that_fit
from cimflow.drilldown.kinds import Kinds, kinds_in
from cimflow.drilldown.published import CountsDisagree
from cimflow.drilldown.relations import age_range


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
    def kinds(self) -> Kinds:
        """How many students are of which kind."""
        if self.census is None:
            return kinds_that_fit(self.rows)
        return kinds_in(self.rows, self.census)

    def block(self, labels: Ints) -> Block:
        """What ties its hidden counts to those that are shown.

        Raises:
            CountsDisagree: the counts are not those of the students.
        """
        block = block_of(self.rows, labels, self.kinds)
        if block.change(block.truth).any():
            cds = self.rows["cds_code"].iloc[0]
            raise CountsDisagree(f"LEA {cds}: other students were counted than are there")
        return block


def populations(rows: pd.DataFrame, census: pd.DataFrame | None) -> Iterator[Population]:
    """Each LEA's school-age students, and its preschool students: nobody is both."""
    of_lea = (
        {}
        if census is None
        else {str(cds): one for cds, one in census.groupby("cds_code", observed=True)}
    )
    every = rows.groupby(["cds_code", rows["element"].map(age_range)], observed=True).indices
    for places in every.values():
        at = np.sort(places)
        mine = rows.iloc[at]
        yield Population(at, mine, of_lea.get(str(mine["cds_code"].iloc[0])))
