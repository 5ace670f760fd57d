"""What will go out on the days to come, if nothing is received or changed until then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cimflow.process.case import Case
from cimflow.process.contacts import LEAD, ROLES
from cimflow.process.escalation.notice import LedgerState, Notice, Told, one_per_key
from cimflow.process.escalation.owed import MATTER_TOLD, owed_on_matter
from cimflow.process.escalation.rungs_due import chase_of, day_of
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

DAY = dt.timedelta(days=1)
_ON_ITS_WAY: frozenset[LedgerState] = frozenset({"queued", "attempting", "failed"})


@dataclass(frozen=True, slots=True)
class Hears:
    """The next day on which someone is notified of a matter still open, and who is, by role."""

    on: dt.date
    roles: tuple[str, ...]


def as_if_sent(
    told: Sequence[Told],
    days: Iterable[dt.date],
    owed_on: Callable[[dt.date, Sequence[Told]], Iterable[Notice]],
) -> Iterator[tuple[dt.date, list[Notice]]]:
    """Day by day what is new, as if what is owed on one day had been sent on it.

    Args:
        told: the live ledger rows; what is on its way is taken to arrive on the first day.
        days: the days in their order.
        owed_on: what is owed on a day, given what was told until then.
    """
    known = list(told)
    keys = {one.key for one in told}
    for number, day in enumerate(days):
        if number == 0:
            known = [
                replace(one, state="sent", on=day) if one.state in _ON_ITS_WAY else one
                for one in known
            ]
        going = one_per_key(one for one in owed_on(day, known) if not one.waits)
        new = [one for one in going if one.key not in keys]
        for one in new:
            keys.add(one.key)
            known.append(Told(one.key, one.role, "held" if one.held else "sent", day))
        yield day, new


def hears_next(
    of: ActivityStatus, case: Case, status: CaseStatus, told: Sequence[Told], setting: Setting
) -> Hears | None:
    """The next day on which an overdue notice reaches someone whom none has reached yet.

    Today's emails are taken as told, so that superiors who wait for the lead are counted on the day
    on which their wait is over. Where nobody new is to come, the next day on which anyone hears.

    Args:
        of: the activity as it stands today.
        case: all that is known of the LEA.
        status: its evaluation today.
        told: the live ledger rows of this LEA.
        setting: ladder, calendar, contacts and days of the sweep.
    """
    if not of.is_chased or of.binding_due is None:
        return None
    overdue = {one.id for one in setting.ladder.in_window("past-due")}
    here = [one for one in told if one.key.activity == of.id]
    reached = {
        one.key.recipient
        for one in here
        if one.key.rung in overdue and one.state in MATTER_TOLD | _ON_ITS_WAY
    }

    def owed_on(day: dt.date, known: Sequence[Told]) -> list[Notice]:
        # Nothing changes but the day, so that the evaluation of today stands.
        then = replace(setting, on=day, asked_on=day)
        return [one for _, found in owed_on_matter(of, case, status, known, then) for one in found]

    again: Hears | None = None
    for day, new in as_if_sent(here, _days(of, of.binding_due, case, here, setting), owed_on):
        found = [one for one in new if one.rung in overdue]
        hears = Hears(day, tuple(one for one in ROLES if one in {of.role for of in found}))
        if day > setting.on and any(one.key.recipient not in reached for one in found):
            return hears
        if day > setting.on and found:
            again = again or hears
        reached |= {one.key.recipient for one in found}
    return again


def _days(
    of: ActivityStatus, due: dt.date, case: Case, told: Sequence[Told], setting: Setting
) -> list[dt.date]:
    """Today, and each later day on which a rung comes or a superior's wait may be over."""
    chase = chase_of(
        setting.process.activity_by_id[of.id], due, case, setting, go_live=setting.live_from
    )
    rungs = [day_of(rung, chase, setting) for rung in setting.ladder.in_window("past-due")]
    leads_hear = {setting.on, *rungs, *(one.on for one in told if one.role == LEAD)}
    waits = setting.ladder.lead_hears_days_before * DAY
    over = {setting.calendar.on_or_after(one + waits) for one in leads_hear}
    return [setting.on, *sorted(one for one in {*rungs, *over} if one > setting.on)]
