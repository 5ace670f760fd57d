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
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.typed import needed_day, text_of
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea.lea_snapshot import Filing
from cimflow.monitoring.submissions import record, review
from cimflow.monitoring.words import long_date
from cimflow.process.case import Submission

router = APIRouter()
Files = Annotated[Visit, Depends(door(Allows.FILES_FOR_LEA))]
Changes = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]


@router.get("/p/{process_id}/leas/{cds_code}/filed/{activity_id}")
def show_filed(visit: Files) -> Response:
    """Ask on which day the receiver of record got it."""
    return _filed_form(visit, filing_here(visit), on=visit.today.isoformat())


@router.post("/p/{process_id}/leas/{cds_code}/filed/{activity_id}")
def file_later(visit: Files) -> Response:
    """Record that day."""
    filing = filing_here(visit)
    try:
        on = needed_day(visit, "on", "Filed on")
        recorded = record.file_later(
            visit.office,
            visit.process_id,
            filing.activity.id,
            visit.cds_code,
            on=on,
            by=visit.who.email,
            seen=visit.seen(),
        )
    except (Refused, BadRequest) as error:
        lines = lines_of(error) if isinstance(error, Refused) else (error.message,)
        visit.note("filed", f"{filing.activity.id}: not recorded", outcome="refused")
        at = {error.field: error.message} if isinstance(error, BadRequest) and error.field else {}
        return _filed_form(visit, filing_here(visit), on=visit.sent("on"), lines=lines, wrong_at=at)
    visit.note("filed", f"{filing.activity.id}, version {recorded.version}: {on}")
    counted = in_count(recorded.findings)
    say = (
        f"{filing.activity.title} was filed on {long_date(on)}{f': {counted}' if counted else ''}."
    )
    return to_lea(visit, filing.activity.id, say)


def _filed_form(
    visit: Visit,
    filing: Filing,
    *,
    on: str,
    lines: tuple[str, ...] = (),
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    latest = filing.latest
    receiver = filing.receiver_of(latest) if latest is not None else filing.receiver
    return visit.page(
        "submissions/filed.html.j2",
        status=422 if lines else 200,
        **{**common(visit, filing), "receiver": receiver},
        latest=latest,
        on=on,
        lines=lines,
        wrong_at=wrong_at,
    )


@router.get("/p/{process_id}/leas/{cds_code}/void/{activity_id}/{version}")
def show_void(visit: Changes) -> Response:
    """Ask why a record is withdrawn."""
    filing = filing_here(visit)
    return _void_form(visit, filing, version_here(visit, filing))


@router.post("/p/{process_id}/leas/{cds_code}/void/{activity_id}/{version}")
def void(visit: Changes) -> Response:
    """Withdraw a record made in error; the history keeps it."""
    filing = filing_here(visit)
    version = version_here(visit, filing)
    try:
        note = text_of(visit, "note", "Why")
        review.void(
            visit.office,
            visit.process_id,
            filing.activity.id,
            visit.cds_code,
            version=version.version,
            note=note,
            by=visit.who.email,
            seen=visit.seen(),
        )
    except (Refused, BadRequest) as error:
        lines = lines_of(error) if isinstance(error, Refused) else (error.message,)
        detail = f"{filing.activity.id}, version {version.version}: not withdrawn"
        visit.note("void", detail, outcome="refused")
        return _void_form(visit, filing_here(visit), version, lines)
    visit.note("void", f"{filing.activity.id}, version {version.version}: {' '.join(note.split())}")
    say = (
        f"Version {version.version} of {filing.activity.title} is withdrawn."
        " The history below keeps it."
    )
    return to_lea(visit, filing.activity.id, say)


def _void_form(
    visit: Visit, filing: Filing, version: Submission, lines: tuple[str, ...] = ()
) -> Response:
    return visit.page(
        "submissions/void.html.j2",
        status=422 if lines else 200,
        **common(visit, filing),
        version=version,
        note=visit.sent("note"),
        lines=lines,
    )
