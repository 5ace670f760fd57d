"""What became of a message, for every way in which a server can let us down.

The border is the final dot: before it, and where the server refused, the message is failed; after
it, without an answer, it is uncertain and is never tried again here.
"""

from __future__ import annotations

import asyncio

import pytest

from cimflow.notify.sending.smtp_connection import LONGEST_WATCH, SHORTEST_WATCH
from cimflow.notify.sending.smtp_delivery import Outcome, Retries
from tests.notify.sending.sending import Sent, certificates, envelope, send, settings_for
from tests.smtp_server import Fault, GreetingFault, SmtpServer, closed_port

# Every fault happens to each attempt; two waits are allowed, so three attempts where it is retried.
ALWAYS = 9
OUTCOMES: list[tuple[Fault, str, int, bool, str]] = [
    # fault                  outcome      attempts  permanent  error begins with
    ("accept",               "sent",      1,        False,     ""),
    ("slow",                 "sent",      1,        False,     ""),
    ("sender-4xx",           "failed",    3,        False,     "451 4.7.1"),
    ("sender-5xx",           "failed",    1,        True,      "553 5.1.8"),
    ("rcpt-4xx",             "failed",    3,        False,     "450 4.2.1"),
    ("rcpt-5xx",             "failed",    1,        True,      "550 5.1.1"),
    ("drop-at-rcpt",         "failed",    3,        False,     ""),
    ("data-4xx",             "failed",    3,        False,     "452 4.3.1"),
    ("data-5xx",             "failed",    1,        True,      "554 5.5.1"),
    ("drop-at-data",         "failed",    3,        False,     ""),
    ("drop-after-go-ahead",  "failed",    3,        False,     ""),
    ("drop-before-dot",      "failed",    3,        False,     ""),
    ("early-552",            "failed",    1,        True,      "552 5.3.4"),
    # The server answered the dot: it has not got it. The next run tries again, not this one.
    ("dot-4xx",              "failed",    1,        False,     "451 4.3.0"),
    ("dot-5xx",              "failed",    1,        True,      "554 5.7.1"),
    # The dot went out and nothing that means anything came back.
    ("drop-after-dot",       "uncertain", 1,        False,     ""),
    ("lose-after-dot",       "uncertain", 1,        False,     ""),
    ("silent-after-dot",     "uncertain", 1,        False,     ""),
    ("garbage-after-dot",    "uncertain", 1,        False,     "Malformed"),
]  # fmt: skip


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("fault", "state", "attempts", "permanent", "error"), OUTCOMES, ids=[one[0] for one in OUTCOMES]
)
def test_each_fault_has_its_outcome(
    fault: Fault, state: str, attempts: int, permanent: bool, error: str
) -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(faults=[fault] * ALWAYS) as server:
            return await send(settings_for(server, answer_timeout=0.5), [envelope()]), server

    sent, server = asyncio.run(run())
    outcome = sent.outcomes[1]

    assert (outcome.state, outcome.attempts, outcome.is_permanent) == (state, attempts, permanent)
    assert outcome.error.startswith(error)
    assert bool(outcome.error) == (state != "sent")
    assert sent.waits == [1.0, 5.0][: attempts - 1]
    kept = {"accept", "slow", "drop-after-dot", "silent-after-dot"}
    assert len(server.mails) == (fault in kept)


def test_every_fault_of_the_server_is_in_the_table() -> None:
    # closing-at-sender is about the connection, and has a test of its own below
    assert set(Fault.__args__) - {one[0] for one in OUTCOMES} == {"closing-at-sender"}  # type: ignore[attr-defined]


def test_the_watch_before_the_dot_is_short_and_not_nothing() -> None:
    """The tests of a hang-up watch for longer, so this holds what everyone else gets."""
    assert 0.005 <= SHORTEST_WATCH < LONGEST_WATCH <= 0.1


