"""Around everything: what every response carries, and what no request may be.

The headers are on every answer, a redirect and an error too: scripts and styles come from this
site alone, nobody frames it, and nothing of it is kept in a shared cache.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from cimflow.dashboard.web.errors import TooLarge, WrongHost
from cimflow.dashboard.web.web_app_state import WebApp
from cimflow.intake.uploads.file_kind import MAX_DOCUMENT

LARGEST_UPLOAD = MAX_DOCUMENT + 1024 * 1024
"""A document with the form around it."""
LARGEST_FORM = 512 * 1024

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
NOT_KEPT = "no-store"
ENCRYPTED_FOR_A_YEAR = "max-age=31536000"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Refuse = Callable[[Exception], App]


def shell(app: App, web_app: WebApp, refuse: Refuse) -> App:
    """Wrap the application. ``refuse`` makes the page of a request that is turned away."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value for key, value in scope["headers"]}
        dressed = _dress(send, web_app, is_asset=scope["path"].startswith("/assets/"))
        problem = _problem(headers, web_app)
        if problem is not None:
            await refuse(problem)(scope, receive, dressed)
            return
        await app(scope, _counted(receive, _limit(headers)), dressed)

    return answer


def _problem(headers: dict[str, bytes], web_app: WebApp) -> Exception | None:
    host = headers.get("host", b"").decode("latin-1")
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        name = ""
    known = {one.strip("[]") for one in web_app.hosts}
    if name.lower() not in known:
        return WrongHost("Open cimflow at the address in its emails.", action="host")
    length = headers.get("content-length", b"0")
    if not length.isdigit() or int(length) > _limit(headers):
        return _too_large(_limit(headers))
    return None


def _limit(headers: dict[str, bytes]) -> int:
    is_upload = headers.get("content-type", b"").lower().startswith(b"multipart/form-data")
    return LARGEST_UPLOAD if is_upload else LARGEST_FORM


def _too_large(limit: int) -> TooLarge:
    # What the form says of a file, not how much we read with all that stands around it.
    most = f"{MAX_DOCUMENT // (1024 * 1024)} MB" if limit == LARGEST_UPLOAD else "512 KB of text"
    return TooLarge(
        f"You can send at most {most} at once. Nothing was recorded.", action="too-large"
    )


def _counted(receive: Receive, limit: int) -> Receive:
    """Stop reading a body that goes on beyond the limit, whatever length it claimed."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _too_large(limit)
        return message

    return counted


def _dress(send: Send, web_app: WebApp, *, is_asset: bool) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {key.lower() for key, _ in message.get("headers", ())}
            more = dict(HEADERS)
            more["cache-control"] = "public, max-age=3600" if is_asset else NOT_KEPT
            if web_app.is_encrypted:
                more["strict-transport-security"] = ENCRYPTED_FOR_A_YEAR
            message["headers"] = [
                *message.get("headers", ()),
                *(
                    (key.encode(), value.encode())
                    for key, value in more.items()
                    if key.encode() not in given
                ),
            ]
        await send(message)

    return dressed
