"""``cohort-status``: every LEA evaluated and published, then a run of its own for what changed."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from prefect import State, flow, get_run_logger
from prefect.states import Completed, Failed

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import active_processes
from cimflow.monitoring.cohort.evaluate import summary
from cimflow.monitoring.cohort.sweep import cases_to_run
from cimflow.process.evaluation.status import CaseStatus
from flows.lea_status import is_an_answer, lea_status
from tasks.app_context import enter_context, mode_on
from tasks.cohort import evaluate_cohort_task, publish_answers_task, store_answers_task
from tasks.progress import report
from tasks.runs import begin_run, finish_run, label_run

NAME = "cohort-status"
AT_ONCE = 10
"""So many LEA runs at a time; a default SQLite server has refused more."""
RAN, CRASHED, LEFT = "ran", "crashed", "left"


@flow(name=NAME, retries=0, persist_result=False)
async def cohort_status(
    process: str | None = None,
    selpa: str | None = None,
    lea: str | None = None,
    on: dt.date | None = None,
    everything: bool = False,
    mode: str | None = None,
    budget: int = 200,
    minutes: float = 20,
) -> State[None]:
    """Evaluate the cohort, publish the answers, then run the LEAs whose answer changed.

    Args:
        process: id of the process; by default every active one in its turn.
        selpa: only the LEAs of this SELPA.
        lea: only this LEA.
        on: the day; by default today in the process's time zone.
        everything: run every LEA, changed or not.
        mode: ``live`` or ``rehearsal:DAY``; by default live today, a rehearsal on another day.
        budget: so many LEA runs in this sweep; the others are taken by the next.
        minutes: no LEA run is started later than this.
    """
    context = await enter_context(reload=True)
    if process is None:
        active = await asyncio.to_thread(active_processes, context)
        if len(active) != 1:
            return await _each(active, selpa, lea, on, everything, mode, budget, minutes)
        process = active[0]
    day = on or context.today(process)
    how = mode or mode_on(context, process, day)
    await label_run(f"{process} · {lea or selpa or 'all'} · {day}", _tags(process, selpa, lea))
    run = await begin_run(context, NAME, process, day, how, selpa_code=selpa, cds_code=lea)
    answers = await evaluate_cohort_task(process, day, selpa, lea)
    await store_answers_task(process, day, how, answers)
    await publish_answers_task(process, day, how, answers)
    found = answers()
    changed = await asyncio.to_thread(
        cases_to_run, act_on(context, process), found, everything=everything
    )
    ended = await _run_leas(changed, process, day, how, budget, minutes)
    said = f"{ended[RAN]} LEA runs of {len(changed)} whose status changed"
    outcome, name = Completed, summary(found)
    if ended[LEFT]:
        said += f"; {ended[LEFT]} will run with the next sweep"
    if ended[CRASHED]:
        outcome, name = Failed, f"{ended[CRASHED]} LEA runs crashed"
        said = f"{summary(found)}; {said}"
    get_run_logger().info(said)
    await finish_run(context, run, name, message=said)
    return outcome(name=name, message=said)


async def _run_leas(
    changed: Sequence[CaseStatus],
    process: str,
    day: dt.date,
    mode: str,
    budget: int,
    minutes: float,
) -> Counter[str]:
    """Start a run for each, most urgent first, within the budget; how many ran, crashed, are left.

    A run that ends Failed as overdue did its work. One that crashed is counted, and the others go
    on: the next sweep takes it again, since it left no answer.
    """
    last_start = time.monotonic() + 60 * minutes
    places = asyncio.Semaphore(AT_ONCE)
    chosen = [one.cds_code for one in changed[:budget]]
    started = itertools.count(1)

    async def run_one(cds_code: str) -> str:
        async with places:
            if time.monotonic() > last_start:
                return LEFT
            report(f"LEA run {next(started)} of {len(chosen)}")
            state = await lea_status(process, cds_code, on=day, mode=mode, return_state=True)
            return RAN if is_an_answer(state) else CRASHED

    ended = await asyncio.gather(*(run_one(one) for one in chosen), return_exceptions=True)
    for cds_code, one in zip(chosen, ended, strict=True):
        if isinstance(one, BaseException):
            get_run_logger().error("%s: the run crashed: %r", cds_code, one)
    counted = Counter(CRASHED if isinstance(one, BaseException) else one for one in ended)
    counted[LEFT] += len(changed) - len(chosen)
    return counted


async def _each(processes: Sequence[str], *more: Any) -> State[None]:
    """The same for every active process, each in a run of its own."""
    selpa, lea, on, everything, mode, budget, minutes = more
    states = [
        await cohort_status(
            one, selpa, lea, on, everything, mode, budget, minutes, return_state=True
        )
        for one in processes
    ]
    name = "; ".join(str(one.name) for one in states) or "no process has any LEAs yet"
    outcome = Completed if all(one.is_completed() for one in states) else Failed
    return outcome(name=name)


def _tags(process: str, selpa: str | None, lea: str | None) -> list[str]:
    named = (("cohort", process), ("selpa", selpa), ("lea", lea))
    return [f"{key}:{value}" for key, value in named if value is not None]
