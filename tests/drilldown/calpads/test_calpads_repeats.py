"""Reports that name a student several times: what is taken is said, and the order decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cimflow.drilldown.model.coded_table import Problems
from tests.drilldown.reports import (
    COLUMNS,
    A,
    B,
    Row,
    absence,
    counted,
    incident,
    plan,
    profile,
    score,
    table,
)
from tests.drilldown.students import LEA

OTHER = "01999200000001"
REPORTS: dict[str, list[Row]] = {
    "8.1": [profile()],
    "16.14": [plan()],
    "14.2": [absence()],
    "7.12": [incident()],
    "toms": [score()],
}
REGULAR, ABSENT, ENGLISH = "regular-class-80", "chronic-absenteeism", "ela-proficiency"
LATER, EARLIER = plan(plan_start="9/1/2023"), plan(plan_start="2022-09-01", disability="320")
NO_DAY = plan(plan_start="", disability="330", general_education_percent="20")
TWENTY = {"general_education_percent": "20"}

# report, its two rows, what is counted of them (element, group: counted, among), what is told
REPEATS: list[tuple[str, list[Row], tuple[str, str, float], str]] = [
    ("16.14", [LATER, {**EARLIER, **TWENTY}], (REGULAR, "290", 1), "the one that starts last"),
    ("16.14", [LATER, NO_DAY], (REGULAR, "290", 1), "the one that starts last"),
    ("16.14", [NO_DAY, {**NO_DAY, "disability": "210"}], (REGULAR, "330", 0), "the highest codes"),
    ("14.2", [absence(days_expected="100", days_absent="1"), absence(days_expected="80", days_absent="20")], (ABSENT, "290", 1), "days are added up"),
    ("14.2", [absence(days_expected="25", days_absent="3"), absence(days_expected="20", days_absent="0")], (ABSENT, "290", 0), "days are added up"),
    ("14.2", [absence(days_absent=""), absence(days_expected="31", days_absent="6")], (ABSENT, "290", 1), "days are added up"),
    ("14.2", [absence(days_absent="18"), absence(days_absent="18")], (ABSENT, "290", 1), "counted once"),
    ("toms", [score(level="3"), score(level="1")], (ENGLISH, "290", 1), "the highest level"),
    ("toms", [score(level="2"), score(level="9")], (ENGLISH, "290", 0), "the highest level"),
    ("8.1", [profile(grade="05"), profile(grade="04")], (REGULAR, "290", 1), "the highest values"),
]  # fmt: skip


@pytest.mark.parametrize("back", [False, True], ids=["in order", "the other way round"])
@pytest.mark.parametrize(("kind", "rows", "one", "says"), REPEATS)
def test_of_several_rows_one_is_taken_and_the_others_are_told(
    kind: str, rows: list[Row], one: tuple[str, str, float], says: str, back: bool
) -> None:
    instead = {**REPORTS, kind: rows[::-1] if back else rows}
    problems = Problems()
    found = counted([(name, table(name, them)) for name, them in instead.items()], problems)
    element, disability, numerator = one
    assert found[LEA, element, "disability", disability] == (numerator, 1)
    (error,) = problems.errors()
    assert (error.file, error.field) == (f"{kind}.csv", "student_id")
    assert error.row in {2, 3}
    assert says in error.message


def test_a_plan_under_another_lea_makes_a_student_of_two_and_is_told() -> None:
    problems = Problems()
    rows = [plan(), plan(cds_code=OTHER, disability="320")]
    reports = [(name, table(name, them)) for name, them in {**REPORTS, "16.14": rows}.items()]
    found = counted(reports, problems)
    assert found[LEA, REGULAR, "disability", "290"] == (1, 1)
    assert found[OTHER, REGULAR, "disability", "320"] == (1, 1)
    assert [(one.file, one.row, one.field) for one in problems.errors()] == [
        ("16.14.csv", 3, "cds_code")
    ]


_IDS = st.sampled_from(["1", "2", "3"])
_SCHOOLS = st.sampled_from([A, B, ""])
_GRADES = st.sampled_from(["05", "PS", ""])
_OF = {
    "student_id": _IDS,
    "school_code": _SCHOOLS,
    "grade": _GRADES,
    "age": st.sampled_from(["10", "4", ""]),
    "race_ethnicity": st.sampled_from(["700", "400", ""]),
    "cds_code": st.sampled_from([LEA, OTHER, ""]),
    "lea_name": st.sampled_from(["Alder", "Birch"]),
    "plan_start": st.sampled_from(["2023-09-01", "2022-09-01", "", "soon"]),
    "disability": st.sampled_from(["290", "320", "200", ""]),
    "program_setting": st.sampled_from(["400", "201", ""]),
    "general_education_percent": st.sampled_from(["85", "30", ""]),
    "days_expected": st.sampled_from(["180", "31", "20.3", "x", ""]),
    "days_absent": st.sampled_from(["18", "0.1", "0.2", "400", ""]),
    "incident_result": st.sampled_from(["100", "110", "200", "300", "999", ""]),
    "suspension_days": st.sampled_from(["0.1", "0.7", "0.2", "2", "abc", ""]),
    "record_type": st.sampled_from(["01", "02", "06", "77"]),
    "level": st.sampled_from(["1", "3", "4", "9", ""]),
}
DRAWN = st.fixed_dictionaries(
    {
        kind: st.lists(
            st.fixed_dictionaries({name: _OF[name] for name in columns}),
            min_size=2 if kind == "16.14" else 0,
            max_size=6,
        )
        for kind, columns in COLUMNS.items()
    }
)


def in_two_files(
    drawn: dict[str, list[Row]], rows_of: Any = lambda rows: rows
) -> list[tuple[str, Any]]:
    """Each report as two files, whose rows ``rows_of`` puts in order."""
    found = []
    for kind, rows in drawn.items():
        half = len(rows) // 2
        for name, part in (("a", rows[:half]), ("b", rows[half:])):
            found.append((kind, table(kind, rows_of(part), file=f"{kind}-{name}.csv")))
    return found


def told(problems: Problems) -> dict[tuple[str, str | None], int]:
    """How often which problem of which column was told, whatever the file."""
    found: dict[tuple[str, str | None], int] = defaultdict(int)
    for (_, field, message), count in problems.counts.items():
        found[message, field] += count
    return found


@given(DRAWN, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_files_does_not_matter(
    drawn: dict[str, list[Row]], random: Any
) -> None:
    def shuffled(rows: Sequence[Row]) -> list[Row]:
        return random.sample(rows, len(rows))  # type: ignore[no-any-return]

    one, other, third = Problems(), Problems(), Problems()
    found = counted(in_two_files(drawn), one, LEA)
    files = in_two_files(drawn, shuffled)
    random.shuffle(files)
    assert counted(files, other, LEA) == found
    assert told(other) == told(one)
    in_one_file = [(kind, table(kind, shuffled(rows))) for kind, rows in drawn.items()]
    assert counted(in_one_file, third, LEA) == found
