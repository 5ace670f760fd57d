"""One row of the audit log, written within the transaction of the act itself: both, or neither."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.actor import Actor
from cimflow.store.database.session import Connection
from cimflow.store.people import audit_entries
from cimflow.store.people.audit_entries import AuditEntry, Outcome

LONGEST = 500
"""What is said of one thing is cut here, and so is each of the other texts."""


def note_in(
    conn: Connection,
    at: dt.datetime,
    actor: Actor,
    action: str,
    detail: str = "",
    *,
    outcome: Outcome = "done",
    process: str | None = None,
    cds_code: str | None = None,
    selpa_code: str | None = None,
) -> None:
    """Write one entry into the audit log within a transaction.

    It never holds a token, and nothing of a student: ``detail`` is what a colleague may read.
    """
    audit_entries.add_entry(
        conn,
        AuditEntry(
            at=at,
            actor=one_line(actor.email),
            acting_as=one_line(actor.acting_as),
            action=one_line(action),
            outcome=outcome,
            process=_or_none(process),
            cds_code=_or_none(cds_code),
            selpa_code=_or_none(selpa_code),
            detail=one_line(detail),
            request=one_line(actor.request),
            remote=one_line(actor.remote),
        ),
    )


def one_line(text: str) -> str:
    """What a person typed or a stranger sent, so that it cannot pass for a second entry."""
    seen = "".join(mark if mark.isprintable() else " " for mark in text)
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _or_none(code: str | None) -> str | None:
    return None if code is None else one_line(code)
