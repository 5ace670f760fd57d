"""Putting a record right: the filing date that comes later, and a record made in error."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.submissions.activity_form import (
    common,
    filing_here,
    in_count,
    lines_of,
    to_lea,
    version_here,
)
from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.typed import needed_day, text_of
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea.lea_snapshot import Filing
from cimflow.monitoring.submissions import record, review
from cimflow.monitoring.words import long_date
from cimflow.process.case import Submission

router = APIRouter()
Files = Annotated[PageRequest, Depends(door(Allows.FILES_FOR_LEA))]
Changes = Annotated[PageRequest, Depends(door(Allows.CHANGES_LEA))]


@router.get("/p/{process_id}/leas/{cds_code}/filed/{activity_id}")
def show_filed(request: Files) -> Response:
    """Ask on which day the receiver of record got it."""
    return _filed_form(request, filing_here(request), on=request.today.isoformat())


@router.post("/p/{process_id}/leas/{cds_code}/filed/{activity_id}")
def file_later(request: Files) -> Response:
    """Record that day."""
    filing = filing_here(request)
    try:
        on = needed_day(request, "on", "Filed on")
        recorded = record.file_later(
            request.context,
            request.process_id,
            filing.activity.id,
            request.cds_code,
            on=on,
            by=request.who.email,
            seen=request.seen(),
        )
    except (Refused, BadRequest) as error:
        lines = lines_of(error) if isinstance(error, Refused) else (error.message,)
        request.note("filed", f"{filing.activity.id}: not recorded", outcome="refused")
        at = {error.field: error.message} if isinstance(error, BadRequest) and error.field else {}
        return _filed_form(
            request, filing_here(request), on=request.sent("on"), lines=lines, wrong_at=at
        )
    request.note("filed", f"{filing.activity.id}, version {recorded.version}: {on}")
    counted = in_count(recorded.findings)
    say = (
        f"{filing.activity.title} was filed on {long_date(on)}{f': {counted}' if counted else ''}."
    )
    return to_lea(request, filing.activity.id, say)


def _filed_form(
    request: PageRequest,
    filing: Filing,
    *,
    on: str,
    lines: tuple[str, ...] = (),
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    latest = filing.latest
    receiver = filing.receiver_of(latest) if latest is not None else filing.receiver
    return request.render(
        "submissions/filed.html.j2",
        status=422 if lines else 200,
        **{**common(request, filing), "receiver": receiver},
        latest=latest,
        on=on,
        lines=lines,
        wrong_at=wrong_at,
    )


@router.get("/p/{process_id}/leas/{cds_code}/void/{activity_id}/{version}")
def show_void(request: Changes) -> Response:
    """Ask why a record is withdrawn."""
    filing = filing_here(request)
    return _void_form(request, filing, version_here(request, filing))


@router.post("/p/{process_id}/leas/{cds_code}/void/{activity_id}/{version}")
def void(request: Changes) -> Response:
    """Withdraw a record made in error; the history keeps it."""
    filing = filing_here(request)
    version = version_here(request, filing)
    try:
        note = text_of(request, "note", "Why")
        review.void(
            request.context,
            request.process_id,
            filing.activity.id,
            request.cds_code,
            version=version.version,
            note=note,
            by=request.who.email,
            seen=request.seen(),
        )
    except (Refused, BadRequest) as error:
        lines = lines_of(error) if isinstance(error, Refused) else (error.message,)
        detail = f"{filing.activity.id}, version {version.version}: not withdrawn"
        request.note("void", detail, outcome="refused")
        return _void_form(request, filing_here(request), version, lines)
    request.note(
        "void", f"{filing.activity.id}, version {version.version}: {' '.join(note.split())}"
    )
    say = (
        f"Version {version.version} of {filing.activity.title} is withdrawn."
        " The history below keeps it."
    )
    return to_lea(request, filing.activity.id, say)


def _void_form(
    request: PageRequest, filing: Filing, version: Submission, lines: tuple[str, ...] = ()
) -> Response:
    return request.render(
        "submissions/void.html.j2",
        status=422 if lines else 200,
        **common(request, filing),
        version=version,
        note=request.sent("note"),
        lines=lines,
    )
