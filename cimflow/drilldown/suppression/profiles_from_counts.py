"""Students who fit counts of which nobody has the students: a table that was typed in."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from cimflow.drilldown.counting.counts import ALL, BETWEEN, KEYS, SCHOOL, parts_of
from cimflow.drilldown.model.definitions import NOT_REPORTED
from cimflow.drilldown.suppression.count_model import SEEN, block_of
from cimflow.drilldown.suppression.published_rows import CountsDisagree
from cimflow.drilldown.suppression.student_profiles import (
    NOT_ASKED,
    NOT_COUNTED,
    Kind,
    Place,
    StudentProfiles,
    in_place,
    may_say,
    places_of,
    with_outcomes,
)
from cimflow.drilldown.suppression.table_relations import PLACED, PLACEMENT, age_range, base_of


def kinds_that_fit(rows: pd.DataFrame) -> StudentProfiles:
    """Kinds of students in one LEA and age range who would be counted so.

    Raises:
        CountsDisagree: none are found.
    """
    nobody = _nobody(rows)
    block = block_of(rows, np.full(len(rows), SEEN), nobody)
    # By school students count once for each site: so there may be more of a kind than in all.
    at_sites = np.repeat([SCHOOL in parts_of(one) for one, _ in nobody.names], len(nobody.kinds))
    more = block.same.maximum(0) @ at_sites > 0
    size = len(block.truth)
    found = milp(
        np.random.default_rng(0).uniform(0, 1, size),
        integrality=np.ones(size),
        bounds=Bounds(0, np.where(block.possible, np.inf, 0)),
        constraints=[
            LinearConstraint(block.sums, block.counts, block.counts),
            LinearConstraint(block.same, 0, np.where(more, np.inf, 0)),
        ],
        options={"mip_rel_gap": 1.0},
    )
    if found.x is None:
        cds = rows["cds_code"].iloc[0]
        raise CountsDisagree(f"LEA {cds}: no set of students fits the counts in all tables")
    students = np.rint(found.x).astype(np.int64).reshape(nobody.students.shape)
    return replace(nobody, students=students)


def _nobody(rows: pd.DataFrame) -> StudentProfiles:
    """All kinds that there could be, in the groups of the tables, and no student."""
    elements = tuple(sorted(set(rows["element"])))
    ages = age_range(elements[0])
    kinds = tuple(
        Kind(ages, place, in_place(elements, said, says))
        for said in itertools.product(*(_may_say(one) for one in elements))
        if with_outcomes(elements, said) == said
        for place, says in _places(rows, elements, ages)
    )
    groups: dict[str, tuple[str, ...]] = {}
    for subgroup, of_subgroup in rows.groupby("subgroup", observed=True)["group"]:
        base = base_of(str(subgroup))
        of_own = base != ALL and PLACEMENT not in parts_of(str(subgroup))
        if of_own and (base == subgroup or base not in groups):
            groups[base] = tuple(sorted(set(of_subgroup)))
    empty = np.zeros((1 + sum(map(len, groups.values())), len(kinds)), np.int64)
    return StudentProfiles(elements, kinds, groups, empty, empty)


def _may_say(element: str) -> range:
    return range(NOT_ASKED, NOT_ASKED + 1) if element in PLACED else may_say(element)


def _places(rows: pd.DataFrame, elements: tuple[str, ...], ages: str) -> list[Place]:
    """Each placement that is named or counted, and what the placement elements say of it."""
    counted = dict(places_of(elements, ages))
    placed = [PLACEMENT in parts_of(one) for one in rows["subgroup"]]
    named = {
        dict(zip(parts_of(subgroup), group.split(BETWEEN), strict=True))[PLACEMENT]
        for _, subgroup, group in rows.loc[placed, KEYS[1:]].itertuples(index=False, name=None)
    }
    others = {}
    for one in sorted({*named, "elsewhere", NOT_REPORTED} - counted.keys()):
        says = NOT_ASKED if one == NOT_REPORTED else NOT_COUNTED
        others[one] = tuple(says if element in PLACED else NOT_ASKED for element in elements)
    return [*counted.items(), *others.items()]
