"""How many emails of each day's sweep were let through: by it what is far too much is known.

An email that is held counts once a person releases it; what nobody let through is not usual. The
first sweep is special.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select, update

from cimflow.store.database.dialect import insert_into
from cimflow.store.schema.notice_tables import ledger
from cimflow.store.schema.notice_tables import sweeps as sweeps_table

_NOT_LET_THROUGH = ("held", "cancelled")


@dataclass(frozen=True, slots=True)
class Sweep:
    """The notices of one process on one day: how many emails its largest sweep let through."""

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


def count_released(conn: Connection, days: Collection[tuple[str, dt.date]]) -> None:
    """Count in live sweeps, by process and day, what a person let leave of what they had held."""
    at, on = ledger.c, sweeps_table.c
    for process, day in sorted(days):
        mails = (
            select(at.recipient_key, at.selpa_code)
            .where(
                at.mode == "live",
                at.process == process,
                at.run_on == day,
                at.state.not_in(_NOT_LET_THROUGH),
            )
            .distinct()
        )
        number = conn.execute(select(func.count()).select_from(mails.subquery())).scalar_one()
        conn.execute(
            update(sweeps_table)
            .where(on.mode == "live", on.process == process, on.run_on == day, on.mails < number)
            .values(mails=number)
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
