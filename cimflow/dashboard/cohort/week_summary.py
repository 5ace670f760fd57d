"""What needs attention at the SELPA, and what happened since Monday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.words import is_only_with_us, receiver_in_words
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import CaseStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that a person at the SELPA can do now."""

    cds_code: str
    name: str
    activity: str
    title: str
    kind: str  # review, fact, with-us
    receiver: str


@dataclass(frozen=True, slots=True)
class Week:
    """How much happened from Monday to the day looked at."""

    monday: dt.date
    filed: int
    returned: int
    approved: int
    extended: int


def waiting_in(seen: Sequence[CaseStatus], process: Process) -> tuple[Waiting, ...]:
    """Reviews first, then information needed, then what is at the SELPA but not at its receiver."""
    found = [
        Waiting(
            cds_code=one.cds_code,
            name=one.name,
            activity=activity.id,
            title=process.activity_by_id[activity.id].title,
            kind=kind,
            receiver=receiver_in_words(activity, process),
        )
        for one in seen
        for activity in one.activities
        for kind, is_it in (
            ("review", activity.waits_for_review),
            ("fact", activity.state == "Undetermined"),
            ("with-us", activity.state == "Incomplete" and is_only_with_us(activity)),
        )
        if is_it
    ]
    order = ("review", "fact", "with-us")
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.name, one.activity)))


def week_of(standing: Standing, seen: Sequence[CaseStatus]) -> Week:
    """Count what happened in the week of the day looked at, up to that day."""
    monday = standing.on - dt.timedelta(days=standing.on.weekday())
    cases = [standing.cases[one.cds_code] for one in seen]

    def in_week(day: dt.date) -> bool:
        return monday <= day <= standing.on

    reviews = [one for case in cases for one in case.reviews if in_week(one.on)]
    return Week(
        monday=monday,
        filed=sum(
            one.voided_on is None and in_week(one.counts_on)
            for case in cases
            for one in case.submissions
        ),
        returned=sum(one.decision == "returned" for one in reviews),
        approved=sum(one.decision == "approved" for one in reviews),
        extended=sum(in_week(one.on) for case in cases for one in case.extensions),
    )
