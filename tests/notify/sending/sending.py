"""What the tests of sending share: a message to send, and a way to note what became of it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

import trustme

from cimflow.notify.sending.smtp_delivery import (
    Envelope,
    Outcome,
    Retries,
    SmtpSettings,
    Stage,
    deliver,
)
from tests.smtp_server import SmtpServer

TWICE = Retries((1.0, 5.0))
SENDER = "cimflow@valley-selpa.example.org"


def settings_for(server: SmtpServer, **others: object) -> SmtpSettings:
    values: dict[str, object] = {
        "host": server.host,
        "port": server.port,
        "tls": "none",
        "sender": SENDER,
        "timeout": 2.0,
        "answer_timeout": 2.0,
        "local_hostname": "office.example.org",
    }
    return SmtpSettings(**{**values, **others})  # type: ignore[arg-type]


def envelope(number: int = 1, recipient: str = "", body: str = "Hello.\n") -> Envelope:
    to = recipient or f"person{number}@example.org"
    message = EmailMessage()
    message["From"] = SENDER
    message["To"] = to
    message["Subject"] = f"Number {number}"
    message["Message-ID"] = f"<number-{number}@valley-selpa.example.org>"
    message.set_content(body)
    return Envelope(number, to, message)


@dataclass
class Sent:
    """The outcomes in the order in which they were told, the waits, and the stages."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)
    stages: list[tuple[int, Stage]] = field(default_factory=list)

    async def note(self, envelope: Envelope, outcome: Outcome) -> None:
        assert envelope.mail_id not in self.outcomes, "told twice"
        self.outcomes[envelope.mail_id] = outcome

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    def reached(self, envelope: Envelope, stage: Stage) -> None:
        self.stages.append((envelope.mail_id, stage))


async def send(
    settings: SmtpSettings,
    envelopes: Sequence[Envelope],
    *,
    connections: int = 1,
    retries: Retries = TWICE,
) -> Sent:
    sent = Sent()
    await deliver(
        envelopes,
        settings,
        sent.note,
        connections=connections,
        retries=retries,
        sleep=sent.wait,
        on_stage=sent.reached,
    )
    return sent


def certificates(name: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a throwaway certificate for a name, and a client's that trusts it."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client
