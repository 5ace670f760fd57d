"""What a person decides about notices, once: a held one may go, an uncertain one arrived or not.

What someone else has decided since is left as it is and told; nothing is done twice. A page and a
command decide in the same way: about all notices that were in one email together.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.act import Act, Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.audit_row import note_in
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices.listing import is_seen
from cimflow.process.escalation.notice import LIVE
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
    """The rows that were moved, and those that somebody else had moved before, as they are."""

    rows: tuple[LedgerRow, ...]
    moved_before: tuple[LedgerRow, ...]


def live_rows(
    act: Act, ids: Collection[int], *, selpas: Collection[str] | None = None
) -> list[LedgerRow]:
    """The live rows of these numbers, all of them theirs.

    Raises:
        Refused: one is not there, is a rehearsal's, or is another SELPA's.
    """
    with act.reading() as conn:
        return _live_rows_in(conn, act, ids, selpas)


def _live_rows_in(
    conn: Connection, act: Act, ids: Collection[int], selpas: Collection[str] | None
) -> list[LedgerRow]:
    rows = {
        one.id: one
        for one in ledger_pages.rows_by_id(conn, ids)
        if one.process == act.process_id and one.mode == LIVE and is_seen(one, selpas)
    }
    missing = [one for one in ids if one not in rows]
    if missing:
        raise Refused(
            *(refusal("notice-unknown", notice=one, process=act.process_id) for one in missing)
        )
    return [rows[one] for one in sorted(rows)]


def release(
    act: Act,
    ids: Collection[int],
    *,
    selpas: Collection[str] | None = None,
    all_or_none: bool = False,
) -> Moved:
    """Let held rows leave with the next delivery; they are checked again before they go.

    ``selpas`` are those that the person decides for (None: all). With ``all_or_none`` nothing is
    released where one of them is not held.

    Raises:
        Refused: as ``live_rows``; or one is not held, where all were to go.
    """
    with session.transaction(act.context.engine) as conn:
        rows = _live_rows_in(conn, act, ids, selpas)
        wrong = [one for one in rows if one.state != "held"] if all_or_none else []
        if wrong:
            raise Refused(
                *(refusal("notice-not-held", notice=one.id, process=act.process_id)
                  for one in wrong)
            )  # fmt: skip
        moved = [one.id for one in rows if ledger.release(conn, [one.id], act.context.now())]
        after = _moved(ledger_pages.rows_by_id(conn, ids), moved)
        _note_each(conn, act, RELEASE, after.rows, "may leave")
    return after


def resolve(
    act: Act, notice: int, *, arrived: bool, selpas: Collection[str] | None = None
) -> Moved:
    """Say of the email that an uncertain notice was in whether it arrived.

    All that was in it, and is theirs, shares its fate: sent, or queued again.

    Raises:
        Refused: as ``live_rows``.
    """
    outcome: Literal["sent", "queued"] = "sent" if arrived else "queued"
    with session.transaction(act.context.engine) as conn:
        (row,) = _live_rows_in(conn, act, [notice], selpas)
        together = [row]
        if row.mail_id is not None and row.state == "uncertain":
            in_mail = ledger_pages.rows_of_mail(conn, row.mail_id)
            together = [one for one in in_mail if is_seen(one, selpas)]
        moved = [
            one.id for one in together if ledger.resolve(conn, [one.id], outcome, act.context.now())
        ]
        after = _moved(ledger_pages.rows_by_id(conn, [one.id for one in together]), moved)
        _note_each(conn, act, RESOLVE, after.rows, "arrived" if arrived else "lost")
    return after


def _note_each(
    conn: Connection, act: Act, action: str, rows: Collection[LedgerRow], what: str
) -> None:
    for one in rows:
        act.about(one.lea if one.activity else None).note(
            conn,
            action,
            f"notice {one.id}: {what}; {one.activity or 'summary'}, {one.rung}, to {one.recipient}",
            selpa_code=one.selpa_code,
        )


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


def confirm_restored(context: AppContext, actor: Actor) -> bool:
    """Say that a restored backup was looked at; False where none was restored."""
    with session.transaction(context.engine) as conn:
        if notes.read(conn, RESTORED) is None:
            return False
        notes.erase(conn, RESTORED)
        detail = "the restored backup was looked at"
        note_in(conn, context.now(), actor, "confirm-restored", detail)
    return True
