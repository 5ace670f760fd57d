"""Receiving: record that an artifact came, as a document, as the filled-in form, or as a fact.

What is refused is explained on the same form, with everything typed still there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.lea.artifact_view import findings_in_words
from cimflow.dashboard.submissions.activity_form import (
    common,
    filing_here,
    in_count,
    to_lea,
    version_here,
)
from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.typed import Attached, attached
from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.lea.lea_snapshot import Filing
from cimflow.monitoring.submissions.receive import day_received, receive_contents, receive_document
from cimflow.monitoring.submissions.record import Recorded, record
from cimflow.monitoring.words import long_date

router = APIRouter()
Files = Annotated[PageRequest, Depends(door(Allows.FILES_FOR_LEA))]
Sees = Annotated[PageRequest, Depends(door(Allows.SEES_LEA))]

DOCUMENT, FORM, FACT = "document", "form", "fact"
_UNWANTED = {
    DOCUMENT: "Choose the file, or say that it came without one.",
    FORM: "Choose the filled-in form.",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What the form said."""

    how: str
    file: Attached | None
    received_on: dt.date | None
    filed_on: dt.date | None


@router.get("/p/{process_id}/leas/{cds_code}/receive/{activity_id}")
def show_receive(request: Files) -> Response:
    """The form, with today as the day on which it came."""
    return _form(request, filing_here(request))


@router.post("/p/{process_id}/leas/{cds_code}/receive/{activity_id}")
def receive(request: Files) -> Response:
    """Record what came; what cannot be taken is explained, and nothing of it is kept."""
    filing = filing_here(request)
    file = attached(request, "file")
    try:
        sent = _sent(request, filing, file)
        recorded = _record(request, filing, sent)
    except ChangedMeanwhile as error:
        return _refused(request, filing, "Something was recorded meanwhile", error.lines, file)
    except Refused as error:
        return _refused(request, filing, "This was not recorded", error.lines, file)
    except BadRequest as error:
        at = {error.field: error.message} if error.field else {}
        return _refused(request, filing, "This was not recorded", (error.message,), file, at)
    except IntakeErrors as error:
        lines = tuple(str(one) for one in error.errors)
        return _refused(request, filing, "This file was not taken", lines, file)
    return _answer(request, filing, recorded)


def _sent(request: PageRequest, filing: Filing, file: Attached | None) -> Sent:
    how = request.sent("how")
    if how not in {DOCUMENT, FORM, FACT}:
        raise BadRequest("Say how it came.")
    if how in _UNWANTED and file is None:
        raise BadRequest(_UNWANTED[how])
    if how == FACT and file is not None:
        raise BadRequest("A file is attached: say whether it is a document or the filled-in form.")
    asked = request.sent_past_day("received_on", "Received on")
    received_on = day_received(request.who, selpa_code=filing.roster_entry.selpa_code, asked=asked)
    return Sent(how, file, received_on, request.sent_past_day("filed_on", "Filed on"))


def _record(request: PageRequest, filing: Filing, sent: Sent) -> Recorded:
    act, activity_id = request.act, filing.activity.id
    received_on, filed_on = sent.received_on, sent.filed_on
    if sent.file is None:
        return record(act, activity_id, received_on=received_on, filed_on=filed_on)
    take = receive_contents if sent.how == FORM else receive_document
    return take(
        act,
        activity_id,
        name=sent.file.name,
        data=sent.file.data,
        received_on=received_on,
        filed_on=filed_on,
    )


def _answer(request: PageRequest, filing: Filing, recorded: Recorded) -> Response:
    title, version = filing.activity.title, recorded.version
    if not recorded.is_new:
        return to_lea(
            request, filing.activity.id, f"{title} was recorded before, as version {version}."
        )
    counted = in_count(recorded.findings)
    say = f"{title} is recorded as version {version}{f': {counted}' if counted else ''}."
    if any(one.severity == "error" for one in recorded.findings):
        where = ("p", request.process_id, "leas", request.cds_code, "received")
        return request.redirect(*where, filing.activity.id, version, say=say)
    return to_lea(request, filing.activity.id, say)


def _refused(
    request: PageRequest,
    filing: Filing,
    title: str,
    lines: tuple[str, ...],
    file: Attached | None,
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    request.note_refusal("record", f"{filing.activity.id}: not taken")
    again = ("Choose the file again: a browser forgets it.",) if file is not None else ()
    # What changed meanwhile is known now: the form that is shown has seen it.
    lines = (*lines, "Nothing was kept.", *again)
    return _form(request, filing_here(request), title, lines, wrong_at)


def _form(
    request: PageRequest,
    filing: Filing,
    title: str = "",
    lines: tuple[str, ...] = (),
    wrong_at: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    is_new = not lines
    latest = filing.latest
    return request.render(
        "submissions/receive.html.j2",
        status=200 if is_new else 422,
        **common(request, filing),
        title=title,
        lines=lines,
        wrong_at=wrong_at,
        how=request.sent("how") or DOCUMENT,
        received_on=request.today.isoformat() if is_new else request.sent("received_on"),
        filed_on=request.sent("filed_on"),
        latest=latest,
        to_come=filing.to_come,
        review=filing.review(latest) if latest is not None else None,
    )


@router.get("/p/{process_id}/leas/{cds_code}/received/{activity_id}/{version}")
def show_received(request: Sees) -> Response:
    """What is missing or wrong in a version, and how to put it right."""
    filing = filing_here(request)
    version = version_here(request, filing)
    findings = filing.findings(version)
    receiver = filing.receiver_of(version)
    latest = filing.latest
    return request.render(
        "submissions/received.html.j2",
        **common(request, filing),
        version=version,
        counted=in_count(findings),
        found=findings_in_words(filing.activity, findings),
        is_only_with_us=any(one.code == "not-filed" for one in findings),
        receiver_title=receiver.title if receiver is not None else "its receiver",
        is_latest=latest is not None and latest.version == version.version,
        received=long_date(version.received_on),
    )
