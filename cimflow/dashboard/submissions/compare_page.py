"""What changed between any two versions of an artifact."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.lea.header_view import name_on
from cimflow.dashboard.lea.version_view import known_versions
from cimflow.dashboard.web.errors import BadRequest, NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.submissions.compare import differences
from cimflow.monitoring.words import long_date
from cimflow.process.case import Submission

router = APIRouter()
SeesLea = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]


@router.get(addresses.versions.pattern)
def show_versions(request: SeesLea, activity_id: str) -> Response:
    """Two versions side by side, and each difference in words; by default the last two."""
    process = request.process
    activity = process.activity_by_id.get(activity_id)
    standing = request.web_app.standings.on(request.process_id, request.on)
    case = standing.cases.get(request.cds_code)
    if activity is None or case is None:
        raise NotHere("There is no such activity in this process.")
    versions = known_versions(case, activity_id, request.on)
    new = _chosen(request, "new", versions, 0)
    old = _chosen(request, "old", versions, 1)
    return request.render(
        "submissions/compare.html.j2",
        process=process,
        activity=activity,
        name=name_on(case, request.on),
        versions=[(str(one.version), _in_words(one)) for one in versions],
        old=old,
        new=new,
        changes=differences(activity, old, new) if old is not None and new is not None else (),
        as_of=request.as_of.isoformat() if request.as_of is not None else None,
        lea=addresses.lea(request.process_id, request.cds_code, as_of=request.as_of),
        here=request.http.url.path,
    )


def _chosen(
    request: PageRequest, name: str, versions: list[Submission], otherwise: int
) -> Submission | None:
    """The version asked for by its number, else the last or the one before it."""
    asked = request.asked(name)
    if not asked:
        return versions[otherwise] if otherwise < len(versions) else None
    for one in versions:
        if str(one.version) == asked:
            return one
    raise BadRequest("There is no such version here. Choose two of those that there are.")


def _in_words(one: Submission) -> str:
    void = ", void" if one.voided_on is not None else ""
    return f"Version {one.version}, received {long_date(one.received_on)}{void}"
