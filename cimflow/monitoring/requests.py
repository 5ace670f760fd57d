"""Asking for a run: a row that the runner drains within seconds; the morning sweep is the net."""

from __future__ import annotations

from collections.abc import Collection

from cimflow.monitoring.errors import Refused
from cimflow.monitoring.office import Office
from cimflow.monitoring.schedules import COHORT_STATUS, LEA_STATUS
from cimflow.store import runs, session
from cimflow.store.runs import RunRequest
from cimflow.store.session import Connection

LONGEST_REASON = 200


def ask_for_run(
    office: Office, conn: Connection, process_id: str, cds_code: str | None, reason: str
) -> None:
    """Ask, in the transaction of the change itself, for a run of the LEA (or of the cohort)."""
    kind = COHORT_STATUS if cds_code is None else LEA_STATUS
    runs.request_run(conn, kind, process_id, cds_code, at=office.now(), reason=reason)


def ask_for_run_now(
    office: Office,
    process_id: str,
    *,
    selpa: str | None,
    lea: str | None,
    everything: bool,
    by: str,
) -> int:
    """A person asks for a run now: of a SELPA's LEAs, of one LEA, or (with neither) of all.

    Args:
        office: the office.
        process_id: the process.
        selpa: only this SELPA's LEAs; with ``lea``, the SELPA it belongs to.
        lea: only this LEA, whether its answer changed or not.
        everything: every LEA, whether its answer changed or not.
        by: who asks.

    Returns:
        The number of the request, by which its progress is looked up.
    """
    office.process(process_id)
    with session.transaction(office.engine) as conn:
        return runs.request_run(
            conn,
            COHORT_STATUS if lea is None else LEA_STATUS,
            process_id,
            lea,
            at=office.now(),
            reason=f"asked for by {by}"[:LONGEST_REASON],
            selpa_code=selpa,
            everything=everything,
            asked_by=by,
        )


def request_asked_for(
    office: Office, process_id: str, request_id: int, *, selpas: Collection[str] | None
) -> RunRequest:
    """A request that a person may watch.

    Args:
        office: the office.
        process_id: the process.
        request_id: its number.
        selpas: whose requests the person may see; None: everybody's.

    Raises:
        Refused: there is none, or it is about somebody else's LEAs.
    """
    with session.reading(office.engine) as conn:
        found = runs.find_request(conn, request_id)
    if found is None or found.process != process_id or not found.asked_by:
        raise Refused(f"request {request_id}: there is none in {process_id}")
    if selpas is not None and found.selpa_code not in selpas:
        raise Refused(f"request {request_id}: there is none in {process_id}")
    return found


def take_run_requests(office: Office, *, limit: int = 50) -> list[RunRequest]:
    """Take what was asked for; each request is taken once."""
    with session.transaction(office.engine) as conn:
        return runs.take_requests(conn, limit, at=office.now())


def finish_run_requests(office: Office, ids: list[int]) -> None:
    """Mark requests as done."""
    with session.transaction(office.engine) as conn:
        runs.finish_requests(conn, ids, at=office.now())
