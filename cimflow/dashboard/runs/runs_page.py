"""Runs: what ran, what did not come, a run asked for now and watched until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.cohort.grid_view import theirs
from cimflow.dashboard.runs.run_lines import ROWS_A_PAGE, flow_row, lea_row, pages_of, state_look
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.access import permissions
from cimflow.monitoring.cohort.evaluate import fingerprint, urgency
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.runs import run_monitor
from cimflow.monitoring.runs.run_requests import ask_for_run_now, request_asked_for
from cimflow.process.evaluation.evaluate import CaseStatus
from cimflow.store.runs.runs import RunRequest

router = APIRouter()
Oversees = Annotated[Visit, Depends(door(Allows.OVERSEES))]
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
WHOLE = "all"
MOST_LISTED = 300


@router.get("/p/{process_id}/runs")
def show_runs(visit: Oversees) -> Response:
    """A line per flow, a line per LEA, and the form for a run now."""
    return _show(visit)


@router.post("/p/{process_id}/runs")
def run_now(visit: Administers) -> Response:
    """Ask for a run of a SELPA's LEAs, or of one LEA, and go to watch it."""
    chosen = visit.sent("who")
    everything = visit.sent("everything") == "yes"
    kind, _, code = chosen.partition(":")
    selpa, lea = _scope(visit, kind, code)
    if (selpa, lea) == (None, None) and not (kind == WHOLE and visit.who.is_system):
        line = "Choose a SELPA or an LEA of yours."
        return _show(visit, status=422, wrong=(line,))
    number = ask_for_run_now(
        visit.office,
        visit.process_id,
        selpa=selpa,
        lea=lea,
        everything=everything,
        by=visit.who.email,
    )
    detail = f"run request {number}: {chosen}{', every LEA' if everything else ''}"
    visit.note("run-now", detail, selpa_code=selpa, cds_code=lea)
    return visit.go("p", visit.process_id, "runs", "requests", number)


def _scope(visit: Visit, kind: str, code: str) -> tuple[str | None, str | None]:
    """The SELPA and the LEA that are meant, if they are theirs to run; else nothing."""
    if kind == "selpa" and visit.who.may_change(selpa_code=code) and code in _selpas(visit):
        return code, None
    if kind == "lea":
        selpa = permissions.selpa_of(visit.office, visit.process_id, code)
        if selpa is not None and visit.who.may_change(selpa_code=selpa):
            return selpa, code
    return None, None


@router.get("/p/{process_id}/runs/requests/{request_id}")
def show_request(visit: Oversees, request_id: int) -> Response:
    """How far a run has come that was asked for; the page looks again until it is done."""
    try:
        request = request_asked_for(
            visit.office, visit.process_id, request_id, selpas=_seen_selpas(visit)
        )
    except Refused:
        raise NotHere("There is no such run here.") from None
    standing = visit.site.standings.on(visit.process_id, visit.today)
    scope = _scope_of(visit, request)
    progress = run_monitor.progress_of(visit.office, request, scope, _to_come(visit, scope))
    names = {one.cds_code: one.name for one in standing.statuses.values()}
    return visit.page(
        "runs/run_request.html.j2",
        process=visit.process,
        progress=progress,
        scope_name=_scope_name(request, scope, names),
        in_scope=len(scope),
        names=names,
        look=state_look,
    )


def _show(visit: Visit, *, status: int = 200, wrong: Sequence[str] = ()) -> Response:
    office, process_id, zone = visit.office, visit.process_id, visit.process.zone
    standing = visit.site.standings.on(process_id, visit.today)
    seen = sorted(theirs(standing, visit.who), key=urgency)
    page = visit.asked("page")
    pages, page_number = pages_of(len(seen), int(page) if page.isdecimal() else 1)
    shown = seen[(page_number - 1) * ROWS_A_PAGE : page_number * ROWS_A_PAGE]
    runs = run_monitor.runs_of_leas(office, process_id, [one.cds_code for one in shown])
    lines = run_monitor.flow_lines(office, process_id, selpas=_seen_selpas(visit))
    ours = [one for one in seen if visit.who.may_change(selpa_code=one.selpa_code)]
    return visit.page(
        "runs/runs.html.j2",
        status=status,
        process=visit.process,
        flows=[flow_row(one, zone) for one in lines],
        leas=[lea_row(one, runs, zone) for one in shown],
        number=len(seen),
        pages=pages,
        page=page_number,
        rows_a_page=ROWS_A_PAGE,
        is_down=run_monitor.is_down(office, process_id),
        several_selpas=len({one.selpa_code for one in seen}) > 1,
        wrong=wrong,
        choices=_choices(visit, ours),
        chosen=_chosen(visit),
        everything=visit.sent("everything") == "yes",
        changed=len(_to_come(visit, ours)),
        concerned=len(ours),
    )


def _choices(visit: Visit, ours: Sequence[CaseStatus]) -> list[tuple[str, str]]:
    """What can be run: with how many LEAs each choice is about."""
    by_selpa: dict[str, list[CaseStatus]] = {}
    for one in ours:
        by_selpa.setdefault(one.selpa_code, []).append(one)
    found = [
        (f"selpa:{code}", f"{leas[0].selpa_name}: {_leas(len(leas))}")
        for code, leas in sorted(by_selpa.items())
    ]
    if visit.who.is_system and len(by_selpa) > 1:
        found.insert(0, (WHOLE, f"The whole cohort: {_leas(len(ours))}"))
    by_name = sorted(ours, key=lambda one: (one.name.casefold(), one.cds_code))
    # Nobody looks for one of two thousand in a list: an LEA's page leads here with its code.
    listed = [
        one for one in by_name if len(ours) <= MOST_LISTED or one.cds_code == _asked_lea(visit)
    ]
    return found + [(f"lea:{one.cds_code}", f"Only {one.name}") for one in listed]


def _asked_lea(visit: Visit) -> str:
    return visit.asked("lea")


def _chosen(visit: Visit) -> str:
    """What the form has chosen: what was sent, else the LEA that the address names."""
    asked = _asked_lea(visit)
    return visit.sent("who") or (f"lea:{asked}" if asked else "")


def _leas(number: int) -> str:
    return f"{number} LEA{'' if number == 1 else 's'}"


def _selpas(visit: Visit) -> frozenset[str]:
    """The SELPAs of this process."""
    standing = visit.site.standings.on(visit.process_id, visit.today)
    return frozenset(standing.selpa_of.values())


def _seen_selpas(visit: Visit) -> frozenset[str] | None:
    return None if visit.who.is_system else visit.who.reads


def _scope_of(visit: Visit, request: RunRequest) -> list[CaseStatus]:
    """The LEAs that a request is about, as they stand today."""
    standing = visit.site.standings.on(visit.process_id, visit.today)
    return [
        one
        for one in standing.statuses.values()
        if request.cds_code in {None, one.cds_code}
        and request.selpa_code in {None, standing.selpa_of[one.cds_code]}
    ]


def _to_come(visit: Visit, scope: Sequence[CaseStatus]) -> list[str]:
    """Those of some LEAs whose answer differs from that of their last run."""
    last = run_monitor.last_answers(visit.office, visit.process_id)
    return [one.cds_code for one in scope if last.get(one.cds_code) != fingerprint(one)]


def _scope_name(request: RunRequest, scope: Sequence[CaseStatus], names: dict[str, str]) -> str:
    if request.cds_code is not None:
        return names.get(request.cds_code, request.cds_code)
    if request.selpa_code is not None:
        return scope[0].selpa_name if scope else f"SELPA {request.selpa_code}"
    return "the whole cohort"
