"""Rungs that follow an event: a return, an incomplete artifact, an extension, a late duty.

They are owed from the working day after the event until they are sent, while still true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from cimflow.process.case import Case
from cimflow.process.definition.process_file import Activity
from cimflow.process.escalation.chase_date import duty_began_late
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.judge_version import day_filed
from cimflow.process.evaluation.status import ActivityStatus


class Event(NamedTuple):
    """What happened: on which day, and what tells it from the next of its kind."""

    on: dt.date
    anchor: str


def _opened(activity: Activity, of: ActivityStatus, case: Case, setting: Setting) -> Event | None:
    if not of.is_chased or of.is_filed:
        return None
    began = duty_began_late(activity, case, setting.process, setting.on, setting.calendar)
    if began is None:
        return None
    return Event(began, began.isoformat())


def _returned(activity: Activity, of: ActivityStatus, case: Case, setting: Setting) -> Event | None:
    if of.state != "Returned":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    review = case.review_on(latest, setting.on)
    if review is None:
        return None
    return Event(review.on, str(latest.version))


def _incomplete(
    activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if of.state != "Incomplete":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    return Event(latest.counts_on, str(latest.version))


def _extended(activity: Activity, of: ActivityStatus, case: Case, setting: Setting) -> Event | None:
    grant = case.extension_on(activity.id, setting.on)
    if grant is None or not of.is_chased or setting.on > grant.to:
        return None
    return Event(grant.on, grant.on.isoformat())


def _awaiting_review(
    activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if of.state != "Submitted" or activity.approval != "required":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    level = case.level_judging(latest.counts_on)
    receiver = setting.process.receiver_of(activity, level)
    filed = day_filed(activity, latest, case, setting.process)
    if receiver is None or receiver.authority != "selpa" or filed is None:
        return None
    return Event(filed, str(latest.version))


EVENTS: dict[str, Callable[[Activity, ActivityStatus, Case, Setting], Event | None]] = {
    "opened": _opened,
    "returned": _returned,
    "incomplete": _incomplete,
    "extended": _extended,
    "review": _awaiting_review,
}
"""What each kind of rung waits for that follows an event (``rung_kinds.py``)."""
