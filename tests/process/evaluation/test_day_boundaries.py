"""Which day it is in Sacramento, whatever the machine's clock says; and what that day decides.

Never late because of daylight saving, of a machine in UTC, of a leap day or of the year's end.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from cimflow.process.case import Case
from cimflow.process.days import day_in
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import ActivityStatus
from tests.factories import calendar, day, extended, make_case, process

PACIFIC = ZoneInfo("America/Los_Angeles")
TEAM = "team-creation"


@pytest.mark.parametrize(
    ("utc", "local_day"),
    [
        # summer: seven hours behind
        ("2024-07-11T06:59:59", "2024-07-10"),  # 23:59:59
        ("2024-07-11T07:00:00", "2024-07-11"),  # 00:00
        ("2024-07-10T07:00:00", "2024-07-10"),
        # winter: eight hours behind
        ("2024-12-07T07:59:59", "2024-12-06"),  # 23:59:59
        ("2024-12-07T08:00:00", "2024-12-07"),  # 00:00
        # the day of 23 hours: Sunday March 10, 2024; 02:00 becomes 03:00
        ("2024-03-10T08:00:00", "2024-03-10"),  # 00:00 PST
        ("2024-03-10T07:59:59", "2024-03-09"),
        ("2024-03-10T09:59:59", "2024-03-10"),  # 01:59:59 PST
        ("2024-03-10T10:00:00", "2024-03-10"),  # 03:00 PDT
        ("2024-03-11T06:59:59", "2024-03-10"),  # 23:59:59 PDT
        ("2024-03-11T07:00:00", "2024-03-11"),
        # the day of 25 hours: Sunday November 3, 2024; 02:00 becomes 01:00
        ("2024-11-03T07:00:00", "2024-11-03"),  # 00:00 PDT
        ("2024-11-03T06:59:59", "2024-11-02"),
        ("2024-11-03T08:30:00", "2024-11-03"),  # 01:30 PDT
        ("2024-11-03T09:30:00", "2024-11-03"),  # 01:30 PST, the second time
        ("2024-11-04T07:59:59", "2024-11-03"),  # 23:59:59 PST
        ("2024-11-04T08:00:00", "2024-11-04"),
        # leap day
        ("2028-02-29T07:59:59", "2028-02-28"),
        ("2028-02-29T08:00:00", "2028-02-29"),
        ("2028-03-01T07:59:59", "2028-02-29"),
        ("2028-03-01T08:00:00", "2028-03-01"),
        # year end
        ("2025-01-01T07:59:59", "2024-12-31"),
        ("2025-01-01T08:00:00", "2025-01-01"),
    ],
)
def test_an_instant_of_a_clock_in_utc_falls_on_a_pacific_day(utc: str, local_day: str) -> None:
    instant = dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)
    assert day_in(PACIFIC, instant).isoformat() == local_day


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York", "America/Los_Angeles"])
def test_the_zone_of_the_clock_plays_no_part(zone: str) -> None:
    instant = dt.datetime(2024, 7, 11, 6, 30, tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    assert day_in(PACIFIC, instant) == dt.date(2024, 7, 10)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        day_in(PACIFIC, dt.datetime(2024, 7, 10, 23, 59))


def status_at(case: Case, local: str) -> ActivityStatus:
    """The team's status at a wall-clock time in the process's zone, by a machine in UTC."""
    wall = dt.datetime.fromisoformat(local).replace(tzinfo=process().zone)
    on = day_in(process().zone, wall.astimezone(dt.UTC))
    status = evaluate(case, process(), on, calendar())
    assert status is not None
    return status.activity(TEAM)


@pytest.mark.parametrize(
    ("due", "last_moment", "first_late"),
    [
        ("2024-07-10", "2024-07-10T23:59", "2024-07-11T00:00"),
        ("2024-12-31", "2024-12-31T23:59", "2025-01-01T00:00"),
        ("2024-11-03", "2024-11-03T23:59", "2024-11-04T00:00"),  # 25 hours
        ("2025-03-09", "2025-03-09T23:59", "2025-03-10T00:00"),  # 23 hours
        ("2028-02-28", "2028-02-28T23:59", "2028-02-29T00:00"),
        ("2028-02-29", "2028-02-29T23:59", "2028-03-01T00:00"),
    ],
)
def test_a_due_day_lasts_to_its_end_in_the_zone_of_the_process(
    due: str, last_moment: str, first_late: str
) -> None:
    case = make_case("1", extended(TEAM, due, on="06-03"))
    in_time, late = status_at(case, last_moment), status_at(case, first_late)
    assert (in_time.late, in_time.days_left) == (False, 0)
    assert (late.late, late.days_left) == (True, -1)


@pytest.mark.parametrize(
    ("due", "on", "left"),
    [
        ("2024-11-08", "2024-10-25", 14),  # across the end of daylight saving
        ("2025-03-14", "2025-02-28", 14),  # across its beginning
        ("2028-03-07", "2028-02-22", 14),  # across February 29
        ("2025-01-07", "2024-12-24", 14),  # across the year
    ],
)
def test_fourteen_days_are_fourteen_days(due: str, on: str, left: int) -> None:
    case = make_case("1", extended(TEAM, due, on="06-03"))
    before = day(on) - dt.timedelta(days=1)
    status = status_at(case, f"{on}T00:00")
    assert (status.days_left, status.state) == (left, "DueSoon")
    assert status_at(case, f"{before}T23:59").state == "Upcoming"
