"""Who must be told what on a day: the whole ladder as one pure function of the case.

``owed`` minus the ledger is what is to be sent. A crash, a missed morning, a double tick and a
restart all converge, because nothing here remembers anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cimflow.process.case import Case
from cimflow.process.contacts import LEAD, NOT_SUPERIORS
from cimflow.process.definition.rung_kinds import is_ours
from cimflow.process.escalation.notice import Notice, Problem, Told
from cimflow.process.escalation.rungs_due import Due, rungs_due
from cimflow.process.escalation.stand_down import stand_downs
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

DAY = dt.timedelta(days=1)
MATTER_TOLD: frozenset[str] = frozenset({"sent", "uncertain"})


@dataclass(frozen=True, slots=True)
class Owed:
    """What one LEA's people are owed on a day, and what is in the way of telling them."""

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
            for role, found in owed_on_matter(activity_status, case, status, told, setting):
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


def owed_on_matter(
    of: ActivityStatus, case: Case, status: CaseStatus, told: Sequence[Told], setting: Setting
) -> Iterator[tuple[str, list[Notice]]]:
    """Rung by rung what is owed to each role on one activity, whatever the first sweep holds.

    A role that nobody holds is owed an empty list.
    """
    activity = setting.process.activity_by_id[of.id]
    for due in rungs_due(activity, of, case, status, setting):
        for role in due.roles:
            yield role, list(_to_holders(role, due, of, status, told, setting))


def _to_holders(
    role: str,
    due: Due,
    of: ActivityStatus,
    status: CaseStatus,
    told: Sequence[Told],
    setting: Setting,
) -> Iterator[Notice]:
    """One notice per holder; the lead is not also told as their own superior."""
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
    latest_day = setting.on - setting.ladder.lead_hears_days_before * DAY
    return any(
        one.key.activity == of.id
        and one.role == LEAD
        and one.state in MATTER_TOLD
        and not is_ours(one.key.rung)
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
        instead = f"; {leads[0].email} is notified instead" if leads else "; no one can be notified"
        yield Problem("missing-contact", status.cds_code, f"no lea-lead is listed{instead}")
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
            "missing-contact",
            status.cds_code,
            f"no {role} is listed, and a notice is waiting for one",
        )
