"""The cohort and its notices in a terminal: who is in trouble, for what, by when."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from cimflow.monitoring.cohort import counts, urgency
from cimflow.monitoring.wording import gap_words, is_only_with_us, long_date, short_date
from cimflow.process.evaluation import ActivityStatus, CaseStatus, State

if TYPE_CHECKING:
    from cimflow.monitoring.office import Office
    from cimflow.process.definition import Activity, Process

# Each state as a sign, a word and a colour: the word alone says it all.
_CELLS: dict[State, tuple[str, str, str]] = {
    "Excused": ("=", "excused", "cyan"),
    "Approved": ("+", "approved", "green"),
    "Returned": ("!", "returned", "red"),
    "Incomplete": ("!", "gaps", "yellow"),
    "Submitted": ("+", "filed", "green"),
    "NotApplicable": ("-", "n/a", "dim"),
    "Optional": ("-", "optional", "dim"),
    "Recommended": ("-", "advised", "dim"),
    "Undetermined": ("?", "unknown", "yellow"),
    "NotYet": ("-", "not yet", "dim"),
    "Missing": ("x", "MISSING", "bold red"),
    "Blocked": (".", "waits", "blue"),
    "DueSoon": (">", "due soon", "yellow"),
    "Upcoming": (".", "upcoming", "default"),
}
_CASES = {
    "Overdue": ("Overdue", "bold red"),
    "AtRisk": ("At risk", "yellow"),
    "OnTrack": ("On track", "default"),
    "Complete": ("Complete", "green"),
}
_NEEDS_SOMEONE = {
    "Missing", "Returned", "Incomplete", "DueSoon", "Undetermined", "Submitted",
}  # fmt: skip
_NOTHING_ASKED = {"NotApplicable", "Optional", "NotYet"}
_NARROWEST_GRID = 120


_WIDE = 170
"""How wide we write where no terminal says otherwise: into a file, a pipe, a log."""


def fitting(console: Console | None = None) -> Console:
    """A console for tables: no pictures from ``:words:``, and wide where nobody says how wide."""
    file = console.file if console is not None else None
    plain = Console(file=file, emoji=False, highlight=False)
    if plain.is_terminal or "COLUMNS" in os.environ:
        return plain
    return Console(file=file, emoji=False, highlight=False, width=_WIDE)


def print_grid(
    office: Office,
    process_id: str,
    on: dt.date,
    statuses: Sequence[CaseStatus],
    console: Console | None = None,
) -> None:
    """The cohort: one row per LEA, most urgent first, one column per activity that is asked."""
    out = fitting(console)
    process = office.process(process_id)
    out.print(f"[bold]{escape(process.process.title)}[/]   as of {long_date(on)} (Pacific)")
    if not statuses:
        out.print("No LEA is in the cohort on this day. Load a roster: cimflow import-roster FILE")
        return
    ordered = sorted(statuses, key=urgency)
    found = counts(statuses)
    out.print(
        "  ".join(
            f"{found[state]} {word.lower()}" for state, (word, _) in _CASES.items() if found[state]
        )
        + f"  of {len(statuses)} LEAs"
    )
    for line in _steps_in_words(process, statuses, on):
        out.print(line)
    out.print()
    if out.width >= _NARROWEST_GRID:
        out.print(_grid(process, ordered))
    else:
        out.print(Group(*(_lines_of(process, one) for one in ordered)))
    needs = _what_needs_someone(process, ordered)
    if needs:
        out.print()
        out.print(needs)


def _steps_in_words(process: Process, statuses: Sequence[CaseStatus], on: dt.date) -> list[str]:
    """One line per step, such as: Step 1 was due, 5 of 14 LEAs have something left to file."""
    lines = []
    for step in process.steps:
        if step.due is None:
            continue
        ids = {one.id for one in process.activities if one.step == step.number}
        missing = sum(
            any(one.id in ids and one.is_chased for one in status.activities) for status in statuses
        )
        was = "was" if step.due < on else "is"
        lines.append(
            f"Step {step.number} ({escape(step.title)}) {was} due {long_date(step.due)}:"
            f" {missing} of {len(statuses)} LEAs have something left to file."
        )
    return lines


def _asked(process: Process, statuses: Sequence[CaseStatus]) -> list[Activity]:
    """The activities that anyone here is asked for, or has filed."""
    asked = {
        one.id
        for status in statuses
        for one in status.activities
        if one.state not in _NOTHING_ASKED
    }
    return [one for one in process.activities if one.id in asked]


def _grid(process: Process, statuses: Sequence[CaseStatus]) -> Table:
    table = Table(pad_edge=False, show_edge=False, header_style="bold", expand=False)
    table.add_column("LEA", overflow="fold")
    table.add_column("Lvl")
    table.add_column("State", no_wrap=True)
    activities = _asked(process, statuses)
    for one in activities:
        table.add_column(_heading(one), overflow="fold", max_width=11)
    for status in statuses:
        word, style = _CASES[status.state]
        by_id = {one.id: one for one in status.activities}
        table.add_row(
            escape(status.name),
            status.level,
            Text(word, style=style),
            *(_cell(by_id[one.id], process) for one in activities),
        )
    return table


def _heading(activity: Activity) -> str:
    return f"{activity.step} {escape(activity.short or activity.title)}"


def _cell(one: ActivityStatus, process: Process) -> Text:
    sign, word, style = _CELLS[one.state]
    if one.state == "Incomplete":
        word = gap_words(one)
    if one.blocked_by and one.state == "Blocked":
        first = process.activity_by_id[one.blocked_by[0]]
        word = f"waits for {first.short or first.title}"
    if one.state in {"DueSoon", "Upcoming"} and one.due is not None:
        word = short_date(one.due)
    late = " (late)" if one.late and one.state in {"Submitted", "Approved"} else ""
    return Text(f"{sign} {word}{late}", style=style)


def _lines_of(process: Process, status: CaseStatus) -> Text:
    word, style = _CASES[status.state]
    text = Text(f"{status.name} (level {status.level}): ")
    text.append(word, style=style)
    for one in status.activities:
        if one.state in _NEEDS_SOMEONE and not one.settled:
            text.append(f"\n    {process.activity_by_id[one.id].title}: ")
            text.append_text(_cell(one, process))
    return text


def _what_needs_someone(process: Process, statuses: Sequence[CaseStatus]) -> str:
    lines = []
    for status in statuses:
        for one in status.activities:
            title = escape(process.activity_by_id[one.id].title)
            name = escape(status.name)
            if one.state == "Undetermined":
                lines.append(f"{name}: {title} waits for a fact that you can look up")
            elif one.waits_for_review:
                lines.append(f"{name}: {title} waits for a review")
            elif one.state == "Incomplete" and is_only_with_us(one):
                lines.append(f"{name}: {title} is with us, but not with its receiver of record")
    return "\n".join(["[bold]Waits for someone at the SELPA[/]", *lines]) if lines else ""


def print_lea(office: Office, process_id: str, on: dt.date, status: CaseStatus) -> None:
    """One LEA: every activity, its state, and why."""
    out = fitting()
    process = office.process(process_id)
    word, style = _CASES[status.state]
    out.print(
        f"[bold]{escape(status.name)}[/]  {status.cds_code}  level {status.level}"
        f"  [{style}]{word}[/]  as of {long_date(on)} (Pacific)"
    )
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in ("Step", "Activity", "State", "Due", "Why"):
        table.add_column(heading, overflow="fold")
    for one in status.activities:
        sign, state_word, state_style = _CELLS[one.state]
        if one.state == "Incomplete":
            state_word = gap_words(one)
        table.add_row(
            str(process.activity_by_id[one.id].step),
            escape(process.activity_by_id[one.id].title),
            Text(f"{sign} {state_word}{' (late)' if one.late else ''}", style=state_style),
            long_date(one.due) if one.due else "",
            _why(one, process),
        )
    out.print(table)


def _why(one: ActivityStatus, process: Process) -> Text:
    parts = []
    if one.blocked_by:
        titles = ", ".join(process.activity_by_id[root].title for root in one.blocked_by)
        parts.append(f"waits for {titles}")
    parts += [finding.message for finding in one.findings]
    parts += [f"{key}: {value}" for key, value in one.because.facts.items() if key != "level"]
    if one.because.quote and one.requirement == "required":
        parts.append(f"“{one.because.quote}”")
    return Text("; ".join(parts))
