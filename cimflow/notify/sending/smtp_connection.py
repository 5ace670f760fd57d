"""One connection to a mail server, and on which side of the final dot a fault fell.

A message belongs to the server from the moment at which the server answers the final dot. Until
the dot is written it certainly has not got it; after, only its answer tells. aiosmtplib's own
``data()`` writes message and dot as one and raises the same error on either side, so the commands
are driven one by one here, with nothing but its public methods.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import aiosmtplib
from aiosmtplib import (
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPReadTimeoutError,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from aiosmtplib.protocol import SMTPProtocol

Tls = Literal["none", "starttls", "tls"]
Stage = Literal["connected", "rcpt", "data", "dot", "answered"]

FINAL_DOT = b".\r\n"
GO_AHEAD = 354
CLOSING = 421
QUIT_TIMEOUT = 5.0
LONGEST_ERROR = 300
SHORTEST_WATCH, LONGEST_WATCH = 0.005, 0.1
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server, and how long to wait for it.

    Attributes:
        host: its name, which its certificate must bear.
        port: its port.
        tls: ``tls`` from the first byte; ``starttls`` or no email at all; or ``none``.
        sender: the address that email comes from, with or without a name.
        username: with ``password``, to sign in; empty for none.
        password: never shown, never logged.
        local_hostname: the name given in EHLO; by default this machine's.
        timeout: seconds to wait for a connection or for the answer to a command.
        answer_timeout: seconds to wait for the answer to the final dot; servers scan then.
        tls_context: whom to trust, for tests; by default whom the system trusts.
    """

    host: str
    port: int
    tls: Tls
    sender: str
    username: str = ""
    password: str = ""
    local_hostname: str | None = None
    timeout: float = 30.0
    answer_timeout: float = 120.0
    tls_context: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"SmtpSettings(host={self.host!r}, port={self.port}, tls={self.tls!r})"


class NotTaken(Exception):
    """The server has not got the message: it refused, or the fault came before the final dot.

    Attributes:
        is_permanent: trying again as things are would end the same.
        is_after_dot: it refused by its answer to the final dot.
        is_connection: the connection is gone, or the server is closing it.
    """

    def __init__(self, error: Exception, *, is_after_dot: bool = False) -> None:
        super().__init__(_in_words(error))
        code = error.code if isinstance(error, SMTPResponseException) else 0
        self.is_permanent = _is_permanent(error)
        self.is_after_dot = is_after_dot
        self.is_connection = code == CLOSING or isinstance(error, (OSError, TimeoutError))


class Unreachable(NotTaken):
    """There is no connection, or the server does not let us in: no message will fare better."""


class NoAnswer(Exception):
    """The final dot may have gone out, and no answer that means anything came back."""

    def __init__(self, error: Exception) -> None:
        super().__init__(_in_words(error))


