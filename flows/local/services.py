"""The work of ``up``: schedules, runner, requests and records, beside a server that is running."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Sequence
from typing import Any

from prefect.runner import Runner
from rich.console import Console

from cimflow.monitoring.access.held_roles import held_roles
from cimflow.monitoring.access.sign_in import first_link
from cimflow.monitoring.access.viewer import SYSTEM
from cimflow.monitoring.app_context import AppContext
from flows.local.prefect_settings import HOST, password_file
from flows.local.terminal import say
from flows.local.upkeep import keep_records, run_what_is_due, serve_requests
from flows.schedules import DEPLOYMENT, deployments
from tasks.app_context import enter_context
from tasks.leftover_runs import clear_leftovers

RUNNER_STOPS_WITHIN = 1.5
_log = logging.getLogger("prefect.cimflow")


async def run_machine(port: int, prefect_port: int, stop: threading.Event, out: Console) -> None:
    """Work until told to stop."""
    context = await enter_context(reload=True)
    await clear_leftovers(context.now())
    runner = Runner(name=DEPLOYMENT, pause_on_shutdown=False)
    for one in await deployments():
        await runner.aadd_deployment(one)
    _show_addresses(context, port, prefect_port, out)

    def tell(line: str) -> None:
        say(out, line)

    # Started on a thread that is not the main one, the runner leaves the signals alone.
    jobs = [
        asyncio.create_task(one)
        for one in (
            runner.start(),
            run_what_is_due(context, tell),
            serve_requests(context, tell),
            keep_records(context),
        )
    ]
    try:
        await _until_told(stop, jobs)
    finally:
        await _wind_down(runner, jobs)


async def _until_told(stop: threading.Event, jobs: Sequence[asyncio.Task[Any]]) -> None:
    """Until ``stop``, or the runner gives up; what was due and failed is only logged."""
    runner, due, *_ = jobs
    told = False
    while not stop.is_set() and not runner.done():
        if due.done() and not told:
            told = True
            if due.exception() is not None:
                _log.error("a scheduled run could not be started", exc_info=due.exception())
        await asyncio.sleep(0.1)


async def _wind_down(runner: Runner, jobs: Sequence[asyncio.Task[Any]]) -> None:
    for job in jobs[1:]:
        job.cancel()
    # Stopping a runner may raise where it was about to stop by itself.
    with contextlib.suppress(RuntimeError, TimeoutError):
        await asyncio.wait_for(runner.astop(), RUNNER_STOPS_WITHIN)
    await asyncio.wait(jobs, timeout=RUNNER_STOPS_WITHIN)


def _way_in(context: AppContext, link: str | None) -> str:
    if link is not None:
        return f"sign in (works once, within 15 minutes): {link}"
    if not held_roles(context):
        return f"no one can sign in yet: cimflow give-role YOUR-ADDRESS {SYSTEM}"
    return "a link to sign in: cimflow sign-in-link YOUR-ADDRESS"


def _show_addresses(context: AppContext, port: int, prefect_port: int, out: Console) -> None:
    """Where to look; and, while nobody has signed in here yet, a link that does, once."""
    home = context.settings.home
    base_url = context.settings.base_url or f"http://{HOST}:{port}"
    link = first_link(context, base_url=base_url)
    say(
        out,
        f"cimflow is up. Everything it keeps is in {home}",
        f"The pages: {base_url}",
        f"  {_way_in(context, link)}",
        f"Prefect, for the system administrator: http://{HOST}:{prefect_port}",
        f"  its user and password: {password_file(home)}",
        "Stop with Ctrl-C.",
    )
