"""One writer at a time before Prefect's SQLite database, with small applications for a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from flows.local.sqlite_retries import App, Message, one_writer_at_a_time

AT_ONCE = (0.0,) * 4
OK, BUSY, BROKEN = 200, 503, 500


def http(method: str = "POST", path: str = "/api/flow_runs/") -> Message:
    return {"type": "http", "method": method, "path": path}


def request(*parts: bytes) -> list[Message]:
    last = len(parts) - 1
    return [
        {"type": "http.request", "body": part, "more_body": number < last}
        for number, part in enumerate(parts)
    ]


async def asked(app: App, scope: Message, messages: Iterable[Message] = ()) -> list[Message]:
    """What an application answers to a client that sends these messages and then goes."""
    coming = [*(messages or request(b"")), {"type": "http.disconnect"}]
    said: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0) if len(coming) > 1 else coming[0]

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    return said


class Database:
    """Reads, then writes; busy for whoever wrote after another had written since it read."""

    def __init__(self) -> None:
        self.version = 0
        self.tries = 0
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        self.tries += 1
        seen = self.version
        body = (await receive()).get("body", b"")
        await asyncio.sleep(0)  # others have their turn
        if seen != self.version:
            await answer(send, BUSY)
            raise RuntimeError("database is locked")
        self.version += 1
        self.bodies.append(body)
        await answer(send, OK)


class Answering:
    """Gives these statuses, one for each time that it is asked; a fault is raised after it."""

    def __init__(self, *statuses: int, fault: Exception | None = None) -> None:
        self.statuses = list(statuses)
        self.fault = fault
        self.scopes: list[Message] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        assert "route" not in scope, "another try's routing"
        self.scopes.append(scope)
        scope["route"] = "chosen"
        self.bodies.append((await receive()).get("body", b""))
        await answer(send, self.statuses.pop(0))
        if self.fault is not None:
            raise self.fault


async def answer(send: Callable[[Message], Any], status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % status})


def statuses(said: Sequence[Message]) -> list[int]:
    return [one["status"] for one in said if one["type"] == "http.response.start"]


def test_many_who_write_at_once_never_collide() -> None:
    database = Database()
    app = one_writer_at_a_time(database, pauses=(0.0,))

    async def all_at_once() -> list[list[Message]]:
        bodies = [b"%d" % number for number in range(8)]
        return await asyncio.gather(*(asked(app, http(), request(one)) for one in bodies))

    found = [statuses(said) for said in asyncio.run(all_at_once())]
    assert found == [[OK]] * 8
    assert database.tries == 8
    assert sorted(database.bodies) == [b"%d" % number for number in range(8)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param([OK], OK, id="well at once"),
        pytest.param([BUSY, BUSY, OK], OK, id="busy twice"),
        pytest.param([BUSY, 404], 404, id="busy, then not found"),
        pytest.param([BUSY] * 4, BUSY, id="busy all the while"),
        pytest.param([BROKEN], BROKEN, id="broken is no reason to ask again"),
        pytest.param([409], 409, id="nor is a conflict"),
    ],
)
def test_a_busy_database_is_asked_again_with_the_same_request(given: list[int], told: int) -> None:
    inner = Answering(*given)
    said = asyncio.run(
        asked(one_writer_at_a_time(inner, pauses=AT_ONCE), http(), request(b"a run"))
    )
    assert statuses(said) == [told]
    assert [one["type"] for one in said] == ["http.response.start", "http.response.body"]
    assert inner.bodies == [b"a run"] * len(given)
    assert inner.statuses == []


def test_that_it_was_busy_is_no_fault_but_anything_else_is_answered_and_raised() -> None:
    busy = Answering(BUSY, BUSY, fault=RuntimeError("database is locked"))
    said = asyncio.run(asked(one_writer_at_a_time(busy, pauses=(0.0, 0.0)), http()))
    assert statuses(said) == [BUSY]

    seen: list[Message] = []

    async def send(message: Message) -> None:
        seen.append(message)

    async def receive() -> Message:
        return request(b"")[0]

    broken = one_writer_at_a_time(Answering(BROKEN, fault=KeyError("column")), pauses=AT_ONCE)
    with pytest.raises(KeyError, match="column"):
        asyncio.run(broken(http(), receive, send))
    assert statuses(seen) == [BROKEN]


def test_a_fault_without_an_answer_frees_the_lock() -> None:
    async def fails(scope: Message, receive: Any, send: Any) -> None:
        raise ValueError("no answer")

    app = one_writer_at_a_time(fails, pauses=AT_ONCE)

    async def twice() -> None:
        for _ in range(2):
            with pytest.raises(ValueError, match="no answer"):
                await asyncio.wait_for(asked(app, http()), timeout=5)

    asyncio.run(twice())


def test_a_body_in_parts_arrives_whole_at_every_try() -> None:
    inner = Answering(BUSY, OK)
    parts = [b"x" * 65536, b"y" * 65536, b""]
    asyncio.run(asked(one_writer_at_a_time(inner, pauses=AT_ONCE), http(), request(*parts)))
    assert inner.bodies == [b"".join(parts)] * 2


def test_a_client_that_goes_before_its_request_is_whole_is_not_asked_about() -> None:
    inner = Answering()
    messages = [{"type": "http.request", "body": b"half", "more_body": True}]
    assert asyncio.run(asked(one_writer_at_a_time(inner), http(), messages)) == []
    assert inner.scopes == []


@pytest.mark.parametrize(
    "scope",
    [
        http("GET", "/api/flow_runs/1"),
        http("HEAD", "/"),
        http("OPTIONS", "/api/flow_runs/"),
        http("POST", "/api/flow_runs/filter"),
        http("POST", "/api/ui/flow_runs/history"),
        {"type": "websocket", "path": "/api/events/in"},
        {"type": "lifespan"},
    ],
    ids=lambda scope: f"{scope['type']} {scope.get('method', '')} {scope.get('path', '')}",
)
def test_who_only_reads_goes_through_while_another_writes(scope: Message) -> None:
    """The writer waits for the reader: were the reader held back, both would wait for ever."""

    async def both() -> list[Message]:
        was_read = asyncio.Event()

        async def inner(seen: Message, receive: Any, send: Any) -> None:
            if seen is scope:  # the very scope: whoever reads is passed on untouched
                was_read.set()
                await send({"type": "first"})
                assert await receive() == {"type": "from outside"}
                await send({"type": "last"})
            else:
                await was_read.wait()
                await answer(send, OK)

        app = one_writer_at_a_time(inner)
        writer = asyncio.create_task(asked(app, http()))
        await asyncio.sleep(0)
        said = await asyncio.wait_for(asked(app, scope, [{"type": "from outside"}]), timeout=5)
        assert statuses(await asyncio.wait_for(writer, timeout=5)) == [OK]
        return said

    assert asyncio.run(both()) == [{"type": "first"}, {"type": "last"}]


def test_a_slow_sender_makes_nobody_wait() -> None:
    async def both() -> list[int]:
        app = one_writer_at_a_time(Answering(OK))
        never = asyncio.Event()

        async def receive() -> Message:
            await never.wait()
            return {}

        async def send(message: Message) -> None:
            pytest.fail("it was answered before it had asked")

        slow = asyncio.create_task(app(http(), receive, send))
        await asyncio.sleep(0)
        said = await asyncio.wait_for(asked(app, http()), timeout=5)
        slow.cancel()
        return statuses(said)

    assert asyncio.run(both()) == [OK]
