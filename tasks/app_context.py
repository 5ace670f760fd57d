"""The office that the flows work in: settings from the environment, opened once per process."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import os
from pathlib import Path

from cimflow.monitoring.app_context import Office, open_office
from cimflow.monitoring.notices.owed import LIVE
from cimflow.settings import Settings, read_settings
from tasks.lifeline import hold_lifeline

_open: dict[Settings, Office] = {}


def clock() -> dt.datetime:
    """The one clock of the flows, in UTC."""
    return dt.datetime.now(tz=dt.UTC)


def office_here(*, afresh: bool = False) -> Office:
    """The office of this environment; ``afresh`` reads the process files again."""
    settings = read_settings(os.environ, working_directory=Path.cwd())
    before = _open.get(settings)
    if before is None or afresh:
        office = open_office(settings, clock=clock)
        if before is not None:
            # The runs that hold the earlier one go on with it; the connections are shared.
            office.engine.dispose()
            office = dataclasses.replace(office, engine=before.engine)
        _open[settings] = office
    return _open[settings]


async def enter_office(*, afresh: bool = False) -> Office:
    """The same, without holding up the event loop; every flow begins with it."""
    hold_lifeline()
    return await asyncio.to_thread(office_here, afresh=afresh)


def mode_on(office: Office, process: str, on: dt.date) -> str:
    """What a status run on a day is: live today, a rehearsal on any other day."""
    return LIVE if on == office.today(process) else f"rehearsal:{on}"
