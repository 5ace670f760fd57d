"""The ledger of notices: who was told what, once; with what became of each email.

A row's states, and what moves it::

    queue -> queued | held          hold: queued, failed -> held        release: held -> queued
    claim: queued, failed -> attempting                    expire_claims: attempting -> uncertain
    settle: attempting -> sent | failed | uncertain        resolve: uncertain -> sent | queued
    cancel: queued, failed, held -> cancelled              queue again: cancelled -> queued | held

Anything else changes nothing; each function says how many rows it moved. Rows of a rehearsal are
composed and kept: never released, and never counted as told.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, func, select

from cimflow.process.escalation.notice import Key, LedgerState, Notice, Told
from cimflow.store.database.dialect import insert_into
from cimflow.store.notices.mail_claims import (
    LIVE,
    ClaimedMail,
    Mail,
    claim,
    expire_claims,
    mailed_on,
    mails_of,
    resolve_mails,
    sent_since,
    settle,
)
from cimflow.store.notices.row_locks import lock, move
from cimflow.store.notices.sweeps import (
    Sweep,
    count_released,
    first_live_sweep_on,
    record_sweep,
    sweeps,
)
from cimflow.store.schema.notice_tables import ledger

__all__ = [
    "LIVE",
    "ClaimedMail",
    "LedgerRow",
    "Mail",
    "QueuedRow",
    "Sweep",
    "cancel",
    "claim",
    "counts_by_selpa",
    "counts_by_state",
    "expire_claims",
    "first_live_sweep_on",
    "hold",
    "known_keys",
    "mailed_on",
    "mails_of",
    "queue",
    "record_sweep",
    "release",
    "resolve",
    "rows",
    "sent_since",
    "settle",
    "sweeps",
    "take_hold",
    "told",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A notice on its way into the ledger, with the SELPA whose mail it goes in."""

    notice: Notice
    selpa_code: str
    state: Literal["queued", "held"] = "queued"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One notice to one person, and how far it has come.

    ``on`` is the day of the run that queued it, and from the claim on that of the run that sent it.
    ``reason``: why it is held, was cancelled, or failed.
    """

    id: int
    mode: str
    process: str
    lea: str
    activity: str
    rung: str
    anchor: str
    recipient_key: str
    recipient: str
    role: str
    name: str
    selpa_code: str
    due: dt.date | None
    effective: dt.date
    delayed: bool
    on: dt.date
    state: LedgerState
    reason: str
    queued_at: dt.datetime
    claimed_at: dt.datetime | None
    settled_at: dt.datetime | None
    mail_id: int | None

    @property
    def key(self) -> Key:
        """What makes two notices the same notice."""
        return Key(self.lea, self.activity, self.rung, self.anchor, self.recipient_key)


_KEY = ("mode", "process", "lea", "activity", "rung", "anchor", "recipient_key")
_UNTOLD = "cancelled"


def queue(
    conn: Connection,
    mode: str,
    process: str,
    rows: Sequence[QueuedRow],
    *,
    on: dt.date,
    queued_at: dt.datetime,
) -> int:
    """Put what is owed into the ledger; what it holds already stays, however often this is done.

    A row that was cancelled is queued again: the matter is open once more.

    Returns:
        How many rows were added or queued again.
    """
    unique = {one.notice.key: one for one in reversed(rows)}
    if not unique:
        return 0
    # In the order of the keys, so that two sweeps at once wait for each other in turn.
    values = [
        _values(unique[key], mode, process, on, queued_at)
        for key in sorted(
            unique, key=lambda one: (one.lea, one.activity, one.rung, one.anchor, one.recipient)
        )
    ]
    new = insert_into(conn, ledger)
    again = {name: new.excluded[name] for name in values[0] if name not in _KEY}
    added = conn.execute(
        new.on_conflict_do_update(
            index_elements=_KEY,
            set_={**again, "claimed_at": None, "settled_at": None, "mail_id": None},
            where=ledger.c.state == _UNTOLD,
        ).returning(ledger.c.id),
        values,
    )
    return len(added.all())


def _values(
    row: QueuedRow, mode: str, process: str, on: dt.date, queued_at: dt.datetime
) -> dict[str, object]:
    notice = row.notice
    return {
        "mode": mode,
        "process": process,
        "lea": notice.lea,
        "activity": notice.activity,
        "rung": notice.rung,
        "anchor": notice.anchor,
        "recipient_key": notice.key.recipient,
        "recipient": notice.recipient,
        "role": notice.role,
        "name": notice.name,
        "selpa_code": row.selpa_code,
        "due": notice.due,
        "effective": notice.effective,
        "delayed": notice.delayed,
        "run_on": on,
        "state": row.state,
        "reason": row.reason,
        "queued_at": queued_at,
    }


def told(
    conn: Connection, process: str, *, mode: str = LIVE, lea: str | None = None
) -> dict[str, list[Told]]:
    """What anyone was told or is about to be, by LEA: every row that was not cancelled."""
    at = ledger.c
    query = select(
        at.lea, at.activity, at.rung, at.anchor, at.recipient_key, at.role, at.state, at.run_on
    ).where(at.process == process, at.mode == mode, at.state != _UNTOLD)
    if lea is not None:
        query = query.where(at.lea == lea)
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for row in conn.execute(query.order_by(at.id)):
        found[row.lea].append(Told(Key(*row[:5]), *row[5:]))
    return dict(found)


def known_keys(conn: Connection, process: str, mode: str) -> set[Key]:
    """The notices that the ledger holds already: every row that was not cancelled."""
    at = ledger.c
    found = conn.execute(
        select(at.lea, at.activity, at.rung, at.anchor, at.recipient_key).where(
            at.process == process, at.mode == mode, at.state != _UNTOLD
        )
    )
    return {Key(*row) for row in found}


def rows(
    conn: Connection,
    process: str | None = None,
    *,
    mode: str | None = None,
    states: Collection[str] | None = None,
) -> list[LedgerRow]:
    """Ledger rows in the order in which they were first queued."""
    query = select(ledger)
    if process is not None:
        query = query.where(ledger.c.process == process)
    if mode is not None:
        query = query.where(ledger.c.mode == mode)
    if states is not None:
        query = query.where(ledger.c.state.in_(states))
    return [LedgerRow(*row) for row in conn.execute(query.order_by(ledger.c.id))]


def waiting(conn: Connection, mode: str) -> list[LedgerRow]:
    """What is to be delivered: queued, or failed before."""
    return rows(conn, mode=mode, states=("queued", "failed"))


def counts_by_selpa(conn: Connection, process: str, mode: str) -> dict[tuple[str, str], int]:
    """How many rows each SELPA has in each state."""
    query = (
        select(ledger.c.selpa_code, ledger.c.state, func.count())
        .where(ledger.c.process == process, ledger.c.mode == mode)
        .group_by(ledger.c.selpa_code, ledger.c.state)
    )
    return {(selpa, state): number for selpa, state, number in conn.execute(query)}


def counts_by_state(
    conn: Connection, process: str | None, mode: str, *, selpa_code: str | None = None
) -> dict[str, int]:
    """How many rows are in each state; of every process, or of one."""
    query = (
        select(ledger.c.state, func.count()).where(ledger.c.mode == mode).group_by(ledger.c.state)
    )
    if process is not None:
        query = query.where(ledger.c.process == process)
    if selpa_code is not None:
        query = query.where(ledger.c.selpa_code == selpa_code)
    return {row[0]: row[1] for row in conn.execute(query)}


def take_hold(conn: Connection, row_ids: Sequence[int]) -> list[LedgerRow]:
    """The rows as they are now, if they can still be claimed; nobody else moves them until then.

    Call it before deciding in one transaction which rows to cancel and which to claim.
    """
    return [
        row
        for row in (LedgerRow(*one) for one in lock(conn, row_ids))
        if row.state in {"queued", "failed"}
    ]


def cancel(conn: Connection, row_ids: Sequence[int], reason: str, now: dt.datetime) -> int:
    """Take back what has not left: queued, failed or held rows."""
    return move(
        conn,
        row_ids,
        ("queued", "failed", "held"),
        state="cancelled",
        reason=reason,
        settled_at=now,
    )


def hold(conn: Connection, row_ids: Sequence[int], reason: str) -> int:
    """Keep queued or failed rows until a person releases them."""
    return move(conn, row_ids, ("queued", "failed"), state="held", reason=reason)


def release(conn: Connection, row_ids: Sequence[int], now: dt.datetime) -> int:
    """Let held rows leave with the next delivery; those of a rehearsal never leave.

    From now on they count in the sweep that had held them: a person said that so many are right.
    """
    held = [one for one in lock(conn, row_ids) if one.mode == LIVE and one.state == "held"]
    moved = move(
        conn, [one.id for one in held], ("held",), state="queued", reason="", queued_at=now
    )
    count_released(conn, {(one.process, one.run_on) for one in held})
    return moved


def resolve(
    conn: Connection,
    row_ids: Sequence[int],
    outcome: Literal["sent", "queued"],
    now: dt.datetime,
) -> int:
    """What a person found out about uncertain rows: they arrived, or are to be sent again.

    Once all rows of an email are resolved and none of them arrived, the email failed: they can
    be written to again on the same day.
    """
    uncertain = [one for one in lock(conn, row_ids) if one.state == "uncertain"]
    moved = move(
        conn,
        [one.id for one in uncertain],
        ("uncertain",),
        state=outcome,
        reason="",
        settled_at=now if outcome == "sent" else None,
    )
    resolve_mails(conn, sorted({one.mail_id for one in uncertain if one.mail_id}), now)
    return moved
