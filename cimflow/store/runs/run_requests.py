"""Runs asked for: by a change, in its own transaction, or by a person at a page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from cimflow.store.schema.run_tables import run_requests


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run that someone or some change asked for; ``cds_code`` None is the whole cohort.

    ``selpa_code`` keeps a sweep to the LEAs of one SELPA; ``everything`` is every LEA, changed or
    not. ``asked_by`` is empty where a change asked.
    """

    id: int
    kind: str
    process: str
    cds_code: str | None
    reason: str = ""
    selpa_code: str | None = None
    everything: bool = False
    asked_by: str = ""
    asked_at: dt.datetime | None = None
    taken_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None


_COLUMNS = (
    run_requests.c.id,
    run_requests.c.kind,
    run_requests.c.process,
    run_requests.c.cds_code,
    run_requests.c.reason,
    run_requests.c.selpa_code,
    func.coalesce(run_requests.c.everything, False),
    func.coalesce(run_requests.c.asked_by, ""),
)


def request_run(
    conn: Connection,
    kind: str,
    process: str,
    cds_code: str | None,
    *,
    at: dt.datetime,
    reason: str,
    selpa_code: str | None = None,
    everything: bool = False,
    asked_by: str = "",
) -> int:
    """Ask for a run, in the transaction of the change that calls for it; the request's number."""
    made = conn.execute(
        insert(run_requests).returning(run_requests.c.id),
        {
            "kind": kind,
            "process": process,
            "cds_code": cds_code,
            "reason": reason,
            "asked_at": at,
            "selpa_code": selpa_code,
            "everything": everything,
            "asked_by": asked_by,
        },
    )
    return int(made.scalar_one())


def take_requests(conn: Connection, limit: int, *, at: dt.datetime) -> list[RunRequest]:
    """Take the oldest requests; each is taken once, no matter who else is taking.

    Several that changes made for the same run are one: the others are finished with it. What a
    person asked for stays a request of its own, since that person watches it.
    """
    table = run_requests
    found = conn.execute(
        select(*_COLUMNS)
        .where(table.c.taken_at.is_(None))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    first: dict[object, RunRequest] = {}
    same = [
        one.id
        for one in (RunRequest(*row) for row in found)
        if first.setdefault(_run_of(one), one) is not one
    ]
    taken = [one.id for one in first.values()]
    _mark(conn, taken, taken_at=at)
    _mark(conn, same, taken_at=at, finished_at=at)
    return list(first.values())


def _run_of(one: RunRequest) -> object:
    """What makes two requests the same."""
    return one.id if one.asked_by else (one.kind, one.process, one.cds_code)


def finish_requests(conn: Connection, ids: Sequence[int], *, at: dt.datetime) -> None:
    """Say that what was asked for has run."""
    _mark(conn, ids, finished_at=at)


def _mark(conn: Connection, ids: Sequence[int], **values: dt.datetime) -> None:
    if ids:
        conn.execute(update(run_requests).where(run_requests.c.id.in_(ids)).values(**values))


def find_request(conn: Connection, request_id: int) -> RunRequest | None:
    """One request with how far it has come; None: there is no such request."""
    at = run_requests.c
    row = conn.execute(
        select(*_COLUMNS, at.asked_at, at.taken_at, at.finished_at).where(at.id == request_id)
    ).one_or_none()
    return RunRequest(*row) if row is not None else None


def oldest_waiting(conn: Connection) -> dt.datetime | None:
    """Since when a request has been waiting to be taken; None: none is."""
    query = (
        select(run_requests.c.asked_at)
        .where(run_requests.c.taken_at.is_(None))
        .order_by(run_requests.c.id)
        .limit(1)
    )
    return conn.execute(query).scalar()


def last_taken(conn: Connection) -> dt.datetime | None:
    """When a request was taken last; None: none ever was."""
    return conn.execute(select(func.max(run_requests.c.taken_at))).scalar()
