"""Who must be told what on a day: the whole ladder as one pure function of the case.

``owed`` minus the ledger is what is to be sent. A crash, a missed morning, a double tick and a
restart all converge, because nothing here remembers anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cimflow.process.calendar import WorkingCalendar
from cimflow.process.case import Case
from cimflow.process.chase import chase_date, duty_began_late
from cimflow.process.contacts import LEAD, NOT_SUPERIORS, ContactBook
from cimflow.process.definition import Activity, Process
from cimflow.process.evaluation import ActivityStatus, CaseStatus, day_filed, evaluate
from cimflow.process.ladder import DIGEST, STAND_DOWN, Ladder, Rung
from cimflow.process.notices import Notice, Problem, Told
from cimflow.process.standdown import stand_downs

DAY = dt.timedelta(days=1)
MATTER_TOLD: frozenset[str] = frozenset({"sent", "uncertain"})


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every LEA of one sweep.

    Attributes:
        on: the working day whose notices are asked for.
        asked_on: the day asked for; before ``on`` where that is not a working day.
        go_live: the process's go-live day; None reckons from the process's start.
        first_sweep: the day of the first live sweep; None while there is nothing to hold for it.
    """

    process: Process
    ladder: Ladder
    calendar: WorkingCalendar
    contacts: ContactBook
    on: dt.date
    asked_on: dt.date
    go_live: dt.date | None = None
    first_sweep: dt.date | None = None

    @property
    def live_from(self) -> dt.date:
        """The day from which overdue rungs may count at all."""
        return self.go_live or self.process.start


@dataclass(frozen=True, slots=True)
class Due:
    """A rung that is owed on the day, before it is known who holds its roles."""

    rung: str
    effective: dt.date
    anchor: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """What one LEA's people are owed on a day, and what stands in the way of telling them."""

    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]


def owed(case: Case, status: CaseStatus | None, told: Sequence[Told], setting: Setting) -> Owed:
    """Everything owed to anyone about one case on a day, whatever the ledger already holds.

    Args:
        case: all that is known of the LEA.
        status: its evaluation on ``setting.on``; None while it is not in the cohort.
        told: the live ledger rows of this LEA (for what waits, and for stand-downs).
        setting: ladder, calendar, contacts and days of the sweep.
    """
    notices: list[Notice] = []
    problems: list[Problem] = []
    if status is not None:
        problems += _standing_problems(case, status, setting)
        unheld: dict[str, None] = {}
        for activity_status in status.activities:
            activity = setting.process.activity_by_id[activity_status.id]
            for due in _rungs_due(activity, activity_status, case, status, setting):
                for role in due.roles:
                    found = list(_to_holders(role, due, activity_status, status, told, setting))
                    notices += found
                    if not found and not _leads_hold(role, status, setting):
                        unheld[role] = None
        problems += _unheld_roles(unheld, status)
        notices = _held_for_first_sweep(notices, case, setting)
    notices += stand_downs(
        case, told, setting.ladder, setting.process, setting.calendar, setting.on
    )
    return Owed(
        tuple(replace(one, delayed=one.effective < setting.asked_on) for one in notices),
        tuple(problems),
    )


def _rungs_due(
    activity: Activity, of: ActivityStatus, case: Case, status: CaseStatus, setting: Setting
) -> Iterator[Due]:
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
        happened = _EVENTS.get(rung.kind)
        event = happened(rung, activity, of, case, setting) if happened else None
        if event is None:
            continue
        day, anchor, before_go_live = event
        if day <= setting.on and (before_go_live or day >= setting.live_from):
            roles = tuple(one.role for one in rung.roles if rung.names(one.role, level))
            yield Due(rung.id, day, anchor, roles)


Event = tuple[dt.date, str, bool]


