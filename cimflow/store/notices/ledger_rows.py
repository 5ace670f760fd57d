"""The rows of the ledger and what they say: who was told, what waits, how many. Changes nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from cimflow.process.definition.rung_kinds import DIGEST
from cimflow.process.escalation.notice import LIVE, Key, LedgerState, Told
from cimflow.store.schema.notice_tables import ledger

UNTOLD = "cancelled"
"""The state of a row that was taken back before it left: nobody was told."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One notice to one person, and how far it has come.

    ``on`` is the day of the run that queued it, and from the claim on that of the run that sent it.
    ``reason``: why it is held, was cancelled, or failed.
    """

    id: int
    mode: str
    process: str
    lea: str
    activity: str
    rung: str
    anchor: str
    recipient_key: str
    recipient: str
    role: str
    name: str
    selpa_code: str
    due: dt.date | None
    effective: dt.date
    delayed: bool
    on: dt.date
    state: LedgerState
    reason: str
    queued_at: dt.datetime
    claimed_at: dt.datetime | None
    settled_at: dt.datetime | None
    mail_id: int | None

    @property
    def key(self) -> Key:
        """What makes two notices the same notice."""
        return Key(self.lea, self.activity, self.rung, self.anchor, self.recipient_key)

    @property
    def is_digest(self) -> bool:
        """Whether it is the summary of a SELPA; then its ``lea`` is the SELPA's code."""
        return self.rung == DIGEST


def told(
    conn: Connection, process: str, *, mode: str = LIVE, lea: str | None = None
) -> dict[str, list[Told]]:
    """What anyone was told or is about to be, by LEA: every row that was not cancelled."""
    at = ledger.c
    query = select(
        at.lea, at.activity, at.rung, at.anchor, at.recipient_key, at.role, at.state, at.run_on
    ).where(at.process == process, at.mode == mode, at.state != UNTOLD)
    if lea is not None:
        query = query.where(at.lea == lea)
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for row in conn.execute(query.order_by(at.id)):
        found[row.lea].append(Told(Key(*row[:5]), *row[5:]))
    return dict(found)


def known_keys(conn: Connection, process: str, mode: str) -> set[Key]:
    """The notices that the ledger holds already: every row that was not cancelled."""
    at = ledger.c
    found = conn.execute(
        select(at.lea, at.activity, at.rung, at.anchor, at.recipient_key).where(
            at.process == process, at.mode == mode, at.state != UNTOLD
        )
    )
    return {Key(*row) for row in found}


def rows(
    conn: Connection,
    process: str | None = None,
    *,
    mode: str | None = None,
    states: Collection[str] | None = None,
) -> list[LedgerRow]:
    """Ledger rows in the order in which they were first queued."""
    query = select(ledger)
    if process is not None:
        query = query.where(ledger.c.process == process)
    if mode is not None:
        query = query.where(ledger.c.mode == mode)
    if states is not None:
        query = query.where(ledger.c.state.in_(states))
    return [LedgerRow(*row) for row in conn.execute(query.order_by(ledger.c.id))]


def waiting(conn: Connection, mode: str) -> list[LedgerRow]:
    """What is to be delivered: queued, or failed before."""
    return rows(conn, mode=mode, states=("queued", "failed"))


def counts_by_selpa(conn: Connection, process: str, mode: str) -> dict[tuple[str, str], int]:
    """How many rows each SELPA has in each state."""
    query = (
        select(ledger.c.selpa_code, ledger.c.state, func.count())
        .where(ledger.c.process == process, ledger.c.mode == mode)
        .group_by(ledger.c.selpa_code, ledger.c.state)
    )
    return {(selpa, state): number for selpa, state, number in conn.execute(query)}


def counts_by_state(
    conn: Connection, process: str | None, mode: str, *, selpa_code: str | None = None
) -> dict[str, int]:
    """How many rows are in each state; of every process, or of one."""
    query = (
        select(ledger.c.state, func.count()).where(ledger.c.mode == mode).group_by(ledger.c.state)
    )
    if process is not None:
        query = query.where(ledger.c.process == process)
    if selpa_code is not None:
        query = query.where(ledger.c.selpa_code == selpa_code)
    return {row[0]: row[1] for row in conn.execute(query)}
