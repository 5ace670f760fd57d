"""What the roster says of one LEA, changed by hand from a day on: its level, SELPA and names."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.form_fields import Day, Form, Line, LineIfThere
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import LeaSnapshot, lea_snapshot
from cimflow.monitoring.roster.roster_entry import (
    Changed,
    EntryAsTyped,
    in_one_line,
    update_roster_entry,
)

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]


class RosterEntryForm(Form):
    """A roster entry as typed; who may not move the LEA has no field for its SELPA."""

    level: Line = Field(title="Level")
    lea_name: Line = Field(title="Name")
    selpa_code: LineIfThere = Field(title="SELPA code")
    selpa_name: LineIfThere = Field(title="SELPA name")
    identified_for: Line = Field(title="Identified for")
    unmet_indicators: Line = Field(title="Unmet indicators")
    on: Day = Field(title="Starting on")


@router.get(addresses.roster_entry.pattern)
def show_roster_entry(request: ChangesLea) -> Response:
    """What the roster says of an LEA, to be changed from a day on; and what it said before."""
    lea = lea_snapshot(request.act, request.today)
    held = lea.roster_entry
    typed = {
        "level": held.level,
        "lea_name": held.lea_name,
        "selpa_code": held.selpa_code,
        "selpa_name": held.selpa_name,
        "identified_for": held.identified_for,
        "unmet_indicators": "; ".join(held.unmet_indicators),
        "on": max(request.today, request.process.start).isoformat(),
    }
    return _page(request, lea, shown(**typed))


def _page(request: PageRequest, lea: LeaSnapshot, result: FormResult[Any, Any]) -> Response:
    return request.render(
        "roster/roster_entry.html.j2",
        status=result.status,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        result=result,
        typed={**dict.fromkeys(RosterEntryForm.model_fields, ""), **result.typed},
        history=sorted(
            lea.case.roster_entries, key=lambda one: (one.holds_on, one.seq), reverse=True
        ),
    )


@router.post(addresses.roster_entry.pattern)
def change_roster_entry(request: ChangesLea) -> Response:
    """Let the roster say something else from a day on."""
    lea = lea_snapshot(request.act, request.today)
    result = submit(
        request, "roster-entry", RosterEntryForm, lambda form: _change(request, lea, form)
    )
    if result.failed:
        return _page(request, lea_snapshot(request.act, request.today), result)
    say = "Nothing was different from what the roster says already."
    if result.got:
        say = f"{result.sent.lea_name} was changed: {in_one_line(result.got)}."
    return request.redirect(addresses.roster_entry(request.process_id, request.cds_code), say=say)


def _change(request: PageRequest, lea: LeaSnapshot, form: RosterEntryForm) -> list[Changed]:
    """A field that the person's form did not have stays as it is."""
    held = lea.roster_entry
    typed = EntryAsTyped(
        level=form.level,
        lea_name=form.lea_name,
        selpa_code=held.selpa_code if form.selpa_code is None else form.selpa_code,
        selpa_name=held.selpa_name if form.selpa_name is None else form.selpa_name,
        on=form.on or request.today,
        identified_for=form.identified_for,
        unmet_indicators=form.unmet_indicators,
    )
    return update_roster_entry(request.act, typed, may_move=request.who.is_system)
