"""The history of an LEA: what was ever said of it beside its filings, and what was taken back.

Nothing of it depends on the day that is looked at. When and by whom each thing was recorded is
found by its ``seq``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cimflow.monitoring.words import days_in_words, long_date
from cimflow.process.case import Case, Fact, RosterEntry
from cimflow.process.definition.process_file import Process

_GRANTORS = {"cde": "the CDE", "selpa": "the SELPA"}


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that came to hold of an LEA on a day. ``quote``: what a person wrote about it."""

    on: dt.date
    words: str
    seq: int
    quote: str = ""


def history_of(case: Case, process: Process) -> tuple[Happened, ...]:
    """Roster rows, facts, new due dates, exceptions, withdrawn records and leaving, last first."""
    found = [
        *_places(case, process),
        *_facts(case, process),
        *_grants(case, process),
        *_voids(case, process),
        *(Happened(one.on, "Left the cohort", one.seq, one.reason) for one in case.withdrawals),
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.seq), reverse=True))


def _places(case: Case, process: Process) -> Iterator[Happened]:
    rows = sorted(case.roster_entries, key=lambda one: (one.holds_on, one.seq))
    for before, one in zip([None, *rows], rows, strict=False):
        yield Happened(one.holds_on, _moved(before, one, process), one.seq)


def _moved(before: RosterEntry | None, now: RosterEntry, process: Process) -> str:
    title = title_of_level(now.level, process)
    if before is None:
        why = f"; identified for {now.identified_for}" if now.identified_for else ""
        return f"In the cohort: {title}, {now.selpa_name}, as {now.lea_name}{why}"
    said = []
    if now.level != before.level:
        said.append(f"{title} instead of {title_of_level(before.level, process)}")
    if now.selpa_code != before.selpa_code:
        said.append(f"with {now.selpa_name} instead of {before.selpa_name}")
    if now.lea_name != before.lea_name:
        said.append(f"named {now.lea_name} instead of {before.lea_name}")
    return "; ".join(said) or "Roster row recorded again with the same level, SELPA, and name"


def title_of_level(level: str, process: Process) -> str:
    """The level in the words of the process file."""
    found = process.level_by_id.get(level)
    return found.title if found is not None else f"level {level}"


def _facts(case: Case, process: Process) -> Iterator[Happened]:
    for definition in process.facts:
        said = sorted(
            (one for one in case.facts if one.name == definition.id),
            key=lambda one: (one.holds_on, one.seq),
        )
        for before, one in zip([None, *said], said, strict=False):
            instead = f" instead of {value_in_words(before)}" if before is not None else ""
            words = f"{definition.title}: {value_in_words(one)}{instead}"
            yield Happened(one.holds_on, words, one.seq)


def value_in_words(fact: Fact) -> str:
    """What was said of a fact; a day with its weekday."""
    return "not known" if fact.value == "unknown" else days_in_words(fact.value)


def _grants(case: Case, process: Process) -> Iterator[Happened]:
    for one in case.extensions:
        to, whose = long_date(one.to), _title(one.activity, process)
        words = f"{whose}: due {to}, granted by {_GRANTORS.get(one.grantor, one.grantor)}"
        yield Happened(one.on, words, one.seq, _with_reference(one.reason, one.reference))
    for other in case.excuses:
        whose = _title(other.activity, process)
        words = f"{whose}: excused by {_GRANTORS.get(other.grantor, other.grantor)}"
        yield Happened(other.on, words, other.seq, _with_reference(other.reason, other.reference))


def _voids(case: Case, process: Process) -> Iterator[Happened]:
    for one in case.submissions:
        if one.voided_on is not None:
            whose, came = _title(one.activity, process), long_date(one.received_on)
            words = (
                f"{whose}: version {one.version}, received {came}, withdrawn, recorded by mistake"
            )
            yield Happened(one.voided_on, words, one.void_seq, one.void_note)


def _with_reference(reason: str, reference: str) -> str:
    return f"{reason} ({reference})" if reference else reason


def _title(activity_id: str, process: Process) -> str:
    found = process.activity_by_id.get(activity_id)
    return found.title if found is not None else activity_id


def fact_history(case: Case, name: str) -> Sequence[Fact]:
    """All that was ever said of a fact, newest first."""
    said = (one for one in case.facts if one.name == name)
    return sorted(said, key=lambda one: (one.holds_on, one.seq), reverse=True)
