"""Handing messages to a mail server, and knowing for each what became of it."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Literal, Self

from cimflow.notify.sending.header_folding import WIRE, WIRE_UTF8
from cimflow.notify.sending.message import address_of
from cimflow.notify.sending.smtp_connection import (
    Line,
    NoAnswer,
    NotTaken,
    SmtpSettings,
    Stage,
    Tls,
    Unreachable,
)

__all__ = [
    "Envelope",
    "Outcome",
    "OutcomeState",
    "Retries",
    "SmtpSettings",
    "Stage",
    "Tls",
    "deliver",
]

OutcomeState = Literal["sent", "failed", "uncertain"]
# What to call ourselves where this machine has no full name (RFC 5321, 4.1.4).
NAMELESS = "[127.0.0.1]"
_FULL_NAME = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way: ``mail_id`` is the caller's, handed back with the outcome."""

    mail_id: int
    recipient: str
    message: EmailMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message.

    ``sent``: the server answered that it has it. ``failed``: it has not got it. ``uncertain``: the
    final dot may have gone out, and no answer came. ``is_permanent``: trying again as things are
    would end the same. ``attempts`` is 0 where the server was already known to be out of reach.
    """

    state: OutcomeState
    error: str = ""
    attempts: int = 1
    is_permanent: bool = False


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a temporary fault before the final dot is tried again: after these seconds."""

    waits: tuple[float, ...] = (1.0, 5.0, 15.0)


OnOutcome = Callable[[Envelope, Outcome], Awaitable[None]]
OnStage = Callable[[Envelope, Stage], None]
Sleep = Callable[[float], Awaitable[None]]


async def deliver(
    envelopes: Iterable[Envelope] | AsyncIterable[Envelope],
    settings: SmtpSettings,
    on_outcome: OnOutcome,
    *,
    connections: int = 4,
    retries: Retries = Retries(),
    sleep: Sleep = asyncio.sleep,
    on_stage: OnStage | None = None,
) -> None:
    """Send every envelope over a pool of connections, and report the outcome of each once.

    ``envelopes`` is drawn from one at a time, just before sending, so that the caller may claim a
    mail there. ``on_outcome`` is awaited before the connection takes its next message. Once the
    server is known to be out of reach, the rest is reported failed without being tried.

    Args:
        envelopes: the messages; an iterable, or an async one.
        settings: the mail server.
        on_outcome: told what became of each.
        connections: how many at most; no more are opened than there are messages.
        retries: the waits between attempts after a temporary fault before the final dot.
        sleep: how to wait.
        on_stage: called as each message reaches a stage, for tests that end the process there.
    """
    settings = await _ready(settings)
    async with _Source(envelopes) as source:
        pool = _Pool(source, settings, on_outcome, retries, sleep, on_stage)
        ended = await asyncio.gather(
            *(pool.work() for _ in range(max(connections, 1))), return_exceptions=True
        )
        for fault in ended:
            if isinstance(fault, BaseException):
                raise fault
        if source.handed_back:
            await pool.work()


async def _ready(settings: SmtpSettings) -> SmtpSettings:
    """Read the system's certificates once, and find what to call ourselves."""
    context = settings.tls_context
    if context is None and settings.tls != "none":
        context = await asyncio.to_thread(ssl.create_default_context)
    name = settings.local_hostname or socket.gethostname()
    if not settings.local_hostname and not _FULL_NAME.fullmatch(name):
        name = NAMELESS
    return replace(settings, tls_context=context, local_hostname=name)


class _Source:
    """Hands out envelopes to several workers, one at a time."""

    def __init__(self, envelopes: Iterable[Envelope] | AsyncIterable[Envelope]) -> None:
        self._rest = aiter(envelopes) if isinstance(envelopes, AsyncIterable) else _each(envelopes)
        self._lock = asyncio.Lock()
        self._is_over = False
        self.handed_back: deque[Envelope] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        close = getattr(self._rest, "aclose", None)
        if close is not None:
            await close()

    def stop(self) -> None:
        """Hand out nothing more."""
        self._is_over = True
        self.handed_back.clear()

    async def next(self) -> Envelope | None:
        async with self._lock:
            if self.handed_back:
                return self.handed_back.popleft()
            if self._is_over:
                return None
            try:
                return await anext(self._rest)
            except StopAsyncIteration:
                self._is_over = True
                return None


