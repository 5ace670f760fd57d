"""Emails: claimed before they leave, settled after; one per person, SELPA and day.

SMTP talks between the two, with no transaction open. What happened to a claim that nobody settled
cannot be known, so it is ``uncertain`` and never sent again unless a person says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select, update

from cimflow.process.escalation.notice import LIVE
from cimflow.store.database.dialect import insert_into
from cimflow.store.notices.row_locks import lock
from cimflow.store.schema.notice_tables import ledger, mails

CLAIMABLE = ("queued", "failed")
Outcome = Literal["sent", "failed", "uncertain", "held"]
MailState = Literal["attempting", "sent", "failed", "uncertain", "held"]


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """An email as it will leave: its text is frozen at the claim and kept."""

    mode: str
    recipient: str
    selpa_code: str
    on: dt.date
    message_id: str
    subject: str
    text: str
    html: str

    @property
    def recipient_key(self) -> str:
        """The mailbox, however it was typed."""
        return self.recipient.casefold()


@dataclass(frozen=True, slots=True)
class Mail:
    """An email on record, word for word, and what became of it."""

    id: int
    mode: str
    recipient_key: str
    recipient: str
    selpa_code: str
    on: dt.date
    message_id: str
    subject: str
    text: str
    html: str
    state: MailState
    attempts: int
    claimed_at: dt.datetime
    settled_at: dt.datetime | None
    error: str


def claim(
    conn: Connection, mail: ClaimedMail, row_ids: Sequence[int], *, now: dt.datetime
) -> int | None:
    """Take rows to be sent in one email; of two who try only one gets them.

    Returns:
        The id of the email; None, and nothing is changed, if any row can no longer be claimed, or
        if the person's mail of that SELPA and day is on its way, has left, or may have.
    """
    rows = lock(conn, row_ids)
    if not rows or len(rows) != len(set(row_ids)):
        return None
    if any(one.state not in CLAIMABLE for one in rows):
        return None
    address = (mail.mode, mail.recipient_key, mail.selpa_code)
    if any((one.mode, one.recipient_key, one.selpa_code) != address for one in rows):
        raise ValueError(f"these rows do not all belong in one email to {mail.recipient}")
    mail_id = _claim_mail(conn, mail, now)
    if mail_id is None:
        return None
    conn.execute(
        update(ledger)
        .where(ledger.c.id.in_([one.id for one in rows]))
        .values(
            state="attempting",
            reason="",
            run_on=mail.on,
            claimed_at=now,
            settled_at=None,
            mail_id=mail_id,
        )
    )
    return mail_id


def _claim_mail(conn: Connection, mail: ClaimedMail, now: dt.datetime) -> int | None:
    """A new mail, or one of the same day that is known not to have left."""
    key = {
        "mode": mail.mode,
        "recipient_key": mail.recipient_key,
        "selpa_code": mail.selpa_code,
        "run_on": mail.on,
    }
    frozen = {
        "recipient": mail.recipient,
        "message_id": mail.message_id,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "state": "attempting",
        "claimed_at": now,
        "settled_at": None,
        "error": "",
    }
    new = conn.execute(
        insert_into(conn, mails)
        .values(**key, **frozen, attempts=1)
        .on_conflict_do_nothing(index_elements=list(key))
        .returning(mails.c.id)
    ).scalar()
    if new is not None:
        return int(new)
    same = [mails.c[name] == value for name, value in key.items()]
    standing = conn.execute(select(mails.c.id, mails.c.state).where(*same).with_for_update()).one()
    if standing.state != "failed":
        return None
    conn.execute(
        update(mails)
        .where(mails.c.id == standing.id)
        .values(**frozen, attempts=mails.c.attempts + 1)
    )
    return int(standing.id)


def settle(
    conn: Connection, mail_id: int, state: Outcome, *, error: str = "", now: dt.datetime
) -> bool:
    """Record what became of a claimed mail and of its rows; ``held`` only in a rehearsal.

    An answer that comes after the claim expired still counts if it says that the email was sent;
    whatever else it says, uncertain stays uncertain until a person looks.

    Returns:
        Whether anything was changed.
    """
    rows = conn.execute(
        select(ledger.c.id, ledger.c.state)
        .where(ledger.c.mail_id == mail_id)
        .order_by(ledger.c.id)
        .with_for_update()
    ).all()
    mail = conn.execute(
        select(mails.c.state, mails.c.mode).where(mails.c.id == mail_id).with_for_update()
    ).one_or_none()
    if mail is None:  # a backup was restored while it was being sent
        return False
    if state == "held" and mail.mode == LIVE:
        raise ValueError("a live email that was claimed is sent, failed, or uncertain, never held")
    if mail.state != "attempting" and (mail.state, state) != ("uncertain", "sent"):
        return False
    conn.execute(
        update(mails).where(mails.c.id == mail_id).values(state=state, settled_at=now, error=error)
    )
    conn.execute(
        update(ledger)
        .where(ledger.c.id.in_([one.id for one in rows if one.state == mail.state]))
        .values(state=state, settled_at=now, reason=error)
    )
    return True


def expire_claims(conn: Connection, older_than: dt.datetime, now: dt.datetime) -> int:
    """Give up on claims made before a moment: whether those emails left is uncertain.

    A rehearsal sends nothing, so its claims are simply made again.

    Returns:
        How many live emails became uncertain.
    """
    old = conn.execute(
        select(mails.c.id, mails.c.mode)
        .where(mails.c.state == "attempting", mails.c.claimed_at < older_than)
        .order_by(mails.c.id)
    ).all()
    expired = 0
    for mail_id, mode in old:
        if mode == LIVE:
            why = "sending was interrupted, and the outcome is not known"
            expired += settle(conn, mail_id, "uncertain", error=why, now=now)
        else:
            settle(conn, mail_id, "failed", error="the rehearsal was interrupted", now=now)
    return expired


def resolve_mails(conn: Connection, mail_ids: Sequence[int], now: dt.datetime) -> None:
    """Let emails follow their rows: sent if any row was, failed if none was, once all are known."""
    for mail_id in mail_ids:
        states = set(
            conn.execute(select(ledger.c.state).where(ledger.c.mail_id == mail_id)).scalars()
        )
        if "uncertain" not in states:
            state = "sent" if "sent" in states else "failed"
            conn.execute(
                update(mails)
                .where(mails.c.id == mail_id, mails.c.state == "uncertain")
                .values(state=state, settled_at=now)
            )


def mails_of(conn: Connection, mode: str, on: dt.date | None = None) -> list[Mail]:
    """The emails of a mode, of one day or of all, in the order of their first claim."""
    query = select(mails).where(mails.c.mode == mode)
    if on is not None:
        query = query.where(mails.c.run_on == on)
    return [Mail(*row) for row in conn.execute(query.order_by(mails.c.id))]


def mailed_on(conn: Connection, mode: str, on: dt.date) -> set[tuple[str, str]]:
    """To whom, and for which SELPA, the email of a day is on its way, has left, or may have."""
    found = conn.execute(
        select(mails.c.recipient_key, mails.c.selpa_code).where(
            mails.c.mode == mode, mails.c.run_on == on, mails.c.state != "failed"
        )
    )
    return {(recipient, selpa) for recipient, selpa in found}


def sent_since(conn: Connection, since: dt.datetime) -> list[tuple[str, dt.datetime]]:
    """Live mail claimed since a moment that has left or may have, for the caps: to whom, when."""
    found = conn.execute(
        select(mails.c.recipient_key, mails.c.settled_at, mails.c.claimed_at)
        .where(
            mails.c.mode == LIVE,
            mails.c.state.in_(("attempting", "sent", "uncertain")),
            mails.c.claimed_at >= since,
        )
        .order_by(mails.c.id)
    )
    return [(recipient, settled or claimed) for recipient, settled, claimed in found]
