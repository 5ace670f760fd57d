"""What goes on beside the schedules while ``up`` is up: first runs, requests, and the records."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence

from prefect import State

from cimflow.monitoring.office import Office, active_processes
from cimflow.monitoring.requests import RunRequest, finish_run_requests, take_run_requests
from flows import cohort_status, deadline_escalation
from flows.lea_status import NAME as LEA_STATUS
from flows.lea_status import lea_status
from tasks.runs import did_its_work, reconcile

POLL_SECONDS = 2.0
RECONCILE_SECONDS = 60.0
AT_ONCE = 10
MOST_AT_A_TIME = 1000

Say = Callable[[str], None]
_log = logging.getLogger("prefect.cimflow")
_sweeping = asyncio.Lock()


async def run_what_is_due(office: Office, say: Say) -> None:
    """Run what should have run today and has not: the notices first, then the sweep."""
    due = await asyncio.to_thread(_not_run_today, office)
    if deadline_escalation.NAME in due:
        state = await deadline_escalation.deadline_escalation(return_state=True)
        say(f"{deadline_escalation.NAME}: {in_words(state)}")
    if cohort_status.NAME in due:
        async with _sweeping:
            state = await cohort_status.cohort_status(return_state=True)
        say(f"{cohort_status.NAME}: {in_words(state)}")


def _not_run_today(office: Office) -> set[str]:
    names = (deadline_escalation.NAME, cohort_status.NAME)
    return {
        name
        for name in names
        for process in active_processes(office)
        if not did_its_work(office, name, process, office.today(process))
    }


async def serve_requests(office: Office) -> None:
    """Start what filings, reviews and people ask for, within seconds; never returns."""
    sweeps: set[asyncio.Task[None]] = set()
    while True:
        try:
            asked = await asyncio.to_thread(take_run_requests, office, limit=MOST_AT_A_TIME)
        except Exception:  # noqa: BLE001 - whatever it was, the next turn may go well
            _log.exception("run requests cannot be read; trying again")
            asked = []
        for_cohorts, for_leas = _apart(asked)
        # A sweep may take long; the next LEA that asks must not wait for it.
        for process, ids in for_cohorts.items():
            sweep = asyncio.create_task(_sweep(office, process, ids))
            sweeps.add(sweep)
            sweep.add_done_callback(sweeps.discard)
        _log_faults(
            await asyncio.gather(*(_run(office, one) for one in for_leas), return_exceptions=True)
        )
        if not asked:
            await asyncio.sleep(POLL_SECONDS)


def _apart(
    asked: Sequence[RunRequest],
) -> tuple[dict[str, list[int]], list[RunRequest]]:
    """Requests for cohorts, by process, and for LEAs; many LEAs of a process are a sweep.

    After an import, or a week without ``up``, a sweep runs each LEA that changed, once.
    """
    many = Counter(one.process for one in asked if one.kind == LEA_STATUS)
    for_cohorts: dict[str, list[int]] = {}
    for_leas = []
    for one in asked:
        if one.cds_code is None or many[one.process] > AT_ONCE:
            for_cohorts.setdefault(one.process, []).append(one.id)
        else:
            for_leas.append(one)
    return for_cohorts, for_leas


async def _sweep(office: Office, process: str, ids: list[int]) -> None:
    async with _sweeping:
        swept = cohort_status.cohort_status(process, return_state=True)
        _log_faults(await asyncio.gather(swept, return_exceptions=True))
    await asyncio.to_thread(finish_run_requests, office, ids)


def _log_faults(ended: Sequence[object]) -> None:
    for one in ended:
        if isinstance(one, Exception):
            _log.error("a run that was asked for could not start", exc_info=one)


async def _run(office: Office, asked: RunRequest) -> None:
    """One LEA; a run that crashes leaves no answer, and the next sweep takes it again."""
    await lea_status(asked.process, asked.cds_code, return_state=True)
    await asyncio.to_thread(finish_run_requests, office, [asked.id])


async def keep_records(office: Office) -> None:
    """Put right, every minute, the runs whose process died before it could tell; never returns."""
    while True:
        try:
            await reconcile(office)
        except Exception:  # noqa: BLE001 - whatever it was, the next turn may go well
            _log.exception("the records of runs could not be put right; trying again")
        await asyncio.sleep(RECONCILE_SECONDS)


def in_words(state: State[None]) -> str:
    """How a run of ours ended, for the terminal."""
    if state.name in {"Failed", "Crashed"}:
        return f"did not end well ({state.name}); see the log"
    return str(state.name)
