"""One LEA's place in the cohort by hand: its level and names, its withdrawal, and a new LEA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.forms import NOT_SENT, STATUS, FormResult, attempt
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.lea.one_lea import OneLea, one_lea
from cimflow.monitoring.roster import withdrawal
from cimflow.monitoring.roster.roster_entry import Changed, Placing, add_lea, in_one_line, place
from cimflow.monitoring.words import long_date

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(door(Allows.CHANGES_LEA))]
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]
TEXTS = ("level", "lea_name", "selpa_code", "selpa_name", "identified_for", "unmet_indicators")


@router.get("/p/{process_id}/leas/{cds_code}/placement")
def show_roster_entry(request: ChangesLea) -> Response:
    """What the roster says of an LEA, to be changed from a day on; and what it said before."""
    lea = one_lea(request.act, request.today)
    return _roster_entry(request, lea, NOT_SENT, _of_roster_entry(lea, request))


def _of_roster_entry(lea: OneLea, request: PageRequest) -> dict[str, str]:
    held = lea.roster_entry
    return {
        "level": held.level,
        "lea_name": held.lea_name,
        "selpa_code": held.selpa_code,
        "selpa_name": held.selpa_name,
        "identified_for": held.identified_for,
        "unmet_indicators": "; ".join(held.unmet_indicators),
        "on": max(request.today, request.process.start).isoformat(),
    }


def _roster_entry(
    request: PageRequest, lea: OneLea, tried: FormResult[Any], typed: Mapping[str, str]
) -> Response:
    return request.render(
        "roster/roster_entry.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        tried=tried,
        typed=typed,
        history=sorted(
            lea.case.roster_entries, key=lambda one: (one.holds_on, one.seq), reverse=True
        ),
    )


@router.post("/p/{process_id}/leas/{cds_code}/placement")
def change_roster_entry(request: ChangesLea) -> Response:
    """Let the roster say something else from a day on."""
    lea = one_lea(request.act, request.today)
    typed = _typed(request)
    held = lea.roster_entry

    def change() -> list[Changed]:
        return place(
            request.act,
            _placing(request, {"selpa_code": held.selpa_code, "selpa_name": held.selpa_name}),
            may_move=request.who.is_system,
        )

    tried = attempt(request, "placement", change)
    if tried.failed:
        lea = one_lea(request.act, request.today)
        return _roster_entry(request, lea, tried, typed)
    found = tried.got
    if not found:
        say = "Nothing was different from what the roster says already."
        return request.redirect(*_back(request), say=say)
    listed = in_one_line(found)
    return request.redirect(*_back(request), say=f"{typed['lea_name']} was changed: {listed}.")


def _typed(request: PageRequest) -> dict[str, str]:
    return {name: request.sent(name) for name in (*TEXTS, "on", "cds_code", "reason")}


def _placing(request: PageRequest, default: Mapping[str, str]) -> Placing:
    """What the form says; a field that it did not have stays as it is.

    Raises:
        BadRequest: the day is none.
    """
    values = {
        name: request.sent(name) if name in request.form else default.get(name, "")
        for name in TEXTS
    }
    on = request.sent_day("on", "From which day") or request.today
    return Placing(on=on, **values)


def _back(request: PageRequest) -> tuple[str, ...]:
    return ("p", request.process_id, "leas", request.cds_code, "placement")


@router.get("/p/{process_id}/leas/{cds_code}/withdraw")
def show_withdrawal(request: ChangesLea) -> Response:
    """Take an LEA out of the cohort: what that means, the day, and why."""
    return _withdrawal(request, NOT_SENT, {"on": request.today.isoformat(), "reason": ""})


def _withdrawal(request: PageRequest, tried: FormResult[Any], typed: Mapping[str, str]) -> Response:
    lea = one_lea(request.act, request.today)
    return request.render(
        "roster/withdraw.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        tried=tried,
        typed=typed,
    )


@router.post("/p/{process_id}/leas/{cds_code}/withdraw")
def withdraw(request: ChangesLea) -> Response:
    """Take an LEA out of the cohort from a day on."""

    def act() -> dt.date:
        on = request.sent_day("on", "The first day out of the cohort") or request.today
        withdrawal.withdraw(request.act, on=on, reason=request.sent("reason"))
        return on

    tried = attempt(request, "withdraw", act)
    if tried.failed:
        return _withdrawal(request, tried, _typed(request))
    say = (
        f"The LEA is out of the cohort from {long_date(tried.got)} on. All that was recorded stays."
    )
    return request.redirect("p", request.process_id, "roster", say=say)


@router.get("/p/{process_id}/new-lea")
def show_new_lea(request: Administers) -> Response:
    """Add one LEA by hand."""
    start = max(request.process.start, request.today).isoformat()
    return _new_lea(request, NOT_SENT, {**dict.fromkeys((*TEXTS, "cds_code"), ""), "on": start})


def _new_lea(request: PageRequest, tried: FormResult[Any], typed: Mapping[str, str]) -> Response:
    return request.render(
        "roster/new_lea.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        tried=tried,
        typed=typed,
        selpas=_own_selpas(request),
    )


def _own_selpas(request: PageRequest) -> list[tuple[str, str]]:
    """The SELPAs under which this person may put an LEA, by code, with the name last given."""
    standing = request.site.standings.on(request.process_id, request.today)
    latest: dict[str, str] = {}
    for case in standing.cases.values():
        for one in case.roster_entries:
            latest[one.selpa_code] = one.selpa_name
    return sorted((code, name) for code, name in latest.items()
                  if request.who.may_change(selpa_code=code))  # fmt: skip


@router.post("/p/{process_id}/new-lea")
def make_new_lea(request: Administers) -> Response:
    """Put a new LEA into the cohort."""
    names = dict(_own_selpas(request))

    def act() -> str:
        code = request.sent("selpa_code")
        return add_lea(
            request.act,
            request.sent("cds_code"),
            _placing(request, {"selpa_name": names.get(code, "")}),
            only_selpas=None if request.who.is_system else request.who.administers,
        )

    tried = attempt(request, "new-lea", act)
    if tried.failed:
        return _new_lea(request, tried, _typed(request))
    name = request.sent("lea_name")
    say = f"{name} is in the cohort. Name its contacts next, so that its notices find someone."
    return request.redirect("p", request.process_id, "leas", tried.got, "contacts", say=say)
