"""Review: what waits, the version in front of you, and the decision bound to that version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.lea.artifact_view import contents_in_words, findings_in_words
from cimflow.dashboard.submissions.activity_form import (
    common,
    filing_here,
    in_count,
    lines_of,
    to_lea,
)
from cimflow.dashboard.submissions.review_queue import MOST_SHOWN, queue_of
from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.typed import number_of, text_of
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.lea.lea_snapshot import Filing
from cimflow.monitoring.submissions.approvers import why_not_approve
from cimflow.monitoring.submissions.compare import differences
from cimflow.monitoring.submissions.review import Decision, review
from cimflow.process.case import Submission

router = APIRouter()
Oversees = Annotated[PageRequest, Depends(door(Allows.OVERSEES))]
Changes = Annotated[PageRequest, Depends(door(Allows.CHANGES_LEA))]

LONGEST_NAME = 200


@router.get("/p/{process_id}/review")
def show_queue(request: Oversees) -> Response:
    """What waits for a review, the longest waiting first."""
    standing = request.site.standings.on(request.process_id, request.today)
    return request.render(
        "submissions/review_queue.html.j2",
        process=request.process,
        queue=queue_of(request.process, standing, request.who),
        most=MOST_SHOWN,
        today=request.today,
    )


@router.get("/p/{process_id}/leas/{cds_code}/review/{activity_id}")
def show_review(request: Changes) -> Response:
    """The latest version, what changed in it, and the form to decide."""
    return _show(request, filing_here(request))


@router.post("/p/{process_id}/leas/{cds_code}/review/{activity_id}")
def decide(request: Changes) -> Response:
    """Record the decision, if what was read is still the latest."""
    filing = filing_here(request)
    try:
        decision = _decision(request)
        recorded = review(request.act, filing.activity.id, decision)
    except ChangedMeanwhile as error:
        return _refused(
            request, filing, "Something was recorded while you were reading", error.lines
        )
    except Refused as error:
        return _refused(request, filing, "Nothing is decided yet", lines_of(error))
    except BadRequest as error:
        at = {error.field: error.message} if error.field else {}
        return _refused(request, filing, "Nothing is decided yet", (error.message,), at)
    word = decision.word
    say = f"{filing.activity.title}, version {recorded.version}, is {word}."
    return to_lea(request, filing.activity.id, say)


def _decision(request: PageRequest) -> Decision:
    choice = request.sent("decision")
    if choice not in {"approve", "return"}:
        raise BadRequest("Say whether you approve it or return it.")
    return Decision(
        version=number_of(request, "version"),
        sha256=request.sent("sha256"),
        approve=choice == "approve",
        on=request.sent_past_day("on", "Decided on") or request.today,
        note=text_of(request, "note", "Note"),
        told_by=text_of(request, "told_by", "Told by", longest=LONGEST_NAME),
        despite_findings=request.sent("despite_findings") == "yes",
        complete=True,
    )


def _refused(
    request: PageRequest,
    filing: Filing,
    title: str,
    lines: tuple[str, ...],
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    request.note_refusal("review", f"{filing.activity.id}: not decided")
    return _show(request, filing_here(request), title, lines, wrong_at)


def _show(
    request: PageRequest,
    filing: Filing,
    title: str = "",
    lines: tuple[str, ...] = (),
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The page; what a person typed stays, but a tick belongs to the version it was set for."""
    latest = filing.latest
    if latest is None:
        return request.render("submissions/review_nothing.html.j2", **common(request, filing))
    typed = {name: request.sent(name) for name in ("decision", "note", "told_by", "on")}
    is_same = request.sent("sha256") == latest.sha256
    findings = filing.findings(latest)
    receiver = filing.receiver_of(latest)
    earlier = filing.last_returned(latest)
    own_lea = why_not_approve(request.act, filing.activity.id)
    return request.render(
        "submissions/review.html.j2",
        status=422 if lines else 200,
        **{**common(request, filing), "receiver": receiver},
        title=title,
        lines=lines,
        wrong_at=wrong_at,
        version=latest,
        standing=filing.review(latest),
        contents=_contents(filing, latest),
        counted=in_count(findings),
        found=findings_in_words(filing.activity, findings),
        has_errors=any(one.severity == "error" for one in findings),
        earlier=earlier,
        changes=differences(filing.activity, earlier[0], latest) if earlier else (),
        is_cdes=receiver is not None and receiver.authority == "cde",
        is_own_record=request.who.email == latest.recorded_by.strip().casefold(),
        own_lea=own_lea.in_words(page=True) if own_lea is not None else "",
        typed={**typed, "on": typed["on"] or request.today.isoformat()},
        ticked=is_same and request.sent("despite_findings") == "yes",
    )


def _contents(filing: Filing, version: Submission) -> tuple[object, ...] | None:
    if version.contents is None:
        return None
    return contents_in_words(filing.activity, version.contents)
