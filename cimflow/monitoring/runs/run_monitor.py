"""What ran, what will, and what did not come: read from our own store, with Prefect up or down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cimflow.monitoring import lea_owner
from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.runs.run_records import CRASHED, NOT_DONE, RunRecord, without_counts
from cimflow.monitoring.runs.run_requests import failed_run_of, why_it_failed
from cimflow.monitoring.runs.schedules import (
    COHORT_STATUS,
    DRILL_DOWN,
    ESCALATION,
    LEA_STATUS,
    SCHEDULES,
    WorkingTime,
    did_not_come,
    next_run,
    seems_down,
)
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store.database import session
from cimflow.store.runs import run_history, run_requests, runs
from cimflow.store.runs.runs import RunRequest

FLOWS = (COHORT_STATUS, ESCALATION, LEA_STATUS, DRILL_DOWN)
STRIP = 30
STRIP_OF_LEA = 10


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One flow: its last runs, the last one that succeeded, when it comes next, and if it did not.

    ``missed`` is the moment for which a run was scheduled that did not come.
    """

    flow: str
    recent: tuple[RunRecord, ...]
    last_good: RunRecord | None
    next: dt.datetime | None
    missed: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Changed:
    """An LEA whose answer a run changed: the state before (None: it had none), and after."""

    cds_code: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come that a person asked for.

    ``stage``: waiting, late (nobody takes it), running, finished, failed. ``done`` of ``of`` LEA
    runs. ``failure`` is why it failed, else empty.
    """

    request: RunRequest
    stage: str
    done: int
    of: int
    crashed: tuple[str, ...]
    changed: tuple[Changed, ...]
    failure: str = ""


def flow_lines(act: Act, *, selpas: Collection[str] | None) -> tuple[FlowLine, ...]:
    """A line for each flow; ``selpas`` None sees every run, else those for all or for these.

    A run for all counts the LEAs of every SELPA: to whom not all of those are theirs it says only
    how it ended, and when.
    """
    now = act.context.now()
    time = working_time(act)
    schedule_of = {one.flow: one for one in SCHEDULES}
    sees_all = dict.fromkeys(FLOWS, _sees_all(act.context, (act.process_id,), selpas))
    # The emails of all processes leave together, and are counted together.
    sees_all[ESCALATION] = _sees_all(act.context, act.context.processes, selpas)
    lines = []
    with act.reading() as conn:
        for flow in FLOWS:
            recent = run_history.runs_of_flow(
                conn, act.process_id, flow, selpa_codes=selpas, limit=STRIP
            )
            if not sees_all[flow]:
                recent = [one if one.selpa_code else without_counts(one) for one in recent]
            if flow not in schedule_of:
                good = run_history.runs_of_flow(
                    conn, act.process_id, flow, selpa_codes=selpas, limit=1, done=NOT_DONE
                )
                lines.append(FlowLine(flow, tuple(recent), good[0] if good else None, None, None))
                continue
            last = run_history.last_whole_success(conn, act.process_id, flow, not_done=NOT_DONE)
            schedule = schedule_of[flow]
            missed = did_not_come(schedule, last.started_at if last else None, now, time)
            upcoming = next_run(schedule, now, time)
            lines.append(FlowLine(flow, tuple(recent), last, upcoming, missed))
    return tuple(lines)


def _sees_all(
    context: AppContext, processes: Collection[str], selpas: Collection[str] | None
) -> bool:
    """Whether every LEA of some processes is of these SELPAs."""
    return selpas is None or all(
        set(lea_owner.selpas_of(context, one).values()) <= set(selpas) for one in processes
    )


def is_down(act: Act) -> bool:
    """Whether ``cimflow up`` does not seem to be running."""
    with act.reading() as conn:
        waiting = run_requests.oldest_waiting(conn)
        signs = (run_history.last_started(conn), run_requests.last_taken(conn))
    return seems_down(
        waiting_since=waiting,
        last_sign=max((one for one in signs if one is not None), default=None),
        now=act.context.now(),
        time=working_time(act),
    )


def working_time(act: Act) -> WorkingTime:
    """When scheduled mail of a process may leave."""
    return WorkingTime(
        calendar=act.calendar,
        hours=act.context.ladder.working_hours,
        zone=act.process.zone,
    )


def runs_of_leas(act: Act, cds_codes: Collection[str]) -> dict[str, list[RunRecord]]:
    """The last runs of each of some LEAs, the last started first."""
    with act.reading() as conn:
        return run_history.runs_of_leas(
            conn, act.process_id, cds_codes, flow=LEA_STATUS, each=STRIP_OF_LEA
        )


def last_answers(act: Act) -> dict[str, str]:
    """The answer that each LEA's last finished live run gave, by CDS code."""
    with act.reading() as conn:
        return runs.last_fingerprints(conn, act.process_id)


def progress_of(
    context: AppContext,
    request: RunRequest,
    scope: Sequence[CaseStatus],
    to_come: Collection[str],
) -> Progress:
    """How far a run has come.

    Args:
        context: the composed application.
        request: what was asked for.
        scope: the LEAs that it is about, as they stand today.
        to_come: those of them whose answer differs from that of their last run.
    """
    if request.taken_at is None or request.asked_at is None:
        waited = context.now() - (request.asked_at or context.now())
        stage = "late" if waited > dt.timedelta(minutes=1) else "waiting"
        return Progress(request, stage, 0, len(_expected(request, scope, to_come)), (), ())
    codes = {one.cds_code for one in scope}
    finished = request.finished_at is not None
    failure = why_it_failed(context, request.id) if finished else None
    with session.reading(context.engine) as conn:
        since = run_history.lea_runs_since(
            conn, request.process, request.taken_at, request.finished_at
        )
        ours = {
            str(one.cds_code): one
            for one in since
            if one.cds_code in codes and one.run_id != failed_run_of(request.id)
        }
        ended = {cds: one for cds, one in ours.items() if one.finished_at is not None}
        before = run_history.states_before(conn, request.process, ended, request.taken_at)
    expected = set(ended) if finished else set(ours) | _expected(request, scope, to_come)
    return Progress(
        request=request,
        stage="failed" if failure is not None else "finished" if finished else "running",
        done=len(ended),
        of=len(expected),
        crashed=tuple(sorted(cds for cds, one in ended.items() if one.state in NOT_DONE)),
        changed=_changed(ended, before),
        failure=failure or "",
    )


def _expected(
    request: RunRequest, scope: Sequence[CaseStatus], to_come: Collection[str]
) -> set[str]:
    all_of_them = request.everything or request.cds_code is not None
    return {one.cds_code for one in scope} if all_of_them else set(to_come)


def _changed(
    ended: Mapping[str, RunRecord], before: Mapping[str, RunRecord]
) -> tuple[Changed, ...]:
    found = []
    for cds, run in sorted(ended.items()):
        earlier = before.get(cds)
        if run.state in NOT_DONE or (earlier and earlier.fingerprint == run.fingerprint):
            continue
        found.append(Changed(cds, earlier.state if earlier else None, run.state))
    return tuple(found)


__all__ = [
    "CRASHED",
    "Changed",
    "FlowLine",
    "Progress",
    "flow_lines",
    "is_down",
    "last_answers",
    "progress_of",
    "runs_of_leas",
    "working_time",
]
