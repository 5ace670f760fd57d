"""The head of an LEA's page: where it stands, its steps, what to do next, what is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cimflow import addresses
from cimflow.dashboard.lea.activity_view import Part
from cimflow.dashboard.lea.history_view import title_of_level
from cimflow.dashboard.lea.version_view import May
from cimflow.dashboard.web.state_styles import CASE_TONES
from cimflow.monitoring.cohort.next_step import (
    NextThing,
    case_in_words,
    next_due,
    next_thing,
    steps_done,
)
from cimflow.monitoring.words import CASE_WORDS, days_in_words
from cimflow.process.case import Case
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import CaseStatus


@dataclass(frozen=True, slots=True)
class Head:
    """The top of the page. ``path`` is empty where the next step is not this person's to do."""

    word: str
    icon: str
    tone: str
    sentence: str
    next_due: dt.date | None
    what: str
    says: str
    path: str


@dataclass(frozen=True, slots=True)
class StepPart:
    """A step with its activities; ``mark`` is complete, current, later or none."""

    number: int
    title: str
    due: dt.date | None
    note: str
    mark: str
    words: str
    asked: tuple[Part, ...]
    not_asked: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class KnownFact:
    """What is known of a fact on the day, or that it is not known."""

    title: str
    value: str
    since: dt.date | None
    seq: int
    known_by: str


_PAGES = {
    "receive": addresses.receive,
    "filed": addresses.filed,
    "review": addresses.review,
}
"""On which page of an activity each step is taken."""


def _address_of(step: NextThing, case: Case) -> str:
    if step.act == "facts":
        return addresses.lea_facts(case.process, case.cds_code)
    return _PAGES[step.act](case.process, case.cds_code, step.activity)


def head_of(status: CaseStatus, case: Case, process: Process, may: May) -> Head:
    """Where an LEA stands and the one thing to do next."""
    icon, tone = CASE_TONES[status.state]
    found = next_thing(status, case, process, decides=may.change)
    path = ""
    if found is not None and (may.change or may.file):
        path = _address_of(found, case)
    return Head(
        word=CASE_WORDS[status.state],
        icon=icon,
        tone=tone,
        sentence=case_in_words(status, process),
        next_due=next_due(status),
        what=found.words if found is not None else "",
        says=found.says if found is not None else "",
        path=path,
    )


def steps_of(status: CaseStatus, parts: Sequence[Part], process: Process) -> tuple[StepPart, ...]:
    """The steps in order; the first that is not complete is the current one."""
    done = steps_done(process, status.activities)
    current = next((number for number, is_done in done.items() if is_done is False), None)
    found = []
    for step in process.steps:
        own = [one for one in parts if one.step == step.number]
        mark, words = "later", "not complete"
        if done[step.number] is None:
            words = "nothing required yet"
        elif done[step.number]:
            mark, words = "complete", "completed"
        elif step.number == current:
            mark, words = "current", "current step"
        found.append(
            StepPart(
                number=step.number,
                title=step.title,
                due=step.due_on,
                note=step.note,
                mark=mark,
                words=words,
                asked=tuple(one for one in own if one.requirement != "Does not apply"),
                not_asked=tuple(one for one in own if one.requirement == "Does not apply"),
            )
        )
    return tuple(found)


def level_title(status: CaseStatus, process: Process) -> str:
    """The level in the words of the process file."""
    return title_of_level(status.level, process)


def known_facts(case: Case, process: Process, on: dt.date) -> tuple[KnownFact, ...]:
    """Every fact that the process file names, with what is known of it on a day."""
    found = []
    for one in process.facts:
        fact = case.fact_on(one.id, on)
        value = fact.value if fact is not None else "unknown"
        found.append(
            KnownFact(
                title=one.title,
                value="not known yet" if value == "unknown" else days_in_words(value),
                since=fact.holds_on if fact is not None else None,
                seq=fact.seq if fact is not None else 0,
                known_by="the SELPA" if one.known_by == "selpa" else "the CDE",
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Absent:
    """Why an LEA is not in the cohort on a day, and a day on which it is (or was)."""

    sentence: str
    look_at: dt.date | None
    words: str


def absent_on(case: Case, on: dt.date) -> Absent:
    """What to say of an LEA that has left, or is still to come."""
    first = min(one.holds_on for one in case.roster_entries)
    if on < first:
        return Absent("It was not in the cohort yet on this day.", first, "View its first day")
    gone = max((one for one in case.withdrawals if one.on <= on), key=lambda one: (one.on, one.seq))
    day = gone.on - dt.timedelta(days=1)
    return Absent(
        "It has left the cohort: nothing more is due, and no notices are sent.",
        day if case.roster_entry_on(day) is not None else None,
        "View its last day",
    )


def name_on(case: Case, on: dt.date) -> str:
    """What the LEA is called on a day, also while it is not in the cohort."""
    rows = sorted(case.roster_entries, key=lambda one: (one.holds_on, one.seq))
    held = [one for one in rows if one.holds_on <= on]
    return (held[-1] if held else rows[0]).lea_name


def days_to_look_at(case: Case, on: dt.date) -> tuple[dt.date | None, dt.date | None]:
    """The last day before, and the first day after, on which something changed."""
    days = case.days_of_change()
    before = [day for day in days if day < on]
    after = [day for day in days if day > on]
    return (before[-1] if before else None, after[0] if after else None)
