"""One LEA in one sentence, and the one thing to do next for the person who looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from cimflow.monitoring.cohort.explain import next_step
from cimflow.monitoring.words import is_only_with_us
from cimflow.process.case import Case
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.applicability import asked_of
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
StepKind = Literal["receive", "filed", "review", "facts", "look"]


@dataclass(frozen=True, slots=True)
class NextThing:
    """What to do next: which page it is done on, about which activity, and what it says."""

    act: StepKind
    activity: str
    words: str
    says: str


def waits_for_cde(one: ActivityStatus, process: Process) -> bool:
    """Whether only the CDE can move it: its review, or a fact that it alone knows."""
    receiver = process.receiver_by_id.get(one.receiver or "")
    is_theirs = receiver is not None and receiver.authority == "cde"
    return one.state == "NotYet" or (one.waits_for_review and is_theirs)


def case_in_words(status: CaseStatus, process: Process) -> str:
    """``3 things overdue, 1 waiting for the CDE``; what is in order is said too."""
    overdue = [one for one in status.activities if one.overdue]
    rest = [one for one in status.activities if not one.overdue]
    with_cde = [one for one in rest if waits_for_cde(one, process)]
    to_review = [one for one in rest if one.waits_for_review and one not in with_cde]
    gaps = [one for one in rest if one.state in {"Incomplete", "Returned"} and one.is_chased]
    facts = [one for one in rest if one.state == "Undetermined"]
    soon = [one for one in rest if one.state == "DueSoon"]
    parts = [
        _count(len(overdue), "thing overdue", "things overdue"),
        _count(len(gaps), "to correct", "to correct"),
        _count(len(soon), "due within two weeks", "due within two weeks"),
        _count(len(to_review), f"waiting for the SELPA{_APOSTROPHE}s review", ""),
        _count(len(facts), "fact needed", "facts needed"),
        _count(len(with_cde), "waiting for the CDE", ""),
    ]
    said = ", ".join(part for part in parts if part)
    if status.state == "Complete":
        return f"Everything required is done{f'; {said}' if said else ''}."
    return f"{said}." if said else "Nothing is overdue and nothing is due within two weeks."


def _count(number: int, one: str, several: str) -> str:
    if not number:
        return ""
    return f"{number} {one if number == 1 else several or one}"


def next_due(status: CaseStatus) -> dt.date | None:
    """The next day, not before the day asked, on which something open is due."""
    days = [
        one.due
        for one in status.activities
        if one.is_chased and one.binding_due is not None and one.due is not None
    ]
    return min((day for day in days if day >= status.on), default=None)


def next_thing(
    status: CaseStatus, case: Case, process: Process, *, decides: bool
) -> NextThing | None:
    """The one next step: for the SELPA, which decides, first what only it can do.

    Else what is overdue and not waiting for anything else, then what is due soonest.
    """
    if decides:
        found = _for_the_selpa(status, case, process)
        if found is not None:
            return found
    chased = [one for one in status.activities if one.is_chased and not one.blocked_by]
    for one in sorted(chased, key=_urgency):
        return _to_file(one, process, decides=decides)
    return None


def _for_the_selpa(status: CaseStatus, case: Case, process: Process) -> NextThing | None:
    for one in status.activities:
        if one.waits_for_review and not waits_for_cde(one, process):
            title = process.activity_by_id[one.id].title
            return NextThing(
                "review", one.id, f"Review {title}", next_step(one, process, reads_at_selpa=True)
            )
    for one in status.activities:
        if one.state == "Undetermined":
            fact = fact_of(one, case, process, status)
            return NextThing(
                "facts", one.id, f"Record {fact}", next_step(one, process, reads_at_selpa=True)
            )
    return None


def fact_of(one: ActivityStatus, case: Case, process: Process, status: CaseStatus) -> str:
    """The title of the fact that decides whether an activity is required."""
    activity = process.activity_by_id[one.id]
    asked = asked_of(activity, case, process, status.on, status.level)
    fact = process.fact_by_id.get(asked.fact or "")
    return fact.title if fact is not None else "the fact that decides"


def _urgency(one: ActivityStatus) -> tuple[bool, dt.date]:
    return (not one.overdue, one.binding_due or one.due or dt.date.max)


def _to_file(one: ActivityStatus, process: Process, *, decides: bool) -> NextThing:
    title = process.activity_by_id[one.id].title
    says = next_step(one, process, reads_at_selpa=decides)
    if one.state == "Incomplete" and is_only_with_us(one):
        return NextThing("filed", one.id, f"Record when {title} was filed", says)
    version = "a new version of " if one.state in {"Incomplete", "Returned"} else ""
    verb = "Record" if decides else "Submit"
    return NextThing("receive", one.id, f"{verb} {version}{title}", says)


def steps_done(process: Process, activities: Sequence[ActivityStatus]) -> dict[int, bool | None]:
    """Whether all that a step asks is settled; None where it asks nothing here."""
    return {
        step.number: _all_settled(
            one for one in activities if process.activity_by_id[one.id].step == step.number
        )
        for step in process.steps
    }


def _all_settled(activities: Iterable[ActivityStatus]) -> bool | None:
    asked = [one for one in activities if one.requirement in {"required", "undetermined"}]
    return all(one.settled for one in asked) if asked else None