async def _each(envelopes: Iterable[Envelope]) -> AsyncIterator[Envelope]:
    for one in envelopes:
        yield one


class _HandBack(Exception):
    """No connection to be had here, but others have theirs: let them take the message."""


@dataclass(slots=True)
class _Pool:
    """The workers of one delivery, each with a connection of its own."""

    source: _Source
    settings: SmtpSettings
    on_outcome: OnOutcome
    retries: Retries
    sleep: Sleep
    on_stage: OnStage | None
    lines: list[Line] = field(default_factory=list)
    out_of_reach: str = ""

    async def work(self) -> None:
        """Send messages until there are none; if anything of ours fails, all workers stop."""
        line = Line(self.settings, local_hostname=self.settings.local_hostname or NAMELESS)
        self.lines.append(line)
        try:
            while (envelope := await self.source.next()) is not None:
                try:
                    outcome = await self._send(envelope, line)
                except _HandBack:
                    self.source.handed_back.append(envelope)
                    break
                await self.on_outcome(envelope, outcome)
            await line.quit()
        except BaseException:
            self.source.stop()
            raise
        finally:
            line.drop()
            self.lines.remove(line)

    async def _send(self, envelope: Envelope, line: Line) -> Outcome:
        """Try until there is an answer, or no use in trying."""
        try:
            parcel = _Parcel.of(envelope, self.settings.sender)
        except ValueError as error:
            return Outcome("failed", str(error), is_permanent=True)
        waits = iter(self.retries.waits)
        attempts = 0
        while not self.out_of_reach:
            attempts += 1
            was_open = line.is_open
            try:
                if not was_open:
                    await line.open()
                self._reached(envelope, "connected")
                await line.hand_over(
                    parcel.sender,
                    parcel.recipient,
                    parcel.content,
                    lambda stage: self._reached(envelope, stage),
                )
            except NoAnswer as unknown:
                return Outcome("uncertain", str(unknown), attempts)
            except NotTaken as fault:
                if was_open and fault.is_connection and not fault.is_after_dot:
                    continue  # the server tired of this connection: a new one, at once
                wait = self._wait_after(fault, line, waits)
                if wait is None:
                    return Outcome("failed", str(fault), attempts, fault.is_permanent)
                await self.sleep(wait)
            else:
                return Outcome("sent", attempts=attempts)
        return Outcome("failed", self.out_of_reach, attempts)

    def _wait_after(self, fault: NotTaken, line: Line, waits: Iterator[float]) -> float | None:
        """How long to wait before trying again; None where it is not tried again in this run."""
        unreachable = isinstance(fault, Unreachable)
        if unreachable and not fault.is_permanent and self._another_is_open(line):
            raise _HandBack  # a server may allow fewer connections than we would like
        wait = None if fault.is_permanent or fault.is_after_dot else next(waits, None)
        if wait is None and unreachable:
            self.out_of_reach = str(fault)
        return wait

    def _another_is_open(self, line: Line) -> bool:
        return any(one.is_open for one in self.lines if one is not line)

    def _reached(self, envelope: Envelope, stage: Stage) -> None:
        if self.on_stage is not None:
            self.on_stage(envelope, stage)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """An envelope as it goes over the wire: bare addresses and bytes."""

    sender: str
    recipient: str
    content: bytes

    @classmethod
    def of(cls, envelope: Envelope, sender: str) -> _Parcel:
        """The parcel of an envelope; 7-bit unless an address itself goes beyond ASCII.

        Raises:
            ValueError: an address is none.
        """
        addresses = address_of(sender), address_of(envelope.recipient)
        policy = WIRE if "".join(addresses).isascii() else WIRE_UTF8
        return cls(*addresses, envelope.message.as_bytes(policy=policy))
