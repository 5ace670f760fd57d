"""Review: what waits, the version in front of you, and the decision bound to that version."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.lea.artifact_view import FieldView, contents_in_words, findings_in_words
from cimflow.dashboard.submissions.activity_form import (
    activity_here,
    common,
    filing_here,
    in_count,
    to_lea,
)
from cimflow.dashboard.submissions.review_queue import MOST_SHOWN, queue_of
from cimflow.dashboard.web.form_fields import Form, Line, Number, PastDay, Text, Ticked
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import ActivitySnapshot
from cimflow.monitoring.submissions.approvers import why_not_approve
from cimflow.monitoring.submissions.compare import differences
from cimflow.monitoring.submissions.record import Recorded
from cimflow.monitoring.submissions.review import Decision, review
from cimflow.process.case import Submission

router = APIRouter()
Oversees = Annotated[PageRequest, Depends(open_to(Allows.OVERSEES))]
Changes = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]


class ReviewForm(Form):
    """A decision on the version that was read; ``told_by`` where it is the CDE's answer."""

    decision: Literal["approve", "return"] = Field(title="Your decision")
    version: Number
    sha256: Line
    note: Text = Field(title="Note")
    told_by: Annotated[Text, Field(title="Who at the CDE told you", max_length=200)]
    on: PastDay = Field(title="Decided on")
    despite_findings: Ticked = Field(title="Approve even though it has errors")


@router.get(addresses.review_queue.pattern)
def show_queue(request: Oversees) -> Response:
    """What waits for a review, longest wait first."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    return request.render(
        "submissions/review_queue.html.j2",
        process=request.process,
        queue=queue_of(request.process, standing, request.who),
        most=MOST_SHOWN,
        today=request.today,
    )


@router.get(addresses.review.pattern)
def show_review(request: Changes) -> Response:
    """The latest version, what changed in it, and the form to decide."""
    return _page(request, filing_here(request), NOT_SENT)


@router.post(addresses.review.pattern)
def decide(request: Changes) -> Response:
    """Record the decision, if what was read is still the latest."""
    activity = activity_here(request)
    result = submit(
        request,
        "review",
        ReviewForm,
        lambda form: review(request.act, activity.id, _decision(request, form)),
        detail=f"{activity.id}: not decided",
    )
    if result.failed:
        return _page(request, filing_here(request), result)
    word = "approved" if result.sent.decision == "approve" else "returned"
    return to_lea(
        request, activity.id, f"{activity.title}, version {result.got.version}, is {word}."
    )


def _decision(request: PageRequest, form: ReviewForm) -> Decision:
    return Decision(
        approve=form.decision == "approve",
        on=form.on or request.today,
        note=form.note,
        told_by=form.told_by,
        despite_findings=form.despite_findings,
        version=form.version,
        sha256=form.sha256,
        complete=True,
    )


def _page(
    request: PageRequest, filing: ActivitySnapshot, result: FormResult[ReviewForm, Recorded]
) -> Response:
    """The page; what a person typed stays, but a tick belongs to the version it was set for."""
    latest = filing.latest
    if latest is None:
        return request.render("submissions/review_nothing.html.j2", **common(request, filing))
    typed = {"decision": "", "note": "", "told_by": "", "on": "", **result.typed}
    findings = filing.findings(latest)
    receiver = filing.receiver_of(latest)
    earlier = filing.last_returned(latest)
    own_lea = why_not_approve(request.act, filing.case, filing.activity.id)
    is_same = typed.get("sha256") == latest.sha256
    return request.render(
        "submissions/review.html.j2",
        status=result.status,
        **{**common(request, filing), "receiver": receiver},
        result=result,
        version=latest,
        standing=filing.review(latest),
        contents=_contents(filing, latest),
        counted=in_count(findings),
        found=findings_in_words(filing.activity.fields, findings),
        has_errors=any(one.severity == "error" for one in findings),
        earlier=earlier,
        changes=differences(filing.activity, earlier[0], latest) if earlier else (),
        is_cdes=receiver is not None and receiver.authority == "cde",
        is_own_record=request.who.email == latest.recorded_by.strip().casefold(),
        own_lea=own_lea.in_words(page=True) if own_lea is not None else "",
        typed={**typed, "on": typed["on"] or request.today.isoformat()},
        ticked=is_same and typed.get("despite_findings") == "yes",
    )


def _contents(filing: ActivitySnapshot, version: Submission) -> tuple[FieldView, ...] | None:
    if version.contents is None:
        return None
    return contents_in_words(filing.activity.fields, version.contents)
