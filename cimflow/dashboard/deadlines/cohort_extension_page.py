"""More time for all LEAs of a SELPA, or for the whole cohort: shown for each, then granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.forms import NOT_SENT, STATUS, FormResult, attempt
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.deadlines.extension import Granted, extend
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.words import long_date

router = APIRouter()
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]
FIELDS = ("activity", "whose", "to", "grantor", "reason", "reference")
COHORT = "*"
"""In the form: every LEA. No SELPA has this code."""


def _whose(request: PageRequest) -> list[tuple[str, str]]:
    """For whom this person may grant more time: SELPAs by code, and the whole cohort."""
    standing = request.site.standings.on(request.process_id, request.today)
    names = {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    own = sorted(
        ((code, name) for code, name in names.items() if request.who.may_change(selpa_code=code)),
        key=lambda one: one[1],
    )
    return [*own, *([(COHORT, "The whole cohort")] if request.who.is_system else [])]


def _page(
    request: PageRequest,
    tried: FormResult[Any],
    typed: Mapping[str, str],
    preview: Preview | None = None,
) -> Response:
    return request.render(
        "deadlines/extend_all.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        whose=_whose(request),
        authorities=AUTHORITY_TITLES,
        tried=tried,
        typed=typed,
        preview=preview,
    )


@router.get("/p/{process_id}/extend")
def show_wide_extension(request: Administers) -> Response:
    """Choose the activity, for whom, until when, and by whose word."""
    return _page(request, NOT_SENT, {**dict.fromkeys(FIELDS, ""), "grantor": "selpa"})


@router.post("/p/{process_id}/extend")
def extend_all(request: Administers) -> Response:
    """Show for which LEAs the date moves; where just that is confirmed, grant it."""
    typed = {name: request.sent(name) for name in FIELDS}
    tried = attempt(request, "extend", lambda: _look(request))
    if tried.failed:
        return _page(request, tried, typed)
    preview = tried.got
    sure = request.sent("sure")
    if sure != preview.digest:
        meanwhile: FormResult[None] = FormResult(
            title="Something changed since you looked",
            lines=("What would be changed now is shown below. Look at it, then grant it.",),
        )
        # A change of the form's own fields is a new question, not a surprise.
        is_surprise = bool(sure) and request.sent("asked") == _asked(typed)
        return _page(request, meanwhile if is_surprise else NOT_SENT, typed, preview)
    granted = attempt(request, "extend", lambda: _grant(request, preview))
    if granted.failed:
        return _page(request, granted, typed)
    activity = request.process.activity_by_id[typed["activity"]]
    count = len(granted.got.extended)
    to = long_date(_day(request))
    leas = "1 LEA" if count == 1 else f"{count} LEAs"
    say = f"{activity.title} is now due {to} for {leas}. The reminders follow the new date."
    return request.redirect("p", request.process_id, say=say)


def _asked(typed: Mapping[str, str]) -> str:
    return "|".join(typed[name] for name in ("activity", "whose", "to", "grantor"))


def _day(request: PageRequest) -> dt.date:
    to = request.sent_day("to", "The new due date")
    if to is None:
        raise BadRequest("The new due date: write the day.")
    return to


def _selpa(request: PageRequest) -> str | None:
    """The SELPA that was chosen; None: the whole cohort.

    Raises:
        Refused: it is none of this person's.
    """
    whose = request.sent("whose")
    if whose not in dict(_whose(request)):
        raise Refused.saying("For whom: choose one of those in the list.")
    return None if whose == COHORT else whose


def _look(request: PageRequest) -> Preview:
    return preview_extension(
        request.act.about(None),
        request.sent("activity"),
        to=_day(request),
        grantor=request.sent("grantor"),
        reason=request.sent("reason"),
        reference=request.sent("reference"),
        selpa=_selpa(request),
    )


def _grant(request: PageRequest, preview: Preview) -> Granted:
    return extend(
        request.act.about(None),
        request.sent("activity"),
        to=_day(request),
        grantor=request.sent("grantor"),
        reason=request.sent("reason"),
        reference=request.sent("reference"),
        selpa=_selpa(request),
        expect=[one.cds_code for one in preview.moved],
    )
