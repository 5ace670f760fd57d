"""The cohort and its notices in a terminal: who is in trouble, for what, by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cimflow.cli.terminal_output import Cell, Column, Paper, Row, paper
from cimflow.monitoring.cohort.evaluate import counts, urgency
from cimflow.monitoring.words import gap_words, is_only_with_us, long_date, short_date
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus, State

if TYPE_CHECKING:
    from cimflow.monitoring.app_context import AppContext
    from cimflow.process.definition.process_file import Activity, Process

# Each state as a sign, a word, and a color: the word alone says everything.
_CELLS: dict[State, tuple[str, str, str]] = {
    "Excused": ("=", "excused", "cyan"),
    "Approved": ("+", "approved", "green"),
    "Returned": ("!", "returned", "red"),
    "Incomplete": ("!", "incomplete", "yellow"),
    "Submitted": ("+", "filed", "green"),
    "NotApplicable": ("-", "n/a", "dim"),
    "Optional": ("-", "optional", "dim"),
    "Recommended": ("-", "recommended", "dim"),
    "Undetermined": ("?", "unknown", "yellow"),
    "NotYet": ("-", "not yet", "dim"),
    "Missing": ("x", "MISSING", "bold red"),
    "Blocked": (".", "waiting", "blue"),
    "DueSoon": (">", "due soon", "yellow"),
    "Upcoming": (".", "upcoming", ""),
}
_CASES = {
    "Overdue": ("Overdue", "bold red"),
    "AtRisk": ("At risk", "yellow"),
    "OnTrack": ("On track", ""),
    "Complete": ("Complete", "green"),
}
_NEEDS_SOMEONE = {
    "Missing", "Returned", "Incomplete", "DueSoon", "Undetermined", "Submitted",
}  # fmt: skip
_NOTHING_ASKED = {"NotApplicable", "Optional", "NotYet"}
_NARROWEST_GRID = 120
_WIDEST_ACTIVITY = 13


def print_grid(
    context: AppContext,
    process_id: str,
    on: dt.date,
    statuses: Sequence[CaseStatus],
) -> None:
    """The cohort: one row per LEA, most urgent first, one column per activity that applies."""
    out = paper()
    process = context.process(process_id)
    out.line(Cell(process.process.title, "bold"), f"   as of {long_date(on)} (Pacific)")
    if not statuses:
        out.line("No LEA is in the cohort on this day. Import a roster: cimflow import-roster FILE")
        return
    ordered = sorted(statuses, key=urgency)
    found = counts(statuses)
    out.line(
        "  ".join(
            f"{found[state]} {word.lower()}" for state, (word, _) in _CASES.items() if found[state]
        )
        + f"  of {len(statuses)} LEAs"
    )
    for line in _steps_in_words(process, statuses, on):
        out.line(line)
    out.line()
    if out.width >= _NARROWEST_GRID:
        _print_table(out, process, ordered)
    else:
        for one in ordered:
            _print_lines(out, process, one)
    needs = _what_needs_someone(process, ordered)
    if needs:
        out.line()
        out.line(Cell("Needs your attention", "bold"))
        for line in needs:
            out.line(line)


def _steps_in_words(process: Process, statuses: Sequence[CaseStatus], on: dt.date) -> list[str]:
    """One line per step, such as: Step 1 was due, 5 of 14 LEAs still have something to file."""
    lines = []
    for step in process.steps:
        if step.due_on is None:
            continue
        ids = {one.id for one in process.activities if one.step == step.number}
        missing = sum(
            any(one.id in ids and one.is_chased for one in status.activities) for status in statuses
        )
        was = "was" if step.due_on < on else "is"
        lines.append(
            f"Step {step.number} ({step.title}) {was} due {long_date(step.due_on)}:"
            f" {missing} of {len(statuses)} LEAs still have something to file."
        )
    return lines


def _asked(process: Process, statuses: Sequence[CaseStatus]) -> list[Activity]:
    """The activities that apply to anyone here, or that anyone has filed."""
    asked = {
        one.id
        for status in statuses
        for one in status.activities
        if one.state not in _NOTHING_ASKED
    }
    return [one for one in process.activities if one.id in asked]


def _print_table(out: Paper, process: Process, statuses: Sequence[CaseStatus]) -> None:
    activities = _asked(process, statuses)
    columns = [Column("LEA"), Column("Lvl"), Column("State", wraps=False)]
    columns += [
        Column(f"{one.step} {one.short or one.title}", widest=_WIDEST_ACTIVITY)
        for one in activities
    ]
    rows: list[Row] = []
    for status in statuses:
        by_id = {one.id: one for one in status.activities}
        cells = [_cell(by_id[one.id], process) for one in activities]
        rows.append([status.name, status.level, Cell(*_CASES[status.state]), *cells])
    out.table(columns, rows)


def _cell(one: ActivityStatus, process: Process) -> Cell:
    sign, word, style = _CELLS[one.state]
    if one.state == "Incomplete":
        word = gap_words(one, process)
    if one.blocked_by and one.state == "Blocked":
        first = process.activity_by_id[one.blocked_by[0]]
        word = f"waiting for {first.short or first.title}"
    if one.state in {"DueSoon", "Upcoming"} and one.due is not None:
        word = short_date(one.due)
    late = " (late)" if one.late and one.state in {"Submitted", "Approved"} else ""
    return Cell(f"{sign} {word}{late}", style)


def _print_lines(out: Paper, process: Process, status: CaseStatus) -> None:
    out.line(f"{status.name} (level {status.level}): ", Cell(*_CASES[status.state]))
    for one in status.activities:
        if one.state in _NEEDS_SOMEONE and not one.settled:
            out.line(f"    {process.activity_by_id[one.id].title}: ", _cell(one, process))


def _what_needs_someone(process: Process, statuses: Sequence[CaseStatus]) -> list[str]:
    lines = []
    for status in statuses:
        for one in status.activities:
            title = process.activity_by_id[one.id].title
            name = status.name
            if one.state == "Undetermined":
                lines.append(f"{name}: {title} depends on a fact that you can look up")
            elif one.waits_for_review:
                lines.append(f"{name}: {title} is waiting for a review")
            elif one.state == "Incomplete" and is_only_with_us(one):
                lines.append(f"{name}: {title} is {gap_words(one, process)}")
    return lines


def print_lea(context: AppContext, process_id: str, on: dt.date, status: CaseStatus) -> None:
    """One LEA: every activity, its state, and why."""
    out = paper()
    process = context.process(process_id)
    out.line(
        Cell(status.name, "bold"),
        f"  {status.cds_code}  level {status.level}  ",
        Cell(*_CASES[status.state]),
        f"  as of {long_date(on)} (Pacific)",
    )
    columns = [Column("Step", wraps=False), Column("Activity"), Column("State"), Column("Due")]
    rows: list[Row] = []
    for one in status.activities:
        sign, state_word, state_style = _CELLS[one.state]
        if one.state == "Incomplete":
            state_word = gap_words(one, process)
        rows.append(
            [
                str(process.activity_by_id[one.id].step),
                process.activity_by_id[one.id].title,
                Cell(f"{sign} {state_word}{' (late)' if one.late else ''}", state_style),
                long_date(one.due) if one.due else "",
                _why(one, process),
            ]
        )
    out.table([*columns, Column("Why")], rows)


def _why(one: ActivityStatus, process: Process) -> str:
    parts = []
    if one.blocked_by:
        titles = ", ".join(process.activity_by_id[root].title for root in one.blocked_by)
        parts.append(f"waiting for {titles}")
    parts += [finding.message for finding in one.findings]
    parts += [f"{key}: {value}" for key, value in one.because.facts.items() if key != "level"]
    if one.because.quote and one.requirement == "required":
        parts.append(f"“{one.because.quote}”")
    return "; ".join(parts)
