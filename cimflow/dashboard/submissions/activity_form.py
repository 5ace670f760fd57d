"""What the pages about one activity of one LEA share: the filing, and the ways to its LEA."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response

from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import Visit
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea.lea_snapshot import Filing, filing_of
from cimflow.monitoring.words import name_of
from cimflow.process.case import Submission
from cimflow.process.evaluation.findings import Finding


def filing_here(visit: Visit) -> Filing:
    """The activity and the LEA of the address, as known today.

    Raises:
        NotHere: the process has no such activity.
    """
    activity_id = str(visit.request.path_params["activity_id"])
    if activity_id not in visit.process.activity_by_id:
        raise NotHere("There is no such activity in this process.")
    return filing_of(visit.office, visit.process_id, activity_id, visit.cds_code, visit.today)


def common(visit: Visit, filing: Filing) -> dict[str, Any]:
    """What every page about one filing shows."""
    selpa = filing.placement.selpa_code
    return {
        "process": visit.process,
        "filing": filing,
        "activity": filing.activity,
        "short": name_of(filing.activity),
        "cds_code": visit.cds_code,
        "lea_name": filing.placement.lea_name,
        "level": filing.placement.level,
        "receiver": filing.receiver,
        "seen": filing.seq,
        "today": visit.today,
        "may_change": visit.who.may_change(selpa_code=selpa),
        "may_file": visit.who.may_file_for(selpa_code=selpa, cds_code=visit.cds_code),
    }


def to_lea(visit: Visit, activity_id: str, say: str) -> Response:
    """Back to the LEA's page, at the activity, saying what was done."""
    response = visit.go("p", visit.process_id, "leas", visit.cds_code, say=say)
    response.headers["location"] += f"#{activity_id}"
    return response


def version_here(visit: Visit, filing: Filing) -> Submission:
    """The version of the address.

    Raises:
        NotHere: there is no such version of this activity.
    """
    text = str(visit.request.path_params["version"])
    is_number = text.isascii() and text.isdecimal() and len(text) < 10
    found = filing.version(int(text)) if is_number else None
    if found is None:
        raise NotHere("There is no such version of this activity.")
    return found


def in_count(findings: tuple[Finding, ...]) -> str:
    """``2 errors, 1 warning``; empty where there is nothing."""
    words = []
    for severity in ("error", "warning"):
        number = sum(one.severity == severity for one in findings)
        if number:
            words.append(f"{number} {severity}{'' if number == 1 else 's'}")
    return ", ".join(words)


def lines_of(error: Refused) -> tuple[str, ...]:
    """Why something was refused, with what only a command line would say left out."""
    return tuple(line for line in error.lines if "--" not in line)
