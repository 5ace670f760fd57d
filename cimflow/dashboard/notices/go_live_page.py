"""Going live: who would get what on the first day, a day, a ticked box, and then mail leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.notices.notice_lines import owed_line, problem_lines
from cimflow.dashboard.notices.notices_page import names_of
from cimflow.dashboard.web.errors import BadRequest, NotYours
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices import go_live as golive
from cimflow.monitoring.notices.listing import by_person
from cimflow.monitoring.notices.rung_words import role_in_words
from cimflow.monitoring.words import long_date

router = APIRouter()
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]
MOST_PEOPLE = 200
"""So many are listed; of a state's thousands the others are counted."""
TITLE = "Nothing was changed"


@router.get("/p/{process_id}/go-live")
def show_go_live(request: Administers) -> Response:
    """Who would get what on the first day, if the process went live from a day."""
    _refuse_others(request)
    text = request.asked("from")
    try:
        day = dt.date.fromisoformat(text) if text else request.live_from or request.today
    except ValueError:
        return _show(
            request, request.today, status=422, wrong=("Write the day such as 2024-07-11.",)
        )
    return _show(request, day)


@router.post("/p/{process_id}/go-live")
def go_live(request: Administers) -> Response:
    """Go live, if what was shown still holds and was ticked."""
    _refuse_others(request)
    try:
        day = request.sent_day("from", "From which day") or request.today
        shown = golive.preview(request.act, day)
    except BadRequest as error:
        return _show(request, request.today, status=422, wrong=(error.message,))
    except Refused as error:
        request.note_refusal("go-live", "; ".join(error.lines))
        return _show(request, request.today, status=422, wrong=_plain(error))
    if request.sent("digest") != shown.digest:
        line = "What would go out has changed since it was shown. Read it again, then confirm."
        return _show(request, day, status=409, wrong=(line,))
    if request.sent("read") != "yes":
        return _show(request, day, status=422, wrong=("Tick the box once you have read the list.",))
    try:
        changed = golive.go_live(request.act, day)
    except Refused as error:
        request.note_refusal("go-live", "; ".join(error.lines))
        return _show(request, request.today, status=409, wrong=_plain(error))
    said = f"{request.process.process.title} is live from {long_date(day)}"
    said += "." if changed else ", as it was."
    if request.context.settings.smtp is None:
        said += (
            " No mail server is set yet: until the system administrator sets one, nothing leaves."
        )
    return request.redirect("p", request.process_id, "notices", say=said)


def _refuse_others(request: PageRequest) -> None:
    may = request.who.is_system or golive.may_go_live(request.act, request.who.administers)
    if not may:
        raise NotYours(
            "Going live is for the whole cohort, and some of its LEAs answer to another SELPA."
            " The system administrator does it. Ask them."
        )


def _show(
    request: PageRequest, day: dt.date, *, status: int = 200, wrong: Sequence[str] = ()
) -> Response:
    try:
        shown = golive.preview(request.act, day)
    except Refused as error:
        shown = None
        wrong = (*wrong, *(one for one in _plain(error) if one not in wrong))
        status = 422 if status == 200 else status
    names = names_of(request)
    people = by_person(shown.rows) if shown is not None else ()
    return request.render(
        "notices/go_live.html.j2",
        status=status,
        process=request.process,
        day=day,
        shown=shown,
        people=[
            (one, role_in_words(one.role), [owed_line(row, names) for row in one.rows])
            for one in people[:MOST_PEOPLE]
        ],
        more=max(0, len(people) - MOST_PEOPLE),
        selpas=names.selpas,
        going=sum(any(row.state != "held" for row in one.rows) for one in people),
        held=sum(row.state == "held" for one in people for row in one.rows),
        waits=sum(one.waits for one in shown.found.owed) if shown is not None else 0,
        problems=problem_lines(shown.found.problems, names) if shown is not None else [],
        has_mail_server=request.context.settings.smtp is not None,
        wrong=wrong,
        wrong_title=TITLE,
    )


def _plain(error: Refused) -> tuple[str, ...]:
    """The reasons without the name of the command's option."""
    return tuple(one.removeprefix("from: ") for one in error.lines)
