"""More time for all LEAs of a SELPA, or for the whole cohort: shown for each, then granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.roster import lea_facts
from cimflow.monitoring.words import long_date

router = APIRouter()
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
FIELDS = ("activity", "whose", "to", "grantor", "reason", "reference")
COHORT = "*"
"""In the form: every LEA. No SELPA has this code."""


def _whose(visit: Visit) -> list[tuple[str, str]]:
    """For whom this person may grant more time: SELPAs by code, and the whole cohort."""
    standing = visit.site.standings.on(visit.process_id, visit.today)
    names = {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    own = sorted(
        ((code, name) for code, name in names.items() if visit.who.may_change(selpa_code=code)),
        key=lambda one: one[1],
    )
    return [*own, *([(COHORT, "The whole cohort")] if visit.who.is_system else [])]


def _page(
    visit: Visit, tried: Tried[Any], typed: Mapping[str, str], preview: Preview | None = None
) -> Response:
    return visit.page(
        "deadlines/extend_all.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        whose=_whose(visit),
        authorities=AUTHORITY_TITLES,
        tried=tried,
        typed=typed,
        preview=preview,
    )


@router.get("/p/{process_id}/extend")
def show_wide_extension(visit: Administers) -> Response:
    """Choose the activity, for whom, until when, and by whose word."""
    return _page(visit, NOT_TRIED, {**dict.fromkeys(FIELDS, ""), "grantor": "selpa"})


@router.post("/p/{process_id}/extend")
def extend_all(visit: Administers) -> Response:
    """Show for which LEAs the date moves; where just that is confirmed, grant it."""
    typed = {name: visit.sent(name) for name in FIELDS}
    tried = attempt(visit, "extend", lambda: _look(visit))
    if tried.failed:
        return _page(visit, tried, typed)
    preview = tried.got
    sure = visit.sent("sure")
    if sure != preview.digest:
        meanwhile: Tried[None] = Tried(
            title="Something changed since you looked",
            lines=("What would be changed now is shown below. Look at it, then grant it.",),
        )
        # A change of the form's own fields is a new question, not a surprise.
        is_surprise = bool(sure) and visit.sent("asked") == _asked(typed)
        return _page(visit, meanwhile if is_surprise else NOT_TRIED, typed, preview)
    granted = attempt(visit, "extend", lambda: _grant(visit, preview))
    if granted.failed:
        return _page(visit, granted, typed)
    activity = visit.process.activity_by_id[typed["activity"]]
    count = len(granted.got.extended)
    selpa = None if typed["whose"] == COHORT else typed["whose"]
    detail = f"{activity.id} to {typed['to']} for {count} LEAs: {typed['reason']}"
    visit.note("extend", detail, selpa_code=selpa)
    to = long_date(_day(visit))
    leas = "1 LEA" if count == 1 else f"{count} LEAs"
    say = f"{activity.title} is now due {to} for {leas}. The reminders follow the new date."
    return visit.go("p", visit.process_id, say=say)


def _asked(typed: Mapping[str, str]) -> str:
    return "|".join(typed[name] for name in ("activity", "whose", "to", "grantor"))


def _day(visit: Visit) -> dt.date:
    to = visit.sent_day("to", "The new due date")
    if to is None:
        raise BadRequest("The new due date: write the day.")
    return to


def _selpa(visit: Visit) -> str | None:
    """The SELPA that was chosen; None: the whole cohort.

    Raises:
        Refused: it is none of this person's.
    """
    whose = visit.sent("whose")
    if whose not in dict(_whose(visit)):
        raise Refused("For whom: choose one of those in the list.")
    return None if whose == COHORT else whose


def _look(visit: Visit) -> Preview:
    return preview_extension(
        visit.office,
        visit.process_id,
        visit.sent("activity"),
        to=_day(visit),
        grantor=visit.sent("grantor"),
        reason=visit.sent("reason"),
        reference=visit.sent("reference"),
        selpa=_selpa(visit),
    )


def _grant(visit: Visit, preview: Preview) -> lea_facts.Granted:
    return lea_facts.extend(
        visit.office,
        visit.process_id,
        visit.sent("activity"),
        to=_day(visit),
        grantor=visit.sent("grantor"),
        reason=visit.sent("reason"),
        reference=visit.sent("reference"),
        selpa=_selpa(visit),
        by=visit.who.email,
        expect=[one.cds_code for one in preview.moved],
    )
