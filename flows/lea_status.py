"""``lea-status``: one LEA on one day, one task run per activity, drawn with its prerequisites."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, get_args

from prefect import State, allow_failure, flow, tags
from prefect.states import Completed, Failed

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import fingerprint, read_case
from cimflow.process.case import Case
from cimflow.process.definition.prerequisites import edges_into, in_order
from cimflow.process.evaluation.evaluate import case_status, evaluate_activity
from cimflow.process.evaluation.status import ActivityStatus, CaseState, CaseStatus
from tasks.activities import Sealed, evaluate_activity_task
from tasks.app_context import enter_context, mode_on
from tasks.runs import begin_run, finish_run, label_run

NAME = "lea-status"
NOT_IN_COHORT = "NotInCohort"


@flow(name=NAME, retries=0, persist_result=False)
async def lea_status(
    process: str, cds_code: str, on: dt.date | None = None, mode: str | None = None
) -> State[Callable[[], CaseStatus]]:
    """Evaluate one case, activity by activity; the state of the run is the state of the case.

    Args:
        process: id of the process.
        cds_code: the LEA.
        on: the day; by default today in the process's time zone.
        mode: ``live`` or ``rehearsal:DAY``; by default live today, a rehearsal on another day.
    """
    context = await enter_context()
    day = on or context.today(process)
    case = await asyncio.to_thread(read_case, act_on(context, process, cds_code))
    roster_entry = case.roster_entry_on(day)
    if roster_entry is None:
        return Completed(name=NOT_IN_COHORT, message=f"not in the cohort on {day}")
    level, selpa = roster_entry.level, roster_entry.selpa_code
    await label_run(
        f"{roster_entry.lea_name} · {level} · {day}",
        [f"lea:{cds_code}", f"selpa:{selpa}", f"cohort:{process}", f"level:{level}"],
    )
    run = await begin_run(
        context,
        NAME,
        process,
        day,
        mode or mode_on(context, process, day),
        cds_code=cds_code,
        selpa_code=selpa,
        level=level,
    )
    statuses = await _statuses(context, case, day, level)
    status = case_status(statuses, case, roster_entry, day)
    await finish_run(context, run, status.state, fingerprint=fingerprint(status))
    outcome = Failed if status.state == "Overdue" else Completed
    return outcome(name=status.state, message=f"as of {day}", data=lambda: status)


def is_an_answer(state: State[Any]) -> bool:
    """Whether a run ended with an answer of ours, overdue or not, rather than by a fault."""
    return state.name in {*get_args(CaseState), NOT_IN_COHORT}


async def _statuses(
    context: AppContext, case: Case, day: dt.date, level: str
) -> list[ActivityStatus]:
    """Every activity as a task run after those of its prerequisites; the statuses in file order."""
    process = context.process(case.process)
    reckoning = partial(_reckon, context, case, day)
    states: dict[str, State[Sealed]] = {}
    statuses: dict[str, ActivityStatus] = {}
    # One after the other: an activity takes microseconds, and a task run on a thread of its own
    # five times the processor time of one that is awaited here.
    for activity in in_order(process, level):
        before = [allow_failure(states[one]) for one in edges_into(activity, level)]
        with tags(f"step:{activity.step}"):
            states[activity.id] = await evaluate_activity_task(
                activity.id, before, reckoning, return_state=True, wait_for=before
            )
        statuses[activity.id] = await _result_of(states[activity.id])
    return [statuses[one.id] for one in process.activities]


def _reckon(
    context: AppContext,
    case: Case,
    day: dt.date,
    activity_id: str,
    before: Sequence[ActivityStatus],
) -> ActivityStatus:
    process = context.process(case.process)
    return evaluate_activity(
        process.activity_by_id[activity_id],
        {one.id: one for one in before},
        case,
        process,
        day,
        context.calendar_of(case.process),
    )


async def _result_of(state: State[Sealed]) -> ActivityStatus:
    """The status that a task run ended with, or the error that it crashed with."""
    result = await state.aresult(raise_on_failure=False)
    if callable(result):
        return result()
    raise result if isinstance(result, BaseException) else RuntimeError(str(state))
