"""The application: all routes in one place, and the pages for what goes wrong.

Every route has a rule for who may use it: the application does not start if one has none.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

from cimflow import addresses
from cimflow.dashboard.access import audit_log_page, people_page, sign_in_page
from cimflow.dashboard.cohort import cohort_page, home_page
from cimflow.dashboard.deadlines import cohort_extension_page, extension_page
from cimflow.dashboard.drill_down import drill_down_page
from cimflow.dashboard.lea import lea_page
from cimflow.dashboard.notices import go_live_page, notices_page, release_page
from cimflow.dashboard.roster import (
    contacts_page,
    facts_page,
    import_page,
    new_lea_page,
    roster_entry_page,
    roster_page,
    withdrawal_page,
)
from cimflow.dashboard.runs import runs_page
from cimflow.dashboard.submissions import (
    blank_forms,
    compare_page,
    correct_page,
    document_download,
    receive_page,
    review_page,
)
from cimflow.dashboard.web import return_address
from cimflow.dashboard.web.errors import (
    BadRequest,
    NotHere,
    NotSignedIn,
    PageError,
    TooLarge,
    WrongHost,
)
from cimflow.dashboard.web.form_runner import NOT_DONE, NOT_READ
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, who_is_there
from cimflow.dashboard.web.security_headers import App, Message, Receive, Send, shell
from cimflow.dashboard.web.web_app_state import WebApp
from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.errors import Refused
from cimflow.store.database.errors import StoreError

ROUTERS = (
    home_page.router,
    sign_in_page.router,
    cohort_page.router,
    lea_page.router,
    compare_page.router,
    receive_page.router,
    document_download.router,
    drill_down_page.router,
    review_page.router,
    runs_page.router,
    notices_page.router,
    roster_page.router,
    audit_log_page.router,
    blank_forms.router,
    contacts_page.router,
    correct_page.router,
    extension_page.router,
    cohort_extension_page.router,
    facts_page.router,
    go_live_page.router,
    import_page.router,
    people_page.router,
    new_lea_page.router,
    roster_entry_page.router,
    withdrawal_page.router,
    release_page.router,
)
"""Every part of the pages, in the order in which their addresses are tried."""

_log = logging.getLogger(__name__)


def create_app(web_app: WebApp) -> App:
    """Compose the pages and their routes."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.web_app = web_app
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=web_app.assets), name="assets")
    for kind in (PageError, Refused, IntakeErrors, StoreError, RequestValidationError):
        app.add_exception_handler(kind, _turn_away)
    app.add_exception_handler(HTTPException, _turn_away)
    app.add_exception_handler(Exception, _turn_away)
    for route in _routes():
        if allowed_by(route) is None:
            raise TypeError(f"{route.path} has no rule: who may open it?")

    def refuse(problem: Exception) -> App:
        async def answer(scope: Message, receive: Receive, send: Send) -> None:
            # It reaches no route; the one that was meant is for the log and the way back.
            meant = _route_meant(scope, scope["method"])
            response = await _turn_away(Request({**scope, **meant, "app": app}), problem)
            await response(scope, receive, send)

        return answer

    return shell(app, web_app, refuse)


def _routes() -> list[APIRoute]:
    # From the parts: the application itself names only the routers that it includes.
    return [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]


def allowed_by(route: APIRoute) -> Allows | None:
    """The rule of a route, or None where it has none."""
    for one in _rules(route):
        return one
    return None


def _rules(route: APIRoute) -> Iterator[Allows]:
    for dependency in route.dependant.dependencies:
        rule = getattr(dependency.call, "allows", None)
        if isinstance(rule, Allows):
            yield rule


def _route_meant(scope: Message, method: str) -> Message:
    """What the route of an address adds to its scope; nothing where there is no such route."""
    for route in _routes():
        match, found = route.matches({**scope, "method": method})
        if match is Match.FULL:
            return dict(found)
    return {}


async def _turn_away(http: Request, error: Exception) -> Response:
    """The page of an error: what happened, in words, and what to do. Never a traceback."""
    return await run_in_threadpool(_error_page, http, error)


def _error_page(http: Request, error: Exception) -> Response:
    request = _page_request_of(http, error)
    status, title, lines, action = _in_words(error)
    if status >= 500:
        _log.error("%s %s went wrong", http.method, http.url.path, exc_info=error)
    else:
        _note(request, action, lines)
    if isinstance(error, NotSignedIn) and http.method == "GET":
        answer = RedirectResponse(addresses.sign_in(), status_code=303)
        return_address.remember(
            answer, return_address.address_of(http), encrypted=request.web_app.is_encrypted
        )
        return answer
    way = _form_of(request) if isinstance(error, TooLarge) else {}
    is_over = isinstance(error, NotSignedIn)
    values = {"back": "", **way, "title": title, "lines": lines, "is_over": is_over}
    return request.render("web/error.html.j2", status=status, **values)


def _page_request_of(http: Request, error: Exception) -> PageRequest:
    """The request as its route let it in; what reached no route is told from its cookie alone."""
    web_app: WebApp = http.app.state.web_app
    found: PageRequest | None = getattr(http.state, "page_request", None)
    stranger = PageRequest(web_app=web_app, http=http)
    if found is not None or isinstance(error, WrongHost):
        return found or stranger
    try:
        return who_is_there(web_app, http)
    except StoreError:
        return stranger


def _form_of(request: PageRequest) -> dict[str, Any]:
    """The way back to the form of ours from which something was sent, for who is signed in."""
    http = request.http
    process = request.context.processes.get(http.path_params.get("process_id", ""))
    if request.viewer is None or process is None:
        return {}
    if not _route_meant(http.scope, "GET"):
        return {"process": process}
    return {"process": process, "back": return_address.address_of(http)}


def _note(request: PageRequest, action: str, lines: list[str]) -> None:
    try:
        request.note_refusal(action, " ".join(lines))
    except StoreError as error:
        _log.error("a refusal could not be written into the audit log: %s", error)


def _in_words(error: Exception) -> tuple[int, str, list[str], str]:
    if isinstance(error, PageError):
        return error.status, error.title, [error.message] if error.message else [], error.action
    if isinstance(error, Refused):
        return 409, NOT_DONE, list(error.lines), "refused"
    if isinstance(error, IntakeErrors):
        lines = [str(one) for one in error.errors]
        return 422, NOT_READ, lines, "file-refused"
    if isinstance(error, RequestValidationError):
        return 400, BadRequest.title, ["Something in the web address cannot be read."], "refused"
    if isinstance(error, HTTPException):
        if error.status_code in {404, 405}:
            return error.status_code, NotHere.title, [], "no-such-page"
        return error.status_code, BadRequest.title, [str(error.detail)], "refused"
    if isinstance(error, StoreError):
        return 503, "The database is not responding", [str(error)], "failed"
    return 500, PageError.title, ["It was written to the log. Try again in a moment."], "failed"
