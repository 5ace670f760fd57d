"""From the words of an email to the message that goes over the wire."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from cimflow.notify.sending.header_folding import WIRE
from cimflow.notify.writing.mail_values import Addressee, ComposedMail
from cimflow.notify.writing.one_line import one_line
from cimflow.process.escalation.notice import LIVE


def message_id(mode: str, keys: Iterable[Sequence[str]], sender: str) -> str:
    """The Message-ID made from the ledger keys, in whatever order they come.

    An email that is tried again bears the same id, so a receiver that has it can tell.

    Args:
        mode: ``live`` or ``rehearsal:<run>``.
        keys: one sequence per row: process, LEA, activity, rung, anchor, recipient.
        sender: the sender's address, with or without a name; its domain ends the id.
    """
    rows = sorted([*key] for key in keys)
    digest = hashlib.sha256(json.dumps([mode, rows]).encode()).hexdigest()
    return f"<{digest}@{_address('sender', '', sender).domain}>"


def as_message(
    mail: ComposedMail,
    *,
    sender: str,
    recipient: Addressee,
    answer_to: Sequence[Addressee],
    message_id: str,
    date: dt.datetime,
    selpa_code: str,
    selpa_name: str,
    mode: str = LIVE,
) -> EmailMessage:
    """The message with its headers, plain text first and HTML as the alternative.

    Replies go to the SELPA's administrators; to the sender where the email is to one of them alone.
    ``selpa_code`` is empty for an email that is no SELPA's, such as a sign-in link.

    Raises:
        ValueError: a line break or control character in a header, or a wrong address;
            it names the field.
    """
    here = recipient.email.strip().casefold()
    reached = [one for one in answer_to if one.email.strip().casefold() != here]
    own = _address("sender", "", sender)
    message = EmailMessage(policy=WIRE)
    from_name = own.display_name or _name("selpa_name", selpa_name)
    message["From"] = Address(from_name, own.username, own.domain)
    message["To"] = _address("recipient", recipient.name, recipient.email)
    if reached:
        message["Reply-To"] = [_address("answer_to", one.name, one.email) for one in reached]
    message["Subject"] = one_line("subject", mail.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = one_line("message_id", message_id)
    # Said to machines: do not answer with an out-of-office note (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if selpa_code:
        message["List-Id"] = _list_id(selpa_code, selpa_name, own.domain)
    message["X-cimflow-mode"] = one_line("mode", mode)
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def address_of(text: str) -> str:
    """The bare address in ``Name <address>`` or in a bare address.

    Raises:
        ValueError: there is none.
    """
    return _address("address", "", text).addr_spec


def _address(field: str, name: str, text: str) -> Address:
    """An address that fits into a header; a name given inside ``text`` counts where none is."""
    one_line(f"{field}.email", text)
    found_name, found = parseaddr(text.strip())
    username, at, domain = found.rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    # parseaddr forgives blanks by leaving them out: what it found must stand there as it is.
    if not (username and at and domain) or found not in text or any(map(str.isspace, found)):
        raise ValueError(f"{field}.email: {text!r} is not an email address")
    return Address(_name(f"{field}.name", name or found_name), username, domain)


def _name(field: str, name: str) -> str:
    return " ".join(one_line(field, name).split())


def _list_id(selpa_code: str, selpa_name: str, domain: str) -> str:
    """One list per SELPA, so that a mail program can sort by it (RFC 2919)."""
    code = "".join(one for one in one_line("selpa_code", selpa_code) if one.isalnum()) or "selpa"
    name = "".join(one for one in _name("selpa_name", selpa_name) if one not in '<>"\\')
    return f"{name} <{code}.cimflow.{domain}>"
