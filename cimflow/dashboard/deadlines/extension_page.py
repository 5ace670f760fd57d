"""More time for one LEA: a new due date, or an exception; both from the activity's receiver."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_fields import Form, Line, NeededDay, PastDay
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.deadlines.exception import excuse
from cimflow.monitoring.deadlines.extension import Granted, extend
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.lea.lea_snapshot import lea_snapshot
from cimflow.monitoring.words import long_date, state_in_words
from cimflow.process.definition.process_file import Activity

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]
EXTEND, EXCUSE = "deadlines/extend.html.j2", "deadlines/excuse.html.j2"


class ExtensionForm(Form):
    """A new due date; ``sure`` confirms what was previewed."""

    to: NeededDay = Field(title="New due date")
    reason: Line = Field(title="Why")
    reference: Line = Field(title="Reference for the CDE’s letter or email")
    sure: Line


class ExceptionForm(Form):
    """Why an activity is not required of the LEA, and from which day on."""

    reason: Line = Field(title="Why")
    reference: Line = Field(title="Reference for the CDE’s letter or email")
    on: PastDay = Field(title="Starting on")


def _activity(request: PageRequest, activity_id: str) -> Activity:
    found = request.process.activity_by_id.get(activity_id)
    if found is None:
        raise NotHere("There is no such activity in this process.")
    return found


def _page(
    request: PageRequest,
    template: str,
    activity: Activity,
    result: FormResult[Any, Any],
    *,
    preview: Preview | None = None,
) -> Response:
    lea = lea_snapshot(request.act, request.today)
    receiver = lea.receiver(activity)
    status = lea.of(activity.id)
    given = (one for one in lea.case.extensions if one.activity == activity.id)
    excused = (one for one in lea.case.excuses if one.activity == activity.id)
    return request.render(
        template,
        status=result.status,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        activity=activity,
        receiver=receiver,
        authority=AUTHORITY_TITLES[receiver.authority] if receiver is not None else "",
        now=status,
        state=state_in_words(status, request.process) if status is not None else "",
        result=result,
        typed=result.typed,
        preview=preview,
        extensions=sorted(given, key=lambda one: (one.on, one.seq), reverse=True),
        excuses=sorted(excused, key=lambda one: (one.on, one.seq), reverse=True),
    )


def _grantor(request: PageRequest, activity: Activity) -> str:
    """The authority of the receiver: nobody else moves its date."""
    lea = lea_snapshot(request.act, request.today)
    receiver = lea.receiver(activity)
    return receiver.authority if receiver is not None else "selpa"


@router.get(addresses.extend.pattern)
def show_extension(request: ChangesLea, activity_id: str) -> Response:
    """The due date, its history, and the form for a new one."""
    blank = shown(to="", reason="", reference="")
    return _page(request, EXTEND, _activity(request, activity_id), blank)


@router.post(addresses.extend.pattern)
def extend_activity(request: ChangesLea, activity_id: str) -> Response:
    """Say what would change; where just that was said before and is confirmed, grant it."""
    activity = _activity(request, activity_id)
    result = submit(request, "extend", ExtensionForm, lambda form: _extend(request, activity, form))
    if result.failed:
        return _page(request, EXTEND, activity, result)
    if isinstance(result.got, Preview):
        return _page(request, EXTEND, activity, result, preview=result.got)
    to = long_date(result.sent.to)
    say = f"{activity.title} is now due {to}. Reminders will follow the new date."
    if not result.got.extended:
        say = f"{activity.title} was due {to} already."
    return request.redirect(addresses.lea(request.process_id, request.cds_code), say=say)


def _extend(request: PageRequest, activity: Activity, form: ExtensionForm) -> Preview | Granted:
    """What would change; or, where that was confirmed, the grant itself."""
    grantor = _grantor(request, activity)
    preview = preview_extension(
        request.act,
        activity.id,
        to=form.to,
        grantor=grantor,
        reason=form.reason,
        reference=form.reference,
    )
    if form.sure != preview.digest:
        return preview
    return extend(
        request.act,
        activity.id,
        to=form.to,
        grantor=grantor,
        reason=form.reason,
        reference=form.reference,
    )


@router.get(addresses.excuse.pattern)
def show_excuse(request: ChangesLea, activity_id: str) -> Response:
    """What an exception means, and the form for it."""
    blank = shown(reason="", reference="", on=request.today.isoformat())
    return _page(request, EXCUSE, _activity(request, activity_id), blank)


@router.post(addresses.excuse.pattern)
def excuse_activity(request: ChangesLea, activity_id: str) -> Response:
    """Put an exception on record: the activity is not required."""
    activity = _activity(request, activity_id)
    result = submit(
        request,
        "excuse",
        ExceptionForm,
        lambda form: excuse(
            request.act,
            activity.id,
            grantor=_grantor(request, activity),
            reason=form.reason,
            reference=form.reference,
            on=form.on or request.today,
        ),
    )
    if result.failed:
        return _page(request, EXCUSE, activity, result)
    already = "" if result.got else " already"
    say = f"{activity.title} is excused{already}. No more reminders are sent for it."
    return request.redirect(addresses.lea(request.process_id, request.cds_code), say=say)
