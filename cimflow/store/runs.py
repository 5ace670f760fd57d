"""Flow runs: those asked for, those that were, and what the cohort's sweep answered.

Prefect runs the work and may forget it; what is kept here shows with its server down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from cimflow.store.dialect import insert_into
from cimflow.store.tables import answers, run_requests, run_states


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run that someone or some change asked for; ``cds_code`` None is the whole cohort."""

    id: int
    kind: str
    process: str
    cds_code: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunState:
    """A flow run as last heard of. ``run_id`` is Prefect's."""

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


def request_run(
    conn: Connection,
    kind: str,
    process: str,
    cds_code: str | None,
    *,
    at: dt.datetime,
    reason: str,
) -> None:
    """Ask for a run, in the transaction of the change that calls for it."""
    conn.execute(
        insert(run_requests),
        {
            "kind": kind,
            "process": process,
            "cds_code": cds_code,
            "reason": reason,
            "asked_at": at,
        },
    )


def take_requests(conn: Connection, limit: int, *, at: dt.datetime) -> list[RunRequest]:
    """Take the oldest requests; each is taken once, whoever else is taking.

    Several for the same run are one: the others are finished with it.
    """
    table = run_requests
    found = conn.execute(
        select(table.c.id, table.c.kind, table.c.process, table.c.cds_code, table.c.reason)
        .where(table.c.taken_at.is_(None))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    first: dict[tuple[str, str, str | None], RunRequest] = {}
    same = [
        one.id
        for one in (RunRequest(*row) for row in found)
        if first.setdefault((one.kind, one.process, one.cds_code), one) is not one
    ]
    taken = [one.id for one in first.values()]
    _mark(conn, taken, taken_at=at)
    _mark(conn, same, taken_at=at, finished_at=at)
    return list(first.values())


def finish_requests(conn: Connection, ids: Sequence[int], *, at: dt.datetime) -> None:
    """Say that what was asked for has run."""
    _mark(conn, ids, finished_at=at)


def _mark(conn: Connection, ids: Sequence[int], **values: dt.datetime) -> None:
    if ids:
        conn.execute(update(run_requests).where(run_requests.c.id.in_(ids)).values(**values))


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
