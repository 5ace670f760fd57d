"""Sending what is owed: three short transactions, and none open while SMTP talks.

``prepare`` queues owed minus ledger. ``deliver`` claims one letter at a time: in one transaction it
re-reads the cases, cancels what is no longer owed, freezes the text and marks the rows as being
attempted; then it sends with no transaction open, and records the outcome in a third.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import NotLive, Refused, refusal
from cimflow.monitoring.mail_server import AS_USUAL, smtp_settings
from cimflow.monitoring.notices import letters
from cimflow.monitoring.notices.owed import notices_on
from cimflow.monitoring.notices.rehearsal import rehearsal_mode
from cimflow.monitoring.notices.sweep_queue import rows_to_queue
from cimflow.notify.sending.smtp_delivery import Envelope, Retries
from cimflow.notify.sending.smtp_delivery import Outcome as SmtpOutcome
from cimflow.notify.sending.smtp_delivery import deliver as send_all
from cimflow.process.escalation.notice import LIVE, Problem
from cimflow.store import cases
from cimflow.store.database import notes, session
from cimflow.store.database.notes import RESTORED
from cimflow.store.notices import ledger
from cimflow.store.notices.mail_claims import Outcome as MailOutcome

CLAIM_EXPIRES = dt.timedelta(minutes=10)
HOUR = dt.timedelta(hours=1)
CONNECTIONS = 4

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a sweep queued: newly queued and held rows, those that wait, and the problems."""

    mode: str
    queued: int
    held: int
    waiting: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the emails of a sweep; rows for ``cancelled``, emails for the others."""

    mode: str
    counts: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        words = [f"{self.counts[one]} {one}" for one in _WORDS if self.counts[one]]
        return ", ".join(words) or "nothing to send"


_WORDS = (
    "sent",
    "composed",
    "failed",
    "uncertain",
    "held",
    "cancelled",
    "capped",
    "tomorrow",
    "waiting",
)


def mode_of_run(act: Act, on: dt.date, *, send: bool) -> str:
    """Whether a run on a day may send, or is a rehearsal.

    Raises:
        NotLive: ``send`` was asked, but the process is not live on that day.
        Refused: ``send`` was asked, but no mail server is set.
    """
    with act.reading() as conn:
        go_live = cases.go_live_of(conn, act.process_id)
    is_live = go_live is not None and go_live <= on
    if send and not is_live:
        raise NotLive(refusal("not-live", process=act.process_id, day=on))
    if send and act.context.settings.smtp is None:
        raise Refused(refusal("no-mail-server"))
    if send or (is_live and on == act.today and act.context.settings.smtp is not None):
        return LIVE
    return rehearsal_mode(on)


def prepare(act: Act, on: dt.date, *, mode: str) -> Prepared:
    """Queue owed minus ledger; the same sweep twice queues nothing the second time."""
    if mode == LIVE:
        # The sweep is on record before it is reckoned: the first one decides what is held.
        with session.transaction(act.context.engine) as conn:
            ledger.record_sweep(conn, act.process_id, mode, on, 0, at=act.context.now())
    found = notices_on(act.about(None), on, mode=mode, for_a_run=True)
    with session.transaction(act.context.engine) as conn:
        restored = notes.read(conn, RESTORED)
        earlier = ledger.sweeps(conn, act.process_id, mode=mode)
        rows = rows_to_queue(
            found, act.context.ladder, earlier, on, mode=mode, restored=restored is not None
        )
        new = ledger.queue(conn, mode, act.process_id, rows, on=on, queued_at=act.context.now())
        # What is held is not what is usual: it counts once a person has released it.
        mails = {
            (one.notice.recipient.casefold(), one.selpa_code)
            for one in rows
            if one.state == "queued"
        }
        if new and mode == LIVE:
            ledger.record_sweep(conn, act.process_id, mode, on, len(mails), at=act.context.now())
    held = sum(one.state == "held" for one in rows)
    return Prepared(
        mode=mode,
        queued=len(rows) - held,
        held=held,
        waiting=sum(one.waits for one in found.owed),
        problems=found.problems,
    )


async def deliver(
    context: AppContext,
    on: dt.date,
    *,
    mode: str,
    scheduled: bool,
    connections: int = CONNECTIONS,
    retries: Retries = AS_USUAL,
    progress: Progress | None = None,
    on_stage: Callable[[str], None] = lambda _stage: None,
) -> Delivered:
    """Deliver what is queued in a mode: everything at once, or within the caps of a schedule.

    A rehearsal composes and keeps every email and sends none. One email goes to a person per SELPA
    and day; what became owed after it waits for the next. ``on_stage`` is told how far a letter has
    come (claimed, connected, rcpt, data, dot, answered, settled): for progress, and for the tests
    that end the process there.
    """
    done = Delivered(mode)
    expired = await asyncio.to_thread(_expire, context)
    done.counts["uncertain"] += expired
    desk = await asyncio.to_thread(letters.open_desk, context, on, mode, for_a_run=True)
    groups = await asyncio.to_thread(letters.waiting_letters, desk)
    if mode != LIVE:
        await asyncio.to_thread(_rehearse, desk, groups, done)
        return done

    async def claimed() -> AsyncIterator[Envelope]:
        for number, group in enumerate(groups, start=1):
            if scheduled and await asyncio.to_thread(_is_capped, context, group):
                done.counts["capped"] += 1
                continue
            result = await asyncio.to_thread(letters.claim, desk, group, context.now())
            done.counts["cancelled"] += result.cancelled
            done.counts["tomorrow"] += result.waits_for_tomorrow
            done.counts["held"] += result.held
            done.counts["waiting"] += result.waits_for_lead
            if progress is not None:
                progress(f"mail {number} of {len(groups)}")
            if result.envelope is not None:
                on_stage("claimed")
                yield result.envelope

    async def settle(envelope: Envelope, outcome: SmtpOutcome) -> None:
        await asyncio.to_thread(_settle, context, envelope.mail_id, outcome.state, outcome.error)
        done.counts[outcome.state] += 1
        on_stage("settled")

    if groups:
        await send_all(
            claimed(),
            smtp_settings(context),
            settle,
            connections=connections,
            retries=retries,
            on_stage=lambda _envelope, stage: on_stage(stage),
        )
    return done


def _rehearse(
    desk: letters.Desk, groups: Sequence[Sequence[ledger.LedgerRow]], done: Delivered
) -> None:
    """Compose and keep every letter; none of it counts, and nothing leaves."""
    for group in groups:
        kept = letters.claim(desk, group, desk.context.now())
        done.counts["cancelled"] += kept.cancelled
        done.counts["waiting"] += kept.waits_for_lead
        if kept.envelope is not None:
            _settle(desk.context, kept.envelope.mail_id, "held", "rehearsal")
            done.counts["composed"] += 1


def _expire(context: AppContext) -> int:
    """A claim older than ten minutes is uncertain: the run that made it is gone."""
    with session.transaction(context.engine) as conn:
        return ledger.expire_claims(conn, context.now() - CLAIM_EXPIRES, context.now())


def _settle(context: AppContext, mail_id: int, state: MailOutcome, error: str) -> None:
    with session.transaction(context.engine) as conn:
        ledger.settle(conn, mail_id, state, error=error, now=context.now())


def _is_capped(context: AppContext, group: Sequence[ledger.LedgerRow]) -> bool:
    """Whether the caps on scheduled mail leave no room within this hour."""
    caps = context.ladder.caps
    with session.reading(context.engine) as conn:
        sent = ledger.sent_since(conn, context.now() - HOUR)
    to_person = sum(recipient == group[0].recipient_key for recipient, _ in sent)
    return len(sent) >= caps.per_hour or to_person >= caps.per_person_per_hour


def why_not_now(act: Act) -> str | None:
    """Why scheduled mail may not leave at this moment; None where it may."""
    process = act.process
    hours = act.context.ladder.working_hours
    local = act.context.now().astimezone(process.zone)
    day = act.today
    if not act.calendar.is_working(day):
        return f"{day} is not a working day"
    if not hours.opens <= local.time() < hours.closes:
        return f"it is outside working hours, {hours.opens:%H:%M} to {hours.closes:%H:%M}"
    return None
