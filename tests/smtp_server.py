"""A real SMTP server on loopback that can be told to misbehave, message by message.

In a test::

    async with SmtpServer(faults=["rcpt-4xx", "accept"]) as server:
        ...  # talk to server.host, server.port; look at server.mails

    with running_in_thread(SmtpServer()) as server:   # for code that blocks
        ...

As a process of its own, for tests that end the sender with ``kill -9``::

    python -m tests.smtp_server --store DIR [--faults drop-after-dot,accept]

It prints ``listening on 127.0.0.1:PORT`` and appends each mail it has accepted to
``DIR/mails.jsonl`` (on disk before it answers). aiosmtpd would not do: it cannot hang up at a
chosen byte.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import email
import email.policy
import json
import os
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal, Self

Fault = Literal[
    "accept",
    "sender-4xx",
    "sender-5xx",
    "closing-at-sender",  # 421: too many messages on this connection
    "rcpt-4xx",
    "rcpt-5xx",
    "data-4xx",
    "data-5xx",
    "drop-at-rcpt",
    "drop-at-data",
    "drop-before-dot",  # reads a part of the message, then hangs up
    "drop-after-go-ahead",  # says 354 and hangs up at once
    "early-552",  # refuses while the message is still coming
    "drop-after-dot",  # keeps the mail, hangs up without an answer
    "lose-after-dot",  # loses the mail, hangs up without an answer
    "silent-after-dot",  # keeps the mail, never answers
    "garbage-after-dot",
    "dot-4xx",
    "dot-5xx",
    "slow",  # answers the dot late
]
GreetingFault = Literal["accept", "greet-4xx", "greet-5xx", "drop", "silent"]

_REFUSALS: dict[str, tuple[str, str]] = {
    "sender-4xx": ("MAIL", "451 4.7.1 try again later"),
    "sender-5xx": ("MAIL", "553 5.1.8 sender not known here"),
    "closing-at-sender": ("MAIL", "421 4.7.0 too many messages on this connection"),
    "rcpt-4xx": ("RCPT", "450 4.2.1 mailbox busy, try again later"),
    "rcpt-5xx": ("RCPT", "550 5.1.1 no such mailbox"),
    "data-4xx": ("DATA", "452 4.3.1 no room now"),
    "data-5xx": ("DATA", "554 5.5.1 no valid recipients"),
}
_AFTER_DOT: dict[str, str] = {
    "dot-4xx": "451 4.3.0 not accepted, try again later",
    "dot-5xx": "554 5.7.1 rejected by content filter",
    "garbage-after-dot": "what?",
}


@dataclass(frozen=True)
class ReceivedMail:
    """A mail as it came over the wire: ``connection`` counts from 1."""

    sender: str
    recipient: str
    content: bytes
    connection: int
    is_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def as_json(self) -> str:
        message = self.message
        plain = message.get_body(("plain",))
        return json.dumps(
            {
                "sender": self.sender,
                "recipient": self.recipient,
                "connection": self.connection,
                "message_id": str(message["Message-ID"]),
                "subject": str(message["Subject"]),
                "text": plain.get_content().replace("\r\n", "\n") if plain is not None else "",
                "content": self.content.decode("utf-8", "replace"),
            }
        )


@dataclass
class SmtpServer:
    """The server. ``faults`` are used up one per MAIL; then, and by default, it accepts.

    ``by_recipient`` names faults that an address always meets. ``greetings`` are used up one per
    connection. ``tls`` needs ``context``. ``login`` is a user and a password that must be given.
    """

    faults: Sequence[Fault] = ()
    by_recipient: Mapping[str, Fault] = field(default_factory=dict)
    greetings: Sequence[GreetingFault] = ()
    tls: Literal["none", "starttls", "tls"] = "none"
    context: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    most_connections: int | None = None
    slow: float = 0.3
    store: Path | None = None
    port: int = 0
    host: str = "127.0.0.1"
    extensions: Sequence[str] = ("8BITMIME", "SMTPUTF8", "PIPELINING")
    mails: list[ReceivedMail] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0
    commands: list[str] = field(default_factory=list)
    seen_in_clear: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._faults = deque(self.faults)
        self._greetings = deque(self.greetings)
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accept,
            self.host,
            self.port,
            ssl=self.context if self.tls == "tls" else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self.connections += 1
        self.open_connections += 1
        try:
            await _Session(self, reader, writer, self.connections).run()
        except (_HangUp, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open_connections -= 1
            writer.transport.abort()
            await self._has_changed()

    async def until(self, is_so: Callable[[SmtpServer], bool]) -> None:
        """Wait until something is true of the server; looked at whenever it has changed."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: is_so(self)), 10)

    async def _has_changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def next_greeting(self) -> GreetingFault:
        if self.most_connections is not None and self.open_connections > self.most_connections:
            return "greet-4xx"
        return self._greetings.popleft() if self._greetings else "accept"

    def next_fault(self) -> Fault:
        return self._faults.popleft() if self._faults else "accept"

    async def keep(self, mail: ReceivedMail) -> None:
        """Keep a mail; with a store, on disk before anyone is told."""
        self.mails.append(mail)
        if self.store is not None:
            with (self.store / "mails.jsonl").open("a", encoding="utf-8") as file:
                file.write(mail.as_json() + "\n")
                file.flush()
                os.fsync(file.fileno())
        await self._has_changed()


