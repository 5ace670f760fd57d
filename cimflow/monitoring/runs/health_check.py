"""A look at a home in plain words: what is fine, and what needs attention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.cohort.evaluate import evaluate_cohort, summary
from cimflow.monitoring.notices.ledger import rows_of
from cimflow.monitoring.notices.owed import notices_on
from cimflow.store import cases
from cimflow.store.database import notes, session
from cimflow.store.database.notes import RESTORED
from cimflow.store.runs import runs


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing looked at, in words, and whether it is well."""

    is_well: bool
    what: str


def examine(context: AppContext) -> Iterator[Sight]:
    """Look at configuration, database, mail, calendars, runs, ledger and contacts."""
    where = "its own SQLite file" if context.settings.database_is_in_home else "the database set"
    yield Sight(True, f"the database answers ({where})")
    yield _mail(context)
    with session.reading(context.engine) as conn:
        restored = notes.read(conn, RESTORED)
    if restored is not None:
        yield Sight(
            False, "a backup was restored: all mail is held; see cimflow release --restored"
        )
    for one in context.set_aside:
        for error in one.errors:
            yield Sight(False, f"a process file is set aside: {error}")
    active = active_processes(context)
    if not active:
        yield Sight(False, "no LEA is loaded yet: cimflow import-roster FILE")
    for process_id in active:
        yield from _process(context, process_id)


def _mail(context: AppContext) -> Sight:
    smtp = context.settings.smtp
    if smtp is None:
        return Sight(
            False, "no mail server is set (CIMFLOW_SMTP_HOST): emails are composed and kept"
        )
    warning = "; it is not encrypted" if smtp.tls == "none" else ""
    return Sight(not warning, f"mail leaves through {smtp.host}:{smtp.port}{warning}")


def _process(context: AppContext, process_id: str) -> Iterator[Sight]:
    today = context.today(process_id)
    statuses = evaluate_cohort(act_on(context, process_id), today)
    yield Sight(True, f"{process_id}: {summary(statuses)} on {today}")
    yield _calendar(context, process_id, today)
    with session.reading(context.engine) as conn:
        go_live = cases.go_live_of(conn, process_id)
        last = runs.recent_runs(conn, flow="cohort-status", process=process_id, limit=1)
    if go_live is None:
        yield Sight(False, f"{process_id}: not live, no email is sent; see cimflow go-live")
    else:
        yield Sight(True, f"{process_id}: live from {go_live}")
    yield _last_run(process_id, last[0].on if last else None, today)
    for state, words in (
        ("held", "are held until a person sends them"),
        ("failed", "could not be delivered and are tried again"),
        ("uncertain", "may or may not have arrived; see cimflow resolve"),
    ):
        number = len(rows_of(act_on(context, process_id), states=[state]))
        if number:
            yield Sight(False, f"{process_id}: {number} notices {words}")
    for one in notices_on(act_on(context, process_id), today).problems:
        yield Sight(False, f"{process_id}: {one.lea}: {one.message}")


def _calendar(context: AppContext, process_id: str, today: dt.date) -> Sight:
    calendar = context.calendar_of(process_id)
    dues = [one.due_on for one in context.process(process_id).steps if one.due_on is not None]
    last = max([today, *dues])
    if last <= calendar.covers_to:
        return Sight(True, f"{process_id}: holidays are known to {calendar.covers_to}")
    return Sight(
        False, f"{process_id}: holidays are known only to {calendar.covers_to}; add later ones"
    )


def _last_run(process_id: str, on: dt.date | None, today: dt.date) -> Sight:
    if on is None:
        return Sight(False, f"{process_id}: the morning sweep has never run; start cimflow up")
    is_well = on >= today - dt.timedelta(days=1)
    return Sight(is_well, f"{process_id}: the last sweep was for {on}")
