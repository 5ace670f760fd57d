"""The ledger as a person sees it: what was queued, sent, held; releasing and resolving."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices.rehearsal import last_rehearsal
from cimflow.store.database import notes, session
from cimflow.store.database.notes import RESTORED
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import LIVE, LedgerRow, Mail


def rows_of(
    context: AppContext, process_id: str, *, mode: str = "live", states: Sequence[str] | None = None
) -> list[LedgerRow]:
    """The ledger rows of a process, in the order they were queued."""
    with session.reading(context.engine) as conn:
        return ledger.rows(conn, process_id, mode=mode, states=states)


def counts_for(
    context: AppContext, process_id: str, selpa_codes: Collection[str] | None
) -> Counter[str]:
    """How many live notices are in each state, of some SELPAs or (None) of all."""
    with session.reading(context.engine) as conn:
        found = ledger.counts_by_selpa(conn, process_id, LIVE)
    counted: Counter[str] = Counter()
    for (selpa_code, state), number in found.items():
        if selpa_codes is None or selpa_code in selpa_codes:
            counted[state] += number
    return counted


def ledger_rows(context: AppContext, process_id: str) -> list[dict[str, Any]]:
    """What the live ledger holds, in the form of ``notices --all``."""
    return [
        {
            "id": one.id,
            "lea": one.lea,
            "activity": one.activity,
            "rung": one.rung,
            "due": one.due.isoformat() if one.due else None,
            "role": one.role,
            "recipient": one.recipient,
            "anchor": one.anchor,
            "on": one.on.isoformat(),
            "state": one.state,
            "reason": one.reason or "",
        }
        for one in rows_of(context, process_id)
    ]


def mails_on(context: AppContext, day: dt.date, recipient: str | None = None) -> list[Mail]:
    """The mails of a day, live and last rehearsed, as they were frozen; of one person if named."""
    with session.reading(context.engine) as conn:
        rehearsed = ledger.mails_of(conn, last_rehearsal(conn, day), day)
        found = ledger.mails_of(conn, LIVE, day) + rehearsed
    key = recipient.casefold() if recipient is not None else None
    return [one for one in found if key in (None, one.recipient_key)]


def release(context: AppContext, process_id: str, ids: Sequence[int], *, everything: bool) -> int:
    """Let held rows leave with the next delivery; they are checked again before they go.

    Raises:
        Refused: a row that is not there or not held.
    """
    held = {one.id for one in rows_of(context, process_id, states=["held"])}
    wanted = sorted(held) if everything else list(ids)
    missing = [one for one in wanted if one not in held]
    if missing:
        raise Refused(*(f"notice {one}: is not a held notice of {process_id}" for one in missing))
    with session.transaction(context.engine) as conn:
        ledger.release(conn, wanted, context.now())
    return len(wanted)


def resolve(context: AppContext, process_id: str, row_id: int, *, arrived: bool) -> None:
    """Say of an uncertain row whether it arrived; if it did not, it is queued again.

    Raises:
        Refused: the row is not uncertain.
    """
    uncertain = {one.id for one in rows_of(context, process_id, states=["uncertain"])}
    if row_id not in uncertain:
        raise Refused(f"notice {row_id}: is not an uncertain notice of {process_id}")
    with session.transaction(context.engine) as conn:
        ledger.resolve(conn, [row_id], "sent" if arrived else "queued", context.now())


def confirm_restored(context: AppContext) -> bool:
    """Say that a restored backup was looked at; False where none was restored."""
    with session.transaction(context.engine) as conn:
        if notes.read(conn, RESTORED) is None:
            return False
        notes.erase(conn, RESTORED)
    return True
