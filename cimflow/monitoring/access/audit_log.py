"""The log of every change and every refusal: who, as what, to whom, and how it ended.

It never holds a token, and nothing of a student: callers say in ``detail`` what a colleague may
read in an export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.audit_row import note_in, one_line
from cimflow.store.database import session
from cimflow.store.people import audit_entries
from cimflow.store.people.audit_entries import Asked, AuditEntry, Outcome

__all__ = ["AuditEntry", "Outcome", "count", "entries", "note"]


def note(
    context: AppContext,
    actor: Actor,
    action: str,
    detail: str = "",
    *,
    outcome: Outcome,
    process: str | None = None,
    cds_code: str | None = None,
    selpa_code: str | None = None,
) -> None:
    """Write an entry on what was not done, or on a look, in a transaction of its own.

    What is done is written by its act, in the act's own transaction (``Act.note``).

    Raises:
        StoreError: the database cannot be written; then what was to be noted should not be done.
    """
    with session.transaction(context.engine) as conn:
        note_in(
            conn,
            context.now(),
            actor,
            action,
            detail,
            outcome=outcome,
            process=process,
            cds_code=cds_code,
            selpa_code=selpa_code,
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
    """The entries of some SELPAs (None: all there are), newest first.

    Args:
        context: the composed application.
        selpa_codes: only entries about these SELPAs; what concerns none of them is left out.
        since: from this moment on.
        until: before this moment.
        limit: how many at most.
        offset: how many of the newest to skip.
        text: only where this stands in the actor, role, action, LEA, detail or path.
        outcome: only those that ended so.
    """
    asked = Asked(selpa_codes, since, until, one_line(text), outcome)
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
    asked = Asked(selpa_codes, since, until, one_line(text), outcome)
    with session.reading(context.engine) as conn:
        return audit_entries.count_entries(conn, asked)
