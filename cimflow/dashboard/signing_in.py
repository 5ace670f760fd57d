"""Signing in by a link: asked for by mail, or printed by the system administrator.

Opening the link only shows a button. Mail scanners open every link of a mail; what signs in is the
button, and the link works once.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from fastapi.responses import Response

from cimflow.dashboard.doors import COOKIE, Allows, door
from cimflow.dashboard.errors import LinkOver
from cimflow.dashboard.visit import Visit
from cimflow.monitoring import signin

router = APIRouter()
Anyone = Annotated[Visit, Depends(door(Allows.ANYONE))]
SignedIn = Annotated[Visit, Depends(door(Allows.SIGNED_IN))]
LINK_OVER = "This link was used already, or is older than 15 minutes. Ask for a new one."


@router.get("/sign-in")
def show_sign_in(visit: Anyone) -> Response:
    """Ask for the address to which a link goes."""
    return visit.page(
        "sign_in.html.j2",
        asked=False,
        mails=signin.may_mail_links(visit.office),
    )


@router.post("/sign-in")
def ask_for_link(visit: Anyone, later: BackgroundTasks) -> Response:
    """Send a link; whether the address is known is not told."""
    email = visit.sent("email")
    if email:
        asked = signin.ask_for_link(
            visit.office, email, base_url=visit.site.base_url, remote=visit.remote
        )
        if asked.url is not None:
            # After the answer, so that its time does not tell who is known.
            later.add_task(signin.send_link, visit.office, email, asked.url)
    return visit.page(
        "sign_in.html.j2",
        asked=bool(email),
        mails=signin.may_mail_links(visit.office),
    )


@router.get("/sign-in/{token}")
def show_link(visit: Anyone, token: str) -> Response:
    """Show the button; nothing is used up by looking."""
    email = signin.open_link(visit.office, token)
    if email is None:
        raise LinkOver(LINK_OVER)
    return visit.page("sign_in_link.html.j2", email=email, token=token)


@router.post("/sign-in/{token}")
def use_link(visit: Anyone, token: str) -> Response:
    """Sign in, once."""
    new = signin.use_link(visit.office, token, remote=visit.remote)
    if new is None:
        raise LinkOver(LINK_OVER)
    response = visit.go()
    response.set_cookie(
        COOKIE,
        new.token,
        httponly=True,
        samesite="lax",
        secure=visit.site.is_encrypted,
        path="/",
    )
    return response


@router.post("/sign-out")
def sign_out(visit: SignedIn) -> Response:
    """End the session, here and on the server."""
    signin.end_session(visit.office, visit.request.cookies.get(COOKIE, ""))
    response = visit.go("sign-in")
    response.delete_cookie(COOKIE)
    return response
