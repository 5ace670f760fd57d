"""Notices: queued, then delivered. Both converge: repeated, they find nothing more to do."""

from __future__ import annotations

import asyncio
import datetime as dt

from prefect import task

from cimflow.monitoring.act import act_on
from cimflow.monitoring.notices.delivery import Delivered, Prepared, deliver, prepare
from tasks.app_context import enter_context
from tasks.progress import report
from tasks.retries import FOR_IO


@task(name="prepare-notices", task_run_name="queue {process} on {on}", **FOR_IO)
async def prepare_task(process: str, on: dt.date, mode: str) -> Prepared:
    """Queue what is owed and not yet in the ledger."""
    context = await enter_context()
    return await asyncio.to_thread(prepare, act_on(context, process), on, mode=mode)


@task(name="deliver-notices", task_run_name="deliver {mode} on {on}", **FOR_IO)
async def deliver_task(on: dt.date, mode: str, scheduled: bool) -> Delivered:
    """Deliver what is queued, and what failed before; rehearsals compose and keep."""
    context = await enter_context()
    return await deliver(context, on, mode=mode, scheduled=scheduled, progress=report)
