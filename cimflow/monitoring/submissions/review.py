"""What is said of a version that is there: approved, returned, or withdrawn as an error."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import case_in
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.input_checks import activity_asked_for, refuse_unlikely
from cimflow.monitoring.runs.run_requests import ask_for_run
from cimflow.monitoring.submissions.record import Recorded
from cimflow.monitoring.submissions.reviewers import address_of, refuse_people_of_the_lea
from cimflow.process.case import Review, Submission
from cimflow.process.evaluation.evaluate import findings_of
from cimflow.store import cases
from cimflow.store.database import session


def review(
    context: AppContext,
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
    activity = activity_asked_for(context, process_id, activity_id)
    day = on or context.today(process_id)
    refuse_unlikely(context, process_id, "on", day)
    decision = "approved" if approve else "returned"
    zone = context.process(process_id).zone
    with session.deciding(context.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        versions = case.versions_on(activity_id, day)
        if not versions:
            raise Refused(f"{activity_id}: nothing of {cds_code} was there to review on {day}")
        latest = versions[-1]
        _refuse_other_version(latest, version, sha256)
        if approve:
            refuse_people_of_the_lea(conn, case, activity_id, by, day)
        findings = findings_of(activity, latest, case, context.process(process_id), day)
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
                learnt_at=context.now(),
                recorded_by=by,
            )
            ask_for_run(context, conn, process_id, cds_code, f"{activity_id} {decision}")
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
    context: AppContext,
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
    activity_asked_for(context, process_id, activity_id)
    if not note.strip():
        raise Refused("note: say why the record is withdrawn")
    zone = context.process(process_id).zone
    with session.deciding(context.engine) as conn:
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
            context.today(process_id),
            note,
            learnt_at=context.now(),
            recorded_by=by,
        )
        ask_for_run(context, conn, process_id, cds_code, f"{activity_id} void")
