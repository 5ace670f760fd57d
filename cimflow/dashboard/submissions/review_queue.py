"""What waits for a review, as values: whose, since when, and what is known to be wrong. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cimflow.dashboard.submissions.activity_form import in_count
from cimflow.monitoring.access.permissions import Viewer
from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.words import is_only_with_us
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.judge_version import day_filed
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Waits:
    """One filing that can be decided on. ``since`` is the day on which its receiver had it.

    ``is_with_us`` says that its receiver of record has not got it yet.
    """

    cds_code: str
    name: str
    selpa: str
    level: str
    activity: str
    title: str
    version: int
    since: dt.date
    days: int
    findings: str
    recorded_by: str
    receiver: str
    authority: str
    is_needed: bool
    is_with_us: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the SELPA, what waits for the CDE, and what can be decided on but need not."""

    ours: tuple[Waits, ...]
    cdes: tuple[Waits, ...]
    others: tuple[Waits, ...]
    shows_selpa: bool


def queue_of(process: Process, standing: Standing, viewer: Viewer) -> Queue:
    """The queue of the SELPAs that a person oversees, longest wait first."""
    found = [
        waits
        for cds, one in standing.statuses.items()
        if viewer.is_system or standing.selpa_of[cds] in viewer.reads
        for activity in one.activities
        if (waits := _waits(process, standing, viewer, one, activity)) is not None
    ]
    found.sort(key=lambda one: (one.since, one.name, one.activity))
    needed = [one for one in found if one.is_needed]
    return Queue(
        ours=tuple(one for one in needed if one.authority != "cde"),
        cdes=tuple(one for one in needed if one.authority == "cde"),
        others=tuple(reversed([one for one in found if not one.is_needed])),
        shows_selpa=len({one.selpa for one in found}) > 1,
    )


def _waits(
    process: Process,
    standing: Standing,
    viewer: Viewer,
    lea: CaseStatus,
    one: ActivityStatus,
) -> Waits | None:
    """None where nothing is filed, or a decision on the latest version stands."""
    if one.version is None or one.state not in {"Submitted", "Incomplete"}:
        return None
    case, activity = standing.cases[lea.cds_code], process.activity_by_id[one.id]
    version = next(
        sent for sent in case.submissions if (sent.activity, sent.version) == (one.id, one.version)
    )
    receiver = process.receiver_of(activity, case.level_judging(version.counts_on))
    since = day_filed(activity, version, case, process) or version.received_on
    return Waits(
        cds_code=lea.cds_code,
        name=lea.name,
        selpa=lea.selpa_name,
        level=lea.level,
        activity=one.id,
        title=activity.title,
        version=version.version,
        since=since,
        days=(standing.on - since).days,
        findings=in_count(one.findings),
        recorded_by=version.recorded_by,
        receiver=receiver.title if receiver is not None else "",
        authority=receiver.authority if receiver is not None else "selpa",
        is_needed=activity.approval == "required",
        is_with_us=one.state == "Incomplete" and is_only_with_us(one),
        may_decide=viewer.may_change(selpa_code=standing.selpa_of[lea.cds_code]),
    )
