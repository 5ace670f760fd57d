"""Receiving: record that an artifact came, as a document, as the filled-in form, or as a fact.

What is refused is explained on the same form, with everything typed still there.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.lea.artifact_view import findings_in_words
from cimflow.dashboard.submissions.activity_form import (
    activity_here,
    common,
    filing_here,
    in_count,
    to_lea,
    version_here,
)
from cimflow.dashboard.web.form_fields import Form, PastDay, Upload
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import ActivitySnapshot
from cimflow.monitoring.submissions.receive import Came, day_received, receive
from cimflow.monitoring.submissions.record import Recorded
from cimflow.monitoring.words import long_date
from cimflow.process.definition.process_file import Activity

router = APIRouter()
Files = Annotated[PageRequest, Depends(open_to(Allows.FILES_FOR_LEA))]
Sees = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]


class ReceiveForm(Form):
    """How an artifact came, and when; ``file`` where it came as one."""

    how: Literal["document", "form", "fact"] = Field(title="How it was received")
    file: Upload = Field(title="The file")
    received: PastDay = Field(alias="received_on", title="Received on")
    filed_on: PastDay = Field(title="Filed on")


@router.get(addresses.receive.pattern)
def show_receive(request: Files) -> Response:
    """The form, with today as the day on which it came."""
    typed = {"how": "document", "received": request.today.isoformat(), "filed_on": ""}
    return _page(request, filing_here(request), shown(**typed))


@router.post(addresses.receive.pattern)
def receive_artifact(request: Files) -> Response:
    """Record what came; what cannot be taken is explained, and nothing of it is kept."""
    activity = activity_here(request)
    result = submit(
        request,
        "record",
        ReceiveForm,
        lambda form: receive(request.act, activity.id, _came(request, form)),
        detail=f"{activity.id}: not taken",
    )
    if result.failed:
        # What changed since is known now: the form that is shown has seen it.
        return _page(request, filing_here(request), result)
    return _answer(request, activity, result.got)


def _came(request: PageRequest, form: ReceiveForm) -> Came:
    day = day_received(request.who, selpa_code=request.selpa_code, asked=form.received)
    return Came(
        form.how,
        form.file.name if form.file is not None else "",
        form.file.data if form.file is not None else None,
        received_on=day,
        filed_on=form.filed_on,
    )


def _answer(request: PageRequest, activity: Activity, recorded: Recorded) -> Response:
    title, version = activity.title, recorded.version
    if not recorded.is_new:
        return to_lea(request, activity.id, f"{title} was recorded before, as version {version}.")
    counted = in_count(recorded.findings)
    say = f"{title} is recorded as version {version}{f': {counted}' if counted else ''}."
    if any(one.severity == "error" for one in recorded.findings):
        return request.redirect(
            addresses.received(request.process_id, request.cds_code, activity.id, version), say=say
        )
    return to_lea(request, activity.id, say)


def _page(
    request: PageRequest, filing: ActivitySnapshot, result: FormResult[ReceiveForm, Recorded]
) -> Response:
    latest = filing.latest
    lines = result.every_line
    if result.failed:
        lines += ("Nothing was kept.",)
        if result.form is None or result.form.file is not None:
            lines += ("Choose the file again: a browser forgets it.",)
    return request.render(
        "submissions/receive.html.j2",
        status=result.status,
        **common(request, filing),
        result=result,
        lines=lines,
        latest=latest,
        to_come=filing.to_come,
        review=filing.review(latest) if latest is not None else None,
    )


@router.get(addresses.received.pattern)
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
        found=findings_in_words(filing.activity.fields, findings),
        is_only_with_us=any(one.code == "not-filed" for one in findings),
        receiver_title=receiver.title if receiver is not None else "its receiver",
        is_latest=latest is not None and latest.version == version.version,
        received=long_date(version.received_on),
    )
