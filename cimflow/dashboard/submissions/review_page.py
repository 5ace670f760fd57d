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
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.typed import number_of, text_of
from cimflow.monitoring.access import permissions
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.lea.lea_snapshot import Filing
from cimflow.monitoring.submissions.compare import differences
from cimflow.monitoring.submissions.deciding import Decision, decide, own_lea_line
from cimflow.process.case import Submission

router = APIRouter()
Oversees = Annotated[Visit, Depends(door(Allows.OVERSEES))]
Changes = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]

LONGEST_NAME = 200


@router.get("/p/{process_id}/review")
def show_queue(visit: Oversees) -> Response:
    """What waits for a review, the longest waiting first."""
    standing = visit.site.standings.on(visit.process_id, visit.today)
    return visit.page(
        "submissions/review_queue.html.j2",
        process=visit.process,
        queue=queue_of(visit.process, standing, visit.who),
        most=MOST_SHOWN,
        today=visit.today,
    )


@router.get("/p/{process_id}/leas/{cds_code}/review/{activity_id}")
def show_review(visit: Changes) -> Response:
    """The latest version, what changed in it, and the form to decide."""
    return _show(visit, filing_here(visit))


@router.post("/p/{process_id}/leas/{cds_code}/review/{activity_id}")
def review(visit: Changes) -> Response:
    """Record the decision, if what was read is still the latest."""
    filing = filing_here(visit)
    try:
        decision = _decision(visit)
        recorded = decide(
            visit.office,
            visit.who,
            visit.process_id,
            filing.activity.id,
            visit.cds_code,
            decision,
        )
    except ChangedMeanwhile as error:
        return _refused(visit, filing, "Something was recorded while you were reading", error.lines)
    except Refused as error:
        return _refused(visit, filing, "Nothing is decided yet", lines_of(error))
    except BadRequest as error:
        at = {error.field: error.message} if error.field else {}
        return _refused(visit, filing, "Nothing is decided yet", (error.message,), at)
    word = "approved" if decision.approve else "returned"
    own = ", reviewed what they recorded themselves" if recorded.own_record else ""
    told = f", as told by {decision.told_by}" if decision.told_by else ""
    visit.note("review", f"{filing.activity.id}, version {recorded.version}: {word}{told}{own}")
    say = f"{filing.activity.title}, version {recorded.version}, is {word}."
    return to_lea(visit, filing.activity.id, say)


def _decision(visit: Visit) -> Decision:
    choice = visit.sent("decision")
    if choice not in {"approve", "return"}:
        raise BadRequest("Say whether you approve it or return it.")
    return Decision(
        version=number_of(visit, "version"),
        sha256=visit.sent("sha256"),
        approve=choice == "approve",
        on=visit.sent_past_day("on", "Decided on") or visit.today,
        note=text_of(visit, "note", "Note"),
        told_by=text_of(visit, "told_by", "Told by", longest=LONGEST_NAME),
        despite_findings=visit.sent("despite_findings") == "yes",
        seen=visit.seen(),
    )


def _refused(
    visit: Visit,
    filing: Filing,
    title: str,
    lines: tuple[str, ...],
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    visit.note("review", f"{filing.activity.id}: not decided", outcome="refused")
    return _show(visit, filing_here(visit), title, lines, wrong_at)


def _show(
    visit: Visit,
    filing: Filing,
    title: str = "",
    lines: tuple[str, ...] = (),
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The page; what a person typed stays, but a tick belongs to the version it was set for."""
    latest = filing.latest
    if latest is None:
        return visit.page("submissions/review_nothing.html.j2", **common(visit, filing))
    typed = {name: visit.sent(name) for name in ("decision", "note", "told_by", "on")}
    is_same = visit.sent("sha256") == latest.sha256
    findings = filing.findings(latest)
    receiver = filing.receiver_of(latest)
    earlier = filing.last_returned(latest)
    selpa_code = filing.placement.selpa_code
    is_own_lea = permissions.is_of_lea(visit.office, visit.who.email, visit.cds_code)
    return visit.page(
        "submissions/review.html.j2",
        status=422 if lines else 200,
        **{**common(visit, filing), "receiver": receiver},
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
        is_own_record=visit.who.email == latest.recorded_by.strip().casefold(),
        own_lea=own_lea_line(visit.office, visit.who, visit.cds_code, selpa_code)
        if is_own_lea
        else "",
        typed={**typed, "on": typed["on"] or visit.today.isoformat()},
        ticked=is_same and visit.sent("despite_findings") == "yes",
    )


def _contents(filing: Filing, version: Submission) -> tuple[object, ...] | None:
    if version.contents is None:
        return None
    return contents_in_words(filing.activity, version.contents)
