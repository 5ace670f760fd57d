"""What the pages about one activity of one LEA share: the filing, and the ways to its LEA."""

from __future__ import annotations

from typing import Any

from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.monitoring.lea.lea_snapshot import ActivitySnapshot, activity_snapshot
from cimflow.monitoring.words import name_of
from cimflow.process.case import Submission
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.findings import Finding


def activity_here(request: PageRequest) -> Activity:
    """The activity of the address; what is known of it is not read yet.

    Raises:
        NotHere: the process has no such activity.
    """
    found = request.process.activity_by_id.get(str(request.http.path_params["activity_id"]))
    if found is None:
        raise NotHere("There is no such activity in this process.")
    return found


def filing_here(request: PageRequest) -> ActivitySnapshot:
    """The activity and the LEA of the address, as known today.

    Raises:
        NotHere: the process has no such activity.
    """
    return activity_snapshot(request.act, activity_here(request).id, request.today)


def common(request: PageRequest, filing: ActivitySnapshot) -> dict[str, Any]:
    """What every page about one filing shows."""
    selpa = filing.roster_entry.selpa_code
    return {
        "process": request.process,
        "filing": filing,
        "activity": filing.activity,
        "short": name_of(filing.activity),
        "cds_code": request.cds_code,
        "lea_name": filing.roster_entry.lea_name,
        "level": filing.roster_entry.level,
        "receiver": filing.receiver,
        "seen": filing.seq,
        "today": request.today,
        "may_change": request.who.may_change(selpa_code=selpa),
        "may_file": request.who.may_file_for(selpa_code=selpa, cds_code=request.cds_code),
    }


def to_lea(request: PageRequest, activity_id: str, say: str) -> Response:
    """Back to the LEA's page, at the activity, saying what was done."""
    page = addresses.lea(request.process_id, request.cds_code, at=activity_id)
    return request.redirect(page, say=say)


def version_here(request: PageRequest, filing: ActivitySnapshot) -> Submission:
    """The version of the address.

    Raises:
        NotHere: there is no such version of this activity.
    """
    text = str(request.http.path_params["version"])
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
