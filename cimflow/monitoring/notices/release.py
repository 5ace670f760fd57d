"""Letting held notices leave, and saying what became of uncertain ones: by a person, once.

What someone else has moved meanwhile is left as it is and told; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices.listing import is_seen
from cimflow.monitoring.notices.owed import LIVE
from cimflow.store.database import notes, session
from cimflow.store.database.notes import RESTORED
from cimflow.store.database.session import Connection
from cimflow.store.notices import ledger, ledger_pages
from cimflow.store.notices.ledger import LedgerRow

RELEASE, RESOLVE = "release-notice", "resolve-notice"
"""What these acts are called in the audit log; a detail begins with ``notice NUMBER:``."""
_LOOKED_THROUGH = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """The rows that were moved, and those that somebody else had moved meanwhile, as they are."""

    rows: tuple[LedgerRow, ...]
    meanwhile: tuple[LedgerRow, ...]


def live_rows(
    context: AppContext, process_id: str, ids: Collection[int], *, selpas: Collection[str] | None
) -> list[LedgerRow]:
    """The live rows of these numbers, all of them theirs.

    Raises:
        Refused: one is not there, is a rehearsal's, or is another SELPA's.
    """
    with session.reading(context.engine) as conn:
        return _live_rows_in(conn, process_id, ids, selpas)


def _live_rows_in(
    conn: Connection, process_id: str, ids: Collection[int], selpas: Collection[str] | None
) -> list[LedgerRow]:
    rows = {
        one.id: one
        for one in ledger_pages.rows_by_id(conn, ids)
        if one.process == process_id and one.mode == LIVE and is_seen(one, selpas)
    }
    missing = [one for one in ids if one not in rows]
    if missing:
        raise Refused(*(f"notice {one}: there is none in {process_id}" for one in missing))
    return [rows[one] for one in sorted(rows)]


def release_held(
    context: AppContext, process_id: str, ids: Collection[int], *, selpas: Collection[str] | None
) -> Moved:
    """Let held rows leave with the next delivery; they are checked again before they go.

    Raises:
        Refused: as ``live_rows``.
    """
    with session.transaction(context.engine) as conn:
        rows = _live_rows_in(conn, process_id, ids, selpas)
        moved = [one.id for one in rows if ledger.release(conn, [one.id], context.now())]
        after = ledger_pages.rows_by_id(conn, ids)
    return _moved(after, moved)


def resolve_mail(
    context: AppContext,
    process_id: str,
    row_id: int,
    *,
    arrived: bool,
    selpas: Collection[str] | None,
) -> Moved:
    """Say of the mail that an uncertain notice was in whether it arrived.

    All that was in it, and is theirs, shares its fate: sent, or queued again.

    Raises:
        Refused: as ``live_rows``.
    """
    outcome: Literal["sent", "queued"] = "sent" if arrived else "queued"
    with session.transaction(context.engine) as conn:
        (row,) = _live_rows_in(conn, process_id, [row_id], selpas)
        together = [row]
        if row.mail_id is not None and row.state == "uncertain":
            in_mail = ledger_pages.rows_of_mail(conn, row.mail_id)
            together = [one for one in in_mail if is_seen(one, selpas)]
        moved = [
            one.id for one in together if ledger.resolve(conn, [one.id], outcome, context.now())
        ]
        after = ledger_pages.rows_by_id(conn, [one.id for one in together])
    return _moved(after, moved)


def _moved(after: Collection[LedgerRow], moved: Collection[int]) -> Moved:
    return Moved(
        tuple(one for one in after if one.id in moved),
        tuple(one for one in after if one.id not in moved),
    )


def last_act_on(context: AppContext, row: LedgerRow) -> AuditEntry | None:
    """Who released or resolved a notice last, by the audit log; None: nobody did."""
    begins = f"notice {row.id}:"
    found = audit_log.entries(context, text=begins, limit=_LOOKED_THROUGH)
    return next(
        (
            one
            for one in found
            if one.action in {RELEASE, RESOLVE}
            and one.outcome == "done"
            and one.detail.startswith(begins)
        ),
        None,
    )


def was_restored(context: AppContext) -> bool:
    """Whether a backup was restored that nobody has looked at: until then all mail is held."""
    with session.reading(context.engine) as conn:
        return notes.read(conn, RESTORED) is not None
