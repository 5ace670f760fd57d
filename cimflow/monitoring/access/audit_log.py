"""The log of every change and every refusal: who, as what, to whom, and how it ended.

It never holds a token, and nothing of a student: callers say in ``detail`` what a colleague may
read in an export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from cimflow.monitoring.app_context import AppContext
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import audit_entries
from cimflow.store.people.audit_entries import Asked, AuditEntry, Outcome

__all__ = ["AuditEntry", "Outcome", "count", "entries", "note", "note_in"]

LONGEST = 500
"""What is said of one thing is cut here, and so is each of the other texts."""


def note(
    context: AppContext,
    *,
    actor: str,
    acting_as: str,
    action: str,
    outcome: Outcome,
    detail: str = "",
    process: str | None = None,
    cds_code: str | None = None,
    selpa_code: str | None = None,
    request: str = "",
    remote: str = "",
) -> None:
    """Write one entry, in a transaction of its own.

    Raises:
        StoreError: the database cannot be written; then what was to be noted should not be done.
    """
    with session.transaction(context.engine) as conn:
        note_in(
            conn,
            context.now(),
            actor=actor,
            acting_as=acting_as,
            action=action,
            outcome=outcome,
            detail=detail,
            process=process,
            cds_code=cds_code,
            selpa_code=selpa_code,
            request=request,
            remote=remote,
        )


def note_in(
    conn: Connection,
    at: dt.datetime,
    *,
    actor: str,
    acting_as: str,
    action: str,
    outcome: Outcome,
    detail: str = "",
    process: str | None = None,
    cds_code: str | None = None,
    selpa_code: str | None = None,
    request: str = "",
    remote: str = "",
) -> None:
    """Write one entry within the transaction of the act itself: both, or neither."""
    audit_entries.add_entry(
        conn,
        AuditEntry(
            at=at,
            actor=_one_line(actor),
            acting_as=_one_line(acting_as),
            action=_one_line(action),
            outcome=outcome,
            process=_or_none(process),
            cds_code=_or_none(cds_code),
            selpa_code=_or_none(selpa_code),
            detail=_one_line(detail),
            request=_one_line(request),
            remote=_one_line(remote),
        ),
    )


def entries(
    context: AppContext,
    *,
    selpa_codes: Collection[str] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int,
    offset: int = 0,
    text: str = "",
    outcome: str = "",
) -> list[AuditEntry]:
    """The entries of some SELPAs (None: all there are), the newest first.

    Args:
        context: the composed application.
        selpa_codes: only entries about these SELPAs; what concerns none of them is left out.
        since: from this moment on.
        until: before this moment.
        limit: how many at most.
        offset: how many of the newest to pass over.
        text: only where this stands in the actor, role, action, LEA, detail or path.
        outcome: only those that ended so.
    """
    asked = Asked(selpa_codes, since, until, _one_line(text), outcome)
    with session.reading(context.engine) as conn:
        return audit_entries.load_entries(conn, asked, limit=limit, offset=offset)


def count(
    context: AppContext,
    *,
    selpa_codes: Collection[str] | None = None,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    text: str = "",
    outcome: str = "",
) -> int:
    """How many entries there are, asked as in ``entries``."""
    asked = Asked(selpa_codes, since, until, _one_line(text), outcome)
    with session.reading(context.engine) as conn:
        return audit_entries.count_entries(conn, asked)


def _one_line(text: str) -> str:
    """What a person typed or a stranger sent, so that it cannot pass for a second entry."""
    seen = "".join(mark if mark.isprintable() else " " for mark in text)
    line = " ".join(seen.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _or_none(code: str | None) -> str | None:
    return None if code is None else _one_line(code)
