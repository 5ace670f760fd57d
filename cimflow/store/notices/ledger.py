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
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from cimflow.process.escalation.notice import LIVE, Notice
from cimflow.store.database.dialect import insert_into
from cimflow.store.notices.ledger_rows import (
    UNTOLD,
    LedgerRow,
    counts_by_selpa,
    counts_by_state,
    known_keys,
    rows,
    told,
    waiting,
)
from cimflow.store.notices.mail_claims import (
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


_KEY = ("mode", "process", "lea", "activity", "rung", "anchor", "recipient_key")


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
            where=ledger.c.state == UNTOLD,
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