GREETINGS: list[tuple[GreetingFault, int, bool]] = [
    ("greet-4xx", 3, False),
    ("greet-5xx", 1, True),
    ("drop", 3, False),
    ("silent", 3, False),
]


@pytest.mark.parametrize(("greeting", "attempts", "permanent"), GREETINGS)
def test_a_server_that_does_not_let_us_in_fails_the_message(
    greeting: GreetingFault, attempts: int, permanent: bool
) -> None:
    async def run() -> Sent:
        async with SmtpServer(greetings=[greeting] * ALWAYS) as server:
            return await send(settings_for(server, timeout=0.3), [envelope()])

    outcome = asyncio.run(run()).outcomes[1]

    assert (outcome.state, outcome.attempts, outcome.is_permanent) == (
        "failed",
        attempts,
        permanent,
    )


def test_a_refused_connection_fails_the_first_after_its_retries_and_the_rest_untried() -> None:
    async def run() -> Sent:
        with closed_port() as port:
            settings = settings_for(SmtpServer(port=port))
            return await send(settings, [envelope(n) for n in range(1, 4)])

    sent = asyncio.run(run())

    assert [one.state for one in sent.outcomes.values()] == ["failed"] * 3
    assert [one.attempts for one in sent.outcomes.values()] == [3, 0, 0]
    assert sent.waits == [1.0, 5.0], "the server is waited for once, not once per mail"
    assert all("connecting to 127.0.0.1" in one.error for one in sent.outcomes.values())


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "fault", ["sender-4xx", "rcpt-4xx", "drop-at-data", "drop-before-dot", "drop-after-go-ahead"]
)
def test_a_temporary_fault_is_overcome(fault: Fault) -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(faults=[fault]) as server:
            return await send(settings_for(server), [envelope()]), server

    sent, server = asyncio.run(run())

    assert sent.outcomes[1] == Outcome("sent", attempts=2)
    assert sent.waits == [1.0]
    assert len(server.mails) == 1


def test_one_refused_recipient_costs_the_others_nothing() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        refused = {"person2@example.org": "rcpt-5xx"}
        async with SmtpServer(by_recipient=refused) as server:  # type: ignore[arg-type]
            return await send(settings_for(server), [envelope(n) for n in range(1, 4)]), server

    sent, server = asyncio.run(run())

    assert [sent.outcomes[n].state for n in (1, 2, 3)] == ["sent", "failed", "sent"]
    assert [one.recipient for one in server.mails] == ["person1@example.org", "person3@example.org"]
    assert server.connections == 1, "the connection survives a refusal"
    assert "RSET" in server.commands


def test_a_connection_that_the_server_tires_of_is_replaced_at_once() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        faults: list[Fault] = ["accept", "closing-at-sender", "accept", "accept"]
        async with SmtpServer(faults=faults) as server:
            return await send(settings_for(server), [envelope(n) for n in range(1, 4)]), server

    sent, server = asyncio.run(run())

    assert [one.state for one in sent.outcomes.values()] == ["sent"] * 3
    assert sent.waits == [], "no fault of the message: nothing to wait for"
    assert server.connections == 2


def test_what_is_no_address_fails_by_itself() -> None:
    async def run() -> Sent:
        async with SmtpServer() as server:
            letters = [envelope(1, "not an address"), envelope(2)]
            return await send(settings_for(server), letters)

    sent = asyncio.run(run())

    assert sent.outcomes[1].is_permanent
    assert sent.outcomes[2].state == "sent"


STAGES = ["connected", "rcpt", "data", "dot", "answered"]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("fault", "stages"),
    [
        ("accept", STAGES),
        ("rcpt-5xx", STAGES[:1]),
        ("data-5xx", STAGES[:2]),
        ("drop-before-dot", STAGES[:2]),
        ("drop-after-dot", STAGES[:4]),
        ("dot-5xx", STAGES),
    ],
)
def test_stages_are_told_as_they_are_reached(fault: Fault, stages: list[str]) -> None:
    async def run() -> Sent:
        async with SmtpServer(faults=[fault]) as server:
            return await send(settings_for(server), [envelope()], retries=Retries(()))

    assert [stage for _, stage in asyncio.run(run()).stages] == stages


