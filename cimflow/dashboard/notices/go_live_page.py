"""Going live: who would get what on the first day, a day, a checked box; then email is sent."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.notices.notice_lines import owed_line, problem_lines
from cimflow.dashboard.notices.notices_page import names_of
from cimflow.dashboard.web.errors import NotYours
from cimflow.dashboard.web.form_fields import Day, Form, Line, Ticked
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices.go_live import Preview, go_live, may_go_live, preview
from cimflow.monitoring.notices.listing import by_person
from cimflow.monitoring.notices.rung_words import role_in_words
from cimflow.monitoring.words import long_date

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
MOST_PEOPLE = 200
"""So many are listed; of the thousands of a whole state the others are counted."""


class GoLiveForm(Form):
    """From which day email may be sent; ``digest`` is what was shown, ``read`` that it was read."""

    day: Day = Field(alias="from", title="Starting on")
    digest: Line
    read: Ticked


@router.get(addresses.go_live.pattern)
def show_go_live(request: Administers) -> Response:
    """Who would get what on the first day, if the process went live from a day."""
    _refuse_others(request)
    asked = request.asked("from")
    try:
        day = dt.date.fromisoformat(asked) if asked else request.live_from or request.today
    except ValueError:
        unreadable = NOT_SENT.refused(refusal("not-a-day", "from", typed=asked))
        return _page(request, request.today, unreadable)
    return _page(request, day, NOT_SENT)


@router.post(addresses.go_live.pattern)
def confirm_go_live(request: Administers) -> Response:
    """Go live, if what was shown still holds and the box was checked."""
    _refuse_others(request)
    result = submit(request, "go-live", GoLiveForm, lambda form: _go_live(request, form))
    day = (result.form.day if result.form is not None else None) or request.today
    if result.failed:
        return _page(request, day, result)
    if isinstance(result.got, Preview):
        return _page(request, day, result.changed())
    said = f"{request.process.process.title} is live from {long_date(day)}"
    said += "." if result.got else ", as before."
    if request.context.settings.smtp is None:
        said += (
            " No mail server is set up yet: nothing is sent until the system administrator sets"
            " one up."
        )
    return request.redirect(addresses.notices(request.process_id), say=said)


def _go_live(request: PageRequest, form: GoLiveForm) -> Preview | bool:
    """The first day as it would be now, where that is not what was shown; else the act."""
    day = form.day or request.today
    found = preview(request.act, day)
    if form.digest != found.digest:
        return found
    if not form.read:
        raise Refused(refusal("tick-the-list", "read"))
    return go_live(request.act, day)


def _refuse_others(request: PageRequest) -> None:
    may = request.who.is_system or may_go_live(request.act, request.who.administers)
    if not may:
        raise NotYours(
            "Going live affects the whole cohort, and some of its LEAs belong to another SELPA."
            " Ask the system administrator to do it."
        )


def _page(request: PageRequest, day: dt.date, result: FormResult[Any, Any]) -> Response:
    try:
        found = preview(request.act, day)
    except Refused as error:
        found = None
        result = result if result.failed else result.refused(*error.reasons)
    names = names_of(request)
    people = by_person(found.rows) if found is not None else ()
    return request.render(
        "notices/go_live.html.j2",
        status=result.status,
        process=request.process,
        day=day,
        shown=found,
        people=[
            (one, role_in_words(one.role), [owed_line(row, names) for row in one.rows])
            for one in people[:MOST_PEOPLE]
        ],
        more=max(0, len(people) - MOST_PEOPLE),
        selpas=names.selpas,
        going=sum(any(row.state != "held" for row in one.rows) for one in people),
        held=sum(row.state == "held" for one in people for row in one.rows),
        waits=sum(one.waits for one in found.found.owed) if found is not None else 0,
        problems=problem_lines(found.found.problems, names) if found is not None else [],
        has_mail_server=request.context.settings.smtp is not None,
        result=result,
    )
