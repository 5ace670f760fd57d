"""The application of the flows: settings from the environment, opened once per process."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import os
from pathlib import Path

from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.process.escalation.notice import LIVE
from cimflow.settings import Settings, read_settings
from tasks.lifeline import hold_lifeline

_open: dict[Settings, AppContext] = {}


def clock() -> dt.datetime:
    """The one clock of the flows, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def context_here(*, reload: bool = False) -> AppContext:
    """The application of this environment; ``reload`` reads the process files again."""
    settings = read_settings(os.environ, working_directory=Path.cwd())
    before = _open.get(settings)
    if before is None or reload:
        context = open_app_context(settings, clock=clock)
        if before is not None:
            # The runs that hold the earlier one go on with it; the connections are shared.
            context.engine.dispose()
            context = dataclasses.replace(context, engine=before.engine)
        _open[settings] = context
    return _open[settings]


async def enter_context(*, reload: bool = False) -> AppContext:
    """The same, without holding up the event loop; every flow begins with it."""
    hold_lifeline()
    return await asyncio.to_thread(context_here, reload=reload)


def mode_on(context: AppContext, process: str, on: dt.date) -> str:
    """What a status run on a day is: live today, a rehearsal on any other day."""
    return LIVE if on == context.today(process) else f"rehearsal:{on}"
