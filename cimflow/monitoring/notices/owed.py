"""What is owed to whom on a day: the ladder over the cohort, minus the live ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.process.case import Case
from cimflow.process.contacts import ContactBook
from cimflow.process.escalation.notice import LIVE, Key, Notice, Problem, Told
from cimflow.process.escalation.owed import owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store import cases
from cimflow.store.database.session import Connection
from cimflow.store.notices import ledger
from cimflow.store.people import contacts


@dataclass(frozen=True)
class NoticesOn:
    """What is owed on one day, before and after the ledger is taken away.

    ``owed`` is what would still go. ``everything`` is the whole set, whatever was told.
    """

    on: dt.date
    owed: tuple[Notice, ...]
    problems: tuple[Problem, ...]
    everything: tuple[Notice, ...]
    setting: Setting
    statuses: Mapping[str, CaseStatus] = field(default_factory=dict)
    read: Mapping[str, Case] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says that bears on notices, read in one transaction."""

    cases: Mapping[str, Case]
    told: Mapping[str, Sequence[Told]]
    known: frozenset[Key]
    setting: Setting


def notices_on(act: Act, on: dt.date, *, mode: str = LIVE, for_a_run: bool = False) -> NoticesOn:
    """Owed minus the ledger of a mode; the live ledger says what anyone was told.

    On a non-working day a list shows what the next working day would send. A run is of its own
    day: what a person sends on a Saturday says nothing of the Monday to come.
    """
    known = read_known(act, on, mode=mode, for_a_run=for_a_run)
    return reckon(known)


def read_known(act: Act, on: dt.date, *, mode: str = LIVE, for_a_run: bool = False) -> Known:
    """Read everything that notices depend on; ``for_a_run`` as in ``notices_on``."""
    with act.reading() as conn:
        if act.lea is None:
            read = cases.load_cases(conn, act.process_id)
        else:
            read = cases.load_cases(conn, act.process_id, cds_code=act.lea)
        told = ledger.told(conn, act.process_id, lea=act.lea)
        known = {one.key for rows in told.values() for one in rows}
        if mode != LIVE:
            known |= ledger.known_keys(conn, act.process_id, mode)
        setting = read_setting(act.context, conn, act.process_id, on, for_a_run=for_a_run)
    return Known(cases=read, told=told, known=frozenset(known), setting=setting)


def read_setting(
    context: AppContext,
    conn: Connection,
    process_id: str,
    on: dt.date,
    *,
    book: ContactBook | None = None,
    for_a_run: bool = False,
) -> Setting:
    """What holds for every LEA of a sweep: contacts (or a few of them), go-live, first sweep.

    ``for_a_run`` as in ``notices_on``.
    """
    calendar = context.calendar_of(process_id)
    go_live = cases.go_live_of(conn, process_id)
    return Setting(
        process=context.process(process_id),
        ladder=context.ladder,
        calendar=calendar,
        contacts=book or ContactBook(contacts.load_contacts(conn)),
        on=on if for_a_run else calendar.on_or_after(on),
        asked_on=on,
        go_live=go_live,
        # Before the first live sweep, the day of going live stands for it.
        first_sweep=ledger.first_live_sweep_on(conn, process_id) or go_live,
    )


def reckon(known: Known) -> NoticesOn:
    """Evaluate every case and walk the ladder."""
    setting = known.setting
    notices: list[Notice] = []
    problems: list[Problem] = []
    statuses: dict[str, CaseStatus] = {}
    for cds in sorted(known.cases):
        case = known.cases[cds]
        status = evaluate(case, setting.process, setting.on, setting.calendar)
        if status is not None:
            statuses[cds] = status
        result = owed(case, status, known.told.get(cds, ()), setting)
        notices += result.notices
        problems += result.problems
    return NoticesOn(
        on=setting.asked_on,
        owed=tuple(one for one in notices if one.key not in known.known),
        problems=tuple(problems),
        everything=tuple(notices),
        setting=setting,
        statuses=statuses,
        read=known.cases,
    )
