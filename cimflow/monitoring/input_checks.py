"""What is refused of every record and change: an activity that is none, a day that cannot be."""

from __future__ import annotations

import datetime as dt

from cimflow.intake.tables import cells
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.process.definition.process_file import Activity


def activity_asked_for(context: AppContext, process_id: str, activity_id: str) -> Activity:
    """The activity of that id.

    Raises:
        Refused: the process has none of that id; the line lists those it has.
    """
    process = context.process(process_id)
    if activity_id not in process.activity_by_id:
        known = ", ".join(process.activity_by_id)
        raise Refused(f"{activity_id}: no such activity in {process_id}; there are: {known}")
    return process.activity_by_id[activity_id]


def refuse_unlikely(context: AppContext, process_id: str, word: str, day: dt.date | None) -> None:
    """What has happened cannot lie after today. A sample home's clock stands still: allowed there.

    Raises:
        Refused: the day is after today, or so far from the process that it is a slip of the pen.
    """
    if day is None:
        return
    today = context.today(process_id)
    if day > today and context.settings.today is None:
        raise Refused(f"{word}: {day} is after today, {today}")
    refuse_far_off(context, process_id, word, day)


def refuse_far_off(context: AppContext, process_id: str, word: str, day: dt.date) -> None:
    """A day years away from the process is a slip of the pen: 2204 for 2024.

    Raises:
        Refused: it is.
    """
    try:
        cells.refuse_far_off(day, context.process(process_id), years_before=1)
    except ValueError as error:
        raise Refused(f"{word}: {error}") from None
