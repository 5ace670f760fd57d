"""Runs as a page shows them: each as an icon, a word and a day; each flow and LEA as a line."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from cimflow.dashboard.web.state_styles import CASE_TONES
from cimflow.monitoring.runs.run_monitor import FlowLine
from cimflow.monitoring.runs.run_records import NOT_DONE, RUNNING, RunRecord, had_problems
from cimflow.monitoring.runs.schedules import COHORT_STATUS, DRILL_DOWN, ESCALATION, LEA_STATUS
from cimflow.monitoring.words import CASE_WORDS
from cimflow.process.evaluation.status import CaseStatus

ROWS_A_PAGE = 50
DOES = {
    COHORT_STATUS: (
        "Every morning",
        "Checks the status of every LEA, and starts a run for each LEA whose status changed.",
    ),
    ESCALATION: (
        "Every working hour",
        (
            "Finds out who must be notified of what, and sends it. In rehearsal it writes the"
            " emails and sends none."
        ),
    ),
    LEA_STATUS: (
        "One LEA",
        (
            "Checks one LEA, activity by activity: after the morning run, and within seconds when"
            " something is recorded for it."
        ),
    ),
    DRILL_DOWN: (
        "On request",
        (
            "Creates the shareable Data Drill Down reports, LEA by LEA, from the student files in"
            " the home. Start it with cimflow run drill-down-reports."
        ),
    ),
}
"""What each flow is called by people, and what it does."""


@dataclass(frozen=True, slots=True)
class RunCell:
    """One run: how it looks, in a word, and when it was started."""

    icon: str
    tone: str
    word: str
    on: dt.date
    at: dt.datetime
    is_rehearsal: bool


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One flow with its strip. ``by_hand``: it runs only when someone starts it."""

    flow: str
    title: str
    does: str
    last_good: dt.datetime | None
    next: dt.datetime | None
    missed: dt.datetime | None
    by_hand: bool
    strip: tuple[RunCell, ...]


@dataclass(frozen=True, slots=True)
class LeaRow:
    """One LEA with the last run and the strip of those before."""

    cds_code: str
    name: str
    selpa: str
    last: RunCell | None
    strip: tuple[RunCell, ...]


def flow_row(line: FlowLine, zone: ZoneInfo) -> FlowRow:
    """A flow's line in words."""
    title, does = DOES[line.flow]
    return FlowRow(
        flow=line.flow,
        title=title,
        does=does,
        last_good=line.last_good.started_at if line.last_good else None,
        next=line.next,
        missed=line.missed,
        by_hand=line.flow == DRILL_DOWN,
        strip=tuple(cell_of(one, zone) for one in line.recent),
    )


def lea_row(one: CaseStatus, runs: Mapping[str, Sequence[RunRecord]], zone: ZoneInfo) -> LeaRow:
    """An LEA's line."""
    strip = tuple(cell_of(run, zone) for run in runs.get(one.cds_code, ()))
    return LeaRow(one.cds_code, one.name, one.selpa_name, strip[0] if strip else None, strip)


def cell_of(run: RunRecord, zone: ZoneInfo) -> RunCell:
    """One run as a cell; a run in rehearsal is only an hourly one of which nothing left."""
    icon, tone, word = _look(run)
    return RunCell(
        icon=icon,
        tone=tone,
        word=word,
        on=run.on,
        at=run.started_at.astimezone(zone),
        is_rehearsal=run.mode != "live",
    )


def state_look(state: str) -> tuple[str, str, str]:
    """Icon, tone and word of the state in which a run of an LEA ended."""
    for name, (icon, tone) in CASE_TONES.items():
        if name == state:
            return icon, tone, CASE_WORDS[name]
    if state == RUNNING:
        return "autorenew", "wait", "Running"
    if state in NOT_DONE:
        return "error", "bad", "Stopped early"
    return "check_circle", "done", state


def _look(run: RunRecord) -> tuple[str, str, str]:
    icon, tone, word = state_look(run.state)
    if run.flow != LEA_STATUS and run.state not in NOT_DONE:
        word = run.state.removesuffix(" (rehearsal)")
        if had_problems(word):
            icon, tone = "warning", "warn"
    return icon, tone, word


def pages_of(number: int, page: int) -> tuple[int, int]:
    """How many pages, and which of them is meant."""
    pages = max(1, math.ceil(number / ROWS_A_PAGE))
    return pages, min(max(page, 1), pages)
