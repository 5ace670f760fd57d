"""The schedules: the same in the code and in the file for a server, and a warning when none came.

Moments are written in Pacific time. The week around them: July 4, 2024 is a Thursday and a state
holiday; the clocks go forward on Sunday, March 10, 2024, and back on Sunday, November 3, 2024.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from cimflow.monitoring.runs.schedules import (
    MORNING_SWEEP,
    PACIFIC,
    SCHEDULES,
    WORKING_HOURS,
    ZONE,
    Schedule,
    WorkingTime,
    did_not_come,
    next_run,
    seems_down,
)
from tests.factories import calendar, ladder

FILE = Path(__file__).parents[2] / "deployments" / "prefect.yaml"
TIME = WorkingTime(calendar(), ladder().working_hours, PACIFIC)
SWEEP, HOURLY = MORNING_SWEEP, WORKING_HOURS


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=PACIFIC)


def in_pacific(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(PACIFIC):%Y-%m-%d %H:%M}" if moment else ""


def test_the_file_for_a_server_says_the_same() -> None:
    deployed = yaml.safe_load(FILE.read_text(encoding="utf-8"))["deployments"]
    in_file = {
        one["entrypoint"].rpartition(".")[2].replace("_", "-"): schedule
        for one in deployed
        for schedule in one.get("schedules", ())
    }
    assert {name: one["cron"] for name, one in in_file.items()} == {
        one.flow: one.cron for one in SCHEDULES
    }
    assert {one["timezone"] for one in in_file.values()} == {ZONE}


def test_the_hourly_schedule_lies_in_the_working_hours_of_the_ladder() -> None:
    hours = ladder().working_hours
    assert (HOURLY.first, HOURLY.minute) == (hours.opens.hour, hours.opens.minute)
    assert HOURLY.last == hours.closes.hour - 1


@pytest.mark.parametrize(
    ("schedule", "now", "expected"),
    [
        (SWEEP, "2024-07-11 08:09", "2024-07-11 08:10"),
        (SWEEP, "2024-07-11 08:10", "2024-07-12 08:10"),
        (SWEEP, "2024-07-12 12:00", "2024-07-13 08:10"),  # it runs on Saturday too
        (HOURLY, "2024-07-11 08:30", "2024-07-11 09:00"),
        (HOURLY, "2024-07-11 16:00", "2024-07-12 08:00"),
        (HOURLY, "2024-07-12 16:01", "2024-07-15 08:00"),  # over the weekend
        (HOURLY, "2024-07-03 17:00", "2024-07-05 08:00"),  # over Independence Day
        (SWEEP, "2024-03-09 09:00", "2024-03-10 08:10"),  # 23 hours and 10 minutes later
        (SWEEP, "2024-11-02 09:00", "2024-11-03 08:10"),  # 24 hours and 10 minutes later
    ],
)
def test_when_it_runs_next(schedule: Schedule, now: str, expected: str) -> None:
    assert in_pacific(next_run(schedule, at(now), TIME)) == expected


@pytest.mark.parametrize(
    ("schedule", "last_good", "now", "missed"),
    [
        # The sweep: every day at 8:10, with 45 minutes of grace.
        (SWEEP, "2024-07-11 08:10", "2024-07-11 12:00", ""),
        (SWEEP, "2024-07-10 08:10", "2024-07-11 08:54", ""),
        (SWEEP, "2024-07-10 08:10", "2024-07-11 08:55", "2024-07-11 08:10"),
        (SWEEP, "2024-07-11 10:00", "2024-07-11 12:00", ""),  # it came late, but it came
        (SWEEP, "2024-07-12 08:10", "2024-07-13 12:00", "2024-07-13 08:10"),  # a Saturday
        (SWEEP, None, "2024-07-11 08:54", "2024-07-10 08:10"),  # it never came
        # Every working hour from 8 to 16, with 30 minutes of grace.
        (HOURLY, "2024-07-11 10:00", "2024-07-11 11:29", ""),
        (HOURLY, "2024-07-11 10:00", "2024-07-11 11:30", "2024-07-11 11:00"),
        (HOURLY, "2024-07-11 16:00", "2024-07-12 08:29", ""),  # overnight nothing is expected
        (HOURLY, "2024-07-12 16:00", "2024-07-14 12:00", ""),  # nor at the weekend
        (HOURLY, "2024-07-12 15:00", "2024-07-14 12:00", "2024-07-12 16:00"),
        (HOURLY, "2024-07-12 16:00", "2024-07-15 08:30", "2024-07-15 08:00"),
        (HOURLY, "2024-07-03 16:00", "2024-07-04 12:00", ""),  # nor on a holiday
        (HOURLY, "2024-07-03 16:00", "2024-07-05 08:30", "2024-07-05 08:00"),
        # The days on which the clocks change: 8:10 is 8:10 on the clock.
        (SWEEP, "2024-03-09 08:10", "2024-03-10 08:54", ""),
        (SWEEP, "2024-03-09 08:10", "2024-03-10 08:55", "2024-03-10 08:10"),
        (SWEEP, "2024-11-02 08:10", "2024-11-03 08:54", ""),
        (SWEEP, "2024-11-02 08:10", "2024-11-03 08:55", "2024-11-03 08:10"),
        (HOURLY, "2024-03-08 16:00", "2024-03-11 08:30", "2024-03-11 08:00"),
        (HOURLY, "2024-03-11 08:00", "2024-03-11 08:59", ""),
    ],
)
def test_a_run_that_did_not_come(
    schedule: Schedule, last_good: str | None, now: str, missed: str
) -> None:
    last = at(last_good) if last_good else None
    assert in_pacific(did_not_come(schedule, last, at(now), TIME)) == missed


@pytest.mark.parametrize(
    ("waiting_since", "last_sign", "now", "down"),
    [
        (None, "2024-07-11 11:00", "2024-07-11 11:20", False),
        (None, "2024-07-11 11:00", "2024-07-11 12:29", False),
        (None, "2024-07-11 11:00", "2024-07-11 12:30", True),
        (None, "2024-07-12 16:00", "2024-07-13 08:54", False),  # Friday evening to Saturday
        (None, "2024-07-12 16:00", "2024-07-13 08:55", True),
        (None, "2024-07-14 08:10", "2024-07-15 08:29", False),  # Sunday to Monday
        (None, None, "2024-07-11 12:00", True),
        # A request is taken within seconds, at any hour.
        ("2024-07-13 22:00", "2024-07-13 08:10", "2024-07-13 22:01", False),
        ("2024-07-13 22:00", "2024-07-13 08:10", "2024-07-13 22:02", True),
    ],
)
def test_whether_it_seems_to_be_running(
    waiting_since: str | None, last_sign: str | None, now: str, down: bool
) -> None:
    assert down is seems_down(
        waiting_since=at(waiting_since) if waiting_since else None,
        last_sign=at(last_sign) if last_sign else None,
        now=at(now),
        time=TIME,
    )


def test_the_hours_for_mail_are_those_of_the_process_zone() -> None:
    """At 8:00 Pacific it is 11:00 in New York; at 14:00 Pacific mail may not leave there any more."""
    in_new_york = WorkingTime(calendar(), ladder().working_hours, ZoneInfo("America/New_York"))
    now = at("2024-07-11 13:30")
    assert in_pacific(next_run(HOURLY, now, in_new_york)) == "2024-07-12 08:00"
