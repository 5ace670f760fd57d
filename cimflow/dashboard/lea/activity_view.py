"""Each activity of an LEA as the page says it: state, dates, versions, what was said, and proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cimflow import addresses
from cimflow.dashboard.lea.artifact_view import (
    FieldView,
    FindingView,
    contents_in_words,
    findings_in_words,
)
from cimflow.dashboard.lea.version_view import (
    Grant,
    May,
    ToCome,
    Version,
    compare_address,
    grants_of,
    latest_itemised,
    to_come_of,
    versions_of,
)
from cimflow.dashboard.web.state_styles import look_of
from cimflow.monitoring.cohort.explain import next_step, why
from cimflow.monitoring.lea.lea_overview import Learnt
from cimflow.monitoring.words import is_only_with_us, state_in_words
from cimflow.process.case import Case, Review, Submission
from cimflow.process.definition.process_file import Activity, Process, Receiver
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

NOTHING_TO_FILE = frozenset({"NotApplicable", "Excused"})


@dataclass(frozen=True, slots=True)
class Way:
    """A link that is a button: an address, its words, and whether it is the main one."""

    path: str
    words: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """All that the page says of one activity."""

    id: str
    title: str
    step: int
    requirement: str
    word: str
    icon: str
    tone: str
    why: str
    next: str
    due: dt.date | None
    due_kind: str
    receiver: str
    blocked_by: tuple[tuple[str, str], ...]
    errors: tuple[FindingView, ...]
    warnings: tuple[FindingView, ...]
    returned: Review | None
    grants: tuple[Grant, ...]
    versions: tuple[Version, ...]
    to_come: tuple[ToCome, ...]
    contents: tuple[FieldView, ...]
    contents_version: int | None
    ways: tuple[Way, ...]
    compare: str
    rule: str
    quote: str
    facts: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, dt.date], ...]


_REQUIREMENTS = {
    "required": "Required",
    "recommended": "Recommended, never late",
    "optional": "Optional, never late",
    "not-applicable": "Does not apply",
    "undetermined": "Depends on information needed",
    "not-yet": "Depends on the CDE",
}
_DATES = {
    "due": "Due",
    "extension-granted": "Extension granted",
    "due-before-extension": "Earlier due date",
    "exception-granted": "Excused",
    "received": "Received",
    "filed": "Filed",
    "reviewed": "Reviewed",
}
_FACTS = {
    "level": "Level",
    "extension": "Reason for the extension",
    "extension-by": "Extension granted by",
    "exception": "Reason for the exception",
    "exception-by": "Exception granted by",
    "version": "Version",
    "review": "Review",
    "reviewer-note": "The reviewer\N{RIGHT SINGLE QUOTATION MARK}s note",
}


def parts_of(
    status: CaseStatus, case: Case, process: Process, learnt: Mapping[int, Learnt], may: May
) -> tuple[Part, ...]:
    """Every activity, in file order."""
    return tuple(_part(one, status, case, process, learnt, may) for one in status.activities)


def _part(
    one: ActivityStatus,
    status: CaseStatus,
    case: Case,
    process: Process,
    learnt: Mapping[int, Learnt],
    may: May,
) -> Part:
    activity = process.activity_by_id[one.id]
    icon, tone = look_of(one)
    versions = versions_of(activity, status, case, learnt, may)
    latest = _counting(versions, one.version)
    receiver = process.receiver_by_id.get(one.receiver or "")
    itemised = latest_itemised(case, activity.id, status.on)
    review = case.review_on(latest, status.on) if latest is not None else None
    return Part(
        id=activity.id,
        title=activity.title,
        step=activity.step,
        requirement=_REQUIREMENTS[one.requirement],
        word=state_in_words(one, process),
        icon=icon,
        tone=tone,
        # For what is optional, the requirement says it all.
        why="" if one.state in {"Optional", "Recommended"} else why(one, process),
        next=(
            ""
            if one.waits_for_review and not may.change
            else next_step(one, process, reads_at_selpa=may.at_selpa)
        ),
        due=one.due,
        due_kind=one.due_kind,
        receiver=receiver.title if receiver is not None else "",
        blocked_by=tuple((root, process.activity_by_id[root].title) for root in one.blocked_by),
        # What is at SELPA but not in Stepwell is said by `why`; nothing is to be corrected.
        errors=() if is_only_with_us(one) else _findings(activity, one, "error"),
        warnings=_findings(activity, one, "warning"),
        returned=review if review is not None and review.decision == "returned" else None,
        grants=grants_of(one, case, status.on),
        versions=tuple(shown for shown, _ in versions),
        to_come=to_come_of(activity, status.on, case, may),
        contents=(
            contents_in_words(activity.fields, itemised.contents or {})
            if itemised is not None
            else ()
        ),
        contents_version=itemised.version if itemised is not None else None,
        ways=_ways(one, latest, receiver, case, may),
        compare=compare_address(case, activity.id, [version for _, version in versions]),
        rule=one.because.rule.removesuffix(f": {one.state}"),
        quote=one.because.quote,
        facts=tuple(
            (_fact_title(name, process), value) for name, value in one.because.facts.items()
        ),
        dates=tuple(
            (_DATES.get(name, name), dt.date.fromisoformat(day))
            for name, day in one.because.dates.items()
        ),
    )


def _fact_title(name: str, process: Process) -> str:
    fact = process.fact_by_id.get(name)
    return fact.title if fact is not None else _FACTS.get(name, name)


def _findings(activity: Activity, one: ActivityStatus, severity: str) -> tuple[FindingView, ...]:
    return findings_in_words(
        activity.fields, (found for found in one.findings if found.severity == severity)
    )


def _counting(
    versions: Sequence[tuple[Version, Submission]], number: int | None
) -> Submission | None:
    return next((one for _, one in versions if one.version == number), None)


def _ways(
    one: ActivityStatus,
    latest: Submission | None,
    receiver: Receiver | None,
    case: Case,
    may: May,
) -> tuple[Way, ...]:
    """What can be done about an activity by the person who looks, most useful first."""
    at = (case.process, case.cds_code)
    found: list[Way] = []
    if may.change and one.waits_for_review:
        found.append(Way(addresses.review(*at, one.id), "Review it", main=True))
    is_away = receiver is not None and receiver.is_external
    if may.file and latest is not None and latest.filed_on is None and is_away:
        found.append(Way(addresses.filed(*at, one.id), "Record when it was filed", main=True))
    if may.change and one.state in {"Undetermined", "NotYet"}:
        found.append(
            Way(addresses.lea_facts(*at), "Enter the information", main=one.state == "Undetermined")
        )
    if may.file and one.state not in NOTHING_TO_FILE:
        words = "Record a new version" if one.is_filed else "Record it"
        if not may.change:
            words = "Submit a new version" if one.is_filed else "Submit"
        found.append(
            Way(
                addresses.receive(*at, one.id),
                words,
                main=not found and one.is_chased and not one.blocked_by,
            )
        )
    if may.change and one.requirement == "required" and not one.settled:
        found.append(Way(addresses.extend(*at, one.id), "Extend"))
        found.append(Way(addresses.excuse(*at, one.id), "Record an exception"))
    return tuple(found)
