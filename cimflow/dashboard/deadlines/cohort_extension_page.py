"""More time for all LEAs of a SELPA, or for the whole cohort: shown for each, then granted."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.form_fields import Form, Line, NeededDay
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import AUTHORITY_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.deadlines.extension import Granted, extend
from cimflow.monitoring.deadlines.extension_preview import Preview, preview_extension
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.words import long_date

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
COHORT = "*"
"""In the form: every LEA. No SELPA has this code."""


class CohortExtensionForm(Form):
    """One new due date for many; ``sure`` confirms what ``asked`` was previewed as."""

    activity: Line = Field(title="Activity")
    whose: Line = Field(title="For which LEAs")
    to: NeededDay = Field(title="New due date")
    grantor: Line = Field(title="Granted by")
    reason: Line = Field(title="Why")
    reference: Line = Field(title="Reference")
    sure: Line
    asked: Line

    @property
    def question(self) -> str:
        """What is asked, for a preview to be about: a changed field is a new question."""
        return "|".join((self.activity, self.whose, str(self.to), self.grantor))


def _whose(request: PageRequest) -> list[tuple[str, str]]:
    """For whom this person may grant more time: SELPAs by code, and the whole cohort."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    names = {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    own = sorted(
        ((code, name) for code, name in names.items() if request.who.may_change(selpa_code=code)),
        key=lambda one: one[1],
    )
    return [*own, *([(COHORT, "The whole cohort")] if request.who.is_system else [])]


@router.get(addresses.cohort_extension.pattern)
def show_cohort_extension(request: Administers) -> Response:
    """Choose the activity, for whom, until when, and by whose word."""
    blank = dict.fromkeys(("activity", "whose", "to", "reason", "reference"), "")
    return _page(request, shown(**blank, grantor="selpa"))


@router.post(addresses.cohort_extension.pattern)
def extend_cohort(request: Administers) -> Response:
    """Show for which LEAs the date moves; where just that is confirmed, grant it."""
    result = submit(request, "extend", CohortExtensionForm, lambda form: _extend(request, form))
    if result.failed:
        return _page(request, result)
    if isinstance(result.got, Preview):
        is_surprise = bool(result.sent.sure) and result.sent.asked == result.sent.question
        return _page(request, result.changed() if is_surprise else result, result.got)
    title = request.process.activity_by_id[result.sent.activity].title
    count = len(result.got.extended)
    leas = "1 LEA" if count == 1 else f"{count} LEAs"
    to = long_date(result.sent.to)
    say = f"{title} is now due {to} for {leas}. Reminders will follow the new date."
    return request.redirect(addresses.cohort(request.process_id), say=say)


def _extend(request: PageRequest, form: CohortExtensionForm) -> Preview | Granted:
    """What would change; or, where that was confirmed, the grant itself."""
    if form.whose not in dict(_whose(request)):
        raise Refused(refusal("choose-one", "whose"))
    act = request.act.about(None)
    selpa = None if form.whose == COHORT else form.whose
    preview = preview_extension(
        act,
        form.activity,
        to=form.to,
        grantor=form.grantor,
        reason=form.reason,
        reference=form.reference,
        selpa=selpa,
    )
    if form.sure != preview.digest:
        return preview
    return extend(
        act,
        form.activity,
        to=form.to,
        grantor=form.grantor,
        reason=form.reason,
        reference=form.reference,
        selpa=selpa,
        expect=[one.cds_code for one in preview.moved],
    )


def _page(
    request: PageRequest,
    result: FormResult[CohortExtensionForm, Any],
    preview: Preview | None = None,
) -> Response:
    return request.render(
        "deadlines/extend_all.html.j2",
        status=result.status,
        process=request.process,
        whose=_whose(request),
        authorities=AUTHORITY_TITLES,
        result=result,
        typed=result.typed,
        preview=preview,
    )
