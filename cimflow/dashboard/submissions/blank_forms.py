"""The forms to fill in: an Excel workbook, or a text file, for each activity."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.submissions.activity_form import filing_here, version_here
from cimflow.dashboard.submissions.document_download import as_download
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.intake.artifacts.blank_toml import artifact_template
from cimflow.process.definition.process_file import Activity

router = APIRouter()
SignedIn = Annotated[PageRequest, Depends(open_to(Allows.SIGNED_IN))]
Sees = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]


@router.get(addresses.form_xlsx.pattern)
def download_workbook(request: SignedIn) -> Response:
    """The form as an Excel workbook."""
    from cimflow.intake.artifacts.blank_workbook import artifact_workbook  # noqa: PLC0415 - loads openpyxl

    activity, level = _asked(request)
    return as_download(artifact_workbook(activity, level), f"{_name(activity, level)}.xlsx")


@router.get(addresses.form_toml.pattern)
def download_toml(request: SignedIn) -> Response:
    """The form as a text file (TOML)."""
    activity, level = _asked(request)
    return as_download(
        artifact_template(activity, level).encode(), f"{_name(activity, level)}.toml"
    )


@router.get(addresses.filled_form.pattern)
def download_filled(request: Sees) -> Response:
    """The form with what a version holds (nothing, if it came as a document), to correct it."""
    from cimflow.intake.artifacts.blank_workbook import artifact_workbook  # noqa: PLC0415 - loads openpyxl

    filing = filing_here(request)
    version = version_here(request, filing)
    level = filing.case.level_judging(version.counts_on)
    data = artifact_workbook(filing.activity, level, version.contents)
    return as_download(data, f"{filing.activity.id}-version-{version.version}.xlsx")


def _asked(request: PageRequest) -> tuple[Activity, str | None]:
    activity = request.process.activity_by_id.get(str(request.http.path_params["activity_id"]))
    if activity is None:
        raise NotHere("There is no such activity in this process.")
    level = request.asked("level") or None
    if level is not None and level not in request.process.level_by_id:
        raise NotHere("There is no such level in this process.")
    return activity, level


def _name(activity: Activity, level: str | None) -> str:
    return f"{activity.id}-level-{level}" if level is not None else activity.id
