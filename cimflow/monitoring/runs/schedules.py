"""Which flow runs when, and whether it came.

Pure. ``flows/schedules.py`` deploys these, ``deployments/prefect.yaml`` says the same for a server,
and a test holds the three together. A moment is reckoned on the wall clock: 8:10 is 8:10 on the
days on which the clocks change, too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cimflow.monitoring.act import COHORT_STATUS, LEA_STATUS
from cimflow.process.definition.notice_ladder import WorkingHours
from cimflow.process.definition.working_calendar import WorkingCalendar

__all__ = ["COHORT_STATUS", "DRILL_DOWN", "ESCALATION", "LEA_STATUS"]

ZONE = "America/Los_Angeles"
PACIFIC = ZoneInfo(ZONE)
ESCALATION = "deadline-escalation"
DRILL_DOWN = "drill-down-reports"
SWEEP_GRACE = dt.timedelta(minutes=45)
HOURLY_GRACE = dt.timedelta(minutes=30)
TAKEN_WITHIN = dt.timedelta(minutes=1)
"""A request is taken within seconds where ``cimflow up`` is running."""
_LOOKS_BACK = 40
"""Days: longer than any row of days off."""
MINUTE = dt.timedelta(minutes=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a flow runs: at a minute of some hours, on some days of the week.

    ``first`` and ``last`` are hours; ``weekdays`` keeps it to Monday to Friday. With
    ``working_time`` it is at work only on working days, within the hours for mail: outside them it
    looks, and leaves no run behind. ``grace``: so long after the hour nobody is warned.
    """

    flow: str
    minute: int
    first: int
    last: int
    weekdays: bool
    working_time: bool
    grace: dt.timedelta

    @property
    def cron(self) -> str:
        """The same in the words of cron."""
        hours = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.minute} {hours} * * {'1-5' if self.weekdays else '*'}"


MORNING_SWEEP = Schedule(
    # After the first notices: on a deadline morning they leave before any LEA has a run.
    COHORT_STATUS, 10, 8, 8, weekdays=False, working_time=False, grace=SWEEP_GRACE
)  # fmt: skip
WORKING_HOURS = Schedule(
    # Holidays, and the hours of a SELPA that keeps others, are asked of our own calendar.
    ESCALATION, 0, 8, 16, weekdays=True, working_time=True, grace=HOURLY_GRACE
)  # fmt: skip
SCHEDULES = (MORNING_SWEEP, WORKING_HOURS)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """The days and hours in which scheduled mail may leave, read in the process's zone."""

    calendar: WorkingCalendar
    hours: WorkingHours
    zone: ZoneInfo


def next_run(schedule: Schedule, now: dt.datetime, time: WorkingTime) -> dt.datetime | None:
    """The first moment after now for which it is scheduled."""
    day = now.astimezone(PACIFIC).date()
    for ahead in range(_LOOKS_BACK):
        for moment in _moments(schedule, day + dt.timedelta(days=ahead), time):
            if moment > now:
                return moment
    return None


def last_expected(schedule: Schedule, now: dt.datetime, time: WorkingTime) -> dt.datetime | None:
    """The last moment for which it was scheduled and whose grace is over."""
    day = now.astimezone(PACIFIC).date()
    for back in range(_LOOKS_BACK):
        moments = list(_moments(schedule, day - dt.timedelta(days=back), time))
        for moment in reversed(moments):
            if moment + schedule.grace <= now:
                return moment
    return None


def did_not_come(
    schedule: Schedule,
    last_good: dt.datetime | None,
    now: dt.datetime,
    time: WorkingTime,
) -> dt.datetime | None:
    """The moment for which a run was scheduled that did not come; None where all is well.

    Args:
        schedule: when the flow runs.
        last_good: when its last run that did its work was started; None: there was none.
        now: the moment that is asked about.
        time: days, hours and zone.
    """
    expected = last_expected(schedule, now, time)
    if expected is None or (last_good is not None and last_good >= expected - MINUTE):
        return None
    return expected


def seems_down(
    *,
    waiting_since: dt.datetime | None,
    last_sign: dt.datetime | None,
    now: dt.datetime,
    time: WorkingTime,
) -> bool:
    """Whether ``cimflow up`` does not seem to be running.

    That is when a request waits that would be taken within seconds, or when a scheduled moment
    came by with no sign of life since: ``last_sign`` is the last run that was started, or the last
    request that was taken.
    """
    if waiting_since is not None and now - waiting_since > TAKEN_WITHIN:
        return True
    return any(did_not_come(one, last_sign, now, time) is not None for one in SCHEDULES)


def _moments(schedule: Schedule, day: dt.date, time: WorkingTime) -> Iterator[dt.datetime]:
    """The moments of one day, in UTC."""
    if schedule.weekdays and day.weekday() >= _SATURDAY:
        return
    for hour in range(schedule.first, schedule.last + 1):
        at = dt.datetime.combine(day, dt.time(hour, schedule.minute), tzinfo=PACIFIC)
        local = at.astimezone(time.zone)
        is_at_work = (
            time.calendar.is_working(local.date())
            and time.hours.opens <= local.time() < time.hours.closes
        )
        if is_at_work or not schedule.working_time:
            yield at.astimezone(dt.UTC)
