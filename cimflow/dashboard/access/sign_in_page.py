"""Signing in by a link: emailed on request, or printed by the system administrator.

Opening the link only shows a button. Mail scanners open every link of an email; what signs in is
the button, and the link works once. Then the page opens that was asked for before, such as a
shared address, if the link was opened in the same browser.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from fastapi.responses import RedirectResponse, Response

from cimflow import addresses
from cimflow.dashboard.web import return_address
from cimflow.dashboard.web.errors import LinkOver
from cimflow.dashboard.web.form_fields import Form, Line
from cimflow.dashboard.web.form_runner import read_form
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import COOKIE, Allows, open_to
from cimflow.monitoring.access import sign_in

router = APIRouter()
Anyone = Annotated[PageRequest, Depends(open_to(Allows.ANYONE))]
SignedIn = Annotated[PageRequest, Depends(open_to(Allows.SIGNED_IN))]
LINK_OVER = "This link was already used, or is older than 15 minutes. Request a new one."


class SignInForm(Form):
    """The address to which a link goes."""

    email: Line


@router.get(addresses.sign_in.pattern)
def show_sign_in(request: Anyone) -> Response:
    """Ask for the address to which a link goes."""
    return _sign_in(request, asked=False)


@router.post(addresses.sign_in.pattern)
def ask_for_link(request: Anyone, later: BackgroundTasks) -> Response:
    """Send a link; whether the address is known is not told."""
    email = read_form(request, SignInForm).email
    if email:
        asked = sign_in.ask_for_link(
            request.context, email, base_url=request.web_app.base_url, remote=request.remote
        )
        if asked.url is not None:
            # After the answer, so that its time does not tell who is known.
            later.add_task(sign_in.send_link, request.context, email, asked.url)
    return _sign_in(request, asked=bool(email))


def _sign_in(request: PageRequest, *, asked: bool) -> Response:
    return request.render(
        "access/sign_in.html.j2",
        asked=asked,
        mails=sign_in.may_mail_links(request.context),
        goes_on=return_address.asked_before(request.http) is not None,
    )


@router.get(addresses.sign_in_link.pattern)
def show_link(request: Anyone, token: str) -> Response:
    """Show the button; nothing is used up by looking."""
    email = sign_in.open_link(request.context, token)
    if email is None:
        raise LinkOver(LINK_OVER)
    return request.render("access/sign_in_link.html.j2", email=email, token=token)


@router.post(addresses.sign_in_link.pattern)
def use_link(request: Anyone, token: str) -> Response:
    """Sign in, once."""
    new = sign_in.use_link(request.context, token, remote=request.remote)
    if new is None:
        raise LinkOver(LINK_OVER)
    # A person who may not see that page is refused there, as always.
    response = RedirectResponse(
        return_address.asked_before(request.http) or addresses.home(), status_code=303
    )
    return_address.forget(response)
    response.set_cookie(
        COOKIE,
        new.token,
        httponly=True,
        samesite="lax",
        secure=request.web_app.is_encrypted,
        path="/",
    )
    return response


@router.post(addresses.sign_out.pattern)
def sign_out(request: SignedIn) -> Response:
    """End the session, here and on the server."""
    sign_in.end_session(request.context, request.http.cookies.get(COOKIE, ""))
    response = request.redirect(addresses.sign_in())
    response.delete_cookie(COOKIE)
    return response
