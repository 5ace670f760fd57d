"""What bears on one LEA beyond its state: who is told, what was and will be sent, what ran.

Read in one transaction and small: nothing here reads the cohort.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices.owed import read_setting
from cimflow.process.case import Case
from cimflow.process.contacts import LEAD, ROLES, STAND_IN_FOR_LEAD, Contact, ContactBook
from cimflow.process.escalation.look_ahead import as_if_sent
from cimflow.process.escalation.notice import LIVE, Notice, Told
from cimflow.process.escalation.owed import owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.store.cases import history
from cimflow.store.cases.history import Learnt
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import LedgerRow
from cimflow.store.runs import runs
from cimflow.store.runs.runs import RunState

__all__ = ["About", "Learnt", "Planned", "about_lea", "lead_problem"]

RUNS_SHOWN = 20
DAYS_AHEAD = 10
"""Working days that are looked ahead for what will be sent if nothing changes."""
LEA_FLOW = "lea-status"
_OF_LEA = frozenset({LEAD, *STAND_IN_FOR_LEAD})


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice that would go out on a day, were nothing received or changed until then."""

    on: dt.date
    notice: Notice


@dataclass(frozen=True, slots=True)
class About:
    """Everything about an LEA that is not its case. ``lead_is_stand_in``: no lead is named."""

    learnt: Mapping[int, Learnt]
    holders: Mapping[str, tuple[Contact, ...]]
    leads: tuple[Contact, ...]
    lead_is_stand_in: bool
    notices: tuple[LedgerRow, ...]
    planned: tuple[Planned, ...]
    runs: tuple[RunState, ...]


def about_lea(
    context: AppContext, case: Case, on: dt.date, *, plan: bool, of_lea_only: bool = False
) -> About:
    """What bears on an LEA, as of a day.

    Args:
        context: the composed application.
        case: the LEA.
        on: notices and runs of later days are left out.
        plan: look ahead from this day, too; of a day that is over nothing is planned.
        of_lea_only: leave out what goes to the SELPA and the CDE; that is not the LEA's to read.
    """
    process_id, cds = case.process, case.cds_code
    selpa = case.answers_to(context.today(process_id))
    with session.reading(context.engine) as conn:
        book = ContactBook(history.contacts_about(conn, cds, [selpa]))
        told = ledger.told(conn, process_id, mode=LIVE, lea=cds).get(cds, []) if plan else []
        setting = read_setting(context, conn, process_id, on, book=book) if plan else None
        rows = history.notices_about(conn, process_id, cds)
        ran = runs.recent_runs(
            conn, flow=LEA_FLOW, process=process_id, cds_code=cds, limit=RUNS_SHOWN
        )
        learnt = history.learnt_of(conn, process_id, cds)
    leads, is_stand_in = book.leads(cds, selpa)
    planned = _planned(case, told, setting) if setting is not None else ()
    shown = _OF_LEA if of_lea_only else frozenset(ROLES)
    return About(
        learnt=learnt,
        holders={role: book.holders(role, cds, selpa) for role in ROLES},
        leads=leads,
        lead_is_stand_in=is_stand_in,
        notices=tuple(one for one in reversed(rows) if one.on <= on and one.role in shown),
        planned=tuple(one for one in planned if one.notice.role in shown),
        runs=tuple(one for one in ran if one.on <= on),
    )


def _planned(case: Case, told: Sequence[Told], setting: Setting) -> tuple[Planned, ...]:
    """Day by day, as if what is owed on one day had been sent on it."""

    def owed_on(day: dt.date, known: Sequence[Told]) -> tuple[Notice, ...]:
        then = _on(setting, day)
        status = evaluate(case, then.process, day, then.calendar)
        return owed(case, status, known, then).notices

    days = [setting.on]
    while len(days) < DAYS_AHEAD:
        days.append(setting.calendar.add(days[-1], 1))
    return tuple(Planned(day, one) for day, new in as_if_sent(told, days, owed_on) for one in new)


def _on(setting: Setting, day: dt.date) -> Setting:
    return replace(setting, on=day, asked_on=day)


def lead_problem(about: About) -> str:
    """What to say where nobody, or only a stand-in, is named as the lead; else empty."""
    if not about.leads:
        return "Nobody is named as the lead of this LEA, so no one is notified of what is due."
    if about.lead_is_stand_in:
        names = ", ".join(one.name or one.email for one in about.leads)
        return f"No lead is named; {names} stands in for the lead."
    return ""
