"""``drill-down-reports``: students counted once, then each LEA's reports."""

from __future__ import annotations

import asyncio
import datetime as dt

from prefect import State, flow
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.states import Completed, Failed

from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.drill_down.reports import told_in_a_line
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea_owner import selpa_of
from cimflow.monitoring.runs.schedules import DRILL_DOWN
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.escalation.notice import LIVE
from tasks.app_context import enter_context
from tasks.drill_down import (
    Sealed,
    count_students_task,
    publish_drill_down_task,
    write_report_task,
)
from tasks.progress import report
from tasks.runs import begin_run, finish_run, label_run

NAME, REFUSED = DRILL_DOWN, "Refused"
AT_ONCE = 4
"""So many reports at a time: each is a second of work and some memory."""


@flow(name=NAME, retries=0, persist_result=False)
async def drill_down_reports(
    process: str,
    selpa: str | None = None,
    lea: str | None = None,
    on: dt.date | None = None,
    definition: str = "dashboard",
) -> State[None]:
    """Make the shareable reports of one LEA, of a SELPA, or of the whole process.

    Args:
        process: id of the process.
        selpa: only the LEAs of this SELPA.
        lea: only this LEA.
        on: the day of the data; by default today in the process's time zone.
        definition: how suspensions and absences are counted, ``dashboard`` or ``dataquest``.
    """
    context = await enter_context()
    day = on or context.today(process)
    whose = lea or selpa or "all"
    await label_run(
        f"drill down · {process} · {whose} · {day}", [f"cohort:{process}", "drill-down"]
    )
    # Its SELPA sees the run of one LEA, too.
    of_selpa = selpa or (await asyncio.to_thread(selpa_of, context, process, lea) if lea else None)
    run = await begin_run(context, NAME, process, day, LIVE, selpa_code=of_selpa, cds_code=lea)
    report("counting students")
    try:
        counted = await count_students_task(process, day, selpa, lea, definition)
    except (IntakeErrors, ConfigErrors, Refused) as error:
        why = told_in_a_line(error)
        await finish_run(context, run, REFUSED, message=why)
        return Failed(name=REFUSED, message=why)
    leas = counted().found.leas
    progress = await acreate_progress_artifact(0.0, description=f"{len(leas)} LEAs")
    places, done = asyncio.Semaphore(AT_ONCE), 0

    async def write(cds_code: str) -> str:
        nonlocal done
        async with places:
            no_pdf = await write_report_task(cds_code, counted)
        done += 1
        report(f"report {done} of {len(leas)}")
        await aupdate_progress_artifact(progress, 100.0 * done / len(leas))
        return no_pdf

    no_pdf = [one for one in await asyncio.gather(*(write(one) for one in leas)) if one]
    await publish_drill_down_task(process, day, counted)
    name = f"Reports of {len(leas)} {'LEA' if len(leas) == 1 else 'LEAs'}"
    notes = [*(f"no PDF: {one}" for one in no_pdf[:1]), _wrong(counted)]
    said = "; ".join(one for one in notes if one)
    await finish_run(context, run, name, message=said)
    return Completed(name=name, message=said or None)


def _wrong(counted: Sealed) -> str:
    """That something was wrong in the files; how many rows of what would tell too much here."""
    if not counted().found.problems.total:
        return ""
    return "there were problems in the files: see drill-down/problems.csv in the home folder"
