"""The ledger for a reader: pages of rows, counts, one row, one email. Changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from cimflow.process.escalation.notice import LIVE
from cimflow.store.notices.ledger_rows import LedgerRow
from cimflow.store.notices.mail_claims import Mail
from cimflow.store.schema.notice_tables import ledger, mails

MOST_CODES = 2000
"""Codes of LEAs in one statement; both databases limit the number of parameters."""


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows of a process.

    Attributes:
        modes: live, or that of a rehearsal.
        states: None asks for all.
        selpa_codes: whose rows; None asks for all.
        text: stands in the name or address of the recipient, or ``leas`` has the LEA.
        leas: codes of the LEAs whose name has the text.
        until: queued or sent on or before this day.
    """

    process: str
    modes: Collection[str] = (LIVE,)
    states: Collection[str] | None = None
    selpa_codes: Collection[str] | None = None
    text: str = ""
    leas: Collection[str] = ()
    until: dt.date | None = None


def find_rows(conn: Connection, asked: RowsAsked, *, limit: int, offset: int) -> list[LedgerRow]:
    """The rows asked for, the last queued first."""
    query = _asked_for(select(ledger), asked).order_by(ledger.c.id.desc())
    return [LedgerRow(*row) for row in conn.execute(query.limit(limit).offset(offset))]


def count_rows(conn: Connection, asked: RowsAsked) -> dict[tuple[str, str], int]:
    """How many rows are in each mode and state."""
    at = ledger.c
    query = _asked_for(select(at.mode, at.state, func.count()), asked).group_by(at.mode, at.state)
    return {(mode, state): number for mode, state, number in conn.execute(query)}


def _asked_for(query: Select[Any], asked: RowsAsked) -> Select[Any]:
    at = ledger.c
    query = query.where(at.process == asked.process, at.mode.in_(sorted(asked.modes)))
    if asked.states is not None:
        query = query.where(at.state.in_(sorted(asked.states)))
    if asked.selpa_codes is not None:
        query = query.where(at.selpa_code.in_(sorted(asked.selpa_codes)))
    if asked.until is not None:
        query = query.where(at.run_on <= asked.until)
    if asked.text:
        of_people = (one.icontains(asked.text, autoescape=True) for one in (at.recipient, at.name))
        codes = sorted(asked.leas)[:MOST_CODES]
        query = query.where(or_(*of_people, at.lea.in_(codes)))
    return query


def rows_by_id(conn: Connection, ids: Collection[int]) -> list[LedgerRow]:
    """Rows by their numbers; those that are not there are left out."""
    query = select(ledger).where(ledger.c.id.in_(sorted(ids)[:MOST_CODES])).order_by(ledger.c.id)
    return [LedgerRow(*row) for row in conn.execute(query)]


def rows_of_mail(conn: Connection, mail_id: int) -> list[LedgerRow]:
    """Everything that one email said."""
    query = select(ledger).where(ledger.c.mail_id == mail_id).order_by(ledger.c.id)
    return [LedgerRow(*row) for row in conn.execute(query)]


def unsent_rows_to(conn: Connection, recipient_key: str, selpa_code: str) -> list[LedgerRow]:
    """What waits in the live ledger to go to a person in the email of a SELPA, held or not."""
    at = ledger.c
    query = select(ledger).where(
        at.mode == LIVE,
        at.recipient_key == recipient_key,
        at.selpa_code == selpa_code,
        at.state.in_(("queued", "failed", "held")),
    )
    return [LedgerRow(*row) for row in conn.execute(query.order_by(at.id))]


def mail_by_id(conn: Connection, mail_id: int) -> Mail | None:
    """An email as it was frozen."""
    row = conn.execute(select(mails).where(mails.c.id == mail_id)).one_or_none()
    return Mail(*row) if row is not None else None
