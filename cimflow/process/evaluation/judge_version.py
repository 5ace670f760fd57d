"""What one version of an activity is worth: its findings, and when its receiver had it.

It is judged by itself: what is asked of the LEA, and by when, is ``evaluate``'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cimflow.process.case import Case, Submission
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.evaluation.cross_checks import drift, findings_across
from cimflow.process.evaluation.findings import Finding, findings_in_contents


def findings_of(
    activity: Activity, version: Submission, case: Case, process: Process, on: dt.date
) -> tuple[Finding, ...]:
    """What is missing or wrong in a version, as seen on a day.

    It is judged by the level and the receiver in force on its own date: a new level re-opens
    nothing.
    """
    own_date = version.counts_on
    level = case.level_judging(own_date)
    found: list[Finding] = []
    receiver = process.receiver_of(activity, level)
    is_filed = version.filed_on is not None and version.filed_on <= on
    if receiver is not None and receiver.is_external and not is_filed:
        message = f"received, but not filed in {receiver.title} yet"
        found.append(Finding("not-filed", "error", "filed_on", message))
    if version.contents is None:
        message = "received as a document; its contents were not entered field by field"
        found.append(Finding("contents-not-itemised", "warning", None, message))
        return tuple(found)
    found += findings_in_contents(activity, version.contents, level)
    found += findings_across(activity, version, case, process, level=level, upstream_as_of=own_date)
    found += drift(activity, version, case, process, level=level, on=on)
    return tuple(found)


def day_filed(
    activity: Activity, version: Submission, case: Case, process: Process
) -> dt.date | None:
    """The day on which the receiver of record had a version; None while we do not know one.

    Where the receiver is no system outside our sight, what reached us has reached it.
    """
    if version.filed_on is not None:
        return version.filed_on
    receiver = process.receiver_of(activity, case.level_judging(version.counts_on))
    return None if receiver is not None and receiver.is_external else version.received_on


def was_good_by(
    due: dt.date,
    activity: Activity,
    versions: Iterable[Submission],
    case: Case,
    process: Process,
    on: dt.date,
) -> bool:
    """Whether a version without errors, or that was approved, was filed by the due date."""
    for version in versions:
        filed = day_filed(activity, version, case, process)
        if filed is None or filed > due:
            continue
        review = case.review_on(version, on)
        if review is not None and review.decision == "approved":
            return True
        findings = findings_of(activity, version, case, process, on)
        if not any(one.severity == "error" for one in findings):
            return True
    return False
