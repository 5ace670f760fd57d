"""One run of a flow for a person who waits, and its outcome in one line."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from typing import Any

from prefect import State

from cimflow.monitoring.errors import Refused
from flows import cohort_status, deadline_escalation, drill_down_reports, lea_status
from tasks.progress import listen


async def run_flow(given: Mapping[str, Any], tell: Callable[[str], None]) -> tuple[int, list[str]]:
    """Run what was asked for; the exit code, and the lines to say."""
    listen(tell)
    kind, process, on = given["kind"], given["process"], given["on"]
    if kind == lea_status.NAME:
        state = await lea_status.lea_status(process, given["lea"], on=on, return_state=True)
        good = lea_status.is_an_answer(state) and state.name != lea_status.NOT_IN_COHORT
    elif kind == deadline_escalation.NAME:
        state = await deadline_escalation.deadline_escalation(
            process, on=on, send=given["send"], return_state=True
        )
        good = state.is_completed()
    elif kind == drill_down_reports.NAME:
        state = await drill_down_reports.drill_down_reports(
            process, given["selpa"], given["lea"], on=on, return_state=True
        )
        good = state.is_completed()
    else:
        state = await cohort_status.cohort_status(
            process,
            given["selpa"],
            given["lea"],
            on=on,
            everything=given["everything"],
            return_state=True,
        )
        good = state.is_completed()
    return (0, [f"{kind}: {state.name}"]) if good else (1, await _reasons(kind, state))


async def _reasons(kind: str, state: State[Any]) -> list[str]:
    """Why it did not do what was asked, one line each; the rest stands in the log."""
    result = await state.aresult(raise_on_failure=False) if state.data is not None else None
    if isinstance(result, Refused):
        return [f"cimflow: {one}" for one in result.lines]
    if isinstance(result, BaseException):
        traceback.print_exception(result)  # to the log: standard error is turned there
        text = " ".join(str(result).split())[:200]
        return [f"cimflow: {kind} did not end well: {type(result).__name__}: {text}"]
    about = f" ({state.message})" if state.message else ""
    return [f"cimflow: {kind}: {state.name}{about}"]
