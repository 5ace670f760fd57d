"""``deadline-escalation``: what is owed to whom, queued and delivered.

It reads our own tables and waits for no other run: a morning on which every LEA has a run to come
delays no notice.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

from prefect import State, flow, get_run_logger
from prefect.states import Completed, Failed

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, active_processes
from cimflow.monitoring.notices.delivery import Delivered, mode_of_run, why_not_now
from cimflow.monitoring.notices.rehearsal import begin_rehearsal
from cimflow.process.escalation.notice import LIVE
from tasks.app_context import enter_context
from tasks.mail import deliver_task, prepare_task
from tasks.runs import begin_run, finish_run, label_run

NAME = "deadline-escalation"


@flow(name=NAME, retries=0, persist_result=False)
async def deadline_escalation(
    process: str | None = None,
    on: dt.date | None = None,
    send: bool = False,
    mode: str | None = None,
) -> State[None]:
    """Queue what is owed and deliver it, and what failed before.

    Args:
        process: id of the process; by default every active one.
        on: the day; by default today in each process's time zone.
        send: a person sends: at once, beyond working hours and caps. The process must be live.
        mode: ``live`` or a rehearsal's; by default live where mail may leave today, else a
            rehearsal, which composes and keeps every email and sends none.
    """
    context = await enter_context(reload=True)
    chosen = [process] if process else await asyncio.to_thread(active_processes, context)
    days = {one: on or context.today(one) for one in chosen}
    await label_run(
        f"{process or 'all'} · {', '.join(sorted({str(day) for day in days.values()}))}",
        [f"cohort:{one}" for one in chosen],
    )
    modes = {one: mode or await _mode(context, one, days[one], send=send) for one in chosen}
    waits = {} if send else _waits(context, modes)
    going = [one for one in chosen if one not in waits]
    records = [await begin_run(context, NAME, one, days[one], modes[one]) for one in going]
    for one in going:
        await prepare_task(one, days[one], modes[one])
    # One delivery for all processes of a day: one email per person, not one per process.
    sweeps = dict.fromkeys((days[one], modes[one]) for one in going)
    delivered = [await deliver_task(day, how, scheduled=not send) for day, how in sweeps]
    name = _in_words(delivered, list(waits.values()))
    for record in records:
        await finish_run(context, record, name)
    get_run_logger().info(name)
    failed = sum(one.counts["failed"] for one in delivered)
    return (Failed if failed else Completed)(name=name)


async def _mode(context: AppContext, process: str, on: dt.date, *, send: bool) -> str:
    mode = await asyncio.to_thread(mode_of_run, act_on(context, process), on, send=send)
    return mode if mode == LIVE else await asyncio.to_thread(begin_rehearsal, context, on)


def _waits(context: AppContext, modes: dict[str, str]) -> dict[str, str]:
    """The live processes whose scheduled mail may not leave at this moment, and why."""
    reasons = {one: why_not_now(act_on(context, one)) for one, how in modes.items() if how == LIVE}
    return {one: reason for one, reason in reasons.items() if reason is not None}


def _in_words(delivered: Sequence[Delivered], reasons: Sequence[str]) -> str:
    words = [f"{one} (rehearsal)" if one.mode != LIVE else str(one) for one in delivered]
    return "; ".join([*words, *dict.fromkeys(reasons)]) or "no process has any LEAs yet"
