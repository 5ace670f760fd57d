"""What is said of a version that is there: approved, returned, or withdrawn as an error."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import ChangedMeanwhile, Refusal, Refused, refusal
from cimflow.monitoring.input_checks import refuse_unlikely
from cimflow.monitoring.submissions.approvers import address_of, own_lea_refusal
from cimflow.monitoring.submissions.record import Recorded
from cimflow.process.case import Case, Review, Submission
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.judge_version import findings_of
from cimflow.store import cases
from cimflow.store.database.session import Connection


@dataclass(frozen=True, slots=True)
class Decision:
    """What the receiver of an activity decided on a version.

    ``on`` is the day of the decision (None: today); ``version`` and ``sha256`` are what the
    reviewer read, None where nothing was shown. ``told_by`` is who at the CDE gave the answer,
    where it is the CDE's. ``despite_findings`` approves a version although it has errors.
    ``complete`` holds the reviewer to everything that a page asks for: what is to be changed with a
    return, and who told the CDE's answer.
    """

    approve: bool
    on: dt.date | None = None
    note: str = ""
    told_by: str = ""
    despite_findings: bool = False
    version: int | None = None
    sha256: str | None = None
    complete: bool = False

    @property
    def word(self) -> Literal["approved", "returned"]:
        """What the version is, once it is decided."""
        return "approved" if self.approve else "returned"


def review(act: Act, activity_id: str, decision: Decision) -> Recorded:
    """Record the receiver's decision on the latest version of a day, bound to its hash.

    A person of the LEA never approves its filing; who recorded it on the LEA's behalf may, and
    ``own_record`` tells so.

    Raises:
        Refused: nothing to review on that day, errors in it that were not accepted in words, or
            an approval by a person of the LEA.
        ChangedMeanwhile: more is recorded of the LEA than was seen, or another version is latest.
    """
    activity = act.activity(activity_id)
    day = decision.on or act.today
    refuse_unlikely(act, "on", day)
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        versions = case.versions_on(activity_id, day)
        if not versions:
            raise Refused(
                refusal("nothing-to-review", activity=activity_id, lea=act.cds_code, day=day)
            )
        latest = versions[-1]
        _refuse_other_version(latest, decision)
        findings = findings_of(activity, latest, case, act.process, day)
        is_cdes = _is_cdes(act, case, latest)
        wrong = [
            *_incomplete(decision, is_cdes=is_cdes),
            *_not_to_approve(conn, act, case, latest, decision, findings),
        ]
        if wrong:
            raise Refused(*wrong)
        note = _note_of(decision, is_cdes=is_cdes)
        new = Review(activity_id, latest.version, decision.word, day, act.by, note)
        is_new = not _says_the_same(case.review_on(latest, day), new)
        own = bool(act.by) and address_of(act.by) == address_of(latest.recorded_by)
        if is_new:
            cases.add_review(
                conn,
                act.process_id,
                act.cds_code,
                new,
                sha256=latest.sha256,
                learnt_at=act.context.now(),
                recorded_by=act.by,
            )
            act.ask_for_run(conn, f"{activity_id} {decision.word}")
            told = f", as told by {decision.told_by}" if decision.told_by else ""
            themselves = ", reviewed what they recorded themselves" if own else ""
            act.note(
                conn,
                "review",
                f"{activity_id}, version {latest.version}: {decision.word}{told}{themselves}",
            )
    return Recorded(activity_id, latest.version, findings, is_new, own_record=own)


def _is_cdes(act: Act, case: Case, version: Submission) -> bool:
    """Whether the CDE decides on a version: by the level on its own date."""
    activity = act.process.activity_by_id[version.activity]
    receiver = act.process.receiver_of(activity, case.level_judging(version.counts_on))
    return receiver is not None and receiver.authority == "cde"


def _note_of(decision: Decision, *, is_cdes: bool) -> str:
    """What the LEA reads: the note, after whose answer it is."""
    told = is_cdes and decision.told_by
    head = f"Answer of the CDE, told by {decision.told_by}." if told else ""
    return " ".join(part for part in (head, decision.note) if part)


def _incomplete(decision: Decision, *, is_cdes: bool) -> Iterator[Refusal]:
    if decision.complete and not decision.approve and not decision.note:
        yield refusal("say-what-to-change", "note")
    if decision.complete and is_cdes and not decision.told_by:
        yield refusal("say-who-told", "told_by")


def _not_to_approve(
    conn: Connection,
    act: Act,
    case: Case,
    latest: Submission,
    decision: Decision,
    findings: tuple[Finding, ...],
) -> Iterator[Refusal]:
    """Why a version may not be approved, all at once; a return needs no more than its version."""
    if not decision.approve:
        return
    own = own_lea_refusal(conn, case, latest.activity, act.by, decision.on or act.today)
    if own is not None:
        yield own
    errors = [one for one in findings if one.severity == "error"]
    if errors and not decision.despite_findings:
        values = {"activity": latest.activity, "version": latest.version}
        for one in errors:
            at = one.field or "-"
            yield refusal("error-in-it", activity=latest.activity, at=at, problem=one.message)
        yield refusal("has-errors", **values)


def _refuse_other_version(latest: Submission, decision: Decision) -> None:
    """A decision is about what was read, never about what came in the meantime."""
    if decision.version in {None, latest.version} and decision.sha256 in {None, latest.sha256}:
        return
    read = decision.version
    raise ChangedMeanwhile(
        refusal(
            "not-the-latest",
            activity=latest.activity,
            looked_at=f"version {read}" if read is not None else "what you looked at",
            version=latest.version,
            received=latest.received_on,
            by=latest.recorded_by or "somebody",
        )
    )


def _says_the_same(standing: Review | None, new: Review) -> bool:
    return standing is not None and (standing.decision, standing.on, standing.note) == (
        new.decision,
        new.on,
        new.note,
    )


def void(act: Act, activity_id: str, *, version: int, note: str) -> None:
    """Withdraw a record made in error; it stays in the history.

    Raises:
        Refused: no such version, or it was withdrawn before.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    act.activity(activity_id)
    if not note.strip():
        raise Refused(refusal("say-why-withdrawn", "note"))
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        found = [
            one for one in case.submissions if (one.activity, one.version) == (activity_id, version)
        ]
        if not found:
            raise Refused(
                refusal("version-unknown", activity=activity_id, lea=act.cds_code, version=version)
            )
        if found[0].voided_on is not None:
            raise Refused(
                refusal(
                    "withdrawn-before", activity=activity_id, version=version,
                    day=found[0].voided_on,
                )
            )  # fmt: skip
        cases.add_void(
            conn,
            act.process_id,
            act.cds_code,
            activity_id,
            version,
            act.today,
            note,
            learnt_at=act.context.now(),
            recorded_by=act.by,
        )
        act.ask_for_run(conn, f"{activity_id} void")
        act.note(conn, "void", f"{activity_id}, version {version}: {note}")
