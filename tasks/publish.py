"""What a sweep publishes: names, states and dates; never what is in an artifact."""

from __future__ import annotations

from collections.abc import Sequence

from cimflow.monitoring.cohort.evaluate import counts, summary, urgency
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

MOST = 100
"""No page names more LEAs than a person reads."""


def as_rows(process: Process, statuses: Sequence[CaseStatus]) -> list[dict[str, str]]:
    """One row per LEA, most urgent first."""
    return [
        {
            "LEA": one.name,
            "CDS code": one.cds_code,
            "SELPA": one.selpa_code,
            "level": one.level,
            "state": one.state,
            "overdue": _titles(process, [each for each in one.activities if each.overdue]),
            "next due": _next_due(one),
        }
        for one in sorted(statuses, key=urgency)
    ]


def as_markdown(title: str, process: Process, statuses: Sequence[CaseStatus]) -> str:
    """How many are where, and who is overdue with what."""
    overdue = [one for one in sorted(statuses, key=urgency) if one.state == "Overdue"]
    lines = [f"# {title}", "", f"**{summary(statuses)}**", ""]
    lines += [f"- {state}: {number}" for state, number in counts(statuses).most_common()]
    if overdue:
        lines += ["", "| LEA | level | overdue |", "|---|---|---|"]
        lines += [
            f"| {_cell(one.name)} | {one.level} | {_cell(row['overdue'])} |"
            for one, row in zip(overdue[:MOST], as_rows(process, overdue[:MOST]), strict=True)
        ]
    if len(overdue) > MOST:
        lines += ["", f"and {len(overdue) - MOST} more; the table has all of them"]
    return "\n".join(lines)


def _titles(process: Process, activities: Sequence[ActivityStatus]) -> str:
    return "; ".join(process.activity_by_id[one.id].title for one in activities)


def _next_due(status: CaseStatus) -> str:
    to_come = [
        one.due
        for one in status.activities
        if one.is_chased and one.due is not None and not one.overdue
    ]
    return min(to_come).isoformat() if to_come else ""


def _cell(text: str) -> str:
    return text.replace("|", "/")
