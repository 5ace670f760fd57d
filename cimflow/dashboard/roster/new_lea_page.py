"""Adding one LEA to the cohort by hand."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.roster.roster_entry_page import RosterEntryForm
from cimflow.dashboard.web.form_fields import Line
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.roster.roster_entry import EntryAsTyped, add_lea

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]


class NewLeaForm(RosterEntryForm):
    """A roster entry as typed, and whose it is."""

    cds_code: Line = Field(title="CDS code")


@router.get(addresses.new_lea.pattern)
def show_new_lea(request: Administers) -> Response:
    """Add one LEA by hand."""
    start = max(request.process.start, request.today).isoformat()
    return _page(request, shown(on=start))


def _page(request: PageRequest, result: FormResult[Any, Any]) -> Response:
    return request.render(
        "roster/new_lea.html.j2",
        status=result.status,
        process=request.process,
        result=result,
        typed={**dict.fromkeys(NewLeaForm.model_fields, ""), **result.typed},
        selpas=_own_selpas(request),
    )


def _own_selpas(request: PageRequest) -> list[tuple[str, str]]:
    """The SELPAs under which this person may put an LEA, by code, with the name last given."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    latest: dict[str, str] = {}
    for case in standing.cases.values():
        for one in case.roster_entries:
            latest[one.selpa_code] = one.selpa_name
    return sorted((code, name) for code, name in latest.items()
                  if request.who.may_change(selpa_code=code))  # fmt: skip


@router.post(addresses.new_lea.pattern)
def make_new_lea(request: Administers) -> Response:
    """Put a new LEA into the cohort."""
    result = submit(request, "new-lea", NewLeaForm, lambda form: _add(request, form))
    if result.failed:
        return _page(request, result)
    name = result.sent.lea_name
    say = f"{name} is in the cohort. Next, name its contacts, so that its notices reach someone."
    return request.redirect(addresses.lea_contacts(request.process_id, result.got), say=say)


def _add(request: PageRequest, form: NewLeaForm) -> str:
    code = form.selpa_code or ""
    known = dict(_own_selpas(request)).get(code, "")
    typed = EntryAsTyped(
        level=form.level,
        lea_name=form.lea_name,
        selpa_code=code,
        selpa_name=known if form.selpa_name is None else form.selpa_name,
        on=form.on or request.today,
        identified_for=form.identified_for,
        unmet_indicators=form.unmet_indicators,
    )
    only = None if request.who.is_system else request.who.administers
    return add_lea(request.act, form.cds_code, typed, only_selpas=only)
