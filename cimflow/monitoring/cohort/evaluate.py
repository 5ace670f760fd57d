"""The cohort on a day: every LEA evaluated, and what changed since the last run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refused, refusal
from cimflow.process.case import Case
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store import cases

_URGENCY = {"Overdue": 0, "AtRisk": 1, "OnTrack": 2, "Complete": 3}


def read_cases(act: Act) -> dict[str, Case]:
    """All cases of a process, by CDS code."""
    with act.reading() as conn:
        return cases.load_cases(conn, act.process_id)


def read_case(act: Act) -> Case:
    """One case.

    Raises:
        UnknownLea: no LEA of that CDS code in the process.
    """
    with act.reading() as conn:
        return act.case(conn)


def evaluate_cohort(act: Act, on: dt.date, *, selpa: str | None = None) -> list[CaseStatus]:
    """The status of every LEA in the cohort on a day, by CDS code.

    Raises:
        UnknownLea: ``lea`` is not in the process.
        Refused: ``selpa`` has no LEA in the process.
    """
    process = act.process
    calendar = act.calendar
    found = {act.lea: read_case(act)} if act.lea is not None else read_cases(act)
    if selpa is not None and not any(
        entry.selpa_code == selpa for case in found.values() for entry in case.roster_entries
    ):
        raise Refused(refusal("no-lea-of-selpa", whose=selpa, process=act.process_id))
    evaluated = (evaluate(found[cds], process, on, calendar) for cds in sorted(found))
    return [
        one for one in evaluated if one is not None and (selpa is None or one.selpa_code == selpa)
    ]


def fingerprint(status: CaseStatus) -> str:
    """What a person would notice of a status; days that merely pass do not change it."""
    seen = [
        (
            one.id,
            one.state,
            one.requirement,
            one.late,
            one.overdue,
            one.due.isoformat() if one.due else None,
            one.blocked_by,
            [finding.code for finding in one.findings],
        )
        for one in status.activities
    ]
    text = json.dumps([status.level, status.state, seen], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def urgency(status: CaseStatus) -> tuple[int, int, str]:
    """Sorts most urgent first: by state, then by how long the longest matter is overdue."""
    overdue = [one.days_left or 0 for one in status.activities if one.overdue]
    return _URGENCY[status.state], min(overdue, default=0), status.cds_code


def counts(statuses: Sequence[CaseStatus]) -> Counter[str]:
    """How many LEAs are in each state."""
    return Counter(one.state for one in statuses)


def summary(statuses: Sequence[CaseStatus]) -> str:
    """The sweep in five words: ``3 overdue of 14``."""
    return f"{counts(statuses)['Overdue']} overdue of {len(statuses)}"
