"""Tidying around a stop: what Prefect still believes after one, what it has not sent before one."""

from __future__ import annotations

import datetime as dt

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.states import Crashed

_BELIEVED_AT_WORK = ("RUNNING", "PENDING", "CANCELLING")


async def clear_leftovers(now: dt.datetime) -> None:
    """Mark as crashed what nobody works on any more, and drop the schedules that were missed.

    Only for a program alone with the server of a home. A run left running would keep the one place
    of its deployment for ever; the missed mornings of a week would all run, one after the other.
    """
    async with get_client() as client:
        for run in await _all(client, FlowRunFilter(state={"type": {"any_": _BELIEVED_AT_WORK}})):
            state = Crashed(message="cimflow was stopped during this run")
            await client.set_flow_run_state(run.id, state, force=True)
        missed = FlowRunFilter(
            state={"type": {"any_": [StateType.SCHEDULED]}},
            expected_start_time={"before_": now},
        )
        for run in await _all(client, missed):
            await client.delete_flow_run(run.id)


async def _all(client: PrefectClient, which: FlowRunFilter) -> list[FlowRun]:
    """Every run that fits: the server hands out 200 at a time, without saying so."""
    found: list[FlowRun] = []
    while page := await client.read_flow_runs(flow_run_filter=which, offset=len(found), limit=200):
        found += page
    return found


def send_what_is_left(*, seconds: float) -> None:
    """Send the task runs and log lines that Prefect's threads still hold; not on an event loop.

    Task runs reach the database through events: without this the last of a short run are lost.
    """
    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=seconds)
