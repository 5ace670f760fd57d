"""Working days: which days an office is open, counted forward and backward.

The calendar is a value (weekend days and holidays with their source); it never asks what today is.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from cimflow.process.definition.entry import Entry
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.parse_process import errors_with_keys
from cimflow.process.definition.toml_reader import read_table

ONE_DAY = dt.timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class Holiday(Entry):
    """A day on which the office is closed."""

    on: dt.date
    name: str


class WorkingCalendar(Entry):
    """Weekends and holidays of one office; ``covers_to`` is the last day the file speaks of."""

    id: str
    title: str
    source: str
    covers_from: dt.date
    covers_to: dt.date
    weekend: tuple[int, ...] = (SATURDAY, SUNDAY)
    holidays: tuple[Holiday, ...] = ()

    @cached_property
    def _closed(self) -> frozenset[dt.date]:
        return frozenset(one.on for one in self.holidays)

    def is_working(self, day: dt.date) -> bool:
        """Whether the office is open on ``day``."""
        return day.weekday() not in self.weekend and day not in self._closed

    def on_or_after(self, day: dt.date) -> dt.date:
        """``day`` itself if it is a working day, else the next one."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: dt.date) -> dt.date:
        """``day`` itself if it is a working day, else the one before."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day

    def next_after(self, day: dt.date) -> dt.date:
        """The first working day after ``day``."""
        return self.on_or_after(day + ONE_DAY)

    def add(self, day: dt.date, working_days: int) -> dt.date:
        """The day that many working days after ``day``; ``day`` itself need not be one."""
        for _ in range(working_days):
            day = self.next_after(day)
        return day

    def first_of_month(self, year: int, month: int) -> dt.date:
        """The first working day of a month."""
        return self.on_or_after(dt.date(year, month, 1))


def parse_calendar(data: dict[str, Any], *, file: str) -> WorkingCalendar:
    """Turn the parsed TOML of a calendar file into a calendar.

    Raises:
        ConfigErrors: all errors with file and key.
    """
    calendar, mistakes = read_table(WorkingCalendar, data)
    if calendar is None:
        raise ConfigErrors(errors_with_keys(mistakes, data, file=file))
    return calendar
