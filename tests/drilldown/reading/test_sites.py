"""One student of the LEA and one of each site; the accountable LEA, not the school."""

from __future__ import annotations

import pytest

from cimflow.drilldown.model.coded_table import Problems
from tests.drilldown.students import LEA, counted, student, toddler

OTHER = "01999200000001"


def test_a_student_at_two_sites_counts_once_for_the_lea_and_once_for_each_site() -> None:
    rows = [
        student(student_id="007", school_code="1999101", suspension_days=1),
        student(student_id="007", school_code="1999102", suspension_days=0),
    ]
    found = counted(rows)
    assert found["suspension", "all", "all"] == (1, 1)
    assert found["suspension", "school", "1999101"] == (1, 1)
    assert found["suspension", "school", "1999102"] == (0, 1)


def test_days_of_all_sites_are_added_up() -> None:
    """The Dashboard's day counts in sum, wherever it was spent."""
    rows = [
        student(student_id="007", school_code="1999101", suspension_days=0.5),
        student(student_id="007", school_code="1999102", suspension_days=0.5),
    ]
    found = counted(rows)
    assert found["suspension", "all", "all"] == (1, 1)
    assert found["suspension", "school", "1999101"] == (0, 1)


def test_what_one_site_does_not_say_the_other_does() -> None:
    rows = [
        student(student_id="007", school_code="1999101", days_expected=100, ela_level=""),
        student(student_id="007", school_code="1999102", days_expected=80, ela_level=3),
    ]
    assert counted(rows)["ela-proficiency", "all", "all"] == (1, 1)


def test_what_no_site_says_is_unknown_and_not_nothing() -> None:
    """Without a record of absences a student is not one who was never absent."""
    rows = [
        student(student_id="007", school_code="1999101", days_expected=100),
        student(student_id="007", school_code="1999102", days_expected=80),
        student(student_id="008", days_expected=180, days_absent=0),
    ]
    assert counted(rows)["chronic-absenteeism", "all", "all"] == (0, 1)


# days expected and absent at one site and at the other, what the LEA counts of them
RECORDS = [
    (("180", ""), ("31", "6"), (1, 1)),
    (("", "20"), ("31", "0"), (0, 1)),
    (("20", "40"), ("31", "6"), (1, 1)),  # more absent than expected: read as missing
    (("180", "1"), ("31", "6"), (0, 1)),
    (("180", ""), ("", "20"), None),
]


@pytest.mark.parametrize("back", [False, True], ids=["in order", "the other way round"])
@pytest.mark.parametrize(("one", "other", "expected"), RECORDS)
def test_a_site_without_a_whole_record_of_absences_is_not_counted(
    one: tuple[str, str], other: tuple[str, str], expected: tuple[int, int] | None, back: bool
) -> None:
    rows = [
        student(student_id="007", school_code=school, days_expected=days[0], days_absent=days[1])
        for school, days in (("1999101", one), ("1999102", other))
    ]
    found = counted(rows[::-1] if back else rows)
    assert found.get(("chronic-absenteeism", "all", "all")) == expected


def test_who_is_expelled_from_one_site_is_expelled() -> None:
    rows = [
        toddler(student_id="007", school_code="1999101", days_expected=100, expelled="no"),
        toddler(student_id="007", school_code="1999102", days_expected=80, expelled="yes"),
        toddler(student_id="007", school_code="1999103", days_expected=70, expelled=""),
    ]
    assert counted(rows)["preschool-suspension-expulsion", "all", "all"] == (1, 1)


def test_ids_keep_their_leading_zeros() -> None:
    rows = [student(student_id="007"), student(student_id="7"), student(student_id="0007")]
    assert counted(rows)["suspension", "all", "all"] == (0, 3)


def test_the_same_student_twice_at_one_site_counts_once_and_is_told() -> None:
    problems = Problems()
    rows = [student(student_id="007"), student(student_id="007", days_expected=5)]
    assert counted(rows, problems=problems)["suspension", "all", "all"] == (0, 1)
    (line,) = problems.summary()
    assert line.startswith("students.csv, student_id: is the same student at the same site again")
    assert line.endswith("counted once (1 row: 2)")


def test_the_accountable_lea_counts_whatever_school_is_attended() -> None:
    """The school code of another district stands under the LEA that is accountable."""
    rows = [student(cds_code=LEA, school_code="01999200000009")]
    assert counted(rows)["suspension", "school", "01999200000009"] == (0, 1)


def test_the_order_of_rows_decides_nothing() -> None:
    rows = [
        student(student_id="007", school_code="1999101", days_expected=90, race_ethnicity="White"),
        student(student_id="007", school_code="1999102", days_expected=90, race_ethnicity="400"),
        student(student_id="007", school_code="1999102", days_expected=90, race_ethnicity="600"),
    ]
    assert counted(rows) == counted(rows[::-1]) == counted([rows[1], rows[2], rows[0]])
