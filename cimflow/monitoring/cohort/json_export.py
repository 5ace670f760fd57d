"""The two JSON forms that other programs read: status and notices (docs/schema)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from cimflow.process.escalation.notice import Notice, Problem
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus


def status_as_json(process_id: str, on: dt.date, statuses: Sequence[CaseStatus]) -> dict[str, Any]:
    """``cimflow status --format json``: LEAs by CDS code, activities in file order."""
    return {
        "process": process_id,
        "as_of": on.isoformat(),
        "leas": [
            {
                "cds_code": one.cds_code,
                "name": one.name,
                "selpa_code": one.selpa_code,
                "level": one.level,
                "state": one.state,
                "activities": [_activity(activity) for activity in one.activities],
            }
            for one in sorted(statuses, key=lambda one: one.cds_code)
        ],
    }


def _activity(one: ActivityStatus) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "requirement": one.requirement,
        "support": one.support,
        "due": one.due.isoformat() if one.due else None,
        "due_kind": one.due_kind,
        "late": one.late,
        "overdue": one.overdue,
        "settled": one.settled,
        "days_left": one.days_left,
        "blocked_by": list(one.blocked_by),
        "findings": [asdict(finding) for finding in one.findings],
        "because": asdict(one.because),
    }


def notices_as_json(
    process_id: str, on: dt.date, owed: Sequence[Notice], problems: Sequence[Problem]
) -> dict[str, Any]:
    """``cimflow notices --format json``: one row per role and address."""
    return {
        "process": process_id,
        "as_of": on.isoformat(),
        "owed": [
            {
                "lea": one.lea,
                "activity": one.activity,
                "rung": one.rung,
                "due": one.due.isoformat() if one.due else None,
                "role": one.role,
                "recipient": one.recipient,
                "held": one.held,
                "waits": one.waits,
                "delayed": one.delayed,
            }
            for one in owed
        ],
        "problems": [
            {"code": one.code, "lea": one.lea, "message": one.message} for one in problems
        ],
    }
