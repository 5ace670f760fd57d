"""Rows with defaults, for the tests of the store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine

from cimflow.process.case import RosterEntry, Submission
from cimflow.process.escalation.notice import Notice
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import ClaimedMail, LedgerRow, QueuedRow

PROCESS = "a-year"
LEA = "99000000000001"
OTHER_LEA = "99000000000002"
NOW = dt.datetime(2024, 7, 11, 17, 0, tzinfo=dt.UTC)
ON = dt.date(2024, 7, 11)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
BY: dict[str, Any] = {"learnt_at": NOW, "recorded_by": "someone@example.org"}


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2024-{text}")


def roster_entry(holds_on: str = "03-15", **changes: Any) -> RosterEntry:
    return replace(
        RosterEntry(day(holds_on), "2", "S1", "Poppy SELPA", "Alder Unified", "disproportionality"),
        **changes,
    )


def submission(activity: str = "team", received_on: str = "05-01", **changes: Any) -> Submission:
    given = Submission(activity, 0, day(received_on), None, "someone@example.org", "0" * 64)
    return replace(given, **changes)


def notice(**changes: Any) -> Notice:
    given = Notice(
        lea=LEA,
        activity="team",
        rung="overdue-1",
        anchor="2024-07-10",
        role="lea-lead",
        recipient="Lead@Example.org",
        name="Lee Dahl",
        due=day("07-10"),
        effective=ON,
    )
    return replace(given, **changes)


def queued(state: Any = "queued", selpa_code: str = "S1", **changes: Any) -> QueuedRow:
    return QueuedRow(notice(**changes), selpa_code, state)


def mail(**changes: Any) -> ClaimedMail:
    given = ClaimedMail(
        mode="live",
        recipient="Lead@Example.org",
        selpa_code="S1",
        on=ON,
        message_id="<1@example.org>",
        subject="Two things are open",
        text="text",
        html="<p>text</p>",
    )
    return replace(given, **changes)


def put(engine: Engine, *rows: QueuedRow, mode: str = "live", on: dt.date = ON) -> list[int]:
    """Queue rows and return all ids of the mode, in order."""
    with session.transaction(engine) as conn:
        ledger.queue(conn, mode, PROCESS, rows, on=on, queued_at=NOW)
        return [one.id for one in ledger.rows(conn, PROCESS, mode=mode)]


def states(engine: Engine) -> list[str]:
    with session.reading(engine) as conn:
        return [one.state for one in ledger.rows(conn)]


def only_row(conn: Connection) -> LedgerRow:
    (row,) = ledger.rows(conn)
    return row


def claim(engine: Engine, row_ids: list[int], at: dt.datetime = NOW, **changes: Any) -> int | None:
    with session.transaction(engine) as conn:
        return ledger.claim(conn, mail(**changes), row_ids, now=at)


def settle(engine: Engine, mail_id: int | None, state: Any, at: dt.datetime = NOW) -> bool:
    assert mail_id is not None
    with session.transaction(engine) as conn:
        return ledger.settle(conn, mail_id, state, error="" if state == "sent" else "why", now=at)
