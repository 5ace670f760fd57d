"""The number of students of each profile, in all and in each group (see ``student_profiles``).

What hiding starts from: it asks which other students would fit what is published.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cimflow.drilldown.counting.apply_definition import counted_by
from cimflow.drilldown.counting.count_students import Cut, both_of, cuts_of
from cimflow.drilldown.model.coded_table import Ints
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.students import StudentFacts
from cimflow.drilldown.model.subgroups import (
    BY,
    FEDERAL,
    NOT_REPORTED,
    PLACEMENT,
    SCHOOL,
    base_of,
    parts_of,
)
from cimflow.drilldown.suppression.student_profiles import COUNTED, NOT_ASKED, NOT_COUNTED

AGES = np.array(["", "school-age", "preschool"], dtype=object)


def census(
    facts: StudentFacts,
    words: DrillDownConfig,
    *,
    two_way: Sequence[tuple[str, str]] = (),
) -> pd.DataFrame:
    """How many students are at once in a group, in a placement, and counted by these elements.

    Args:
        facts: the students, and what is true of each by the definition to count by.
        words: ``config/drilldown.toml``.
        two_way: pairs of subgroups that are cut by both at once.

    Returns:
        ``cds_code, subgroup, group, ages`` (``school-age``, ``preschool`` or empty),
        ``placement``, a column for each element (``NOT_ASKED``, ``NOT_COUNTED`` or ``COUNTED``),
        ``several`` (whether they are at several schools), ``students``. The subgroups are those
        whose groups add up to all others: not by placement, nor by federal race.
    """
    said = {
        element: np.where(among, np.where(counted, COUNTED, NOT_COUNTED), NOT_ASKED)
        for element, among, counted in counted_by(facts)
    }
    ages = np.select([facts.school_age, facts.preschool], [1, 2], 0)
    several = (facts.at_site != facts.in_lea).astype(np.int64)
    profiles, profile = _profiles(ages, facts.placement, several, list(said.values()))
    anyhow = (profiles[:, 3:] != NOT_ASKED).any(axis=1)[profile]
    places = np.array([*words.groups.placement, NOT_REPORTED], dtype=object)
    tables = []
    for cut in _cuts(facts, words, two_way):
        whole = facts.at_site if SCHOOL in parts_of(cut.subgroup) else facts.in_lea
        rows = np.flatnonzero(anyhow & whole)
        cells, numbers = np.unique(
            cut.place[rows] * len(profiles) + profile[rows], return_counts=True
        )
        place, of_profile = np.divmod(cells, len(profiles))
        table = {
            "cds_code": np.array(facts.students.leas, dtype=object)[cut.lea[place]],
            "subgroup": cut.subgroup,
            "group": np.array(cut.names, dtype=object)[cut.group[place]],
            "ages": AGES[profiles[of_profile, 0]],
            PLACEMENT: places[profiles[of_profile, 1]],
            "several": profiles[of_profile, 2],
            **{element: profiles[of_profile, at] for at, element in enumerate(said, start=3)},
            "students": numbers,
        }
        tables.append(pd.DataFrame(table))
    return pd.concat(tables, ignore_index=True)


def _profiles(ages: Ints, placement: Ints, several: Ints, said: list[Ints]) -> tuple[Ints, Ints]:
    """What there is, these first and then what each element says; and each student's profile."""
    packed = (placement * len(AGES) + ages) * 2 + several
    for of_element in said:
        packed = packed * (COUNTED + 1) + of_element
    _, one_of_each, profile = np.unique(packed, return_index=True, return_inverse=True)
    return np.stack([ages, placement, several, *said], axis=1)[one_of_each], profile


def _cuts(
    facts: StudentFacts, words: DrillDownConfig, two_way: Sequence[tuple[str, str]]
) -> list[Cut]:
    """The subgroups whose groups add up to those of all others."""
    cuts = cuts_of(facts, words)
    for pair in two_way:
        parts = parts_of(base_of(BY.join(pair)))
        if len(parts) > 1:
            both = both_of(cuts[parts[0]], cuts[parts[1]])
            cuts[both.subgroup] = both
    return [one for name, one in cuts.items() if name not in {PLACEMENT, FEDERAL}]


def circle_of(two_way: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """A two-way cut that closes a circle with those before it: race, disability, age, race.

    Then numbers may fit each cut, and yet no students all of them: nobody could say what is safe.
    A cut the other way round closes one, too.
    """
    together: list[set[str]] = []
    known: set[str] = set()
    for pair in two_way:
        base = base_of(BY.join(pair))
        ends = parts_of(base)
        if len(ends) < 2 or base in known:
            continue
        known.add(base)
        joined = [one for one in together if one & set(ends)]
        if any(one >= set(ends) for one in joined):
            return pair
        together = [one for one in together if one not in joined]
        together.append(set(ends).union(*joined))
    return None
