"""Taking back: superiors who were told that something is overdue hear when it is over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from cimflow.process.case import Case
from cimflow.process.contacts import NOT_SUPERIORS
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.rung_kinds import STAND_DOWN
from cimflow.process.definition.working_calendar import WorkingCalendar
from cimflow.process.escalation.notice import Key, Notice, Told
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus

StatusOn = Callable[[dt.date], CaseStatus | None]


def stand_downs(
    case: Case,
    told: Sequence[Told],
    ladder: Ladder,
    process: Process,
    calendar: WorkingCalendar,
    on: dt.date,
) -> Iterator[Notice]:
    """A stand-down for each superior told of a matter that is over, on the next working day.

    Over means Submitted, settled, extended, excused, no longer required, or the LEA withdrawn.
    """
    status_on = _remembered(case, process, calendar)
    seen: set[Key] = set()
    for row in told:
        if not _told_a_superior(row, ladder):
            continue
        since = _over_since(row, case, status_on, on)
        if since is None:
            continue
        effective = calendar.next_after(since)
        notice = _taken_back(row, status_on(on), effective, ladder)
        if effective <= on and notice.key not in seen:
            seen.add(notice.key)
            yield notice


def _told_a_superior(row: Told, ladder: Ladder) -> bool:
    if row.state != "sent" or row.role in NOT_SUPERIORS:
        return False
    kind = ladder.kind_of.get(row.key.rung)  # None: the file no longer has the rung
    return kind is not None and kind.superiors_hear_its_end


def over_since(
    row: Told, case: Case, process: Process, calendar: WorkingCalendar, on: dt.date
) -> dt.date | None:
    """The day from which the matter has been over without a break; None if it is open."""
    return _over_since(row, case, _remembered(case, process, calendar), on)


def _remembered(case: Case, process: Process, calendar: WorkingCalendar) -> StatusOn:
    """``evaluate`` of one case, once per day: many notices, few days."""
    return cache(lambda day: evaluate(case, process, day, calendar))


def _over_since(row: Told, case: Case, status_on: StatusOn, on: dt.date) -> dt.date | None:
    if not _is_over(row, case, status_on, on):
        return None
    since = on
    days = [day for day in case.days_of_change() if row.on < day <= on]
    for day in reversed([row.on, *days]):
        if not _is_over(row, case, status_on, day):
            break
        since = day
    return since


def _is_over(row: Told, case: Case, status_on: StatusOn, day: dt.date) -> bool:
    status = status_on(day)
    if status is None:
        return True
    of = status.activity(row.key.activity)
    grant = case.extension_on(of.id, day)
    # Told means told after the old date; a new one that is still ahead takes that back, even where
    # the grant bears an earlier day and was entered late.
    is_extended = grant is not None and day <= grant.to
    return not of.is_chased or is_extended


def _taken_back(row: Told, status: CaseStatus | None, effective: dt.date, ladder: Ladder) -> Notice:
    due = status.activity(row.key.activity).due if status is not None else None
    return Notice(
        lea=row.key.lea,
        activity=row.key.activity,
        rung=STAND_DOWN,
        anchor=row.key.anchor,
        role=row.role,
        recipient=row.key.recipient,
        name="",
        due=due,
        effective=effective,
        held=ladder.must_be_released(row.role, row.key.recipient),
    )
