"""Asking for a run: a row that the runner drains within seconds; the morning sweep is the net."""

from __future__ import annotations

from cimflow.monitoring.office import Office
from cimflow.store import runs, session
from cimflow.store.runs import RunRequest
from cimflow.store.session import Connection


def ask_for_run(
    office: Office, conn: Connection, process_id: str, cds_code: str | None, reason: str
) -> None:
    """Ask, in the transaction of the change itself, for a run of the LEA (or of the cohort)."""
    kind = "cohort-status" if cds_code is None else "lea-status"
    runs.request_run(conn, kind, process_id, cds_code, at=office.now(), reason=reason)


def take_run_requests(office: Office, *, limit: int = 50) -> list[RunRequest]:
    """Take what was asked for; each request is taken once."""
    with session.transaction(office.engine) as conn:
        return runs.take_requests(conn, limit, at=office.now())


def finish_run_requests(office: Office, ids: list[int]) -> None:
    """Mark requests as done."""
    with session.transaction(office.engine) as conn:
        runs.finish_requests(conn, ids, at=office.now())
