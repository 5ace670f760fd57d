"""One writer at a time on Prefect's SQLite database, and a busy one is asked again at once.

Prefect's requests read, then write. On SQLite such a request fails at once where another wrote in
between; Prefect answers 503, and its clients sleep 2, 4, 8, 16 and 32 seconds. Nothing here knows
Prefect: an ASGI application goes in, and one comes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

BUSY = 503
PAUSES = (0.02, 0.05, *[0.1] * 50, 0.0)
"""Seconds after each time that the database was busy: five in all, then the client is told."""
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
READING_PATHS = ("/filter", "/count", "/history", "/paginate")
"""How the paths end that Prefect's pages ask with POST, since the question has a body."""
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def one_writer_at_a_time(app: App, *, pauses: Sequence[float] = PAUSES) -> App:
    """Let one request write at a time, and try again for a while where the database was busy.

    What failed was rolled back, so it can be asked again, as the client would. What only reads
    goes straight through, and so do web sockets and the application's own start and end.
    """
    writing = asyncio.Lock()

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _only_reads(scope):
            await app(scope, receive, send)
            return
        # Before the lock: a client that sends slowly makes nobody wait.
        body = await _whole_body(receive)
        if body is None:
            return
        for pause in pauses:
            async with writing:
                said, fault = await _ask(app, scope, body, receive)
            if not _was_busy(said):
                break
            await asyncio.sleep(pause)
        for message in said:
            await send(message)
        if fault is not None and not _was_busy(said):
            raise fault  # for the log; that a database was busy is no news

    return answer


def _only_reads(scope: Message) -> bool:
    return scope["method"] in READING_METHODS or scope["path"].endswith(READING_PATHS)


async def _whole_body(receive: Receive) -> Message | None:
    """A request whose parts have all come, as one message; None if the client went before."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return {"type": "http.request", "body": b"".join(parts), "more_body": False}


async def _ask(
    app: App, scope: Message, body: Message, receive: Receive
) -> tuple[list[Message], Exception | None]:
    """What the application says to a request, kept back until it is known how it went.

    It may answer first and raise then: that too is kept.
    """
    said: list[Message] = []
    to_come = [body]

    async def receive_again() -> Message:
        return to_come.pop() if to_come else await receive()

    async def keep(message: Message) -> None:
        said.append(message)

    try:
        # A copy: routing writes into the scope, and the next try starts with a clean one.
        await app(dict(scope), receive_again, keep)
    except Exception as fault:  # noqa: BLE001 - raised again once the answer is sent
        return said, fault
    return said, None


def _was_busy(said: Sequence[Message]) -> bool:
    return bool(said) and said[0].get("status") == BUSY
