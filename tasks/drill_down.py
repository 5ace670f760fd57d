"""The Data Drill Down as tasks: counted once, written LEA by LEA.

What is counted is handed on as a callable, which Prefect cannot look into; parameters are ids and
dates. Student rows end inside ``count_students``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from prefect import task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE

from cimflow.drilldown.reporting.report_model import summary_row
from cimflow.monitoring.act import act_on
from cimflow.monitoring.drill_down.reports import (
    Counted,
    count_students,
    files_in,
    leas_asked_for,
    write_one_lea,
    write_what_is_shared,
)
from tasks.app_context import enter_context
from tasks.progress import report

Sealed = Callable[[], Counted]


@task(
    name="count-students",
    task_run_name="count {process} as of {on}",
    cache_policy=NO_CACHE,
    persist_result=False,
)
async def count_students_task(
    process: str, on: dt.date, selpa: str | None, lea: str | None, definition: str
) -> Sealed:
    """Read the files, count, hide; the student rows are gone when this ends."""
    context = await enter_context()
    names = await asyncio.to_thread(leas_asked_for, act_on(context, process, lea), selpa=selpa)
    counted = await asyncio.to_thread(
        count_students,
        context,
        files_in(context),
        names,
        definition=definition,
        as_of=on,
        tell=report,
    )
    return lambda: counted


@task(
    name="write-report",
    task_run_name="report of {cds_code}",
    cache_policy=NO_CACHE,
    persist_result=False,
    tags=["drill-down"],
)
async def write_report_task(cds_code: str, counted: Sealed) -> str:
    """One LEA's reports; the reason where no PDF could be made."""
    context = await enter_context()
    return await asyncio.to_thread(write_one_lea, context, counted(), cds_code)


@task(name="publish-drill-down", cache_policy=NO_CACHE, persist_result=False)
async def publish_drill_down_task(process: str, on: dt.date, counted: Sealed) -> None:
    """The rates of all LEAs as files, and one table in Prefect's pages: counts of tables only."""
    context = await enter_context()
    found = counted().found
    await asyncio.to_thread(write_what_is_shared, context, counted())
    rows = [
        summary_row(found.about.name_of(code), code, found.rates_of_lea(code), counted().words)
        for code in found.leas
    ]
    title = f"Data Drill Down, {found.about.definition_title} definition, as of {on}"
    await acreate_table_artifact(rows, key=f"drill-down-{process}", description=title)
