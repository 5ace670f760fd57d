"""The letters of a day: who gets which rows in one email, claimed and frozen in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.message import EmailMessage

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices.digest_content import digest_head
from cimflow.monitoring.notices.mail_content import answer_to, mail_item
from cimflow.monitoring.notices.owed import read_setting
from cimflow.notify.sending.message import as_message, message_id
from cimflow.notify.sending.smtp_delivery import Envelope
from cimflow.notify.writing.compose import compose
from cimflow.notify.writing.mail_values import Addressee, ComposedMail, DigestHead, Letter, MailItem
from cimflow.process.escalation.notice import LIVE, one_per_key
from cimflow.process.escalation.owed import owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import ClaimedMail, LedgerRow

NO_SENDER = "cimflow@localhost.invalid"


@dataclass(frozen=True)
class Desk:
    """What all letters of one delivery share."""

    context: AppContext
    on: dt.date
    mode: str
    settings: dict[str, Setting]
    statuses: dict[str, list[CaseStatus]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed letter ready to leave, or why there is none.

    ``waits_for_lead``: rows that were released or had been queued, of which the lead has not heard
    after all; they stay queued.
    """

    envelope: Envelope | None
    cancelled: int = 0
    waits_for_tomorrow: int = 0
    held: int = 0
    waits_for_lead: int = 0


@dataclass(frozen=True)
class Found:
    """What the rows of a letter are, now that the cases are read again, by the rows' ids."""

    items: Mapping[int, MailItem]
    stale: frozenset[int]
    waits: frozenset[int]


def open_desk(context: AppContext, on: dt.date, mode: str, *, for_a_run: bool = False) -> Desk:
    """Read what every letter needs: contacts, go-live days, calendars of all processes.

    ``for_a_run`` as in ``notices_on``.
    """
    with session.reading(context.engine) as conn:
        settings = {
            one: read_setting(context, conn, one, on, for_a_run=for_a_run)
            for one in cases.process_ids(conn)
            if one in context.processes
        }
    return Desk(context, on, mode, settings)


def waiting_letters(desk: Desk) -> list[list[LedgerRow]]:
    """The rows that wait to be sent, one list per recipient and SELPA."""
    with session.reading(desk.context.engine) as conn:
        rows = ledger.waiting(conn, desk.mode)
    groups: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        if row.process in desk.settings:
            groups.setdefault((row.recipient_key, row.selpa_code), []).append(row)
    return list(groups.values())


def claim(desk: Desk, rows: Sequence[LedgerRow], now: dt.datetime) -> Claim:
    """Re-read the cases, drop what is no longer owed, freeze the text, and mark the rows.

    A letter that cannot be written (a name with a line break in it) is held for a person; it must
    not stop the others.
    """
    with session.transaction(desk.context.engine) as conn:
        rows = ledger.take_hold(conn, [one.id for one in rows])
        found = _found(desk, conn, rows)
        alive = [one for one in rows if one.id not in found.stale | found.waits]
        claimed = Claim(None, cancelled=len(found.stale), waits_for_lead=len(found.waits))
        if found.stale:
            ledger.cancel(conn, sorted(found.stale), "no longer owed when it was to leave", now)
        if not alive:
            return claimed
        try:
            frozen, message = _written(desk, _letter(desk, conn, alive, found.items), alive, now)
        except ValueError as error:
            ledger.hold(conn, [one.id for one in alive], f"it cannot be written: {error}")
            return replace(claimed, held=1)
        mail_id = ledger.claim(conn, frozen, [one.id for one in alive], now=now)
    if mail_id is None:
        return replace(claimed, waits_for_tomorrow=1)
    return replace(claimed, envelope=Envelope(mail_id, frozen.recipient, message))


def look_at(desk: Desk, rows: Sequence[LedgerRow]) -> ComposedMail | None:
    """What a letter of these rows would say now; nothing is claimed. None: nothing is owed.

    What still waits for the lead to hear is shown too: somebody asked to see it.

    Raises:
        ValueError: it cannot be written; the message names the field.
    """
    with session.reading(desk.context.engine) as conn:
        found = _found(desk, conn, rows)
        alive = [one for one in rows if one.id not in found.stale]
        if not alive:
            return None
        letter = _letter(desk, conn, alive, found.items)
    return compose(letter, desk.context.templates / "email")


