"""What one sweep works with, for every LEA: the process, its ladder and calendar, who is who."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cimflow.process.contacts import ContactBook
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for every LEA of one sweep.

    Attributes:
        on: the day whose notices are asked for: of a list the working day that would send them.
        asked_on: the day asked for; before ``on`` where a list is asked for on a day off.
        go_live: the process's go-live day; None reckons from the process's start.
        first_sweep: the day of the first live sweep; None while there is nothing to hold for it.
    """

    process: Process
    ladder: Ladder
    calendar: WorkingCalendar
    contacts: ContactBook
    on: dt.date
    asked_on: dt.date
    go_live: dt.date | None = None
    first_sweep: dt.date | None = None

    @property
    def live_from(self) -> dt.date:
        """The day from which overdue rungs may count at all."""
        return self.go_live or self.process.start
