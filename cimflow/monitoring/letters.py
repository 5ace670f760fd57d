"""The letters of a day: who gets which rows in one mail, claimed and frozen in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

from cimflow.monitoring.mailing import answer_to, digest_head, mail_item
from cimflow.monitoring.notices import LIVE, read_setting
from cimflow.monitoring.office import Office
from cimflow.notify.compose import compose
from cimflow.notify.items import Addressee, ComposedMail, DigestHead, Letter, MailItem
from cimflow.notify.message import as_message, message_id
from cimflow.notify.smtp import Envelope
from cimflow.process.escalation import owed
from cimflow.process.evaluation import CaseStatus, evaluate
from cimflow.process.ladder import DIGEST
from cimflow.process.setting import Setting
from cimflow.store import cases, ledger, session
from cimflow.store.ledger import ClaimedMail, LedgerRow
from cimflow.store.session import Connection

NO_SENDER = "cimflow@localhost.invalid"


@dataclass(frozen=True)
class Desk:
    """What all letters of one delivery share."""

    office: Office
    on: dt.date
    mode: str
    settings: dict[str, Setting]
    statuses: dict[str, list[CaseStatus]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed letter ready to leave, or why there is none."""

    envelope: Envelope | None
    cancelled: int = 0
    waits_for_tomorrow: int = 0
    held: int = 0


def open_desk(office: Office, on: dt.date, mode: str) -> Desk:
    """Read what every letter needs: contacts, go-live days, calendars of all processes."""
    with session.reading(office.engine) as conn:
        settings = {
            one: read_setting(office, conn, one, on)
            for one in cases.process_ids(conn)
            if one in office.processes
        }
    return Desk(office, on, mode, settings)


def waiting_letters(desk: Desk) -> list[list[LedgerRow]]:
    """The rows that wait to be sent, one list per recipient and SELPA."""
    with session.reading(desk.office.engine) as conn:
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
    with session.transaction(desk.office.engine) as conn:
        rows = ledger.take_hold(conn, [one.id for one in rows])
        items, stale = _items(desk, conn, rows)
        alive = [one for one in rows if one.id not in stale]
        if stale:
            ledger.cancel(conn, sorted(stale), "no longer owed when it was to leave", now)
        if not alive:
            return Claim(None, cancelled=len(stale))
        try:
            frozen, message = _written(desk, _letter(desk, conn, alive, items), alive, now)
        except ValueError as error:
            ledger.hold(conn, [one.id for one in alive], f"it cannot be written: {error}")
            return Claim(None, cancelled=len(stale), held=1)
        mail_id = ledger.claim(conn, frozen, [one.id for one in alive], now=now)
    if mail_id is None:
        return Claim(None, cancelled=len(stale), waits_for_tomorrow=1)
    return Claim(Envelope(mail_id, frozen.recipient, message), cancelled=len(stale))


def look_at(desk: Desk, rows: Sequence[LedgerRow]) -> ComposedMail | None:
    """What a letter of these rows would say now; nothing is claimed. None: nothing is owed.

    Raises:
        ValueError: it cannot be written; the message names the field.
    """
    with session.reading(desk.office.engine) as conn:
        items, stale = _items(desk, conn, rows)
        alive = [one for one in rows if one.id not in stale]
        if not alive:
            return None
        letter = _letter(desk, conn, alive, items)
    return compose(letter, desk.office.templates / "email")


def _written(
    desk: Desk, letter: Letter, rows: Sequence[LedgerRow], now: dt.datetime
) -> tuple[ClaimedMail, EmailMessage]:
    """The words of a letter, frozen, and the message that goes over the wire."""
    mail = compose(letter, desk.office.templates / "email")
    smtp = desk.office.settings.smtp
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


def _items(
    desk: Desk, conn: Connection, rows: Sequence[LedgerRow]
) -> tuple[list[MailItem], set[int]]:
    """The items of the rows still owed, and the ids of those that are not."""
    items: list[MailItem] = []
    stale: set[int] = set()
    by_lea: dict[tuple[str, str], list[LedgerRow]] = {}
    for row in rows:
        if row.rung != DIGEST:
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
        still = {one.key: one for one in owed(case, status, told, setting).notices}
        in_mail = frozenset(one.activity for one in of_lea)
        place = {one.id: number for number, one in enumerate(setting.process.activities)}
        for row in sorted(of_lea, key=lambda one: (place.get(one.activity, 0), one.id)):
            notice = still.get(row.key)
            if notice is None:
                stale.add(row.id)
            else:
                items.append(mail_item(notice, case, status, told, setting, also_in_mail=in_mail))
    return items, stale


def _letter(
    desk: Desk, conn: Connection, rows: Sequence[LedgerRow], items: list[MailItem]
) -> Letter:
    first = rows[0]
    setting = desk.settings[first.process]
    lea = next((one.lea for one in rows if one.rung != DIGEST), "")
    digests = [_digest(desk, conn, one) for one in rows if one.rung == DIGEST]
    names = [one.name for one in rows if one.name]
    return Letter(
        recipient=Addressee(names[0] if names else "", first.recipient),
        selpa_code=first.selpa_code,
        selpa_name=_selpa_name(conn, first),
        answer_to=answer_to(setting, lea, first.selpa_code),
        items=tuple(items),
        on=desk.on,
        digests=tuple(digests),
        mode=desk.mode,
        base_url=desk.office.settings.base_url,
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
