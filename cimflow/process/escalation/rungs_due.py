"""Which rungs of the ladder have come for one activity on a day, before it is known who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cimflow.process.case import Case
from cimflow.process.definition.notice_ladder import Rung
from cimflow.process.definition.process_file import Activity
from cimflow.process.definition.rung_kinds import Window
from cimflow.process.escalation.chase_date import chase_date
from cimflow.process.escalation.event_rungs import EVENTS
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

Fall = tuple[Rung, dt.date, str]
"""A rung, the working day on which it falls, and what it counts from."""


@dataclass(frozen=True, slots=True)
class Due:
    """A rung that is owed on the day, before it is known who holds its roles."""

    rung: str
    effective: dt.date
    anchor: str
    roles: tuple[str, ...]


def rungs_due(
    activity: Activity, of: ActivityStatus, case: Case, status: CaseStatus, setting: Setting
) -> Iterator[Due]:
    """Every rung that is owed for one activity; what an extension made moot is not."""
    grant = case.extension_on(activity.id, setting.on)
    for windows, is_open in _WINDOWS.items():
        if of.binding_due is not None and is_open(of, of.binding_due, setting.on):
            falls = _falls(windows, activity, of.binding_due, case, setting)
            for one in _latest_per_role(falls, status.level, setting):
                if grant is None or one.effective >= grant.on:
                    yield one
    yield from _events(activity, of, case, status.level, setting)


_WINDOWS: dict[tuple[Window, ...], Callable[[ActivityStatus, dt.date, dt.date], bool]] = {
    ("until-due",): lambda of, due, on: of.is_chased and on <= due,
    ("past-due", "monthly"): lambda of, due, on: of.is_chased and on > due,
    # The last of these rungs stays owed.
    ("while-unknown",): lambda of, _due, _on: of.state == "Undetermined",
}
"""While what rungs are owed that count from a day; of those of one window the latest is owed."""


def _falls(
    windows: tuple[Window, ...], activity: Activity, due: dt.date, case: Case, setting: Setting
) -> list[Fall]:
    """The day on which each rung of a window falls, and what it counts from.

    What is past due counts from the chase date, so that nobody is chased for time not theirs.
    """
    rungs = setting.ladder.in_window(*windows)
    if not any(one.row.anchor == "chase-date" for one in rungs):
        return [(one, day_of(one, due, setting), due.isoformat()) for one in rungs]
    chase = chase_of(activity, due, case, setting, go_live=setting.live_from)
    counted = [
        (one, day_of(one, chase, setting), chase.isoformat())
        for one in rungs
        if one.row.window != "monthly"
    ]
    last = max((day for _, day, _ in counted), default=chase)
    monthly = [one for one in rungs if one.row.window == "monthly"]
    return counted + [fall for one in monthly for fall in _monthly(one, chase, last, setting)]


def day_of(rung: Rung, anchor: dt.date, setting: Setting) -> dt.date:
    """The working day on which a rung falls that counts days from some day."""
    day = anchor + dt.timedelta(days=rung.days)
    if rung.row.day_off == "before":
        return setting.calendar.on_or_before(day)
    return setting.calendar.on_or_after(day)


def _monthly(rung: Rung, chase: dt.date, after: dt.date, setting: Setting) -> Iterator[Fall]:
    """The first working day of each month after the last rung of the ladder, up to today."""
    year, month = after.year, after.month
    while (year, month) <= (setting.on.year, setting.on.month):
        day = setting.calendar.first_of_month(year, month)
        if day > after:
            yield rung, day, f"{chase}/{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _latest_per_role(falls: list[Fall], level: str, setting: Setting) -> Iterator[Due]:
    """Each rung is owed to a role until the day of the next of its kind that names that role."""
    reached = sorted(
        (one for one in falls if one[1] <= setting.on),
        key=lambda one: (one[1], setting.ladder.position[one[0].id]),
    )
    latest: dict[str, Fall] = {}
    for one in reached:
        for role in one[0].roles:
            if one[0].names(role.role, level):
                latest[role.role] = one
    for rung, day, anchor in dict.fromkeys(latest.values()):
        yield Due(
            rung.id, day, anchor, tuple(role for role, one in latest.items() if one[0] is rung)
        )


def _events(
    activity: Activity, of: ActivityStatus, case: Case, level: str, setting: Setting
) -> Iterator[Due]:
    """Rungs that follow an event: owed from their day until sent, while still true."""
    for rung in setting.ladder.in_window("event"):
        kind = rung.row
        event = EVENTS[kind.id](activity, of, case, setting)
        if event is None or (kind.needs_due_date and of.binding_due is None):
            continue
        if kind.counts_days:
            day = day_of(rung, event.on, setting)
        else:
            day = setting.calendar.next_after(event.on)
        is_told = day >= setting.live_from or not kind.only_since_go_live
        if day <= setting.on and is_told:
            roles = tuple(one.role for one in rung.roles if rung.names(one.role, level))
            yield Due(rung.id, day, event.anchor, roles)


def chase_of(
    activity: Activity, due: dt.date, case: Case, setting: Setting, *, go_live: dt.date
) -> dt.date:
    """The chase date of an activity on the day of the sweep."""
    return chase_date(
        activity,
        due,
        case,
        setting.process,
        setting.on,
        setting.calendar,
        go_live=go_live,
        resubmit_within=setting.ladder.resubmit_within_working_days,
    )
