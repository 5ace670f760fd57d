"""What is checked of every day that a person gives: it has come, and it is not a typo."""

from __future__ import annotations

import datetime as dt

from cimflow.intake.tables import cells
from cimflow.intake.tables.row_reader import LONGEST_NOTE, line_problem
from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refusal, Refused, refusal


def refuse_unlikely(act: Act, field: str, day: dt.date | None) -> None:
    """What has happened cannot lie after today. A sample home's clock stands still: allowed there.

    Raises:
        Refused: the day is after today, or so far from the process that it is a typo.
    """
    if day is None:
        return
    if day > act.today and act.context.settings.today is None:
        raise Refused(refusal("after-today", field, day=day, today=act.today))
    refuse_far_off(act, field, day)


def refuse_far_off(act: Act, field: str, day: dt.date) -> None:
    """A day years away from the process is a typo: 2204 for 2024.

    Raises:
        Refused: it is.
    """
    try:
        cells.refuse_far_off(day, act.process, years_before=1)
    except ValueError as error:
        raise Refused(refusal("unusable", field, problem=str(error))) from None


def note_problems(field: str, text: str, *, blank: str = "") -> list[Refusal]:
    """Why a sentence for the record cannot stand; ``blank`` is the code where one is required."""
    if blank and not text.strip():
        return [refusal(blank, field)]
    problem = line_problem(text, longest=LONGEST_NOTE)
    return [refusal("unusable", field, problem=problem)] if problem is not None else []
