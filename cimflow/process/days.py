"""Which day it is in a process's time zone: the one place where an instant becomes a date."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def day_in(zone: ZoneInfo, instant: dt.datetime) -> dt.date:
    """The calendar day on which ``instant`` falls in ``zone``.

    The machine's own clock and zone play no part; a day runs to its last second in ``zone``,
    whether it has 23, 24 or 25 hours.

    Raises:
        ValueError: ``instant`` is naive, so nobody can tell which moment it is.
    """
    if instant.utcoffset() is None:
        msg = f"{instant.isoformat()} has no time zone; give one with a time zone"
        raise ValueError(msg)
    return instant.astimezone(zone).date()
