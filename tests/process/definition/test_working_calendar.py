"""Working days: counted by hand on a wall calendar, with the state's holidays marked."""

from __future__ import annotations

import datetime as dt

import pytest

from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.working_calendar import parse_calendar
from tests.factories import calendar, day


@pytest.mark.parametrize(
    ("on", "is_working"),
    [
        ("2024-01-01", False),  # New Year's Day
        ("2024-01-15", False),  # Martin Luther King Jr. Day
        ("2024-02-19", False),  # Presidents' Day
        ("2024-03-15", True),  # Friday, the day of the letter
        ("2024-03-31", False),  # Cesar Chavez Day, a Sunday ...
        ("2024-04-01", False),  # ... observed on Monday
        ("2024-04-02", True),
        ("2024-05-27", False),  # Memorial Day
        ("2024-06-29", False),  # Saturday
        ("2024-06-30", False),  # Sunday, the SRR's due date
        ("2024-07-04", False),  # Independence Day
        ("2024-07-05", True),
        ("2024-09-02", False),  # Labor Day
        ("2024-10-14", True),  # no state holiday in California
        ("2024-11-05", True),  # election day
        ("2024-11-11", False),  # Veterans Day
        ("2024-11-27", True),  # Wednesday
        ("2024-11-28", False),  # Thanksgiving
        ("2024-11-29", False),  # the day after Thanksgiving
        ("2024-12-24", True),
        ("2024-12-25", False),  # Christmas
        ("2024-12-31", True),
        ("2025-01-01", False),
        ("2026-07-04", False),  # a Saturday
        ("2026-07-03", True),  # Saturday holidays are not moved
        ("2027-07-05", False),  # July 4, 2027 is a Sunday
        ("2028-02-29", True),  # Tuesday
        ("2028-11-10", False),  # November 11, 2028 is a Saturday: the one that moves to Friday
    ],
)
def test_the_state_office_is_open(on: str, is_working: bool) -> None:
    assert calendar().is_working(dt.date.fromisoformat(on)) is is_working


@pytest.mark.parametrize(
    ("on", "before", "after"),
    [
        ("07-10", "07-10", "07-10"),  # a working day is itself
        ("06-30", "06-28", "07-01"),  # Sunday: Friday, Monday
        ("07-04", "07-03", "07-05"),
        ("09-01", "08-30", "09-03"),  # Sunday before Labor Day
        ("11-11", "11-08", "11-12"),
        ("11-28", "11-27", "12-02"),  # holiday, holiday, weekend
        ("11-29", "11-27", "12-02"),
        ("12-25", "12-24", "12-26"),
        ("2025-01-01", "12-31", "2025-01-02"),  # across the year
    ],
)
def test_the_working_day_before_and_after(on: str, before: str, after: str) -> None:
    assert calendar().on_or_before(day(on)) == day(before)
    assert calendar().on_or_after(day(on)) == day(after)


@pytest.mark.parametrize(
    ("on", "following"),
    [
        ("07-01", "07-02"),
        ("07-03", "07-05"),
        ("06-28", "07-01"),
        ("06-29", "07-01"),  # from a Saturday, too
        ("11-27", "12-02"),
        ("12-31", "2025-01-02"),
        ("2028-02-28", "2028-02-29"),
    ],
)
def test_the_next_working_day(on: str, following: str) -> None:
    assert calendar().next_after(day(on)) == day(following)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("12-09", "12-23"),  # 10 11 12 13 16 17 18 19 20 23
        ("12-16", "12-31"),  # 17 18 19 20 23 24 26 27 30 31
        ("07-01", "07-16"),  # 2 3 5 8 9 10 11 12 15 16
        ("06-30", "07-15"),  # from a Sunday: 1 2 3 5 8 9 10 11 12 15
        ("11-15", "12-03"),  # 18 19 20 21 22 25 26 27 2 3
        ("2028-02-15", "2028-03-01"),  # 16 17 18 22 23 24 25 28 29 1 (Presidents' Day is the 21st)
    ],
)
def test_ten_working_days(start: str, ends: str) -> None:
    assert calendar().add(day(start), 10) == day(ends)


@pytest.mark.parametrize(
    ("year", "month", "first"),
    [
        (2024, 4, "2024-04-02"),  # Monday April 1: Cesar Chavez Day, observed
        (2024, 8, "2024-08-01"),
        (2024, 9, "2024-09-03"),  # Sunday, Labor Day
        (2024, 12, "2024-12-02"),
        (2025, 1, "2025-01-02"),
        (2026, 8, "2026-08-03"),  # Saturday
    ],
)
def test_the_first_working_day_of_a_month(year: int, month: int, first: str) -> None:
    assert calendar().first_of_month(year, month) == day(first)


def test_no_working_days_is_the_day_itself() -> None:
    assert calendar().add(day("06-30"), 0) == day("06-30")


def test_a_calendar_file_with_mistakes_names_them_all() -> None:
    with pytest.raises(ConfigErrors) as caught:
        parse_calendar({"id": "x", "holidays": [{"on": "soon"}], "color": "red"}, file="x.toml")
    text = str(caught.value)
    for word in ("x.toml", "title", "covers_to", "holidays[#1].on", "color"):
        assert word in text
