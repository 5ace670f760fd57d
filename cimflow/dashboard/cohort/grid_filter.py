"""What of the cohort is asked for: read from an address, said in words, and whether an LEA fits.

Pure, and forgiving: what of an address is not understood is as if it were not asked, or fits none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cimflow.monitoring.cohort.evaluate import urgency
from cimflow.monitoring.words import CASE_WORDS, long_date
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

NOT_ASKED = frozenset({"NotApplicable", "Optional", "NotYet"})
SORTS = {"urgency": "Most urgent first", "name": "Name", "level": "Level", "selpa": "SELPA"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the cohort is asked for; what is not understood is as if it were not asked."""

    selpa: str = ""
    level: str = ""
    state: str = ""
    activity: str = ""
    find: str = ""
    due: str = ""
    show: str = "all"
    sort: str = "urgency"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """From the query of an address."""
        page = query.get("page", "")
        sort = query.get("sort", "")
        return cls(
            selpa=query.get("selpa", "").strip(),
            level=query.get("level", "").strip(),
            state=query.get("state", "").strip(),
            activity=query.get("activity", "").strip(),
            find=query.get("find", "").strip()[:100],
            due=query.get("due", "").strip(),
            show="needs" if query.get("show") == "needs" else "all",
            sort=sort if sort in SORTS else "urgency",
            page=int(page) if page.isdecimal() and 0 < len(page) < 6 else 1,
        )

    def as_query(self) -> dict[str, str]:
        """The same as a query, without the page and what is as usual."""
        usual = Wanted()
        names = ("selpa", "level", "state", "activity", "find", "due", "show", "sort")
        return {
            name: str(getattr(self, name))
            for name in names
            if getattr(self, name) != getattr(usual, name)
        }


def in_words(wanted: Wanted, process: Process, selpas: Sequence[tuple[str, str]]) -> str:
    """The filter as it is read beside the rows and on paper; empty where nothing is filtered.

    Args:
        wanted: what is asked for.
        process: whose activities have names.
        selpas: code and name of each SELPA that is known here.
    """
    activity = process.activity_by_id.get(wanted.activity)
    title = activity.title if activity is not None else wanted.activity
    said = (
        (wanted.selpa, dict(selpas).get(wanted.selpa, f"SELPA {wanted.selpa}")),
        (wanted.level, f"level {wanted.level}"),
        (wanted.state, _state_in_words(wanted.state)),
        (wanted.activity, f"{title} still open"),
        (wanted.due, f"something open for {_day_in_words(wanted.due)}"),
        (wanted.show == "needs", "needs attention"),
        (wanted.find, f"name or CDS code with “{wanted.find}”"),
    )
    return ", ".join(words for is_asked, words in said if is_asked)


def _state_in_words(state: str) -> str:
    return next((words.lower() for value, words in CASE_WORDS.items() if value == state), state)


def _day_in_words(day: str) -> str:
    try:
        return long_date(dt.date.fromisoformat(day))
    except ValueError:
        return day


def waits_for_someone(one: CaseStatus) -> bool:
    """Whether a person should look at an LEA today."""
    return one.state in {"Overdue", "AtRisk"} or any(
        activity.state in {"Undetermined", "Incomplete"} or activity.waits_for_review
        for activity in one.activities
    )


def fits(one: CaseStatus, wanted: Wanted) -> bool:
    """Whether an LEA is asked for."""
    if wanted.show == "needs" and not waits_for_someone(one):
        return False
    if wanted.selpa not in {"", one.selpa_code} or wanted.level not in {"", one.level}:
        return False
    if wanted.state not in {"", one.state}:
        return False
    if wanted.activity and not any(
        activity.id == wanted.activity and is_open(activity) for activity in one.activities
    ):
        return False
    if wanted.due and not any(_owes_for(activity, wanted.due) for activity in one.activities):
        return False
    text = wanted.find.casefold()
    return not text or text in one.name.casefold() or text in one.cds_code


def is_open(one: ActivityStatus) -> bool:
    """Something is still to come, from the LEA, the SELPA or the CDE."""
    return not one.settled and one.state not in NOT_ASKED and one.state != "Recommended"


def _owes_for(one: ActivityStatus, due: str) -> bool:
    return one.is_chased and one.due is not None and one.due.isoformat() == due


def order(sort: str) -> Callable[[CaseStatus], tuple[object, ...]]:
    """The key by which LEAs are put in order: one of ``SORTS``."""
    orders: dict[str, Callable[[CaseStatus], tuple[object, ...]]] = {
        "urgency": urgency,
        "name": lambda one: (one.name.casefold(), one.cds_code),
        "level": lambda one: (one.level, *urgency(one)),
        "selpa": lambda one: (one.selpa_name.casefold(), *urgency(one)),
    }
    return orders[sort]
