"""Handing messages to a mail server, and knowing for each what became of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

Tls = Literal["none", "starttls", "tls"]
Stage = Literal["connected", "rcpt", "data", "dot", "answered"]
OutcomeState = Literal["sent", "failed", "uncertain"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server. ``tls_context`` is for tests; without one, the system's trust is used."""

    host: str
    port: int
    tls: Tls
    sender: str
    username: str = ""
    password: str = ""
    local_hostname: str | None = None
    timeout: float = 30.0
    tls_context: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way: ``mail_id`` is the caller's, handed back with the outcome."""

    mail_id: int
    recipient: str
    message: EmailMessage


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message: ``sent`` (the server answered that it has it), ``failed`` (it does
    not have it), ``uncertain`` (the final dot may have gone out, and no answer came).

    ``is_permanent``: the server said 5xx; trying again tomorrow will hardly help.
    """

    state: OutcomeState
    error: str = ""
    attempts: int = 1
    is_permanent: bool = False


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a fault before the final dot is tried again: after ``waits`` seconds each."""

    waits: tuple[float, ...] = (1.0, 5.0, 15.0)


async def deliver(
    envelopes: Iterable[Envelope] | AsyncIterable[Envelope],
    settings: SmtpSettings,
    on_outcome: Callable[[Envelope, Outcome], Awaitable[None]],
    *,
    connections: int = 4,
    retries: Retries = Retries(),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    on_stage: Callable[[Envelope, Stage], None] | None = None,
) -> None:
    """Send every envelope over a pool of connections, and report the outcome of each.

    ``on_outcome`` is awaited before the connection takes its next message.

    ``envelopes`` may be a generator, or an async iterable: it is pulled one at a time, just before
    sending, so that the caller may claim a mail in it.
    """
    raise NotImplementedError
