"""Recording what comes in: artifacts, filing dates, reviews, and voids."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cimflow.intake import cells
from cimflow.monitoring.cohort import case_in
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.office import Office
from cimflow.monitoring.requests import ask_for_run
from cimflow.monitoring.reviewers import address_of, refuse_people_of_the_lea
from cimflow.process.artifacts import Finding
from cimflow.process.case import Case, Review, Submission
from cimflow.process.contents import ContentsRefused, read_contents
from cimflow.process.definition import Activity, Receiver
from cimflow.process.evaluation import findings_of
from cimflow.store import cases, session


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


def activity_asked_for(office: Office, process_id: str, activity_id: str) -> Activity:
    """The activity of that id.

    Raises:
        Refused: the process has none of that id; the line lists those it has.
    """
    process = office.process(process_id)
    if activity_id not in process.activity_by_id:
        known = ", ".join(process.activity_by_id)
        raise Refused(f"{activity_id}: no such activity in {process_id}; there are: {known}")
    return process.activity_by_id[activity_id]


def refuse_unlikely(office: Office, process_id: str, word: str, day: dt.date | None) -> None:
    """What has happened cannot lie after today. A sample home's clock stands still: allowed there.

    Raises:
        Refused: the day is after today, or so far from the process that it is a slip of the pen.
    """
    if day is None:
        return
    today = office.today(process_id)
    if day > today and office.settings.today is None:
        raise Refused(f"{word}: {day} is after today, {today}")
    refuse_far_off(office, process_id, word, day)


def refuse_far_off(office: Office, process_id: str, word: str, day: dt.date) -> None:
    """A day years away from the process is a slip of the pen: 2204 for 2024.

    Raises:
        Refused: it is.
    """
    try:
        cells.refuse_far_off(day, office.process(process_id), years_before=1)
    except ValueError as error:
        raise Refused(f"{word}: {error}") from None


def record(
    office: Office,
    process_id: str,
    activity_id: str,
    cds_code: str,
    *,
    contents: Mapping[str, Any] | None = None,
    file: str = "",
    document: Document | None = None,
    received_on: dt.date | None = None,
    filed_on: dt.date | None = None,
    by: str = "",
    seen: int | None = None,
) -> Recorded:
    """Record that an artifact came: with its contents, or as a plain receipt.

    The same thing recorded twice on the same dates is one version. ``file`` is what errors call
    the contents by; ``seen`` as in ``case_in``.

    Raises:
        Refused: an unknown activity or LEA, contents that cannot be read, or impossible dates.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = activity_asked_for(office, process_id, activity_id)
    accepted = _accepted(activity, contents, file)
    today = office.today(process_id)
    zone = office.process(process_id).zone
    with session.deciding(office.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        receiver = _receiver_on(office, activity, case, received_on or filed_on or today)
        received, filed = _dates(receiver, received_on, filed_on, today)
        for word, day in (("received", received), ("filed-on", filed)):
            refuse_unlikely(office, process_id, word, day)
        _refuse_if_gone(case, min(received, filed or received))
        submission = Submission(
            activity=activity_id,
            version=0,
            received_on=received,
            filed_on=filed,
            recorded_by=by,
            sha256=_hash_of(accepted, document),
            contents=accepted,
            document=document.name if document else "",
        )
        twin = _twin(case, submission)
        if twin is not None:
            return Recorded(activity_id, twin.version, _findings(office, case, twin), is_new=False)
        version = cases.add_submission(
            conn, process_id, cds_code, submission, learnt_at=office.now(), recorded_by=by
        )
        ask_for_run(office, conn, process_id, cds_code, f"{activity_id} recorded")
        after = case_in(conn, process_id, cds_code)
    stored = _version(after, activity_id, version)
    return Recorded(activity_id, version, _findings(office, after, stored), is_new=True)


def _accepted(
    activity: Activity, contents: Mapping[str, Any] | None, file: str
) -> dict[str, Any] | None:
    if contents is None:
        return None
    try:
        return read_contents(activity, contents)
    except ContentsRefused as error:
        raise Refused(
            *(f"{file or activity.id}, {one.field}: {one.message}" for one in error.refusals)
        ) from None


def _receiver_on(office: Office, activity: Activity, case: Case, day: dt.date) -> Receiver | None:
    return office.process(case.process).receiver_of(activity, case.level_judging(day))


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
        raise Refused(
            f"filed-on: the SELPA is the receiver here, so it is filed on the day it is received"
            f" ({received}), not on {filed_on}"
        )
    return received, received


def _refuse_if_gone(case: Case, day: dt.date) -> None:
    """An LEA withdrawn by that day has nothing more to file."""
    if case.has_left_by(day):
        raise Refused(f"{case.cds_code}: this LEA had left the cohort by {day}")


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


def _findings(office: Office, case: Case, version: Submission) -> tuple[Finding, ...]:
    process = office.process(case.process)
    on = max(office.today(case.process), version.received_on, version.filed_on or dt.date.min)
    return findings_of(process.activity_by_id[version.activity], version, case, process, on)


def _version(case: Case, activity_id: str, number: int) -> Submission:
    return next(
        one for one in case.submissions if (one.activity, one.version) == (activity_id, number)
    )


def file_later(
    office: Office,
    process_id: str,
    activity_id: str,
    cds_code: str,
    *,
    on: dt.date,
    by: str = "",
    seen: int | None = None,
) -> Recorded:
    """Say on which day the receiver of record got what we already have.

    Raises:
        Refused: nothing is recorded yet, the SELPA itself is the receiver, or the day is to come.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = activity_asked_for(office, process_id, activity_id)
    refuse_unlikely(office, process_id, "on", on)
    zone = office.process(process_id).zone
    with session.deciding(office.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        versions = case.versions_on(activity_id, on) or case.versions_on(activity_id, dt.date.max)
        if not versions:
            raise Refused(f"{activity_id}: nothing is recorded for {cds_code} yet; record it first")
        latest = versions[-1]
        receiver = _receiver_on(office, activity, case, latest.counts_on)
        if receiver is None or not receiver.is_external:
            raise Refused(
                f"{activity_id}: the SELPA is the receiver, so it was filed when it was received"
                f" ({latest.received_on})"
            )
        is_new = latest.filed_on != on
        if is_new:
            cases.add_filing(
                conn,
                process_id,
                cds_code,
                activity_id,
                latest.version,
                on,
                learnt_at=office.now(),
                recorded_by=by,
            )
            ask_for_run(office, conn, process_id, cds_code, f"{activity_id} filed")
        after = case_in(conn, process_id, cds_code)
    stored = _version(after, activity_id, latest.version)
    return Recorded(activity_id, latest.version, _findings(office, after, stored), is_new)


def review(
    office: Office,
    process_id: str,
    activity_id: str,
    cds_code: str,
    *,
    approve: bool,
    note: str = "",
    by: str = "",
    on: dt.date | None = None,
    despite_findings: bool = False,
    seen: int | None = None,
    version: int | None = None,
    sha256: str | None = None,
) -> Recorded:
    """Record the receiver's decision on the latest version of a day, bound to its hash.

    ``version`` and ``sha256`` say what the reviewer looked at. A person of the LEA never approves
    its filing; whoever recorded it on the LEA's behalf may, and ``own_record`` tells so.

    Raises:
        Refused: nothing to review on that day, errors in it that were not accepted in words, or
            an approval by a person of the LEA.
        ChangedMeanwhile: more is recorded of the LEA than was seen, or another version is latest.
    """
    activity = activity_asked_for(office, process_id, activity_id)
    day = on or office.today(process_id)
    refuse_unlikely(office, process_id, "on", day)
    decision = "approved" if approve else "returned"
    zone = office.process(process_id).zone
    with session.deciding(office.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        versions = case.versions_on(activity_id, day)
        if not versions:
            raise Refused(f"{activity_id}: nothing of {cds_code} was there to review on {day}")
        latest = versions[-1]
        _refuse_other_version(latest, version, sha256)
        if approve:
            refuse_people_of_the_lea(conn, case, activity_id, by, day)
        findings = findings_of(activity, latest, case, office.process(process_id), day)
        errors = [one for one in findings if one.severity == "error"]
        if approve and errors and not despite_findings:
            raise Refused(
                *(f"{activity_id}, {one.field or '-'}: {one.message}" for one in errors),
                f"{activity_id}: version {latest.version} has errors; to approve it all the same,"
                " add --despite-findings",
            )
        new = Review(activity_id, latest.version, decision, day, by, note)
        is_new = not _says_the_same(case.review_on(latest, day), new)
        if is_new:
            cases.add_review(
                conn,
                process_id,
                cds_code,
                new,
                sha256=latest.sha256,
                learnt_at=office.now(),
                recorded_by=by,
            )
            ask_for_run(office, conn, process_id, cds_code, f"{activity_id} {decision}")
    own = bool(by) and address_of(by) == address_of(latest.recorded_by)
    return Recorded(activity_id, latest.version, findings, is_new, own_record=own)


def _refuse_other_version(latest: Submission, version: int | None, sha256: str | None) -> None:
    """A decision is about what was read, never about what came in the meantime."""
    if version in {None, latest.version} and sha256 in {None, latest.sha256}:
        return
    looked_at = f"version {version}" if version is not None else "what you looked at"
    raise ChangedMeanwhile(
        f"{latest.activity}: {looked_at} is not the latest: version {latest.version} was received"
        f" on {latest.received_on}, recorded by {latest.recorded_by or 'somebody'};"
        " look at that one, then decide"
    )


def _says_the_same(standing: Review | None, new: Review) -> bool:
    return standing is not None and (standing.decision, standing.on, standing.note) == (
        new.decision,
        new.on,
        new.note,
    )


def void(
    office: Office,
    process_id: str,
    activity_id: str,
    cds_code: str,
    *,
    version: int,
    note: str,
    by: str = "",
    seen: int | None = None,
) -> None:
    """Withdraw a record made in error; it stays in the history.

    Raises:
        Refused: no such version, or it was withdrawn before.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity_asked_for(office, process_id, activity_id)
    if not note.strip():
        raise Refused("note: say why the record is withdrawn")
    zone = office.process(process_id).zone
    with session.deciding(office.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        found = [
            one for one in case.submissions if (one.activity, one.version) == (activity_id, version)
        ]
        if not found:
            raise Refused(f"{activity_id}: {cds_code} has no version {version}")
        if found[0].voided_on is not None:
            raise Refused(f"{activity_id}: version {version} was withdrawn on {found[0].voided_on}")
        cases.add_void(
            conn,
            process_id,
            cds_code,
            activity_id,
            version,
            office.today(process_id),
            note,
            learnt_at=office.now(),
            recorded_by=by,
        )
        ask_for_run(office, conn, process_id, cds_code, f"{activity_id} void")
