"""One LEA's place in the cohort by hand: its level and names, its withdrawal, and a new LEA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.lea.one_lea import OneLea, one_lea
from cimflow.monitoring.roster import lea_facts
from cimflow.monitoring.roster.roster_entry import Changed, Placing, add_lea, place
from cimflow.monitoring.words import long_date

router = APIRouter()
ChangesLea = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
TEXTS = ("level", "lea_name", "selpa_code", "selpa_name", "identified_for", "unmet_indicators")


@router.get("/p/{process_id}/leas/{cds_code}/placement")
def show_placement(visit: ChangesLea) -> Response:
    """What the roster says of an LEA, to be changed from a day on; and what it said before."""
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    return _placement(visit, lea, NOT_TRIED, _of_placement(lea, visit))


def _of_placement(lea: OneLea, visit: Visit) -> dict[str, str]:
    held = lea.placement
    return {
        "level": held.level,
        "lea_name": held.lea_name,
        "selpa_code": held.selpa_code,
        "selpa_name": held.selpa_name,
        "identified_for": held.identified_for,
        "unmet_indicators": "; ".join(held.unmet_indicators),
        "on": max(visit.today, visit.process.start).isoformat(),
    }


def _placement(visit: Visit, lea: OneLea, tried: Tried[Any], typed: Mapping[str, str]) -> Response:
    return visit.page(
        "roster/roster_entry.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        lea=lea,
        seen=lea.seq,
        tried=tried,
        typed=typed,
        history=sorted(lea.case.placements, key=lambda one: (one.holds_on, one.seq), reverse=True),
    )


@router.post("/p/{process_id}/leas/{cds_code}/placement")
def change_placement(visit: ChangesLea) -> Response:
    """Let the roster say something else from a day on."""
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    typed = _typed(visit)
    held = lea.placement

    def change() -> list[Changed]:
        return place(
            visit.office,
            visit.process_id,
            visit.cds_code,
            _placing(visit, {"selpa_code": held.selpa_code, "selpa_name": held.selpa_name}),
            may_move=visit.who.is_system,
            by=visit.who.email,
            seen=visit.seen(),
        )

    tried = attempt(visit, "placement", change)
    if tried.failed:
        lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
        return _placement(visit, lea, tried, typed)
    found = tried.got
    if not found:
        say = "Nothing was different from what the roster says already."
        return visit.go(*_back(visit), say=say)
    listed = "; ".join(f"{one.what}: {one.before or 'nothing'} → {one.after}" for one in found)
    visit.note("placement", listed)
    return visit.go(*_back(visit), say=f"{typed['lea_name']} was changed: {listed}.")


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.sent(name) for name in (*TEXTS, "on", "cds_code", "reason")}


def _placing(visit: Visit, default: Mapping[str, str]) -> Placing:
    """What the form says; a field that it did not have stays as it is.

    Raises:
        BadRequest: the day is none.
    """
    values = {
        name: visit.sent(name) if name in visit.form else default.get(name, "") for name in TEXTS
    }
    on = visit.sent_day("on", "From which day") or visit.today
    return Placing(on=on, **values)


def _back(visit: Visit) -> tuple[str, ...]:
    return ("p", visit.process_id, "leas", visit.cds_code, "placement")


@router.get("/p/{process_id}/leas/{cds_code}/withdraw")
def show_withdrawal(visit: ChangesLea) -> Response:
    """Take an LEA out of the cohort: what that means, the day, and why."""
    return _withdrawal(visit, NOT_TRIED, {"on": visit.today.isoformat(), "reason": ""})


def _withdrawal(visit: Visit, tried: Tried[Any], typed: Mapping[str, str]) -> Response:
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    return visit.page(
        "roster/withdraw.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        lea=lea,
        seen=lea.seq,
        tried=tried,
        typed=typed,
    )


@router.post("/p/{process_id}/leas/{cds_code}/withdraw")
def withdraw(visit: ChangesLea) -> Response:
    """Take an LEA out of the cohort from a day on."""

    def act() -> dt.date:
        on = visit.sent_day("on", "The first day out of the cohort") or visit.today
        lea_facts.withdraw(
            visit.office,
            visit.process_id,
            visit.cds_code,
            on=on,
            reason=visit.sent("reason"),
            by=visit.who.email,
            seen=visit.seen(),
        )
        return on

    tried = attempt(visit, "withdraw", act)
    if tried.failed:
        return _withdrawal(visit, tried, _typed(visit))
    visit.note("withdraw", f"from {tried.got}: {visit.sent('reason')}")
    say = (
        f"The LEA is out of the cohort from {long_date(tried.got)} on. All that was recorded stays."
    )
    return visit.go("p", visit.process_id, "roster", say=say)


@router.get("/p/{process_id}/new-lea")
def show_new_lea(visit: Administers) -> Response:
    """Add one LEA by hand."""
    start = max(visit.process.start, visit.today).isoformat()
    return _new_lea(visit, NOT_TRIED, {**dict.fromkeys((*TEXTS, "cds_code"), ""), "on": start})


def _new_lea(visit: Visit, tried: Tried[Any], typed: Mapping[str, str]) -> Response:
    return visit.page(
        "roster/new_lea.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        tried=tried,
        typed=typed,
        selpas=_own_selpas(visit),
    )


def _own_selpas(visit: Visit) -> list[tuple[str, str]]:
    """The SELPAs under which this person may put an LEA, by code, with the name last given."""
    standing = visit.site.standings.on(visit.process_id, visit.today)
    latest: dict[str, str] = {}
    for case in standing.cases.values():
        for one in case.placements:
            latest[one.selpa_code] = one.selpa_name
    return sorted((code, name) for code, name in latest.items()
                  if visit.who.may_change(selpa_code=code))  # fmt: skip


@router.post("/p/{process_id}/new-lea")
def make_new_lea(visit: Administers) -> Response:
    """Put a new LEA into the cohort."""
    names = dict(_own_selpas(visit))

    def act() -> str:
        code = visit.sent("selpa_code")
        return add_lea(
            visit.office,
            visit.process_id,
            visit.sent("cds_code"),
            _placing(visit, {"selpa_name": names.get(code, "")}),
            only_selpas=None if visit.who.is_system else visit.who.administers,
            by=visit.who.email,
        )

    tried = attempt(visit, "new-lea", act)
    if tried.failed:
        return _new_lea(visit, tried, _typed(visit))
    name = visit.sent("lea_name")
    visit.note("new-lea", f"{name}, level {visit.sent('level')}", cds_code=tried.got)
    say = f"{name} is in the cohort. Name its contacts next, so that its notices find someone."
    return visit.go("p", visit.process_id, "leas", tried.got, "contacts", say=say)
