"""What came for an activity of an LEA, and what more time was given, as the page says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cimflow import addresses
from cimflow.monitoring.lea.lea_overview import Learnt
from cimflow.process.case import Case, Review, Submission
from cimflow.process.definition.process_file import Activity
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus


@dataclass(frozen=True, slots=True)
class May:
    """What the person who looks may do here, from where they read, and which day it is for them."""

    file: bool
    change: bool
    at_selpa: bool
    today: dt.date


@dataclass(frozen=True, slots=True)
class Grant:
    """An extension: from which date to which, by whom, why, when."""

    old: dt.date | None
    new: dt.date
    on: dt.date
    by: str
    reason: str
    reference: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an artifact, as recorded, with how it was reviewed."""

    number: int
    received: dt.date
    filed: dt.date | None
    recorded_by: str
    learnt: Learnt | None
    sha256: str
    document: str
    is_itemised: bool
    voided: dt.date | None
    voided_by: str
    void_note: str
    reviews: tuple[Review, ...]
    download: str
    void: str


@dataclass(frozen=True, slots=True)
class ToCome:
    """A version that is recorded with a later day: it counts from then on."""

    number: int
    counts_on: dt.date
    void: str


def known_versions(case: Case, activity_id: str, on: dt.date) -> list[Submission]:
    """The versions received by a day, voided ones too, newest first."""
    return sorted(
        (one for one in case.submissions if one.activity == activity_id and one.counts_on <= on),
        key=lambda one: one.version,
        reverse=True,
    )


def versions_of(
    activity: Activity, status: CaseStatus, case: Case, learnt: Mapping[int, Learnt], may: May
) -> list[tuple[Version, Submission]]:
    """Each as it is shown, with what was submitted, newest first."""
    found = []
    for one in known_versions(case, activity.id, status.on):
        is_void = one.voided_on is not None
        reviews = [
            review
            for review in case.reviews
            if (review.activity, review.version) == (one.activity, one.version)
            and review.on <= status.on
        ]
        version = Version(
            number=one.version,
            received=one.received_on,
            filed=one.filed_on if one.filed_on and one.filed_on <= status.on else None,
            recorded_by=one.recorded_by,
            learnt=learnt.get(one.seq),
            sha256=one.sha256,
            document=one.document,
            is_itemised=one.contents is not None,
            voided=one.voided_on,
            voided_by=one.voided_by,
            void_note=one.void_note,
            reviews=tuple(sorted(reviews, key=lambda each: (each.on, each.seq))),
            download=(
                addresses.document(case.process, case.cds_code, activity.id, one.version)
                if one.document
                else ""
            ),
            void=_void(activity, one, case) if may.change and not is_void else "",
        )
        found.append((version, one))
    return found


def to_come_of(activity: Activity, on: dt.date, case: Case, may: May) -> tuple[ToCome, ...]:
    """Empty on a day in the past: what came later is not shown there."""
    if on < may.today:
        return ()
    return tuple(
        ToCome(one.version, one.counts_on, _void(activity, one, case) if may.change else "")
        for one in case.versions_to_come(activity.id, on)
    )


def _void(activity: Activity, one: Submission, case: Case) -> str:
    return addresses.void(case.process, case.cds_code, activity.id, one.version)


def latest_itemised(case: Case, activity_id: str, on: dt.date) -> Submission | None:
    """The latest version that counts and came as contents, not as a plain receipt."""
    versions = case.versions_on(activity_id, on)
    return next((one for one in reversed(versions) if one.contents is not None), None)


def compare_address(case: Case, activity_id: str, versions: Sequence[Submission]) -> str:
    """Where the last two versions are compared; empty where there is only one."""
    if len(versions) < len(("old", "new")):
        return ""
    new, old = versions[0], versions[1]
    return addresses.versions(
        case.process, case.cds_code, activity_id, old=old.version, new=new.version
    )


def grants_of(one: ActivityStatus, case: Case, on: dt.date) -> tuple[Grant, ...]:
    """The extensions up to a day, oldest first; each replaced the date before it."""
    found: list[Grant] = []
    first = one.because.dates.get("due-before-extension")
    old = dt.date.fromisoformat(first) if first else None
    granted = [grant for grant in case.extensions if grant.activity == one.id and grant.on <= on]
    for grant in sorted(granted, key=lambda each: (each.on, each.seq)):
        found.append(Grant(old, grant.to, grant.on, grant.grantor, grant.reason, grant.reference))
        old = grant.to
    return tuple(found)