def _opened(
    _rung: Rung, activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if not of.is_chased or of.is_filed:
        return None
    began = duty_began_late(activity, case, setting.process, setting.on, setting.calendar)
    if began is None:
        return None
    return setting.calendar.next_after(began), began.isoformat(), False


def _returned(
    _rung: Rung, activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if of.state != "Returned":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    review = case.review_on(latest, setting.on)
    if review is None:
        return None
    return setting.calendar.next_after(review.on), str(latest.version), True


def _incomplete(
    _rung: Rung, activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if of.state != "Incomplete":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    return setting.calendar.next_after(latest.counts_on), str(latest.version), True


def _extended(
    _rung: Rung, activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    grant = case.extension_on(activity.id, setting.on)
    if grant is None or not of.is_chased or setting.on > grant.to:
        return None
    return setting.calendar.next_after(grant.on), grant.on.isoformat(), False


def _awaiting_review(
    rung: Rung, activity: Activity, of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    if of.state != "Submitted" or activity.approval != "required":
        return None
    latest = case.versions_on(activity.id, setting.on)[-1]
    level = case.level_judging(latest.counts_on)
    receiver = setting.process.receiver_of(activity, level)
    filed = day_filed(activity, latest, case, setting.process)
    if receiver is None or receiver.authority != "selpa" or filed is None:
        return None
    day = setting.calendar.on_or_after(filed + dt.timedelta(days=rung.days))
    return day, str(latest.version), False


_EVENTS = {
    "opened": _opened,
    "returned": _returned,
    "incomplete": _incomplete,
    "extended": _extended,
    "review": _awaiting_review,
}


def _to_holders(
    role: str,
    due: Due,
    of: ActivityStatus,
    status: CaseStatus,
    told: Sequence[Told],
    setting: Setting,
) -> Iterator[Notice]:
    """One notice per holder; whoever is the lead is not also told as his own superior."""
    leads, _ = setting.contacts.leads(status.cds_code, status.selpa_code)
    is_superior = role not in NOT_SUPERIORS
    holders = (
        leads
        if role == LEAD
        else setting.contacts.holders(role, status.cds_code, status.selpa_code)
    )
    lead_addresses = {one.address for one in leads}
    for holder in holders:
        if is_superior and holder.address in lead_addresses:
            continue
        yield Notice(
            lea=status.cds_code,
            activity=of.id,
            rung=due.rung,
            anchor=due.anchor,
            role=role,
            recipient=holder.email,
            name=holder.name,
            due=of.due,
            effective=due.effective,
            held=setting.ladder.must_be_released(role, holder.email),
            waits=is_superior and not _lead_has_heard(of, told, setting),
        )


def _lead_has_heard(of: ActivityStatus, told: Sequence[Told], setting: Setting) -> bool:
    """Nobody's superior before the person: the lead was told after the due date, days ago."""
    if of.binding_due is None:
        return False
    latest_day = setting.asked_on - setting.ladder.lead_hears_days_before * DAY
    return any(
        one.key.activity == of.id
        and one.role == LEAD
        and one.state in MATTER_TOLD
        and one.key.rung not in {STAND_DOWN, DIGEST}
        and of.binding_due < one.on <= latest_day
        for one in told
    )


def _held_for_first_sweep(notices: list[Notice], case: Case, setting: Setting) -> list[Notice]:
    """To superiors, on matters already overdue at the first live sweep: a person releases them."""
    if setting.first_sweep is None or all(one.role in NOT_SUPERIORS for one in notices):
        return notices
    then = evaluate(case, setting.process, setting.first_sweep, setting.calendar)
    if then is None:
        return notices
    overdue = {one.id for one in then.activities if one.overdue}
    return [
        replace(one, held=True)
        if one.activity in overdue and one.role not in NOT_SUPERIORS
        else one
        for one in notices
    ]


def _standing_problems(case: Case, status: CaseStatus, setting: Setting) -> Iterator[Problem]:
    """A missing lead, and facts that are needed now and absent."""
    leads, is_stand_in = setting.contacts.leads(status.cds_code, status.selpa_code)
    if is_stand_in:
        instead = f"; {leads[0].email} is told instead" if leads else "; nobody can be told"
        yield Problem("missing-contact", status.cds_code, f"no lea-lead is named{instead}")
    for fact in setting.process.facts:
        known = case.fact_on(fact.id, setting.on)
        if fact.needed_when is None or (known is not None and known.value != "unknown"):
            continue
        decides = case.fact_on(fact.needed_when.fact, setting.on)
        if decides is not None and decides.value == fact.needed_when.equals:
            yield Problem(
                "missing-fact",
                status.cds_code,
                f"{fact.id} is not set, although {decides.name} is {decides.value}",
            )


def _leads_hold(role: str, status: CaseStatus, setting: Setting) -> bool:
    """Whether the role is held, if only by the person who is told as the lead."""
    return role == LEAD or bool(setting.contacts.holders(role, status.cds_code, status.selpa_code))


def _unheld_roles(roles: dict[str, None], status: CaseStatus) -> Iterator[Problem]:
    for role in roles:
        yield Problem(
            "missing-contact", status.cds_code, f"no {role} is named, and a notice is owed to one"
        )
