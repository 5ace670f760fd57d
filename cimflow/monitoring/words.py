"""The words that every surface uses in the same way: states, dates, and what is missing."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.evaluation.status import ActivityStatus, CaseState, State

PACIFIC = ZoneInfo("America/Los_Angeles")
"""The pages say Pacific; a process in another zone names its own (``moment``)."""

STATE_WORDS: dict[State, str] = {
    "Excused": "excused",
    "Approved": "approved",
    "Returned": "returned",
    "Incomplete": "incomplete",
    "Submitted": "filed",
    "NotApplicable": "n/a",
    "Optional": "optional",
    "Recommended": "recommended",
    "Undetermined": "unknown",
    "NotYet": "not yet",
    "Missing": "missing",
    "Blocked": "waiting",
    "DueSoon": "due soon",
    "Upcoming": "upcoming",
}
CASE_WORDS: dict[CaseState, str] = {
    "Overdue": "Overdue",
    "AtRisk": "At risk",
    "OnTrack": "On track",
    "Complete": "Complete",
}
_DAY = re.compile(r"(?<![\w-])(?<!such as )\d{4}-\d\d-\d\d(?![\w-]|\.\w)")


def long_date(day: dt.date) -> str:
    """``Thu, July 11, 2024``: a person checks a weekday before a number."""
    return f"{day:%a}, {day:%B} {day.day}, {day.year}"


def days_in_words(text: str) -> str:
    """A line with its dates as a page writes them, where they were written for a computer.

    Not where it shows how to type a date (``such as 2024-07-11``), and not in a file's name.
    """
    return _DAY.sub(_long_date_of, text)


def _long_date_of(found: re.Match[str]) -> str:
    try:
        return long_date(dt.date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


def short_date(day: dt.date) -> str:
    """``Jul 11``, where the year is given nearby."""
    return f"{day:%b} {day.day}"


def moment(at: dt.datetime, zone: ZoneInfo = PACIFIC) -> str:
    """``Thu, July 11, 2024, 10:04 am Pacific``."""
    local = at.astimezone(zone)
    name = "Pacific" if zone.key == PACIFIC.key else zone.key
    return f"{long_date(local.date())}, {clock(at, zone)} {name}"


def clock(at: dt.datetime, zone: ZoneInfo = PACIFIC) -> str:
    """``10:04 am``, where day and zone are given nearby."""
    return at.astimezone(zone).strftime("%I:%M %p").lstrip("0").lower()


def name_of(activity: Activity) -> str:
    """The short title where there is one."""
    return activity.short or activity.title


def is_only_with_us(one: ActivityStatus) -> bool:
    """Whether all that an artifact still needs is to reach its receiver of record."""
    errors = [finding for finding in one.findings if finding.severity == "error"]
    return len(errors) == 1 and errors[0].code == "not-filed"


def gap_words(one: ActivityStatus, process: Process) -> str:
    """What an incomplete artifact lacks: its place at the receiver of record, or contents."""
    if is_only_with_us(one):
        return f"at SELPA, not in {receiver_in_words(one, process)}"
    return STATE_WORDS["Incomplete"]


def receiver_in_words(one: ActivityStatus, process: Process) -> str:
    """Where an artifact is filed, by its title."""
    receiver = process.receiver_by_id.get(one.receiver or "")
    return receiver.title if receiver is not None else "its receiver"


def state_in_words(one: ActivityStatus, process: Process) -> str:
    """The state in a few words: never only ``waiting``, but what it is waiting for."""
    word = STATE_WORDS[one.state]
    if one.state == "Incomplete":
        word = gap_words(one, process)
    if one.state == "Blocked" and one.blocked_by:
        word = f"waiting for {name_of(process.activity_by_id[one.blocked_by[0]])}"
    if one.state == "DueSoon" and one.due is not None:
        word = f"due {short_date(one.due)}"
    if one.state == "Upcoming" and one.due is not None:
        word = short_date(one.due)
    if one.waits_for_review:
        word = "to review"
    if one.late and one.state in {"Submitted", "Approved"}:
        word += ", late"
    return word
