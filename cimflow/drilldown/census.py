"""The number of students of each kind, in all and in each group (see ``kinds``).

What hiding starts from: it asks which other students would fit what is published.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cimflow.drilldown.coded import Ints
from cimflow.drilldown.counting import SCHOOL, Cut, both_of, cuts_of, parts_of
from cimflow.drilldown.definitions import BY, NOT_REPORTED, DrillDown
from cimflow.drilldown.kinds import COUNTED, NOT_ASKED, NOT_COUNTED
from cimflow.drilldown.measures import measured, placements
from cimflow.drilldown.relations import FEDERAL, PLACEMENT, base_of
from cimflow.drilldown.sites import merged_in_lea
from cimflow.drilldown.students import Students


def census(
    students: Students,
    words: DrillDown,
    definition: str,
    *,
    two_way: Sequence[tuple[str, str]] = (),
) -> pd.DataFrame:
    """How many students are at once in a group, in a placement, and counted by these elements.

    Args:
        students: each student once for each site (see ``sites.once_per_site``).
        words: ``config/drilldown.toml``.
        definition: the name of the definition to count by.
        two_way: pairs of subgroups that are cut by both at once.

    Returns:
        ``cds_code, subgroup, group, placement``, a column for each element (``kinds.NOT_ASKED``,
        ``NOT_COUNTED`` or ``COUNTED``), ``students``. The subgroups are those whose groups add up
        to all others: not by placement, nor by federal race.
    """
    merged = merged_in_lea(students)
    every = merged.students
    placement = placements(every, words)
    by_definition = words.definitions[definition]
    said = {
        element: np.where(among, np.where(counted, COUNTED, NOT_COUNTED), NOT_ASKED)
        for element, among, counted in measured(every, words, by_definition, placement)
    }
    kinds, kind = _kinds(placement, list(said.values()))
    anyhow = (kinds[:, 1:] != NOT_ASKED).any(axis=1)[kind]
    places = np.array([*words.groups.placement, NOT_REPORTED], dtype=object)
    tables = []
    for cut in _cuts(every, words, placement, two_way):
        whole = merged.at_site if SCHOOL in parts_of(cut.subgroup) else merged.in_lea
        rows = np.flatnonzero(anyhow & whole)
        cells, numbers = np.unique(cut.place[rows] * len(kinds) + kind[rows], return_counts=True)
        place, of_kind = np.divmod(cells, len(kinds))
        table = {
            "cds_code": np.array(students.leas, dtype=object)[cut.lea[place]],
            "subgroup": cut.subgroup,
            "group": np.array(cut.names, dtype=object)[cut.group[place]],
            PLACEMENT: places[kinds[of_kind, 0]],
            **{element: kinds[of_kind, at] for at, element in enumerate(said, start=1)},
            "students": numbers,
        }
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True)


def _kinds(placement: Ints, said: list[Ints]) -> tuple[Ints, Ints]:
    """What there is, placement first and then what each element says; and each student's kind."""
    packed = placement
    for of_element in said:
        packed = packed * (COUNTED + 1) + of_element
    _, one_of_each, kind = np.unique(packed, return_index=True, return_inverse=True)
    return np.stack([placement, *said], axis=1)[one_of_each], kind


def _cuts(
    every: Students, words: DrillDown, placement: Ints, two_way: Sequence[tuple[str, str]]
) -> list[Cut]:
    """The subgroups whose groups add up to those of all others."""
    cuts = cuts_of(every, words, placement)
    for pair in two_way:
        parts = parts_of(base_of(BY.join(pair)))
        if len(parts) > 1:
            both = both_of(cuts[parts[0]], cuts[parts[1]])
            cuts[both.subgroup] = both
    return [one for name, one in cuts.items() if name not in {PLACEMENT, FEDERAL}]
