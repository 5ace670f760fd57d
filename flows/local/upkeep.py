"""What goes on beside the schedules while ``up`` is up: first runs, requests, and the records."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from prefect import State

from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.runs.run_records import NOT_DONE
from cimflow.monitoring.runs.run_requests import (
    RunRequest,
    fail_run_requests,
    finish_run_requests,
    take_run_requests,
)
from flows import cohort_status, deadline_escalation
from flows.lea_status import NAME as LEA_STATUS
from flows.lea_status import lea_status
from tasks.runs import did_its_work, reconcile

POLL_SECONDS = 2.0
RECONCILE_SECONDS = 60.0
AT_ONCE = 10
MOST_AT_A_TIME = 1000
NOT_OURS_TO_TELL = "Something went wrong inside cimflow."
"""Said of a fault whose own words may hold anything."""

Say = Callable[[str], None]
_Sweep = tuple[str, str | None, bool]
"""A process, one SELPA of it or all, and whether every LEA runs, changed or not."""
_Lea = tuple[str, str]
_log = logging.getLogger("prefect.cimflow")
_sweeping = asyncio.Lock()


async def run_what_is_due(context: AppContext, say: Say) -> None:
    """Run what should have run today and has not: the notices first, then the sweep."""
    due = await asyncio.to_thread(_not_run_today, context)
    if deadline_escalation.NAME in due:
        state = await deadline_escalation.deadline_escalation(return_state=True)
        say(f"{deadline_escalation.NAME}: {in_words(state)}")
    if cohort_status.NAME in due:
        async with _sweeping:
            state = await cohort_status.cohort_status(return_state=True)
        say(f"{cohort_status.NAME}: {in_words(state)}")


def _not_run_today(context: AppContext) -> set[str]:
    names = (deadline_escalation.NAME, cohort_status.NAME)
    return {
        name
        for name in names
        for process in active_processes(context)
        if not did_its_work(context, name, process, context.today(process))
    }


async def serve_requests(context: AppContext, say: Say) -> None:
    """Start what filings, reviews and people ask for, within seconds; never returns."""
    sweeps: set[asyncio.Task[None]] = set()
    while True:
        try:
            asked = await asyncio.to_thread(take_run_requests, context, limit=MOST_AT_A_TIME)
        except Exception:  # noqa: BLE001 - whatever it was, the next turn may go well
            _log.exception("run requests cannot be read; trying again")
            asked = []
        sweeping, for_leas = _apart(asked)
        # A sweep may take long; the next LEA that asks must not wait for it.
        for sweep, ids in sweeping.items():
            task = asyncio.create_task(_sweep(context, sweep, ids, say))
            sweeps.add(task)
            task.add_done_callback(sweeps.discard)
        _log_faults(
            await asyncio.gather(
                *(_run(context, lea, ids, say) for lea, ids in for_leas.items()),
                return_exceptions=True,
            )
        )
        if not asked:
            await asyncio.sleep(POLL_SECONDS)


def _apart(
    asked: Sequence[RunRequest],
) -> tuple[dict[_Sweep, list[int]], dict[_Lea, list[int]]]:
    """The numbers of the requests, by the sweep or the LEA's run that answers them.

    Many LEAs of a process are a sweep: after an import, or a week without ``up``, it runs each LEA
    that changed, once. What a person asked for runs as it was asked for.
    """
    many = Counter(one.process for one in asked if one.kind == LEA_STATUS and not one.asked_by)
    for_cohorts: dict[_Sweep, list[int]] = {}
    for_leas: dict[_Lea, list[int]] = {}
    for one in asked:
        if one.cds_code is None:
            sweep = (one.process, one.selpa_code, one.everything)
            for_cohorts.setdefault(sweep, []).append(one.id)
        elif many[one.process] > AT_ONCE and not one.asked_by:
            for_cohorts.setdefault((one.process, None, False), []).append(one.id)
        else:
            for_leas.setdefault((one.process, one.cds_code), []).append(one.id)
    return for_cohorts, for_leas


async def _sweep(context: AppContext, sweep: _Sweep, ids: list[int], say: Say) -> None:
    process, selpa, everything = sweep
    async with _sweeping:
        why = await _why_it_failed(
            cohort_status.cohort_status(process, selpa, everything=everything, return_state=True)
        )
    await _end(context, f"{cohort_status.NAME} of {selpa or process}", ids, why, say)


async def _run(context: AppContext, lea: _Lea, ids: list[int], say: Say) -> None:
    """One LEA; a run that crashes leaves no answer, and the next sweep takes it again."""
    process, cds_code = lea
    why = await _why_it_failed(lea_status(process, cds_code, return_state=True))
    await _end(context, f"{LEA_STATUS} of {cds_code}", ids, why, say)


async def _why_it_failed(run: Awaitable[State[Any]]) -> str | None:
    """Why a run came to no end of its own, in words for a person; None where it came to one.

    Overdue LEAs, and LEA runs that crashed under a sweep, are ends of its own.
    """
    try:
        state = await run
        if state.name not in NOT_DONE:
            return None
        cause = await state.aresult(raise_on_failure=False)
    except Exception as error:  # noqa: BLE001 - whatever it was, the person who asked must be told
        _log.error("a run that was asked for could not start", exc_info=error)
        cause = error
    return str(cause) if isinstance(cause, Refused) else NOT_OURS_TO_TELL


async def _end(context: AppContext, name: str, ids: list[int], why: str | None, say: Say) -> None:
    """Tell those who asked that it has run, or that it failed, and why."""
    if why is None:
        await asyncio.to_thread(finish_run_requests, context, ids)
        return
    say(f"{name}was requested and failed: {why} See logs/up.log.")
    await asyncio.to_thread(fail_run_requests, context, ids, why)


def _log_faults(ended: Sequence[object]) -> None:
    for one in ended:
        if isinstance(one, Exception):
            _log.error("the end of a run that was asked for could not be kept", exc_info=one)


async def keep_records(context: AppContext) -> None:
    """Correct, every minute, the runs whose process died before it could tell; never returns."""
    while True:
        try:
            await reconcile(context)
        except Exception:  # noqa: BLE001 - whatever it was, the next turn may go well
            _log.exception("the records of runs could not be repaired; trying again")
        await asyncio.sleep(RECONCILE_SECONDS)


def in_words(state: State[None]) -> str:
    """How a run of ours ended, for the terminal."""
    if state.name in {"Failed", "Crashed"}:
        return f"did not end well ({state.name}); see the log"
    return str(state.name)