class _HangUp(Exception):
    """The server closes the connection here."""


@dataclass
class _Session:
    """One connection, from the greeting to the end."""

    server: SmtpServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    sender: str = ""
    recipient: str = ""
    fault: Fault = "accept"
    is_signed_in: bool = False

    async def run(self) -> None:
        greeting = self.server.next_greeting()
        if greeting == "drop":
            raise _HangUp
        if greeting == "silent":
            await self._silence()
        if greeting != "accept":
            await self.say("421 busy" if greeting == "greet-4xx" else "554 not for you")
            raise _HangUp
        await self.say("220 loopback ESMTP for tests")
        while True:
            line = await self.reader.readline()
            if not line:
                raise _HangUp
            await self.obey(line.decode("utf-8").strip())

    @property
    def is_encrypted(self) -> bool:
        return self.writer.get_extra_info("ssl_object") is not None

    async def say(self, *lines: str) -> None:
        for number, line in enumerate(lines):
            code, _, rest = line.partition(" ")
            mark = " " if number == len(lines) - 1 else "-"
            self.writer.write(
                f"{code}{mark}{rest}\r\n".encode() if rest else f"{line}\r\n".encode()
            )
        await self.writer.drain()

    async def obey(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        self.server.commands.append(verb)
        if not self.is_encrypted:
            self.server.seen_in_clear.append(line)
        must_sign_in = self.server.login is not None and not self.is_signed_in
        if verb in {"MAIL", "RCPT", "DATA"} and must_sign_in:
            await self.say("530 5.7.0 sign in first")
            return
        answer = getattr(self, f"on_{verb.lower()}", None)
        if answer is None:
            await self.say("502 5.5.2 not known here")
        else:
            await answer(line)

    async def on_ehlo(self, _: str) -> None:
        offers = list(self.server.extensions)
        if self.server.tls == "starttls" and not self.is_encrypted:
            offers.append("STARTTLS")
        if self.server.login is not None:
            offers.append("AUTH PLAIN LOGIN")
        await self.say("250 loopback", *(f"250 {one}" for one in offers))

    async def on_helo(self, _: str) -> None:
        await self.say("250 loopback")

    async def on_starttls(self, _: str) -> None:
        assert self.server.context is not None
        await self.say("220 go ahead")
        await self.writer.start_tls(self.server.context)

    async def on_auth(self, line: str) -> None:
        _, how, *rest = line.split(" ")
        if how.upper() == "PLAIN":
            given = base64.b64decode(rest[0]).decode().split("\0")[1:]
        else:
            user = rest[0] if rest else await self._ask("VXNlcm5hbWU6")
            given = [
                base64.b64decode(one).decode() for one in (user, await self._ask("UGFzc3dvcmQ6"))
            ]
        self.is_signed_in = tuple(given) == self.server.login
        await self.say("235 2.7.0 welcome" if self.is_signed_in else "535 5.7.8 wrong password")

    async def _ask(self, question: str) -> str:
        await self.say(f"334 {question}")
        return (await self.reader.readline()).decode().strip()

    async def on_mail(self, line: str) -> None:
        self.fault = self.server.next_fault()
        self.sender = _address(line)
        await self._answer("MAIL")

    async def on_rcpt(self, line: str) -> None:
        self.recipient = _address(line)
        self.fault = self.server.by_recipient.get(self.recipient, self.fault)
        if self.fault == "drop-at-rcpt":
            raise _HangUp
        await self._answer("RCPT")

    async def _answer(self, verb: str) -> None:
        where, refusal = _REFUSALS.get(self.fault, ("", ""))
        if where != verb:
            await self.say("250 2.0.0 ok")
            return
        await self.say(refusal)
        if refusal.startswith("421"):
            raise _HangUp

    async def on_data(self, _: str) -> None:
        if self.fault == "drop-at-data":
            raise _HangUp
        if _REFUSALS.get(self.fault, ("",))[0] == "DATA":
            await self._answer("DATA")
            return
        await self.say("354 end with a dot on a line by itself")
        if self.fault == "drop-after-go-ahead":
            raise _HangUp
        content = await self._content()
        await self._answer_dot(content)

    async def _content(self) -> bytes:
        lines: list[bytes] = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise _HangUp
            lines.append(line[1:] if line.startswith(b".") else line)
            if self.fault == "drop-before-dot" and len(lines) == 3:
                raise _HangUp
            if self.fault == "early-552" and len(lines) == 3:
                await self.say("552 5.3.4 too big")
                raise _HangUp
        return b"".join(lines)

    async def _answer_dot(self, content: bytes) -> None:
        if self.fault in _AFTER_DOT:
            await self.say(_AFTER_DOT[self.fault])
            return
        if self.fault == "lose-after-dot":
            raise _HangUp
        await self.server.keep(
            ReceivedMail(self.sender, self.recipient, content, self.number, self.is_encrypted)
        )
        if self.fault == "drop-after-dot":
            raise _HangUp
        if self.fault == "silent-after-dot":
            await self._silence()
        if self.fault == "slow":
            await asyncio.sleep(self.server.slow)
        await self.say("250 2.0.0 kept")

    async def _silence(self) -> None:
        """Say nothing until the other side gives up."""
        while await self.reader.read(1024):
            pass
        raise _HangUp

    async def on_rset(self, _: str) -> None:
        self.fault = "accept"
        await self.say("250 2.0.0 forgotten")

    async def on_noop(self, _: str) -> None:
        await self.say("250 2.0.0 ok")

    async def on_quit(self, _: str) -> None:
        await self.say("221 2.0.0 goodbye")
        raise _HangUp


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


@contextlib.contextmanager
def running_in_thread(server: SmtpServer) -> Iterator[SmtpServer]:
    """The server in a thread with a loop of its own, for code that blocks."""
    started, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server:
            started.set()
            await stop.wait()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve())
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port of loopback that refuses connections: bound, so that nobody takes it, and deaf."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


async def _serve_forever(server: SmtpServer) -> None:
    async with server:
        print(f"listening on {server.host}:{server.port}", flush=True)
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faults", default="", help="comma-separated, one per message")
    parser.add_argument("--slow", type=float, default=0.3, help="seconds of the fault `slow`")
    given = parser.parse_args(arguments)
    given.store.mkdir(parents=True, exist_ok=True)
    faults = [one for one in given.faults.split(",") if one]
    server = SmtpServer(faults=faults, slow=given.slow, store=given.store, port=given.port)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve_forever(server))


if __name__ == "__main__":
    main()
