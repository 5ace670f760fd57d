"""More time for one LEA: a new due date, or an exception; both by whoever receives the activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.errors import BadRequest, NotHere
from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.lea.one_lea import one_lea, receiver_for
from cimflow.monitoring.roster import lea_facts
from cimflow.monitoring.words import long_date, state_in_words
from cimflow.process.definition.process_file import Activity

router = APIRouter()
ChangesLea = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]
FIELDS = ("to", "reason", "reference", "on")


def _activity(visit: Visit, activity_id: str) -> Activity:
    found = visit.process.activity_by_id.get(activity_id)
    if found is None:
        raise NotHere("There is no such activity in this process.")
    return found


def _page(
    visit: Visit,
    template: str,
    activity: Activity,
    tried: Tried[Any],
    typed: Mapping[str, str],
    *,
    preview: Preview | None = None,
) -> Response:
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    receiver = receiver_for(visit.office, visit.process_id, activity, lea.case, visit.today)
    status = lea.of(activity.id)
    given = (one for one in lea.case.extensions if one.activity == activity.id)
    excused = (one for one in lea.case.excuses if one.activity == activity.id)
    return visit.page(
        template,
        status=STATUS if tried.failed else 200,
        process=visit.process,
        lea=lea,
        seen=lea.seq,
        activity=activity,
        receiver=receiver,
        authority=AUTHORITY_TITLES[receiver.authority] if receiver is not None else "",
        now=status,
        state=state_in_words(status, visit.process) if status is not None else "",
        tried=tried,
        typed={**dict.fromkeys(FIELDS, ""), **typed},
        preview=preview,
        extensions=sorted(given, key=lambda one: (one.on, one.seq), reverse=True),
        excuses=sorted(excused, key=lambda one: (one.on, one.seq), reverse=True),
    )


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.sent(name) for name in FIELDS}


def _grantor(visit: Visit, activity: Activity) -> str:
    """The authority of the receiver: nobody else moves its date."""
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    receiver = receiver_for(visit.office, visit.process_id, activity, lea.case, visit.today)
    return receiver.authority if receiver is not None else "selpa"


@router.get("/p/{process_id}/leas/{cds_code}/extend/{activity_id}")
def show_extension(visit: ChangesLea, activity_id: str) -> Response:
    """The due date, its history, and the form for a new one."""
    return _page(visit, "deadlines/extend.html.j2", _activity(visit, activity_id), NOT_TRIED, {})


@router.post("/p/{process_id}/leas/{cds_code}/extend/{activity_id}")
def extend(visit: ChangesLea, activity_id: str) -> Response:
    """Say what would change; where just that was said before and is confirmed, grant it."""
    activity = _activity(visit, activity_id)
    grantor = _grantor(visit, activity)

    def look() -> Preview:
        to = visit.sent_day("to", "The new due date")
        if to is None:
            raise BadRequest("The new due date: write the day.")
        return preview_extension(
            visit.office,
            visit.process_id,
            activity.id,
            to=to,
            grantor=grantor,
            reason=visit.sent("reason"),
            reference=visit.sent("reference"),
            lea=visit.cds_code,
            seen=visit.seen(),
        )

    tried = attempt(visit, "extend", look)
    if tried.failed or visit.sent("sure") != tried.got.digest:
        preview = None if tried.failed else tried.got
        return _page(
            visit, "deadlines/extend.html.j2", activity, tried, _typed(visit), preview=preview
        )

    def grant() -> lea_facts.Granted:
        return lea_facts.extend(
            visit.office,
            visit.process_id,
            activity.id,
            to=visit.sent_day("to", "The new due date") or visit.today,
            grantor=grantor,
            reason=visit.sent("reason"),
            reference=visit.sent("reference"),
            lea=visit.cds_code,
            by=visit.who.email,
            seen=visit.seen(),
        )

    granted = attempt(visit, "extend", grant)
    if granted.failed:
        return _page(visit, "deadlines/extend.html.j2", activity, granted, _typed(visit))
    to = visit.sent_day("to", "The new due date") or visit.today
    if not granted.got.extended:
        return visit.go(*_lea(visit), say=f"{activity.title} was due {long_date(to)} already.")
    visit.note("extend", f"{activity.id} to {to}: {visit.sent('reason')}")
    say = f"{activity.title} is now due {long_date(to)}. The reminders follow the new date."
    return visit.go(*_lea(visit), say=say)


def _lea(visit: Visit) -> tuple[str, ...]:
    return ("p", visit.process_id, "leas", visit.cds_code)


@router.get("/p/{process_id}/leas/{cds_code}/excuse/{activity_id}")
def show_excuse(visit: ChangesLea, activity_id: str) -> Response:
    """What an exception means, and the form for it."""
    typed = {"on": visit.today.isoformat()}
    return _page(visit, "deadlines/excuse.html.j2", _activity(visit, activity_id), NOT_TRIED, typed)


@router.post("/p/{process_id}/leas/{cds_code}/excuse/{activity_id}")
def excuse(visit: ChangesLea, activity_id: str) -> Response:
    """Put an exception on record: the activity is not owed."""
    activity = _activity(visit, activity_id)

    def act() -> bool:
        return lea_facts.excuse(
            visit.office,
            visit.process_id,
            activity.id,
            visit.cds_code,
            grantor=_grantor(visit, activity),
            reason=visit.sent("reason"),
            reference=visit.sent("reference"),
            on=visit.sent_past_day("on", "From which day") or visit.today,
            by=visit.who.email,
            seen=visit.seen(),
        )

    tried = attempt(visit, "excuse", act)
    if tried.failed:
        return _page(visit, "deadlines/excuse.html.j2", activity, tried, _typed(visit))
    if tried.got:
        visit.note("excuse", f"{activity.id}: {visit.sent('reason')}")
    already = "" if tried.got else " already"
    say = f"{activity.title} is excused{already}. No more reminders are sent for it."
    return visit.go(*_lea(visit), say=say)
