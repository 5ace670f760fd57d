"""``lea-status``: one LEA on one day, one task run per activity, drawn with its prerequisites."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial

from prefect import State, allow_failure, flow, tags
from prefect.states import Completed, Failed

from cimflow.monitoring.cohort import read_case
from cimflow.monitoring.notices import LIVE
from cimflow.process.evaluation import ActivityStatus, CaseStatus, case_status, evaluate_activity
from cimflow.process.graph import edges_into, in_order
from tasks.activities import evaluate_activity_task
from tasks.office import enter_office
from tasks.runs import begin_run, finish_run, label_run

NOT_IN_COHORT = "NotInCohort"


@flow(name="lea-status", retries=0, persist_result=False, validate_parameters=True)
async def lea_status(
    process: str, cds_code: str, on: dt.date | None = None, mode: str = LIVE
) -> State[CaseStatus]:
    """Evaluate one case activity by activity; the state of the run is the state of the case.

    Args:
        process: id of the process.
        cds_code: the LEA.
        on: the day; today in the process's time zone if not given.
        mode: ``live``, or ``rehearsal:`` and a word; rehearsals decide nothing.
    """
    office = await enter_office()
    definition, calendar = office.process(process), office.calendar_of(process)
    day = on or office.today(process)
    case = await asyncio.to_thread(read_case, office, process, cds_code)
    placement = case.placement_on(day)
    if placement is None:
        return Completed(name=NOT_IN_COHORT, message=f"not in the cohort on {day}")
    await label_run(
        f"{placement.lea_name} · {placement.level} · {day}",
        [
            f"lea:{cds_code}",
            f"selpa:{placement.selpa_code}",
            f"cohort:{process}",
            f"level:{placement.level}",
        ],
    )
    run = await begin_run(office, process, case, placement, day, mode)

    def reckon(activity_id: str, upstream: list[ActivityStatus]) -> ActivityStatus:
        before = {one.id: one for one in upstream}
        activity = definition.activity_by_id[activity_id]
        return evaluate_activity(activity, before, case, definition, day, calendar)

    states: dict[str, State[ActivityStatus]] = {}
    for activity in in_order(definition, placement.level):
        before = [allow_failure(states[one]) for one in edges_into(activity, placement.level)]
        with tags(f"step:{activity.step}"):
            states[activity.id] = await evaluate_activity_task(
                activity.id, before, reckon, return_state=True, wait_for=before
            )
    statuses = [await _status(states[one.id]) for one in definition.activities]
    status = case_status(statuses, case, placement, day)
    await finish_run(office, run, status)
    outcome = Failed if status.state == "Overdue" else Completed
    return outcome(name=status.state, message=f"as of {day}", data=lambda: status)


async def _status(state: State[ActivityStatus]) -> ActivityStatus:
    """The status that a task run ended with, or the error that it crashed with."""
    result = await state.aresult(raise_on_failure=False)
    if callable(result):
        return result()
    raise result if isinstance(result, BaseException) else RuntimeError(f"crashed: {state.name}")
