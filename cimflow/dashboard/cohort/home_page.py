"""The home page: straight to the one process, or a choice of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.app_context import active_processes

router = APIRouter()
SignedIn = Annotated[PageRequest, Depends(open_to(Allows.SIGNED_IN))]


@router.get(addresses.home.pattern)
def show_home(request: SignedIn) -> Response:
    """Where someone who is signed in begins."""
    active = active_processes(request.context)
    if len(active) == 1:
        return request.redirect(addresses.cohort(active[0]))
    processes = [request.context.process(one) for one in active]
    return request.render("cohort/home.html.j2", processes=processes)
