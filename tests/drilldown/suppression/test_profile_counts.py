"""Of whom the counts are: every count is a sum over the kinds of students."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cimflow.drilldown.counting.counts import KEYS, count
from cimflow.drilldown.model.coded_table import Problems
from cimflow.drilldown.reading.read_students import read_students
from cimflow.drilldown.reading.school_sites import once_per_site
from cimflow.drilldown.suppression.population import populations
from cimflow.drilldown.suppression.profile_counts import census
from cimflow.drilldown.suppression.published_rows import CountsDisagree, in_order
from cimflow.drilldown.suppression.suppress import hide
from tests.drilldown.counting.test_against_plain_count import ROWS
from tests.drilldown.students import WORDS, student, table_of

SUBGROUPS = [
    "race-ethnicity",
    "race-ethnicity-federal",
    "disability",
    "placement",
    "age",
    "school",
]


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(ROWS, min_size=1, max_size=25),
    st.lists(st.sampled_from(SUBGROUPS), min_size=2, max_size=2, unique=True),
)
def test_every_count_is_a_sum_over_kinds(rows, pair) -> None:
    problems = Problems()
    tables = [table_of([student(**row) for row in rows])]
    students = once_per_site(read_students(tables, WORDS, problems), problems)
    two_way = [(pair[0], pair[1])]
    counts = count(students, WORDS, "dashboard", two_way=two_way)
    kinds = census(students, WORDS, "dashboard", two_way=two_way)
    ordered = in_order(counts.astype(dict.fromkeys(KEYS, str)))
    for part in populations(ordered, kinds):
        block = part.block(np.zeros(len(part.rows), dtype=np.int64))  # raises where it is not so
        assert block.holds(block.truth)


def test_counts_of_other_students_are_refused() -> None:
    rows = [student(suspension_days="0") for _ in range(20)]
    students = read_students([table_of(rows)], WORDS, Problems())
    counts = count(students, WORDS, "dashboard").astype(dict.fromkeys(KEYS, str))
    kinds = census(students, WORDS, "dashboard")
    one_more = kinds.assign(students=kinds["students"] + 1)
    with pytest.raises(CountsDisagree, match="the counts are not of the students given"):
        hide(counts, one_more)


def test_counts_that_no_students_could_have_are_refused() -> None:
    students = read_students([table_of([student(suspension_days="0")])], WORDS, Problems())
    counts = count(students, WORDS, "dashboard").astype(dict.fromkeys(KEYS, str))
    counts.loc[counts["subgroup"] == "age", "denominator"] = 2
    with pytest.raises(CountsDisagree, match="no set of students fits the counts in all tables"):
        hide(counts)
