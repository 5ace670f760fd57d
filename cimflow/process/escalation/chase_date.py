"""From which day an LEA may be chased, and from which day a duty began after the start."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cimflow.process.case import Case
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.definition.working_calendar import WorkingCalendar
from cimflow.process.evaluation.applicability import required_since
from cimflow.process.evaluation.evaluate import evaluate


def duty_began_late(
    activity: Activity, case: Case, process: Process, on: dt.date, calendar: WorkingCalendar
) -> dt.date | None:
    """The day, after the start, from which something makes this a duty; None if it always was.

    A fact, a level or a roster row can make it one; so can the void of a record that had been
    taken for the artifact.
    """
    since = required_since(activity, case, process, on)
    if since is None:
        return None
    voided = _last_void_that_reopened(activity, case, process, on, calendar)
    latest = max(since, voided) if voided is not None else since
    return latest if latest > process.start else None


def _last_void_that_reopened(
    activity: Activity, case: Case, process: Process, on: dt.date, calendar: WorkingCalendar
) -> dt.date | None:
    """The latest void of a version with which the activity would not have been chased."""
    voids = sorted(
        (
            one
            for one in case.submissions
            if one.activity == activity.id and one.voided_on is not None and one.voided_on <= on
        ),
        key=lambda one: one.voided_on or on,
        reverse=True,
    )
    for void in voids:
        day = void.voided_on
        if day is None:
            continue
        before = _with_version_restored(case, void.activity, void.version)
        status = evaluate(before, process, day, calendar)
        if status is not None and not status.activity(activity.id).is_chased:
            return day
    return None


def _with_version_restored(case: Case, activity: str, version: int) -> Case:
    return replace(
        case,
        submissions=tuple(
            replace(one, voided_on=None)
            if (one.activity, one.version) == (activity, version)
            else one
            for one in case.submissions
        ),
    )


def chase_date(
    activity: Activity,
    due: dt.date,
    case: Case,
    process: Process,
    on: dt.date,
    calendar: WorkingCalendar,
    *,
    go_live: dt.date,
    resubmit_within: int,
) -> dt.date:
    """The day from which overdue rungs count.

    The latest of the due date in force; the latest return of any version plus the working days in
    which to resubmit; the day from which a late duty holds plus the same; the go-live day. So
    nobody is chased for time that was never theirs.
    """
    days = [due, go_live]
    living = {one.version for one in case.versions_on(activity.id, on)}
    returns = [
        one.on
        for one in case.reviews
        if one.activity == activity.id
        and one.decision == "returned"
        and one.on <= on
        and one.version in living
    ]
    if returns:
        days.append(calendar.add(max(returns), resubmit_within))
    began = duty_began_late(activity, case, process, on, calendar)
    if began is not None:
        days.append(calendar.add(began, resubmit_within))
    return max(days)
