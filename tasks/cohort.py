"""The whole cohort: evaluated, stored, published, before any LEA has a run of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

from prefect import task
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import evaluate_cohort
from cimflow.monitoring.cohort.sweep import publish_answers
from cimflow.process.escalation.notice import LIVE
from cimflow.process.evaluation.status import CaseStatus
from tasks.app_context import enter_context
from tasks.publish import as_markdown, as_rows
from tasks.retries import FOR_IO

Answers = Callable[[], Sequence[CaseStatus]]
"""The statuses of a cohort; Prefect hands them on and cannot look into them."""


@task(name="evaluate-cohort", task_run_name="evaluate {process} on {on}", **FOR_IO)
async def evaluate_cohort_task(
    process: str, on: dt.date, selpa: str | None, lea: str | None
) -> Answers:
    """Every LEA on a day, in plain Python: a few SELECTs and a pure function."""
    context = await enter_context()
    found = await asyncio.to_thread(evaluate_cohort, act_on(context, process, lea), on, selpa=selpa)
    return lambda: found


@task(name="store-answers", task_run_name="store {process} on {on}", **FOR_IO)
async def store_answers_task(process: str, on: dt.date, mode: str, answers: Answers) -> None:
    """Keep the answers in our own store: what the pages and the next sweep read."""
    context = await enter_context()
    await asyncio.to_thread(publish_answers, act_on(context, process), on, answers(), mode=mode)


@task(name="publish-answers", task_run_name="publish {process} on {on}", **FOR_IO)
async def publish_answers_task(process: str, on: dt.date, mode: str, answers: Answers) -> None:
    """One table and one page in Prefect's own pages, for the system administrator."""
    context = await enter_context()
    definition = context.process(process)
    key = f"status-{process}" if mode == LIVE else f"rehearsal-{process}"
    title = f"{definition.process.title}, as of {on} ({mode})"
    await acreate_table_artifact(as_rows(definition, answers()), key=key, description=title)
    await acreate_markdown_artifact(
        as_markdown(title, definition, answers()), key=f"{key}-summary", description=title
    )
