"""Working days: which days an office is open, counted forwards and backwards.

The calendar is a value (weekend days and holidays with their source); it never asks what today is.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from cimflow.process.definition import Day, errors_with_keys
from cimflow.process.errors import ConfigErrors

ONE_DAY = dt.timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class Holiday(BaseModel):
    """A day on which the office is closed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: Day
    name: str


class WorkingCalendar(BaseModel):
    """Weekends and holidays of one office; ``covers_to`` is the last day the file speaks of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    source: str
    covers_from: Day
    covers_to: Day
    weekend: tuple[int, ...] = (SATURDAY, SUNDAY)
    holidays: tuple[Holiday, ...] = ()

    def model_post_init(self, _context: Any) -> None:
        """Keep the holidays as a set, for speed."""
        object.__setattr__(self, "_closed", frozenset(one.on for one in self.holidays))

    _closed: frozenset[dt.date]

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
    try:
        return WorkingCalendar.model_validate(data)
    except ValidationError as error:
        raise ConfigErrors(errors_with_keys(error, data, file=file)) from None
