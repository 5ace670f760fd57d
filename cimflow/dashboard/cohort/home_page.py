"""The front door: straight to the one process, or a choice of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.app_context import active_processes

router = APIRouter()
SignedIn = Annotated[Visit, Depends(door(Allows.SIGNED_IN))]


@router.get("/")
def show_home(visit: SignedIn) -> Response:
    """Where someone who is signed in begins."""
    active = active_processes(visit.office)
    if len(active) == 1:
        return visit.go("p", active[0])
    processes = [visit.office.process(one) for one in active]
    return visit.page("cohort/home.html.j2", processes=processes)
