"""Recording what comes in: artifacts, and on which day the receiver of record got them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.input_checks import refuse_unlikely
from cimflow.process.case import Case, Submission
from cimflow.process.definition.process_file import Activity, Receiver
from cimflow.process.evaluation.contents import ContentsRefused, read_contents
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.judge_version import findings_of
from cimflow.store import cases


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded: the version, and what is missing or wrong in it.

    ``own_record``: who reviewed the version had recorded it.
    """

    activity: str
    version: int
    findings: tuple[Finding, ...]
    is_new: bool
    own_record: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document that came as it is: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


def record(
    act: Act,
    activity_id: str,
    *,
    contents: Mapping[str, Any] | None = None,
    file: str = "",
    document: Document | None = None,
    received_on: dt.date | None = None,
    filed_on: dt.date | None = None,
) -> Recorded:
    """Record that an artifact came: with its contents, or as a plain receipt.

    The same thing recorded twice on the same dates is one version. ``file`` is what errors call
    the contents by.

    Raises:
        Refused: an unknown activity or LEA, contents that cannot be read, or impossible dates.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = act.activity(activity_id)
    accepted = _accepted(activity, contents, file)
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        receiver = _receiver_on(act, activity, case, received_on or filed_on or act.today)
        received, filed = _dates(receiver, received_on, filed_on, act.today)
        for field, day in (("received", received), ("filed_on", filed)):
            refuse_unlikely(act, field, day)
        _refuse_if_gone(case, min(received, filed or received))
        submission = Submission(
            activity=activity_id,
            version=0,
            received_on=received,
            filed_on=filed,
            recorded_by=act.by,
            sha256=_hash_of(accepted, document),
            contents=accepted,
            document=document.name if document else "",
        )
        twin = _twin(case, submission)
        if twin is not None:
            return Recorded(activity_id, twin.version, _findings(act, case, twin), is_new=False)
        stored = cases.add_submission(
            conn,
            act.process_id,
            act.cds_code,
            submission,
            learnt_at=act.context.now(),
            recorded_by=act.by,
        )
        act.ask_for_run(conn, f"{activity_id} recorded")
        came_as = _how(accepted, document)
        act.note(conn, "record", f"{activity_id}, version {stored.version}, as {came_as}")
    findings = _findings(act, case.with_version(stored), stored)
    return Recorded(activity_id, stored.version, findings, is_new=True)


def _how(contents: Mapping[str, Any] | None, document: Document | None) -> str:
    """How it came, as the audit log says it."""
    if contents is not None:
        return "form"
    return "document" if document is not None else "fact"


def _accepted(
    activity: Activity, contents: Mapping[str, Any] | None, file: str
) -> dict[str, Any] | None:
    if contents is None:
        return None
    try:
        return read_contents(activity, contents)
    except ContentsRefused as error:
        name = file or activity.id
        raise Refused(
            *(
                refusal("contents-refused", file=name, at=one.field, problem=one.message)
                for one in error.refusals
            )
        ) from None


def _receiver_on(act: Act, activity: Activity, case: Case, day: dt.date) -> Receiver | None:
    return act.process.receiver_of(activity, case.level_judging(day))


def _dates(
    receiver: Receiver | None,
    received_on: dt.date | None,
    filed_on: dt.date | None,
    today: dt.date,
) -> tuple[dt.date, dt.date | None]:
    """Where the SELPA is the receiver of record, to have received it is to have it filed."""
    if receiver is not None and receiver.is_external:
        return received_on or today, filed_on
    received = received_on or filed_on or today
    if filed_on is not None and filed_on != received:
        raise Refused(refusal("filed-is-received", "filed_on", received=received, filed=filed_on))
    return received, received


def _refuse_if_gone(case: Case, day: dt.date) -> None:
    """An LEA withdrawn by that day has nothing more to file."""
    if case.has_left_by(day):
        raise Refused(refusal("had-left-the-cohort", lea=case.cds_code, day=day))


def _hash_of(contents: Mapping[str, Any] | None, document: Document | None) -> str:
    if contents is not None:
        text = json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
    return document.sha256 if document else hashlib.sha256(b"").hexdigest()


def _twin(case: Case, new: Submission) -> Submission | None:
    """The version that was the latest on its own day, if it is the same thing on the same dates.

    Not where it was returned by then: the same document may come again on the day of its return.
    """
    versions = case.versions_on(new.activity, new.counts_on)
    if not versions:
        return None
    latest = versions[-1]
    is_same = (latest.sha256, latest.received_on, latest.contents is None) == (
        new.sha256,
        new.received_on,
        new.contents is None,
    )
    same_filing = new.filed_on is None or latest.filed_on == new.filed_on
    reviewed = case.review_on(latest, new.counts_on) is not None
    return latest if is_same and same_filing and not reviewed else None


def _findings(act: Act, case: Case, version: Submission) -> tuple[Finding, ...]:
    on = max(act.today, version.received_on, version.filed_on or dt.date.min)
    activity = act.process.activity_by_id[version.activity]
    return findings_of(activity, version, case, act.process, on)


def file_later(act: Act, activity_id: str, *, on: dt.date) -> Recorded:
    """Say on which day the receiver of record got what we already have.

    It is said of the version that was the latest on that day. Where that one has a filing date and
    a later one has none, it is said of the later: a date on record is corrected only where nothing
    waits for one.

    Raises:
        Refused: nothing is recorded yet, the SELPA itself is the receiver, or the day is to come.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = act.activity(activity_id)
    refuse_unlikely(act, "on", on)
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        latest = _to_be_filed(case, activity_id, on)
        if latest is None:
            raise Refused(refusal("nothing-recorded-yet", activity=activity_id, lea=act.cds_code))
        receiver = _receiver_on(act, activity, case, latest.counts_on)
        if receiver is None or not receiver.is_external:
            raise Refused(
                refusal("filed-when-received", activity=activity_id, received=latest.received_on)
            )
        is_new = latest.filed_on != on
        if is_new:
            cases.add_filing(
                conn,
                act.process_id,
                act.cds_code,
                activity_id,
                latest.version,
                on,
                learnt_at=act.context.now(),
                recorded_by=act.by,
            )
            act.ask_for_run(conn, f"{activity_id} filed")
            act.note(conn, "filed", f"{activity_id}, version {latest.version}: {on}")
    stored = replace(latest, filed_on=on)
    findings = _findings(act, case.with_version(stored), stored)
    return Recorded(activity_id, latest.version, findings, is_new)


def _to_be_filed(case: Case, activity_id: str, on: dt.date) -> Submission | None:
    ever = case.versions_on(activity_id, dt.date.max)
    known = case.versions_on(activity_id, on) or ever
    if known and known[-1].filed_on is not None and ever[-1].filed_on is None:
        return ever[-1]
    return known[-1] if known else None
