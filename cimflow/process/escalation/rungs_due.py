"""Which rungs of the ladder have come for one activity on a day, before it is known who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cimflow.process.case import Case
from cimflow.process.definition.notice_ladder import Rung
from cimflow.process.definition.process_file import Activity
from cimflow.process.escalation.chase_date import chase_date
from cimflow.process.escalation.event_rungs import EVENTS
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus


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
    windows = [
        *_reminders(of, status.level, setting),
        *_overdue(activity, of, case, status.level, setting),
        *_unknown_fact(of, status.level, setting),
    ]
    yield from (one for one in windows if grant is None or one.effective >= grant.on)
    yield from _events(activity, of, case, status.level, setting)


def _reminders(of: ActivityStatus, level: str, setting: Setting) -> Iterator[Due]:
    """Reminders before the due date in force; none after it."""
    if not of.is_chased or of.binding_due is None or setting.on > of.binding_due:
        return
    yield from _latest_per_role(_before(of.binding_due, "reminder", setting), level, setting)


def _unknown_fact(of: ActivityStatus, level: str, setting: Setting) -> Iterator[Due]:
    """The fact that decides a requirement is still unknown; the last rung stays owed."""
    if of.state != "Undetermined" or of.binding_due is None:
        return
    yield from _latest_per_role(_before(of.binding_due, "fact", setting), level, setting)


def _before(due: dt.date, kind: str, setting: Setting) -> list[tuple[Rung, dt.date, str]]:
    """Rungs counted from a due date, each moved to the working day before where need be."""
    return [
        (rung, setting.calendar.on_or_before(due + dt.timedelta(days=rung.days)), due.isoformat())
        for rung in setting.ladder.rungs
        if rung.kind == kind
    ]


def _overdue(
    activity: Activity, of: ActivityStatus, case: Case, level: str, setting: Setting
) -> Iterator[Due]:
    """Overdue rungs count from the chase date, so that nobody is chased for time not theirs."""
    if not of.is_chased or of.binding_due is None or setting.on <= of.binding_due:
        return
    chase = chase_of(activity, of.binding_due, case, setting, go_live=setting.live_from)
    candidates = [
        (rung, setting.calendar.on_or_after(chase + dt.timedelta(days=rung.days)), str(chase))
        for rung in setting.ladder.of_kind("overdue")
    ]
    last = max((day for _, day, _ in candidates), default=chase)
    for rung in setting.ladder.of_kind("overdue-monthly"):
        candidates += _monthly(rung, chase, last, setting)
    yield from _latest_per_role(candidates, level, setting)


def _monthly(
    rung: Rung, chase: dt.date, after: dt.date, setting: Setting
) -> Iterator[tuple[Rung, dt.date, str]]:
    """The first working day of each month after the last rung of the ladder, up to today."""
    year, month = after.year, after.month
    while (year, month) <= (setting.on.year, setting.on.month):
        day = setting.calendar.first_of_month(year, month)
        if day > after:
            yield rung, day, f"{chase}/{year:04d}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _latest_per_role(
    candidates: list[tuple[Rung, dt.date, str]], level: str, setting: Setting
) -> Iterator[Due]:
    """Each rung is owed to a role until the day of the next of its kind that names that role."""
    reached = sorted(
        (one for one in candidates if one[1] <= setting.on),
        key=lambda one: (one[1], setting.ladder.position[one[0].id]),
    )
    latest: dict[str, tuple[Rung, dt.date, str]] = {}
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
    for rung in setting.ladder.rungs:
        happened = EVENTS.get(rung.kind)
        event = happened(rung, activity, of, case, setting) if happened else None
        if event is None:
            continue
        day, anchor, before_go_live = event
        if day <= setting.on and (before_go_live or day >= setting.live_from):
            roles = tuple(one.role for one in rung.roles if rung.names(one.role, level))
            yield Due(rung.id, day, anchor, roles)


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
