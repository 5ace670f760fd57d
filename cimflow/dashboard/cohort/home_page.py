"""The front door: straight to the one process, or a choice of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.doors import Allows, door
from cimflow.dashboard.visit import Visit
from cimflow.monitoring.office import active_processes

router = APIRouter()
SignedIn = Annotated[Visit, Depends(door(Allows.SIGNED_IN))]


@router.get("/")
def show_home(visit: SignedIn) -> Response:
    """Where someone who is signed in begins."""
    active = active_processes(visit.office)
    if len(active) == 1:
        return visit.go("p", active[0])
    processes = [visit.office.process(one) for one in active]
    return visit.page("home.html.j2", processes=processes)
