"""Flow runs: those that were, and what the cohort's sweep answered.

Prefect runs the work and may forget it; what is kept here shows with its server down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from cimflow.store.database.dialect import insert_into
from cimflow.store.runs.run_requests import (
    RunRequest,
    find_request,
    finish_requests,
    oldest_waiting,
    request_run,
    take_requests,
)
from cimflow.store.schema.run_tables import answers, run_states

__all__ = [
    "Answer",
    "RunRequest",
    "RunState",
    "find_request",
    "finish_requests",
    "last_fingerprints",
    "latest_answers",
    "oldest_waiting",
    "recent_runs",
    "record_answers",
    "record_run",
    "request_run",
    "take_requests",
]


@dataclass(frozen=True, slots=True)
class RunState:
    """A flow run as last reported. ``run_id`` is Prefect's."""

    run_id: str
    flow: str
    process: str
    cds_code: str | None
    selpa_code: str | None
    level: str | None
    on: dt.date
    mode: str
    state: str
    fingerprint: str | None
    started_at: dt.datetime
    finished_at: dt.datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the last sweep of a mode said of one LEA."""

    process: str
    mode: str
    cds_code: str
    selpa_code: str
    on: dt.date
    state: str
    fingerprint: str
    at: dt.datetime


def record_run(conn: Connection, run: RunState) -> None:
    """Keep a run as it is now; what is finished is not undone by news that comes late."""
    values = {
        "run_id": run.run_id,
        "flow": run.flow,
        "process": run.process,
        "cds_code": run.cds_code,
        "selpa_code": run.selpa_code,
        "level": run.level,
        "run_on": run.on,
        "mode": run.mode,
        "state": run.state,
        "fingerprint": run.fingerprint,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "message": run.message,
    }
    new = insert_into(conn, run_states).values(**values)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=["run_id"],
            set_={name: new.excluded[name] for name in values if name != "run_id"},
            where=or_(run_states.c.finished_at.is_(None), new.excluded.finished_at.is_not(None)),
        )
    )


def recent_runs(
    conn: Connection,
    *,
    flow: str | None = None,
    process: str | None = None,
    cds_code: str | None = None,
    on: dt.date | None = None,
    limit: int = 50,
) -> list[RunState]:
    """Runs, the last started first."""
    wanted = {"flow": flow, "process": process, "cds_code": cds_code, "run_on": on}
    at = run_states.c
    query = (
        select(run_states)
        .where(*(at[name] == value for name, value in wanted.items() if value is not None))
        .order_by(at.started_at.desc(), at.run_id)
        .limit(limit)
    )
    return [RunState(*row) for row in conn.execute(query)]


def last_fingerprints(conn: Connection, process: str) -> dict[str, str]:
    """The answer that each LEA's last finished live run gave, by CDS code."""
    at = run_states.c
    counted = and_(
        at.process == process,
        at.mode == "live",
        at.cds_code.is_not(None),
        at.fingerprint.is_not(None),
        at.finished_at.is_not(None),
    )
    last = (
        select(at.cds_code, func.max(at.finished_at).label("finished_at"))
        .where(counted)
        .group_by(at.cds_code)
        .subquery()
    )
    query = select(at.cds_code, at.fingerprint).join(
        last, and_(at.cds_code == last.c.cds_code, at.finished_at == last.c.finished_at)
    )
    found = conn.execute(query.where(counted).order_by(at.started_at))
    return {row[0]: row[1] for row in found}


def record_answers(
    conn: Connection,
    process: str,
    on: dt.date,
    rows: Iterable[tuple[str, str, str, str]],
    *,
    mode: str,
    at: dt.datetime,
) -> None:
    """Publish what a sweep found, in place of what the one before said.

    Args:
        conn: a write transaction.
        process: the process.
        on: the day that was asked about.
        rows: CDS code, SELPA code, state and fingerprint of each LEA.
        mode: live, or a rehearsal.
        at: when it was found.
    """
    values = [
        {
            "process": process,
            "mode": mode,
            "cds_code": cds,
            "selpa_code": selpa,
            "run_on": on,
            "state": state,
            "fingerprint": fingerprint,
            "answered_at": at,
        }
        for cds, selpa, state, fingerprint in sorted(rows)
    ]
    if not values:
        return
    key = ["process", "mode", "cds_code"]
    new = insert_into(conn, answers)
    changed = {name: new.excluded[name] for name in values[0] if name not in key}
    conn.execute(new.on_conflict_do_update(index_elements=key, set_=changed), values)


def latest_answers(conn: Connection, process: str, mode: str = "live") -> list[Answer]:
    """What the last sweep said of each LEA, by CDS code."""
    at = answers.c
    query = select(answers).where(at.process == process, at.mode == mode)
    return [Answer(*row) for row in conn.execute(query.order_by(at.cds_code))]
