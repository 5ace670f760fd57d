"""Which activities an LEA must do on a day: from its level and the facts, never from guesses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cimflow.process.case import Case
from cimflow.process.definition.process_file import Activity, LevelRule, Process

Requirement = Literal[
    "required", "recommended", "optional", "not-applicable", "undetermined", "not-yet"
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an activity asks of an LEA on a day, by which rule, because of which fact."""

    requirement: Requirement
    rule: LevelRule | None
    fact: str | None = None
    value: str | None = None


def asked_of(activity: Activity, case: Case, process: Process, on: dt.date, level: str) -> Asked:
    """The requirement of an activity at a level on a day.

    An unknown fact that the SELPA can know leaves it ``undetermined``; one that only the CDE can
    know, ``not-yet``. Unknown is never read as no.
    """
    rule = activity.rule_at(level)
    if rule is None:
        return Asked("not-applicable", None)
    if rule.when is None:
        return Asked(rule.requirement, rule)
    definition = process.fact_by_id[rule.when.fact]
    fact = case.fact_on(definition.id, on)
    if fact is None or fact.value == "unknown":
        word: Requirement = "undetermined" if definition.known_by == "selpa" else "not-yet"
        return Asked(word, rule, definition.id, "unknown")
    if fact.value == rule.when.equals:
        return Asked(rule.requirement, rule, definition.id, fact.value)
    return Asked("not-applicable", rule, definition.id, fact.value)


def requirement_on(activity: Activity, case: Case, process: Process, on: dt.date) -> Requirement:
    """The requirement on a day; ``not-applicable`` while the LEA is not in the cohort."""
    roster_entry = case.roster_entry_on(on)
    if roster_entry is None:
        return "not-applicable"
    return asked_of(activity, case, process, on, roster_entry.level).requirement


def required_since(activity: Activity, case: Case, process: Process, on: dt.date) -> dt.date | None:
    """The day from which the activity has been required without a break; None if it is not."""
    if requirement_on(activity, case, process, on) != "required":
        return None
    since: dt.date | None = None
    for day in reversed(_days_that_could_change_it(case, on)):
        if requirement_on(activity, case, process, day) != "required":
            break
        since = day
    return since


def _days_that_could_change_it(case: Case, on: dt.date) -> list[dt.date]:
    days = {one.holds_on for one in case.roster_entries}
    days |= {one.holds_on for one in case.facts}
    days |= {one.on for one in case.withdrawals}
    return sorted(day for day in days if day <= on)
