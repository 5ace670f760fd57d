"""Why an activity is in its state: the rule, the sentence it rests on, the facts, the dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from cimflow.process.case import Case, RosterEntry, Submission
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.applicability import Asked
from cimflow.process.evaluation.due_dates import DueInForce


@dataclass(frozen=True, slots=True)
class Because:
    """The proof of an answer: ``rule`` in words, ``quote`` from the source, facts and dates."""

    rule: str
    quote: str
    facts: dict[str, str] = field(hash=False)
    dates: dict[str, str] = field(hash=False)


_ASKS = {
    "required": "is required",
    "recommended": "is recommended and never late",
    "optional": "is optional",
    "not-applicable": "does not apply",
    "undetermined": "depends on a fact that the SELPA can look up",
    "not-yet": "depends on a fact that only the CDE knows",
}


def because(
    activity: Activity,
    asked: Asked,
    due: DueInForce,
    latest: Submission | None,
    case: Case,
    roster_entry: RosterEntry,
    state: str,
    on: dt.date,
) -> Because:
    """The reasons for a state on a day."""
    facts = {"level": roster_entry.level}
    if asked.fact is not None and asked.value is not None:
        facts[asked.fact] = asked.value
    excuse = case.excuse_on(activity.id, on)
    dates: dict[str, str] = {}
    if due.on is not None:
        dates["due"] = due.on.isoformat()
    if due.extension is not None:
        facts["extension"] = due.extension.reason
        facts["extension-by"] = due.extension.grantor
        dates["extension-granted"] = due.extension.on.isoformat()
        if due.original is not None:
            dates["due-before-extension"] = due.original.isoformat()
    if excuse is not None:
        facts["exception"] = excuse.reason
        facts["exception-by"] = excuse.grantor
        dates["exception-granted"] = excuse.on.isoformat()
    if latest is not None:
        facts["version"] = str(latest.version)
        dates["received"] = latest.received_on.isoformat()
        if latest.filed_on is not None and latest.filed_on <= on:
            dates["filed"] = latest.filed_on.isoformat()
        review = case.review_on(latest, on)
        if review is not None:
            facts["review"] = review.decision
            if review.note:
                facts["reviewer-note"] = review.note
            dates["reviewed"] = review.on.isoformat()
    text = f"{activity.title} {_ASKS[asked.requirement]} at level {roster_entry.level}: {state}"
    rule = asked.rule
    quote = (
        (rule.quote or rule.reading) if rule is not None else (activity.quote or activity.reading)
    )
    return Because(rule=text, quote=quote, facts=facts, dates=dates)
