"""The due date in force: from the file, a fact, an offset or the last extension granted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cimflow.process.case import Case, Extension
from cimflow.process.definition.process_file import Due, LevelRule, Process
from cimflow.process.definition.working_calendar import WorkingCalendar

DueKind = Literal["date", "relative", "projected", "unknown", "none"]


@dataclass(frozen=True, slots=True)
class DueInForce:
    """When an activity is due on the day asked.

    ``on`` is what is shown; ``binding`` is what anyone may be chased for: None where the source
    only projects a date. ``original`` is the date before any extension.
    """

    on: dt.date | None
    kind: DueKind
    original: dt.date | None
    extension: Extension | None = None

    @property
    def binding(self) -> dt.date | None:
        """The date after which the activity is late; None if there is none, or only expected."""
        return None if self.kind == "projected" else self.on


def due_in_force(
    activity: str,
    rule: LevelRule | None,
    case: Case,
    process: Process,
    on: dt.date,
    calendar: WorkingCalendar,
) -> DueInForce:
    """The due date of an activity in force on a day.

    An extension granted on or before that day replaces the date; nothing is overwritten, and the
    last granted counts. A date set by the file moves off a non-working day only where the file's
    policy says so.
    """
    stated, kind = _stated(rule.due if rule else None, case, process, on)
    if stated is not None and kind != "projected":
        stated = _moved(stated, process, calendar)
    extension = case.extension_on(activity, on)
    if extension is not None:
        return DueInForce(extension.to, "date", stated, extension)
    return DueInForce(stated, kind, stated)


def _stated(
    due: Due | None, case: Case, process: Process, on: dt.date
) -> tuple[dt.date | None, DueKind]:
    if due is None:
        return None, "none"
    if due.on is not None:
        return due.on, "date"
    if due.projected is not None:
        return due.projected, "projected"
    if due.fact is not None:
        day = date_of_fact(due.fact, case, process, on)
        return (day, "date") if day else (None, "unknown")
    if due.after is not None:
        day = date_of_fact(due.after, case, process, on)
        return (day + dt.timedelta(days=due.days), "relative") if day else (None, "unknown")
    return None, "unknown"


def date_of_fact(name: str, case: Case, process: Process, on: dt.date) -> dt.date | None:
    """The date that a date fact holds on a day; ``start`` is the start of the process."""
    if name == "start":
        return process.start
    fact = case.fact_on(name, on)
    if fact is None or fact.value == "unknown":
        return None
    return dt.date.fromisoformat(fact.value)


def _moved(day: dt.date, process: Process, calendar: WorkingCalendar) -> dt.date:
    policy = process.process.due_on_non_working_day
    if policy == "next-working-day":
        return calendar.on_or_after(day)
    if policy == "previous-working-day":
        return calendar.on_or_before(day)
    return day