LOGINS = [
    # username, password, outcome, error begins with
    ("maria", "correct", "sent", ""),
    ("maria", "wrong", "failed", "535"),
    ("", "", "failed", "530"),
]


@pytest.mark.parametrize(("username", "password", "state", "error"), LOGINS)
def test_signing_in(username: str, password: str, state: str, error: str) -> None:
    server_context, client_context = certificates()

    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(
            tls="starttls", context=server_context, login=("maria", "correct")
        ) as server:
            settings = settings_for(
                server,
                tls="starttls",
                tls_context=client_context,
                username=username,
                password=password,
            )
            return await send(settings, [envelope(1), envelope(2)]), server

    sent, server = asyncio.run(run())

    assert [one.state for one in sent.outcomes.values()] == [state, state]
    assert sent.outcomes[1].error.startswith(error)
    assert server.commands.count("AUTH") <= 2, "a wrong password is not tried once per mail"
    assert not any("AUTH" in one or "MAIL" in one for one in server.seen_in_clear)
    assert "correct" not in repr(settings_for(server, password="correct"))


def test_a_wrong_password_is_tried_once() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(login=("maria", "correct")) as server:
            settings = settings_for(server, username="maria", password="wrong")
            return await send(settings, [envelope(n) for n in range(1, 9)]), server

    sent, server = asyncio.run(run())

    assert {one.state for one in sent.outcomes.values()} == {"failed"}
    assert server.connections == 1, "an account is locked after a few wrong passwords"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_an_encrypted_connection_hides_every_mail(tls: str) -> None:
    server_context, client_context = certificates()

    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(tls=tls, context=server_context) as server:  # type: ignore[arg-type]
            settings = settings_for(server, tls=tls, tls_context=client_context)
            return await send(settings, [envelope(1), envelope(2)]), server

    sent, server = asyncio.run(run())

    assert [one.state for one in sent.outcomes.values()] == ["sent", "sent"]
    assert [one.is_encrypted for one in server.mails] == [True, True]
    assert not any(one.startswith(("MAIL", "RCPT", "AUTH")) for one in server.seen_in_clear)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["unknown authority", "another name"])
def test_a_wrong_certificate_fails_and_nothing_is_said_in_the_clear(tls: str, wrong: str) -> None:
    server_context, client_context = certificates(
        "127.0.0.1" if wrong == "unknown authority" else "elsewhere.example.org"
    )
    if wrong == "unknown authority":
        _, client_context = certificates()

    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer(tls=tls, context=server_context) as server:  # type: ignore[arg-type]
            settings = settings_for(
                server, tls=tls, tls_context=client_context, username="maria", password="correct"
            )
            return await send(settings, [envelope(1), envelope(2)]), server

    sent, server = asyncio.run(run())

    assert [one.state for one in sent.outcomes.values()] == ["failed", "failed"]
    assert sent.outcomes[1].is_permanent, "waiting does not mend a certificate"
    assert "certificate" in sent.outcomes[1].error
    assert server.mails == []
    assert {one.split(" ")[0] for one in server.seen_in_clear} <= {"EHLO", "STARTTLS"}


def test_a_server_without_starttls_gets_nothing_in_the_clear() -> None:
    async def run() -> tuple[Sent, SmtpServer]:
        async with SmtpServer() as server:
            settings = settings_for(server, tls="starttls", username="maria", password="correct")
            return await send(settings, [envelope()]), server

    sent, server = asyncio.run(run())

    assert sent.outcomes[1].state == "failed"
    assert "STARTTLS" in sent.outcomes[1].error
    assert set(server.commands) == {"EHLO"}
