"""Asking for a run: a row that the runner drains within seconds; the morning sweep is the net."""

from __future__ import annotations

from collections.abc import Collection

from cimflow.monitoring import lea_owner
from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.runs.schedules import COHORT_STATUS, LEA_STATUS
from cimflow.process.escalation.notice import LIVE
from cimflow.store.database import session
from cimflow.store.runs import run_history, runs
from cimflow.store.runs.runs import RunRequest, RunState

LONGEST_REASON = 200
FAILED = "Failed"


def ask_for_run_now(act: Act, *, selpa: str | None, everything: bool) -> int:
    """A person asks for a run now: of a SELPA's LEAs, of one LEA, or (with neither) of all.

    Args:
        act: who asks; about one LEA, whether its answer changed or not, or about the cohort.
        selpa: only this SELPA's LEAs; with an LEA, the SELPA it belongs to.
        everything: every LEA, whether its answer changed or not.

    Returns:
        The number of the request, by which its progress is looked up.
    """
    whose = f"lea:{act.lea}" if act.lea else f"selpa:{selpa}" if selpa else "all"
    with session.transaction(act.context.engine) as conn:
        number = runs.request_run(
            conn,
            COHORT_STATUS if act.lea is None else LEA_STATUS,
            act.process_id,
            act.lea,
            at=act.context.now(),
            reason=f"asked for by {act.by}"[:LONGEST_REASON],
            selpa_code=selpa,
            everything=everything,
            asked_by=act.by,
        )
        every = ", every LEA" if everything else ""
        act.note(conn, "run-now", f"run request {number}: {whose}{every}", selpa_code=selpa)
    return number


def request_asked_for(act: Act, request_id: int, *, selpas: Collection[str] | None) -> RunRequest:
    """A request that a person may watch.

    Args:
        act: on which process, and who asks.
        request_id: its number.
        selpas: whose requests the person may see; None: everybody's.

    Raises:
        Refused: there is none, or it is about somebody else's LEAs.
    """
    with act.reading() as conn:
        found = runs.find_request(conn, request_id)
    if found is None or found.process != act.process_id or not found.asked_by:
        raise Refused(refusal("request-unknown", request=request_id, process=act.process_id))
    if selpas is not None and found.selpa_code not in selpas:
        raise Refused(refusal("request-unknown", request=request_id, process=act.process_id))
    return found


def take_run_requests(context: AppContext, *, limit: int = 50) -> list[RunRequest]:
    """Take what was asked for; each request is taken once."""
    with session.transaction(context.engine) as conn:
        return runs.take_requests(conn, limit, at=context.now())


def finish_run_requests(context: AppContext, ids: list[int]) -> None:
    """Mark requests as done."""
    with session.transaction(context.engine) as conn:
        runs.finish_requests(conn, ids, at=context.now())


def fail_run_requests(context: AppContext, ids: Collection[int], why: str) -> None:
    """Mark requests as over, and keep that their run failed: as a run on record, with why.

    Args:
        context: the composed application.
        ids: the numbers of the requests.
        why: a sentence for the people who asked, with nothing secret in it.
    """
    with session.reading(context.engine) as conn:
        found = [one for one in (runs.find_request(conn, id_) for id_ in ids) if one is not None]
    # Of many that changes made one is enough on record: nobody watches them.
    told = [one for one in found if one.asked_by] or found[:1]
    failed = [_failed_run(context, one, why) for one in told]
    with session.transaction(context.engine) as conn:
        for one in failed:
            runs.record_run(conn, one)
        runs.finish_requests(conn, list(ids), at=context.now())


def why_it_failed(context: AppContext, request_id: int) -> str | None:
    """Why the run of a request failed; None: it did not, or has not yet."""
    with session.reading(context.engine) as conn:
        found = run_history.run_known_as(conn, failed_run_of(request_id))
    return found.message if found is not None else None


def failed_run_of(request_id: int) -> str:
    """The name under which the failed run of a request is on record; no run of Prefect's has it."""
    return f"request/{request_id}"


def _failed_run(context: AppContext, request: RunRequest, why: str) -> RunState:
    selpa = request.selpa_code
    if selpa is None and request.cds_code is not None:
        selpa = lea_owner.selpa_of(context, request.process, request.cds_code)
    return RunState(
        run_id=failed_run_of(request.id),
        flow=request.kind,
        process=request.process,
        cds_code=request.cds_code,
        selpa_code=selpa,
        level=None,
        on=context.today(request.process),
        mode=LIVE,
        state=FAILED,
        fingerprint=None,
        started_at=context.now(),
        finished_at=context.now(),
        message=why,
    )
