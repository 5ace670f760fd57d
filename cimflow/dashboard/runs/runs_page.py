"""Runs: what ran, what did not come, a run asked for now and watched until it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.cohort.grid_view import theirs
from cimflow.dashboard.runs.run_lines import ROWS_A_PAGE, flow_row, lea_row, pages_of, state_look
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_fields import Form, Line, Ticked
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring import lea_owner
from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import fingerprint, urgency
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.runs import run_monitor
from cimflow.monitoring.runs.run_requests import ask_for_run_now, request_asked_for
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store.runs.runs import RunRequest

router = APIRouter()
Oversees = Annotated[PageRequest, Depends(open_to(Allows.OVERSEES))]
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
WHOLE = "all"
MOST_LISTED = 300


class RunForm(Form):
    """What is to run now: ``selpa:CODE``, ``lea:CDS`` or everything there is."""

    who: Line = Field(title="What to run")
    everything: Ticked


@router.get(addresses.runs.pattern)
def show_runs(request: Oversees) -> Response:
    """A line per flow, a line per LEA, and the form for a run now."""
    return _page(request, NOT_SENT)


@router.post(addresses.runs.pattern)
def run_now(request: Administers) -> Response:
    """Ask for a run of a SELPA's LEAs, or of one LEA, and go to watch it."""
    result = submit(request, "run-now", RunForm, lambda form: _run(request, form))
    if result.failed:
        return _page(request, result)
    return request.redirect(addresses.run_request(request.process_id, result.got))


def _run(request: PageRequest, form: RunForm) -> int:
    """Ask for the run; returns the number of the request."""
    kind, _, code = form.who.partition(":")
    selpa, lea = _scope(request, kind, code)
    if (selpa, lea) == (None, None) and not (kind == WHOLE and request.who.is_system):
        raise Refused(refusal("of-which", "who"))
    return ask_for_run_now(request.act.about(lea), selpa=selpa, everything=form.everything)


def _scope(request: PageRequest, kind: str, code: str) -> tuple[str | None, str | None]:
    """The SELPA and the LEA that are meant, if they are theirs to run; else nothing."""
    if kind == "selpa" and request.who.may_change(selpa_code=code) and code in _selpas(request):
        return code, None
    if kind == "lea":
        selpa = lea_owner.selpa_of(request.context, request.process_id, code)
        if selpa is not None and request.who.may_change(selpa_code=selpa):
            return selpa, code
    return None, None


@router.get(addresses.run_request.pattern)
def show_request(request: Oversees, request_id: int) -> Response:
    """How far a run has come that was asked for; the page refreshes until it is done."""
    try:
        run_request = request_asked_for(request.act, request_id, selpas=_seen_selpas(request))
    except Refused:
        raise NotHere("This run does not exist here.") from None
    standing = request.web_app.standings.on(request.process_id, request.today)
    scope = _scope_of(request, run_request)
    progress = run_monitor.progress_of(
        request.context, run_request, scope, _to_come(request, scope)
    )
    names = {one.cds_code: one.name for one in standing.statuses.values()}
    return request.render(
        "runs/run_request.html.j2",
        process=request.process,
        progress=progress,
        scope_name=_scope_name(run_request, scope, names),
        in_scope=len(scope),
        names=names,
        look=state_look,
    )


def _page(request: PageRequest, result: FormResult[Any, Any]) -> Response:
    context, process_id, zone = request.context, request.process_id, request.process.zone
    standing = request.web_app.standings.on(process_id, request.today)
    seen = sorted(theirs(standing, request.who), key=urgency)
    page = request.asked("page")
    pages, page_number = pages_of(len(seen), int(page) if page.isdecimal() else 1)
    shown = seen[(page_number - 1) * ROWS_A_PAGE : page_number * ROWS_A_PAGE]
    runs = run_monitor.runs_of_leas(act_on(context, process_id), [one.cds_code for one in shown])
    lines = run_monitor.flow_lines(act_on(context, process_id), selpas=_seen_selpas(request))
    ours = [one for one in seen if request.who.may_change(selpa_code=one.selpa_code)]
    return request.render(
        "runs/runs.html.j2",
        status=result.status,
        process=request.process,
        flows=[flow_row(one, zone) for one in lines],
        leas=[lea_row(one, runs, zone) for one in shown],
        number=len(seen),
        pages=pages,
        page=page_number,
        rows_a_page=ROWS_A_PAGE,
        is_down=run_monitor.is_down(act_on(context, process_id)),
        several_selpas=len({one.selpa_code for one in seen}) > 1,
        result=result,
        choices=_choices(request, ours),
        chosen=_chosen(request, result),
        everything=result.typed.get("everything") == "yes",
        changed=len(_to_come(request, ours)),
        concerned=len(ours),
    )


def _choices(request: PageRequest, ours: Sequence[CaseStatus]) -> list[tuple[str, str]]:
    """What can be run: with how many LEAs each choice is about."""
    by_selpa: dict[str, list[CaseStatus]] = {}
    for one in ours:
        by_selpa.setdefault(one.selpa_code, []).append(one)
    found = [
        (f"selpa:{code}", f"{leas[0].selpa_name}: {_leas(len(leas))}")
        for code, leas in sorted(by_selpa.items())
    ]
    if request.who.is_system and len(by_selpa) > 1:
        found.insert(0, (WHOLE, f"The whole cohort: {_leas(len(ours))}"))
    by_name = sorted(ours, key=lambda one: (one.name.casefold(), one.cds_code))
    # Nobody looks for one of two thousand in a list: an LEA's page leads here with its code.
    listed = [
        one for one in by_name if len(ours) <= MOST_LISTED or one.cds_code == _asked_lea(request)
    ]
    return found + [(f"lea:{one.cds_code}", f"Only {one.name}") for one in listed]


def _asked_lea(request: PageRequest) -> str:
    return request.asked("lea")


def _chosen(request: PageRequest, result: FormResult[Any, Any]) -> str:
    """What the form has chosen: what was sent, else the LEA that the address names."""
    asked = _asked_lea(request)
    return result.typed.get("who") or (f"lea:{asked}" if asked else "")


def _leas(number: int) -> str:
    return f"{number} LEA{'' if number == 1 else 's'}"


def _selpas(request: PageRequest) -> frozenset[str]:
    """The SELPAs of this process."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    return frozenset(standing.selpa_of.values())


def _seen_selpas(request: PageRequest) -> frozenset[str] | None:
    return None if request.who.is_system else request.who.reads


def _scope_of(request: PageRequest, run_request: RunRequest) -> list[CaseStatus]:
    """The LEAs that a request is about, as they stand today."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    return [
        one
        for one in standing.statuses.values()
        if run_request.cds_code in {None, one.cds_code}
        and run_request.selpa_code in {None, standing.selpa_of[one.cds_code]}
    ]


def _to_come(request: PageRequest, scope: Sequence[CaseStatus]) -> list[str]:
    """Those of some LEAs whose answer differs from that of their last run."""
    last = run_monitor.last_answers(request.act)
    return [one.cds_code for one in scope if last.get(one.cds_code) != fingerprint(one)]


def _scope_name(run_request: RunRequest, scope: Sequence[CaseStatus], names: dict[str, str]) -> str:
    if run_request.cds_code is not None:
        return names.get(run_request.cds_code, run_request.cds_code)
    if run_request.selpa_code is not None:
        return scope[0].selpa_name if scope else f"SELPA {run_request.selpa_code}"
    return "the whole cohort"