def _written(
    desk: Desk, letter: Letter, rows: Sequence[LedgerRow], now: dt.datetime
) -> tuple[ClaimedMail, EmailMessage]:
    """The words of a letter, frozen, and the message that goes over the wire."""
    mail = compose(letter, desk.context.templates / "email")
    smtp = desk.context.settings.smtp
    sender = smtp.sender if smtp is not None else NO_SENDER
    keys = [
        (one.process, one.lea, one.activity, one.rung, one.anchor, one.recipient_key)
        for one in rows
    ]
    identity = message_id(desk.mode, keys, sender)
    frozen = ClaimedMail(
        mode=desk.mode,
        recipient=letter.recipient.email,
        selpa_code=letter.selpa_code,
        on=desk.on,
        message_id=identity,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
    )
    message = as_message(
        mail,
        sender=sender,
        recipient=letter.recipient,
        answer_to=letter.answer_to,
        message_id=identity,
        date=now,
        selpa_code=letter.selpa_code,
        selpa_name=letter.selpa_name,
        mode=desk.mode,
    )
    return frozen, message


def _found(desk: Desk, conn: Connection, rows: Sequence[LedgerRow]) -> Found:
    """Nobody's superior before the person, at this moment too.

    Between queue and claim the emails to the lead may have turned out lost.
    """
    items: dict[int, MailItem] = {}
    stale: set[int] = set()
    waits: set[int] = set()
    by_lea: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        if not row.is_digest:
            by_lea.setdefault((row.process, row.lea), []).append(row)
        elif row.anchor < (desk.on - dt.timedelta(days=6)).isoformat():
            stale.add(row.id)
    for (process_id, lea), of_lea in by_lea.items():
        setting = desk.settings[process_id]
        case = cases.load_cases(conn, process_id, cds_code=lea).get(lea)
        if case is None:
            stale |= {one.id for one in of_lea}
            continue
        told = ledger.told(conn, process_id, lea=lea).get(lea, ())
        status = evaluate(case, setting.process, setting.on, setting.calendar)
        still = {one.key: one for one in one_per_key(owed(case, status, told, setting).notices)}
        in_mail = frozenset(one.activity for one in of_lea)
        place = {one.id: number for number, one in enumerate(setting.process.activities)}
        for row in sorted(of_lea, key=lambda one: (place.get(one.activity, 0), one.id)):
            notice = still.get(row.key)
            if notice is None:
                stale.add(row.id)
                continue
            if notice.waits:
                waits.add(row.id)
            items[row.id] = mail_item(notice, case, status, told, setting, also_in_mail=in_mail)
    return Found(items, frozenset(stale), frozenset(waits))


def _letter(
    desk: Desk, conn: Connection, rows: Sequence[LedgerRow], items: Mapping[int, MailItem]
) -> Letter:
    first = rows[0]
    setting = desk.settings[first.process]
    lea = next((one.lea for one in rows if not one.is_digest), "")
    digests = [_digest(desk, conn, one) for one in rows if one.is_digest]
    names = [one.name for one in rows if one.name]
    wanted = {one.id for one in rows}
    return Letter(
        recipient=Addressee(names[0] if names else "", first.recipient),
        selpa_code=first.selpa_code,
        selpa_name=_selpa_name(conn, first),
        answer_to=answer_to(setting, lea, first.selpa_code),
        items=tuple(item for row, item in items.items() if row in wanted),
        on=desk.on,
        digests=tuple(digests),
        mode=desk.mode,
        base_url=desk.context.settings.base_url,
    )


def _selpa_name(conn: Connection, row: LedgerRow) -> str:
    return cases.selpa_name(conn, row.process, row.selpa_code) or f"SELPA {row.selpa_code}"


def _digest(desk: Desk, conn: Connection, row: LedgerRow) -> DigestHead:
    """The digest's figures; the cohort is evaluated once per delivery, whatever the SELPAs."""
    setting = desk.settings[row.process]
    if row.process not in desk.statuses:
        found = cases.load_cases(conn, row.process)
        evaluated = (
            evaluate(case, setting.process, setting.on, setting.calendar) for case in found.values()
        )
        desk.statuses[row.process] = [one for one in evaluated if one is not None]
    ours = [one for one in desk.statuses[row.process] if one.selpa_code == row.selpa_code]
    counted = ledger.counts_by_state(conn, row.process, LIVE, selpa_code=row.selpa_code)
    missing = [
        f"{one.name}: no lead is named"
        for one in ours
        if setting.contacts.leads(one.cds_code, one.selpa_code)[1]
    ]
    return digest_head(setting.process, ours, missing, counted, desk.on)
