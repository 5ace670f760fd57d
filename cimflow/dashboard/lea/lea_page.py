"""The page of one LEA: its steps, what waits for what, what came, what was said, who was told."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.lea.activity_view import parts_of
from cimflow.dashboard.lea.header_view import (
    absent_on,
    days_to_look_at,
    head_of,
    known_facts,
    level_title,
    name_on,
    steps_of,
)
from cimflow.dashboard.lea.history_view import history_of
from cimflow.dashboard.lea.prerequisite_graph import picture_of, waits_of
from cimflow.dashboard.lea.version_view import May
from cimflow.dashboard.runs.run_lines import cell_of
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_overview import about_lea, lead_problem
from cimflow.monitoring.notices.rung_words import rung_in_words

router = APIRouter()
SeesLea = Annotated[PageRequest, Depends(open_to(Allows.SEES_LEA))]


@router.get(addresses.lea.pattern)
def show_lea(request: SeesLea) -> Response:
    """One LEA on a day."""
    standing = request.web_app.standings.on(request.process_id, request.on)
    case = standing.cases.get(request.cds_code)
    if case is None:
        raise NotHere("This LEA is not in this process.")
    status = standing.statuses.get(request.cds_code)
    selpa = standing.selpa_of[request.cds_code]
    may = May(
        file=request.who.may_file_for(selpa_code=selpa, cds_code=request.cds_code),
        change=request.who.may_change(selpa_code=selpa),
        at_selpa=request.who.works_at_selpa,
        today=request.today,
    )
    oversees = request.who.is_system or selpa in request.who.reads
    about = about_lea(
        request.context,
        case,
        request.on,
        plan=request.on >= request.today,
        of_lea_only=not oversees,
    )
    process = request.process
    before, after = days_to_look_at(case, request.on)
    common: dict[str, Any] = {
        "process": process,
        "case": case,
        "name": name_on(case, request.on),
        "on": request.on,
        "as_of": request.as_of.isoformat() if request.as_of is not None else None,
        "may": may,
        "about": about,
        "lead_problem": lead_problem(about),
        "role_words": ROLE_TITLES,
        "ran": [cell_of(one, process.zone) for one in about.runs],
        "rung": lambda name: rung_in_words(request.context.ladder, name),
        "history": history_of(case, process),
        "facts": known_facts(case, process, request.on),
        "before": before,
        "after": after,
        "here": addresses.lea(request.process_id, request.cds_code),
        "oversees": oversees,
        "is_today": request.as_of is None,
    }
    if status is None:
        return request.render(
            "lea/lea_absent.html.j2", absent=absent_on(case, request.on), **common
        )
    parts = parts_of(status, case, process, about.learnt, may)
    return request.render(
        "lea/lea.html.j2",
        placed=status,
        head=head_of(status, case, process, may),
        level=level_title(status, process),
        steps=steps_of(status, parts, process),
        picture=picture_of(status, process),
        waits=waits_of(status, process),
        **common,
    )
