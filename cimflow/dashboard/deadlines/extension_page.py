"""More time for one LEA: a new due date, or an exception; both by whoever receives the activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.errors import BadRequest, NotHere
from cimflow.dashboard.web.forms import NOT_SENT, STATUS, FormResult, attempt
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.deadlines import exception, extension
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.lea.one_lea import one_lea, receiver_for
from cimflow.monitoring.words import long_date, state_in_words
from cimflow.process.definition.process_file import Activity

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(door(Allows.CHANGES_LEA))]
FIELDS = ("to", "reason", "reference", "on")


def _activity(request: PageRequest, activity_id: str) -> Activity:
    found = request.process.activity_by_id.get(activity_id)
    if found is None:
        raise NotHere("There is no such activity in this process.")
    return found


def _page(
    request: PageRequest,
    template: str,
    activity: Activity,
    tried: FormResult[Any],
    typed: Mapping[str, str],
    *,
    preview: Preview | None = None,
) -> Response:
    lea = one_lea(request.act, request.today)
    receiver = receiver_for(request.act, activity, lea.case, request.today)
    status = lea.of(activity.id)
    given = (one for one in lea.case.extensions if one.activity == activity.id)
    excused = (one for one in lea.case.excuses if one.activity == activity.id)
    return request.render(
        template,
        status=STATUS if tried.failed else 200,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        activity=activity,
        receiver=receiver,
        authority=AUTHORITY_TITLES[receiver.authority] if receiver is not None else "",
        now=status,
        state=state_in_words(status, request.process) if status is not None else "",
        tried=tried,
        typed={**dict.fromkeys(FIELDS, ""), **typed},
        preview=preview,
        extensions=sorted(given, key=lambda one: (one.on, one.seq), reverse=True),
        excuses=sorted(excused, key=lambda one: (one.on, one.seq), reverse=True),
    )


def _typed(request: PageRequest) -> dict[str, str]:
    return {name: request.sent(name) for name in FIELDS}


def _grantor(request: PageRequest, activity: Activity) -> str:
    """The authority of the receiver: nobody else moves its date."""
    lea = one_lea(request.act, request.today)
    receiver = receiver_for(request.act, activity, lea.case, request.today)
    return receiver.authority if receiver is not None else "selpa"


@router.get("/p/{process_id}/leas/{cds_code}/extend/{activity_id}")
def show_extension(request: ChangesLea, activity_id: str) -> Response:
    """The due date, its history, and the form for a new one."""
    return _page(request, "deadlines/extend.html.j2", _activity(request, activity_id), NOT_SENT, {})


@router.post("/p/{process_id}/leas/{cds_code}/extend/{activity_id}")
def extend(request: ChangesLea, activity_id: str) -> Response:
    """Say what would change; where just that was said before and is confirmed, grant it."""
    activity = _activity(request, activity_id)
    grantor = _grantor(request, activity)

    def look() -> Preview:
        to = request.sent_day("to", "The new due date")
        if to is None:
            raise BadRequest("The new due date: write the day.")
        return preview_extension(
            request.act,
            activity.id,
            to=to,
            grantor=grantor,
            reason=request.sent("reason"),
            reference=request.sent("reference"),
        )

    tried = attempt(request, "extend", look)
    if tried.failed or request.sent("sure") != tried.got.digest:
        preview = None if tried.failed else tried.got
        return _page(
            request, "deadlines/extend.html.j2", activity, tried, _typed(request), preview=preview
        )

    def grant() -> extension.Granted:
        return extension.extend(
            request.act,
            activity.id,
            to=request.sent_day("to", "The new due date") or request.today,
            grantor=grantor,
            reason=request.sent("reason"),
            reference=request.sent("reference"),
        )

    granted = attempt(request, "extend", grant)
    if granted.failed:
        return _page(request, "deadlines/extend.html.j2", activity, granted, _typed(request))
    to = request.sent_day("to", "The new due date") or request.today
    if not granted.got.extended:
        return request.redirect(
            *_lea(request), say=f"{activity.title} was due {long_date(to)} already."
        )
    say = f"{activity.title} is now due {long_date(to)}. The reminders follow the new date."
    return request.redirect(*_lea(request), say=say)


def _lea(request: PageRequest) -> tuple[str, ...]:
    return ("p", request.process_id, "leas", request.cds_code)


@router.get("/p/{process_id}/leas/{cds_code}/excuse/{activity_id}")
def show_excuse(request: ChangesLea, activity_id: str) -> Response:
    """What an exception means, and the form for it."""
    typed = {"on": request.today.isoformat()}
    return _page(
        request, "deadlines/excuse.html.j2", _activity(request, activity_id), NOT_SENT, typed
    )


@router.post("/p/{process_id}/leas/{cds_code}/excuse/{activity_id}")
def excuse(request: ChangesLea, activity_id: str) -> Response:
    """Put an exception on record: the activity is not owed."""
    activity = _activity(request, activity_id)

    def act() -> bool:
        return exception.excuse(
            request.act,
            activity.id,
            grantor=_grantor(request, activity),
            reason=request.sent("reason"),
            reference=request.sent("reference"),
            on=request.sent_past_day("on", "From which day") or request.today,
        )

    tried = attempt(request, "excuse", act)
    if tried.failed:
        return _page(request, "deadlines/excuse.html.j2", activity, tried, _typed(request))
    already = "" if tried.got else " already"
    say = f"{activity.title} is excused{already}. No more reminders are sent for it."
    return request.redirect(*_lea(request), say=say)
