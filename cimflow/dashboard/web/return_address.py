"""The page that someone asked for before they signed in, kept until they have.

A cookie holds it, so that the emailed link finds it in the same browser. It is believed only where
it is an address of a process of ours: nobody is ever sent to another site.
"""

from __future__ import annotations

import base64
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request
from fastapi.responses import Response

from cimflow import addresses

ASKED = "cimflow_asked"
"""The cookie with the address that was asked for."""
LASTS = 60 * 60
"""Seconds: time to find the email with the link, which works for 15 minutes, and a second one."""
LONGEST = 1000
WITHIN = addresses.WITHIN_A_PROCESS


def address_of(http: Request) -> str:
    """The address of a request within the site, with its query: ``/p/targeted-2024?level=3``."""
    query = f"?{http.url.query}" if http.url.query else ""
    return quote(str(http.scope["path"])) + query


def ours(address: str) -> str | None:
    """The address, if it is a page of a process here; None for whatever else it may be."""
    seen = unquote(address)
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if not is_plain or not seen.isprintable() or len(address) > LONGEST:
        return None
    if not address.startswith(WITHIN) or "//" in address or "\\" in seen or "#" in address:
        return None
    # A browser takes such steps itself, also where they are disguised, and leaves ``/p/``.
    path = unquote(urlsplit(address).path)
    return None if {".", ".."} & set(path.split("/")) else address


def remember(response: Response, address: str, *, encrypted: bool) -> None:
    """Keep in the browser what was asked for; what is no page of a process is forgotten."""
    if ours(address) is None:
        forget(response)
        return
    kept = base64.urlsafe_b64encode(address.encode()).decode()
    response.set_cookie(ASKED, kept, max_age=LASTS, httponly=True, samesite="lax", secure=encrypted)


def asked_before(http: Request) -> str | None:
    """What was asked for before, if it is a page of ours; None: nothing that we believe."""
    try:
        return ours(base64.urlsafe_b64decode(http.cookies.get(ASKED, "")).decode())
    except ValueError:
        return None


def forget(response: Response) -> None:
    """Forget what was asked for."""
    response.delete_cookie(ASKED)
