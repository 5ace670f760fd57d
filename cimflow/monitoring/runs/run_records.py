"""Flow runs as our own store keeps them: the dashboard works with Prefect's server down."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.runs.run_requests import finish_run_requests, take_run_requests
from cimflow.store.database import session
from cimflow.store.runs import runs
from cimflow.store.runs.runs import RunState as RunRecord

RUNNING, CRASHED = "Running", "Crashed"
NOT_DONE = frozenset({RUNNING, CRASHED, "Failed", "Cancelled"})
"""States of a run that did not do what it was for; all others are our own words."""
FINISHED, WITH_PROBLEMS = "Finished", "Finished, with problems"
"""What is said of a run to whom its own words are not for."""
_TROUBLE = ("crashed", "failed", "uncertain", "Refused", WITH_PROBLEMS)


def record_run(context: AppContext, run: RunRecord) -> None:
    """Keep the state of a flow run; the same run told again is updated."""
    with session.transaction(context.engine) as conn:
        runs.record_run(conn, run)


def had_problems(state: str) -> bool:
    """Whether a run that came to its end says that not all of it went well."""
    return any(one in state for one in _TROUBLE)


def without_counts(run: RunRecord) -> RunRecord:
    """The run, saying how it ended and no more: its words count the LEAs of every SELPA."""
    if run.state in NOT_DONE:
        return replace(run, message="")
    state = WITH_PROBLEMS if had_problems(run.state) else FINISHED
    return replace(run, state=state, message="")


def ran_on(context: AppContext, flow: str, process_id: str, on: dt.date) -> bool:
    """Whether a flow has finished for a process and day, live or in rehearsal."""
    with session.reading(context.engine) as conn:
        found = runs.recent_runs(conn, flow=flow, process=process_id, on=on, limit=1)
    return any(one.finished_at is not None for one in found)


__all__ = [
    "CRASHED",
    "FINISHED",
    "NOT_DONE",
    "RUNNING",
    "WITH_PROBLEMS",
    "RunRecord",
    "finish_run_requests",
    "had_problems",
    "ran_on",
    "record_run",
    "take_run_requests",
    "without_counts",
]
