"""The status as a table for spreadsheets: one row per LEA and activity.

A cell never runs as a formula, wherever the text in it came from.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import CaseStatus


def status_rows(process: Process, statuses: Sequence[CaseStatus]) -> list[list[str]]:
    """One row per LEA and activity, with a header; the form a spreadsheet wants."""
    rows = [
        [
            "cds_code", "lea_name", "selpa_code", "level", "case_state", "step", "activity",
            "title", "state", "requirement", "due", "days_left", "late", "overdue", "blocked_by",
            "findings", "why",
        ]
    ]  # fmt: skip
    for case in statuses:
        for one in case.activities:
            activity = process.activity_by_id[one.id]
            rows.append(
                [
                    case.cds_code,
                    case.name,
                    case.selpa_code,
                    case.level,
                    case.state,
                    str(activity.step),
                    one.id,
                    activity.title,
                    one.state,
                    one.requirement,
                    one.due.isoformat() if one.due else "",
                    "" if one.days_left is None else str(one.days_left),
                    "yes" if one.late else "no",
                    "yes" if one.overdue else "no",
                    "; ".join(one.blocked_by),
                    "; ".join(finding.message for finding in one.findings),
                    one.because.rule,
                ]
            )
    return rows


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not run as a formula; a number stays one."""
    is_formula = cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not cell[1:].isdecimal()
    return f"'{cell}" if is_formula else cell


def harmless_rows(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The same rows with every cell harmless."""
    return [[harmless(cell) for cell in row] for row in rows]


def as_csv(rows: Sequence[Sequence[str]]) -> str:
    """The rows as CSV, harmless."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(harmless_rows(rows))
    return text.getvalue()
