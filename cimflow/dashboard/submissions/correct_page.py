"""Putting a record right: the filing date that comes later, and a record made in error."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.submissions.activity_form import (
    activity_here,
    common,
    filing_here,
    in_count,
    to_lea,
    version_here,
)
from cimflow.dashboard.web.form_fields import Form, NeededPastDay, Text
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import ActivitySnapshot
from cimflow.monitoring.submissions.record import Recorded, file_later
from cimflow.monitoring.submissions.review import void
from cimflow.monitoring.words import long_date
from cimflow.process.case import Submission

router = APIRouter()
Files = Annotated[PageRequest, Depends(open_to(Allows.FILES_FOR_LEA))]
Changes = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]


class FiledForm(Form):
    """On which day the receiver of record got what we already have."""

    on: NeededPastDay = Field(title="Filed on")


class VoidForm(Form):
    """Why a record is withdrawn."""

    note: Text = Field(title="Why")


@router.get(addresses.filed.pattern)
def show_filed(request: Files) -> Response:
    """Ask on which day the receiver of record got it."""
    return _filed_page(request, filing_here(request), shown(on=request.today.isoformat()))


@router.post(addresses.filed.pattern)
def record_filing_date(request: Files) -> Response:
    """Record that day."""
    activity = activity_here(request)
    result = submit(
        request,
        "filed",
        FiledForm,
        lambda form: file_later(request.act, activity.id, on=form.on),
        detail=f"{activity.id}: not recorded",
    )
    if result.failed:
        return _filed_page(request, filing_here(request), result)
    counted = in_count(result.got.findings)
    say = (
        f"{activity.title} was filed on {long_date(result.sent.on)}"
        f"{f': {counted}' if counted else ''}."
    )
    return to_lea(request, activity.id, say)


def _filed_page(
    request: PageRequest, filing: ActivitySnapshot, result: FormResult[FiledForm, Recorded]
) -> Response:
    latest = filing.latest
    receiver = filing.receiver_of(latest) if latest is not None else filing.receiver
    return request.render(
        "submissions/filed.html.j2",
        status=result.status,
        **{**common(request, filing), "receiver": receiver},
        latest=latest,
        result=result,
    )


@router.get(addresses.void.pattern)
def show_void(request: Changes) -> Response:
    """Ask why a record is withdrawn."""
    filing = filing_here(request)
    return _void_page(request, filing, version_here(request, filing), NOT_SENT)


@router.post(addresses.void.pattern)
def void_version(request: Changes) -> Response:
    """Withdraw a record made in error; the history keeps it."""
    filing = filing_here(request)
    version = version_here(request, filing)
    activity = filing.activity
    result = submit(
        request,
        "void",
        VoidForm,
        lambda form: void(request.act, activity.id, version=version.version, note=form.note),
        detail=f"{activity.id}, version {version.version}: not withdrawn",
    )
    if result.failed:
        return _void_page(request, filing_here(request), version, result)
    say = f"Version {version.version} of {activity.title} is withdrawn. The history below keeps it."
    return to_lea(request, activity.id, say)


def _void_page(
    request: PageRequest,
    filing: ActivitySnapshot,
    version: Submission,
    result: FormResult[VoidForm, None],
) -> Response:
    return request.render(
        "submissions/void.html.j2",
        status=result.status,
        **common(request, filing),
        version=version,
        result=result,
    )
