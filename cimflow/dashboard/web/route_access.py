"""Who may use which route: every route has a rule, and without one it cannot be made.

A rule is checked before anything is read of what was sent. What is refused is written into the
audit log, and says no more than it must: another SELPA's LEA is as if it were not there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from enum import StrEnum
from urllib.parse import urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect

from cimflow.dashboard.web.errors import BadRequest, NotHere, NotSignedIn, NotYours
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.web_app_state import WebApp
from cimflow.monitoring import lea_owner
from cimflow.monitoring.access import permissions, sign_in
from cimflow.monitoring.errors import Refused

COOKIE = "cimflow_session"
MOST_FIELDS = 2000
LONGEST_FIELD = 12 * 1024 * 1024
"""Bytes of one field: an import that waits to be confirmed travels in one."""
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Allows(StrEnum):
    """Whom a route lets through. An LEA's routes check whose LEA it is."""

    ANYONE = "anyone"
    SIGNED_IN = "anyone who is signed in"
    SEES_LEA = "the LEA's lead, its SELPA, the system administrator"
    FILES_FOR_LEA = "the LEA's lead, its SELPA's administrators, the system administrator"
    CHANGES_LEA = "its SELPA's administrators, the system administrator"
    OVERSEES = "readers and administrators of a SELPA, the system administrator"
    ADMINISTERS = "administrators of a SELPA, the system administrator"
    RUNS_SYSTEM = "the system administrator"


OF_ONE_LEA = frozenset({Allows.SEES_LEA, Allows.FILES_FOR_LEA, Allows.CHANGES_LEA})


def open_to(allows: Allows, *, files: int = 1) -> Callable[[Request], AsyncIterator[PageRequest]]:
    """The dependency that lets a request through, as a PageRequest, or refuses it.

    ``files``: so many may be sent at once.
    """

    async def enter(http: Request) -> AsyncIterator[PageRequest]:
        web_app: WebApp = http.app.state.web_app
        if http.method in CHANGING:
            _refuse_foreign_origin(http)
        request = await run_in_threadpool(_let_in, web_app, http, allows)
        if http.method not in CHANGING:
            yield request
            return
        form = await _form_of(http, files)
        try:
            if request.session is not None and form.get("csrf") != request.session.csrf:
                raise NotYours(
                    "This form came from a page that is no longer open. Open the page again and"
                    " submit it once more.",
                    action="csrf",
                )
            yield request.with_form(form)
        finally:
            # A file that was sent is not left open, nor on the disk.
            await form.close()

    enter.allows = allows  # type: ignore[attr-defined]  # read by the test of all routes
    return enter


def who_is_there(web_app: WebApp, http: Request) -> PageRequest:
    """The request with the person signed in, before any rule; nothing of what was sent is read."""
    token = http.cookies.get(COOKIE, "")
    session = sign_in.session_of(web_app.context, token) if token else None
    viewer = permissions.viewer_of(web_app.context, session.email) if session is not None else None
    return PageRequest(web_app=web_app, http=http, session=session, viewer=viewer)


def _let_in(web_app: WebApp, http: Request, allows: Allows) -> PageRequest:
    """Who is signed in, and whether they may use this route."""
    context = web_app.context
    request = who_is_there(web_app, http)
    viewer = request.viewer
    http.state.page_request = request  # for the page of an error, should there be one
    if allows is Allows.ANYONE:
        return request
    if viewer is None:
        raise NotSignedIn
    process_id = http.path_params.get("process_id")
    if process_id is not None and process_id not in context.processes:
        raise NotHere("This process does not exist here.")
    if allows in OF_ONE_LEA:
        return _let_in_to_lea(request, viewer, allows)
    may = {
        Allows.SIGNED_IN: True,
        Allows.OVERSEES: viewer.is_system or bool(viewer.reads),
        Allows.ADMINISTERS: viewer.is_system or bool(viewer.administers),
        Allows.RUNS_SYSTEM: viewer.is_system,
    }
    if not may[allows]:
        raise NotYours("This page is not for your role.")
    return request


def _let_in_to_lea(request: PageRequest, viewer: permissions.Viewer, allows: Allows) -> PageRequest:
    process_id = str(request.http.path_params["process_id"])
    cds_code = str(request.http.path_params["cds_code"])
    selpa = lea_owner.selpa_of(request.context, process_id, cds_code)
    if selpa is None or not viewer.may_see(selpa_code=selpa, cds_code=cds_code):
        raise NotHere("This LEA is not in this process.")
    may = {
        Allows.SEES_LEA: True,
        Allows.FILES_FOR_LEA: viewer.may_file_for(selpa_code=selpa, cds_code=cds_code),
        Allows.CHANGES_LEA: viewer.may_change(selpa_code=selpa),
    }
    if not may[allows]:
        raise NotYours("You can view this LEA, but not change it.")
    return replace(request, selpa_found=selpa)


def _refuse_foreign_origin(http: Request) -> None:
    """A browser says from which site a form is sent; only ours may send ours."""
    origin = http.headers.get("origin")
    sent_from = http.headers.get("sec-fetch-site")
    if origin is not None and urlsplit(origin).netloc.lower() != http.headers.get("host"):
        raise NotYours("This form was sent from another website.", action="foreign-origin")
    if sent_from not in {None, "same-origin", "none"}:
        raise NotYours("This form was sent from another website.", action="foreign-origin")


async def _form_of(http: Request, files: int) -> FormData:
    try:
        return await http.form(max_files=files, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    except ClientDisconnect:
        # Back, or the window closed, before all of it arrived: only the log reads this.
        raise BadRequest(
            "The connection was lost before the whole form arrived. Nothing was recorded.",
            action="broken-off",
        ) from None
    except Refused:
        raise
    except Exception as error:
        if getattr(error, "status_code", None) == BadRequest.status:
            raise BadRequest("The form could not be read. Submit it again.") from None
        raise
