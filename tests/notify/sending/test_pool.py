"""Many messages over few connections, drawn one at a time, each told about once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from email.policy import SMTP

import pytest

from cimflow.notify.sending.smtp_delivery import Envelope, Outcome, Retries, deliver
from tests.notify.sending.sending import Sent, envelope, send, settings_for
from tests.smtp_server import SmtpServer


def test_four_connections_carry_forty_mails_each_once() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer() as server:
            letters = [envelope(n) for n in range(1, 41)]
            return await send(settings_for(server), letters, connections=4), server

    sent, server = asyncio.run(run())

    assert server.connections == 4
    assert set(Counter(one.recipient for one in server.mails).values()) == {1}
    assert len(server.mails) == len(sent.outcomes) == 40
    assert min(Counter(one.connection for one in server.mails).values()) > 1, "each was reused"
    assert server.commands.count("EHLO") == 4
    assert server.commands.count("QUIT") == 4


def test_no_more_connections_than_mails() -> None:
    async def run() -> SmtpServer:
        async with SmtpServer() as server:
            await send(settings_for(server), [envelope()], connections=4)
            return server

    assert asyncio.run(run()).connections == 1


def test_no_mail_no_connection() -> None:
    async def run() -> SmtpServer:
        async with SmtpServer() as server:
            await send(settings_for(server), [], connections=4)
            return server

    assert asyncio.run(run()).connections == 0


def test_a_server_that_allows_two_connections_gets_every_mail_over_two() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(most_connections=2) as server:
            letters = [envelope(n) for n in range(1, 21)]
            return await send(settings_for(server), letters, connections=4), server

    sent, server = asyncio.run(run())

    assert {one.state for one in sent.outcomes.values()} == {"sent"}
    assert len(server.mails) == len(sent.outcomes) == 20


def test_mails_are_drawn_one_at_a_time_and_settled_before_the_next() -> None:
    told: list[str] = []

    async def claimed() -> AsyncIterator[Envelope]:
        for number in (1, 2, 3):
            told.append(f"claim {number}")
            yield envelope(number)

    async def settle(letter: Envelope, outcome: Outcome) -> None:
        told.append(f"{outcome.state} {letter.mail_id}")

    async def run() -> None:
        async with SmtpServer() as server:
            await deliver(claimed(), settings_for(server), settle, connections=1)

    asyncio.run(run())

    assert told == ["claim 1", "sent 1", "claim 2", "sent 2", "claim 3", "sent 3"]


def test_when_an_outcome_cannot_be_recorded_nothing_more_is_drawn() -> None:
    drawn: list[int] = []

    async def claimed() -> AsyncIterator[Envelope]:
        for number in range(1, 100):
            drawn.append(number)
            yield envelope(number)

    async def settle(letter: Envelope, outcome: Outcome) -> None:
        raise OSError("the disk is full")

    async def run() -> None:
        async with SmtpServer() as server:
            with pytest.raises(OSError, match="the disk is full"):
                await deliver(claimed(), settings_for(server), settle, connections=4)

    asyncio.run(run())

    assert len(drawn) <= 8


def test_when_claiming_fails_the_error_comes_out_and_what_was_drawn_is_settled() -> None:
    sent = Sent()

    async def claimed() -> AsyncIterator[Envelope]:
        yield envelope(1)
        yield envelope(2)
        raise OSError("the database is gone")

    async def run() -> None:
        async with SmtpServer() as server:
            with pytest.raises(OSError, match="the database is gone"):
                await deliver(claimed(), settings_for(server), sent.note, connections=2)

    asyncio.run(run())

    assert {number: one.state for number, one in sent.outcomes.items()} == {1: "sent", 2: "sent"}


def test_when_the_run_is_cancelled_no_connection_stays_open() -> None:
    async def run() -> None:
        async with SmtpServer(faults=["silent-after-dot"] * 4) as server:
            letters = [envelope(n) for n in range(1, 5)]
            task = asyncio.create_task(
                send(settings_for(server, answer_timeout=60.0), letters, connections=4)
            )
            await server.until(lambda it: len(it.mails) == 4)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await server.until(lambda it: it.open_connections == 0)

    asyncio.run(run())


BODIES = {
    "dots": ".\n..\n.dot at the start\nend.\n",
    "long lines": "word " * 1000 + "\n",
    "no end of line": "the end",
    "beyond ASCII": "señora Müller – “quoted”, 学校 🎒\n",
    "half a megabyte": ("x" * 70 + "\n") * 7000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_what_arrives_is_what_was_sent(body: str) -> None:
    async def run() -> SmtpServer:
        async with SmtpServer() as server:
            await send(settings_for(server), [envelope(1, body=body)])
            return server

    mail = asyncio.run(run()).mails[0]

    assert mail.message.get_content().splitlines() == body.splitlines()
    assert mail.content == envelope(1, body=body).message.as_bytes(
        policy=SMTP.clone(cte_type="7bit")
    )
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    async def run(extensions: tuple[str, ...]) -> Outcome:
        async with SmtpServer(extensions=extensions) as server:
            letter = envelope(1, "josé@example.org")
            sent = await send(settings_for(server), [letter], retries=Retries(()))
            return sent.outcomes[1]

    assert asyncio.run(run(("8BITMIME", "SMTPUTF8"))).state == "sent"
    refused = asyncio.run(run(("8BITMIME",)))
    assert (refused.state, refused.is_permanent) == ("failed", True)
