"""Flow runs, labeled for a person to find and kept in our own store.

A run is written down as running when it begins, and with its state when it ends. What stays running
because its process died is corrected by ``reconcile``, which asks Prefect what became of it.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.runs.run_records import CRASHED, NOT_DONE, RUNNING, RunRecord, record_run
from cimflow.store.database import session
from cimflow.store.runs import runs


async def label_run(name: str, tags: Sequence[str]) -> None:
    """Give the flow run that we are in the name and the tags by which a person looks for it."""
    here = FlowRunContext.get()
    if here is not None and here.flow_run is not None and here.client is not None:
        run = here.flow_run
        labels = sorted({*run.tags, *tags})
        # The client of an async flow is asynchronous; a test may run a flow without a server.
        await here.client.update_flow_run(run.id, name=name, tags=labels)


async def begin_run(
    context: AppContext,
    flow: str,
    process: str,
    on: dt.date,
    mode: str,
    *,
    cds_code: str | None = None,
    selpa_code: str | None = None,
    level: str | None = None,
) -> RunRecord:
    """Write down that the flow run that we are in is running."""
    here = FlowRunContext.get()
    run_id = str(here.flow_run.id) if here and here.flow_run else ""
    run = RunRecord(
        run_id=run_id,
        flow=flow,
        process=process,
        cds_code=cds_code,
        selpa_code=selpa_code,
        level=level,
        on=on,
        mode=mode,
        state=RUNNING,
        fingerprint=None,
        started_at=context.now(),
    )
    await asyncio.to_thread(record_run, context, run)
    return run


async def finish_run(
    context: AppContext,
    run: RunRecord,
    state: str,
    *,
    fingerprint: str | None = None,
    message: str = "",
) -> None:
    """Write down how a run ended."""
    ended = dataclasses.replace(
        run, state=state, fingerprint=fingerprint, message=message, finished_at=context.now()
    )
    await asyncio.to_thread(record_run, context, ended)


async def reconcile(context: AppContext) -> int:
    """Correct the runs that are written down as running but have ended; tells how many."""
    running = await asyncio.to_thread(_running, context)
    if not running:
        return 0
    async with get_client() as client:
        ended = [(one, await _end_of(client, one)) for one in running]
    for one, state in ended:
        if state is not None:
            await finish_run(context, one, state, message="the run did not finish")
    return sum(state is not None for _, state in ended)


def _running(context: AppContext) -> list[RunRecord]:
    with session.reading(context.engine) as conn:
        return [one for one in runs.recent_runs(conn, limit=5000) if one.finished_at is None]


async def _end_of(client: PrefectClient, run: RunRecord) -> str | None:
    """The state in which Prefect says a run ended; None while it runs."""
    try:
        found = await client.read_flow_run(UUID(run.run_id.partition("/")[0]))
    except (ObjectNotFound, ValueError):
        return CRASHED  # Prefect knows no such run (any more): nobody is working on it
    if found.state is None or not found.state.is_final():
        return None
    return found.state.name


def did_its_work(context: AppContext, flow: str, process: str, on: dt.date) -> bool:
    """Whether a run of the flow for the whole process and day came to an end of its own."""
    with session.reading(context.engine) as conn:
        found = runs.recent_runs(conn, flow=flow, process=process, on=on)
    whole = [one for one in found if one.selpa_code is None and one.cds_code is None]
    return any(one.finished_at is not None and one.state not in NOT_DONE for one in whole)
