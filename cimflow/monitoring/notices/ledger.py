"""The ledger as a person sees it: what was queued, sent, held."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices.rehearsal import last_rehearsal
from cimflow.process.escalation.notice import LIVE
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import LedgerRow, Mail


def rows_of(
    act: Act, *, mode: str = "live", states: Sequence[str] | None = None
) -> list[LedgerRow]:
    """The ledger rows of a process, in the order they were queued."""
    with act.reading() as conn:
        return ledger.rows(conn, act.process_id, mode=mode, states=states)


def counts_for(act: Act, selpa_codes: Collection[str] | None) -> Counter[str]:
    """How many live notices are in each state, of some SELPAs or (None) of all."""
    with act.reading() as conn:
        found = ledger.counts_by_selpa(conn, act.process_id, LIVE)
    counted: Counter[str] = Counter()
    for (selpa_code, state), number in found.items():
        if selpa_codes is None or selpa_code in selpa_codes:
            counted[state] += number
    return counted


def ledger_rows(act: Act) -> list[dict[str, Any]]:
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
        for one in rows_of(act)
    ]


def mails_on(context: AppContext, day: dt.date, recipient: str | None = None) -> list[Mail]:
    """The emails of a day, live and last rehearsed, as they were frozen; of one person if named."""
    with session.reading(context.engine) as conn:
        rehearsed = ledger.mails_of(conn, last_rehearsal(conn, day), day)
        found = ledger.mails_of(conn, LIVE, day) + rehearsed
    key = recipient.casefold() if recipient is not None else None
    return [one for one in found if key in (None, one.recipient_key)]
