"""From the words of a mail to the message that goes over the wire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from email.message import EmailMessage

from cimflow.notify.items import LIVE, Addressee, ComposedMail


def message_id(mode: str, keys: Iterable[Sequence[str]], sender: str) -> str:
    """The Message-ID made from the ledger keys, in whatever order they come.

    Args:
        mode: ``live`` or ``rehearsal:<run>``.
        keys: one sequence per row: process, LEA, activity, rung, anchor, recipient.
        sender: the sender's address, with or without a name; its domain ends the id.
    """
    raise NotImplementedError


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

    Raises:
        ValueError: a line break or control character in a header; it names the field.
    """
    raise NotImplementedError