class Line:
    """A connection that many messages go over, one after the other."""

    def __init__(self, settings: SmtpSettings, *, local_hostname: str) -> None:
        self._settings = settings
        self._local_hostname = local_hostname
        self._client: aiosmtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a connection that has not been seen to close."""
        return self._client is not None and self._client.is_connected

    async def open(self) -> None:
        """Connect, secure the connection, sign in. STARTTLS or nothing: never on in the clear.

        Raises:
            Unreachable: any of it failed.
        """
        settings = self._settings
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=self._local_hostname,
            timeout=settings.timeout,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=settings.tls_context,
            username=settings.username or None,
            password=settings.password if settings.username else None,
        )
        try:
            await client.connect()
            if client.is_ehlo_or_helo_needed:
                await client.ehlo()
        except (SMTPException, OSError, ValueError) as error:
            client.close()
            raise Unreachable(error) from error
        self._client = client

    async def hand_over(
        self, sender: str, recipient: str, content: bytes, on_stage: Callable[[Stage], None]
    ) -> None:
        """Hand one message to the server; return when the server has answered that it has it.

        Args:
            sender: the envelope's sender, a bare address.
            recipient: the envelope's recipient, a bare address.
            content: the message with CRLF line ends.
            on_stage: called at each stage, for tests that end the process there.

        Raises:
            NotTaken: the server has not got it.
            NoAnswer: it may or may not have it; the connection is closed.
        """
        try:
            protocol = await self._up_to_the_dot(sender, recipient, content, on_stage)
            # Raises SMTPServerDisconnected only where it has written nothing.
            protocol.write(FINAL_DOT)
        except (SMTPException, OSError, ValueError) as error:
            await self._forget_message(error)
            raise NotTaken(error) from error
        # Nothing is awaited between writing the dot and reading, so no answer can slip by.
        on_stage("dot")
        try:
            answer = await protocol.read_response(timeout=self._settings.answer_timeout)
        except (SMTPException, OSError) as error:
            self.drop()
            raise NoAnswer(error) from error
        on_stage("answered")
        self._judge(answer.code, answer.message)

    def _judge(self, code: int, message: str) -> None:
        """What the answer to the final dot means."""
        error = SMTPDataError(code, message)
        if 400 <= code < 600:
            if code == CLOSING:
                self.drop()
            raise NotTaken(error, is_after_dot=True)
        if not 200 <= code < 300:
            self.drop()
            raise NoAnswer(error)

    async def _up_to_the_dot(
        self, sender: str, recipient: str, content: bytes, on_stage: Callable[[Stage], None]
    ) -> SMTPProtocol:
        client = self._client
        if client is None or not client.is_connected:
            raise SMTPServerDisconnected("not connected")
        options, encoding = [], "ascii"
        if not (sender + recipient).isascii():
            if not client.supports_extension("smtputf8"):
                raise SMTPNotSupported("the server takes no addresses beyond ASCII")
            options, encoding = ["SMTPUTF8"], "utf-8"
        await client.mail(sender, options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
        on_stage("rcpt")
        asked_at = asyncio.get_running_loop().time()
        answer = await client.execute_command(b"DATA")
        if answer.code != GO_AHEAD:
            raise SMTPDataError(answer.code, answer.message)
        round_trip = asyncio.get_running_loop().time() - asked_at
        protocol = client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("connection lost")
        protocol.write(_as_data(content))
        await self._watch(protocol, round_trip)
        on_stage("data")
        return protocol

    async def _watch(self, protocol: SMTPProtocol, round_trip: float) -> None:
        """Give the server time to refuse or hang up before the dot is written.

        Without this pause the dot would follow the message at once, and a server that drops the
        connection while it reads the message would leave us uncertain where we could know better.
        A few round trips, as long as the server took for DATA, are enough to see it.
        """
        loop = asyncio.get_running_loop()
        pause = min(max(3 * round_trip, SHORTEST_WATCH), LONGEST_WATCH)
        give_up_at = loop.time() + self._settings.timeout
        while True:
            try:
                early = await protocol.read_response(timeout=pause)
            except SMTPReadTimeoutError:
                transport = protocol.transport
                if not isinstance(transport, asyncio.WriteTransport):
                    raise SMTPServerDisconnected("connection lost") from None
                if transport.get_write_buffer_size() == 0:
                    return  # all of it is on its way, and the server has nothing to say
                if loop.time() > give_up_at:
                    raise
            else:
                self.drop()  # it still reads what follows as part of the message
                raise SMTPDataError(early.code, early.message)

    async def _forget_message(self, error: Exception) -> None:
        """After a refusal the server still holds half a message; a broken line is dropped."""
        refused = isinstance(error, SMTPResponseException) and 400 <= error.code < 600
        if not refused or self._client is None:
            self.drop()
            return
        try:
            await self._client.rset()
        except (SMTPException, OSError):
            self.drop()

    async def quit(self) -> None:
        """Take leave politely; whether the server answers does not matter."""
        if self._client is not None and self.is_open:
            with contextlib.suppress(SMTPException, OSError):
                await self._client.quit(timeout=QUIT_TIMEOUT)
        self.drop()

    def drop(self) -> None:
        """Close the connection without a word."""
        if self._client is not None:
            self._client.close()
            self._client = None


def _as_data(content: bytes) -> bytes:
    """The message as it stands between DATA and the final dot (RFC 5321, 4.5.2)."""
    ended = content if content.endswith(b"\r\n") else content + b"\r\n"
    return _LEADING_DOT.sub(b"..", ended)


def _is_permanent(error: Exception) -> bool:
    """Whether the same attempt would end the same: a 5xx, a wrong certificate, a bad address."""
    if isinstance(error, SMTPResponseException):
        return 500 <= error.code < 600
    if any(isinstance(one, ssl.SSLCertVerificationError) for one in (error, error.__cause__)):
        return True
    # What is left of SMTPException is "the server cannot do that": STARTTLS, AUTH, SMTPUTF8.
    return not isinstance(error, (SMTPConnectError, OSError, TimeoutError))


def _in_words(error: Exception) -> str:
    if isinstance(error, SMTPResponseException) and error.code > 0:
        text = f"{error.code} {error.message}"
    else:
        text = str(getattr(error, "message", "") or error) or type(error).__name__
    return " ".join(text.split())[:LONGEST_ERROR]
