"""The cohort on a day: every LEA evaluated, and what changed since the last run."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import ChangedMeanwhile, Refused, UnknownLea
from cimflow.monitoring.words import PACIFIC, moment
from cimflow.process.case import Case
from cimflow.process.evaluation.evaluate import CaseStatus, evaluate
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Connection

_URGENCY = {"Overdue": 0, "AtRisk": 1, "OnTrack": 2, "Complete": 3}


def read_cases(context: AppContext, process_id: str) -> dict[str, Case]:
    """All cases of a process, by CDS code."""
    with session.reading(context.engine) as conn:
        return cases.load_cases(conn, process_id)


def read_case(context: AppContext, process_id: str, cds_code: str) -> Case:
    """One case.

    Raises:
        UnknownLea: no LEA of that CDS code in the process.
    """
    with session.reading(context.engine) as conn:
        return case_in(conn, process_id, cds_code)


def case_in(
    conn: Connection,
    process_id: str,
    cds_code: str,
    *,
    seen: int | None = None,
    zone: ZoneInfo = PACIFIC,
) -> Case:
    """One case, read in the transaction that is about to change it.

    ``seen`` is the place (``cases.last_seq``) up to which the person knew the LEA when they
    decided; ``zone`` is where the times of a refusal are told.

    Raises:
        UnknownLea: no LEA of that CDS code in the process.
        ChangedMeanwhile: more has been recorded of the LEA than the person has seen.
    """
    found = cases.load_cases(conn, process_id, cds_code=cds_code)
    if cds_code not in found:
        raise UnknownLea(cds_code, process_id)
    if seen is not None:
        since = cases.learnt_since(conn, process_id, cds_code, seen)
        if since:
            placed = found[cds_code].roster_entries
            name = max(placed, key=lambda one: (one.holds_on, one.seq)).lea_name
            raise ChangedMeanwhile(
                f"More was recorded of {name} since you opened the page, so nothing was changed."
                " Look again, then decide.",
                *(_told(one, zone) for one in since),
            )
    return found[cds_code]


_KINDS = {
    "placements": "a roster row",
    "facts": "a fact",
    "submissions": "an artifact",
    "filings": "a filing date",
    "voids": "the withdrawal of a record",
    "reviews": "a review",
    "extensions": "an extension",
    "excuses": "an exception",
    "withdrawals": "that the LEA left the cohort",
}


def _told(one: cases.Learnt, zone: ZoneInfo) -> str:
    what = _KINDS.get(one.kind, one.kind)
    return f"{one.recorded_by or 'Somebody'} recorded {what} on {moment(one.learnt_at, zone)}."


def evaluate_cohort(
    context: AppContext,
    process_id: str,
    on: dt.date,
    *,
    selpa: str | None = None,
    lea: str | None = None,
) -> list[CaseStatus]:
    """The status of every LEA in the cohort on a day, by CDS code.

    Raises:
        UnknownLea: ``lea`` is not in the process.
        Refused: ``selpa`` has no LEA in the process.
    """
    process = context.process(process_id)
    calendar = context.calendar_of(process_id)
    if lea is not None:
        found = {lea: read_case(context, process_id, lea)}
    else:
        found = read_cases(context, process_id)
    if selpa is not None and not any(
        placed.selpa_code == selpa for case in found.values() for placed in case.roster_entries
    ):
        raise Refused(f"{selpa}: no LEA of this SELPA in {process_id}")
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
    """Sorts the most urgent first: by state, then by how long the longest matter is overdue."""
    overdue = [one.days_left or 0 for one in status.activities if one.overdue]
    return _URGENCY[status.state], min(overdue, default=0), status.cds_code


def counts(statuses: Sequence[CaseStatus]) -> Counter[str]:
    """How many LEAs are in each state."""
    return Counter(one.state for one in statuses)


def summary(statuses: Sequence[CaseStatus]) -> str:
    """The sweep in five words: ``3 overdue of 14``."""
    return f"{counts(statuses)['Overdue']} overdue of {len(statuses)}"
