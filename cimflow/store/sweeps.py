"""How many mails each day's sweep had: what is far too much is held, and the first is special."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from cimflow.store.dialect import insert_into
from cimflow.store.ledger_tables import sweeps as sweeps_table


@dataclass(frozen=True, slots=True)
class Sweep:
    """The notices of one process on one day: how many mails its largest sweep had."""

    process: str
    mode: str
    on: dt.date
    mails: int
    at: dt.datetime


def record_sweep(
    conn: Connection, process: str, mode: str, on: dt.date, mails: int, *, at: dt.datetime
) -> None:
    """Put a sweep on record; of several on one day the largest counts."""
    new = insert_into(conn, sweeps_table).values(
        process=process, mode=mode, run_on=on, mails=mails, swept_at=at
    )
    standing, more = sweeps_table.c.mails, new.excluded.mails
    conn.execute(
        new.on_conflict_do_update(
            index_elements=["process", "mode", "run_on"],
            set_={"mails": case((more > standing, more), else_=standing), "swept_at": at},
        )
    )


def sweeps(conn: Connection, process: str, mode: str = "live") -> list[Sweep]:
    """The sweeps of a mode, one for each day, by day."""
    at = sweeps_table.c
    query = select(sweeps_table).where(at.process == process, at.mode == mode)
    return [Sweep(*row) for row in conn.execute(query.order_by(at.run_on))]


def first_live_sweep_on(conn: Connection, process: str) -> dt.date | None:
    """The day of the first live sweep; None before it."""
    at = sweeps_table.c
    query = select(func.min(at.run_on)).where(at.process == process, at.mode == "live")
    return conn.execute(query).scalar()
