"""Names, titles and addresses stand on one line: nothing in them can begin another header.

CR and LF are refused at import already; here they are refused again, at the border, together with
everything else that some software takes for a line break.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from cimflow.notify.writing.mail_values import DigestHead, Letter, MailItem

_LINE_ENDS = frozenset("\u2028\u2029")


def one_line(field: str, value: str) -> str:
    """The value, if it stands on one line and can be written as UTF-8.

    Raises:
        ValueError: it contains a line break or another control character; it names the field.
    """
    for mark in value:
        if mark in _LINE_ENDS or (unicodedata.category(mark) in {"Cc", "Cs"} and mark != "\t"):
            raise ValueError(
                f"{field}: {value!r} contains a line break or control character, U+{ord(mark):04X}"
            )
    return value


def printable(text: str) -> str:
    """What a person wrote, without control characters: they would be noise in an email.

    Names are refused instead; a note is not worth losing a notice over.
    """
    if text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\n\t" else mark
        for mark in text
    )


def check_letter(letter: Letter) -> None:
    """Refuse a letter that says nothing, or whose names could break out of their line.

    Raises:
        ValueError: naming the field.
    """
    if not letter.items and not letter.digests:
        raise ValueError("items: a letter without items or digests has nothing to say")
    if letter.base_url and not letter.base_url.startswith(("http://", "https://")):
        raise ValueError(f"base_url: {letter.base_url!r} begins with neither http:// nor https://")
    for field, value in _names(letter):
        one_line(field, value)


def _names(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "recipient.name", letter.recipient.name
    yield "recipient.email", letter.recipient.email
    yield "selpa_code", letter.selpa_code
    yield "selpa_name", letter.selpa_name
    yield "base_url", letter.base_url
    yield "zone", letter.zone
    for one in letter.answer_to:
        yield "answer_to.name", one.name
        yield "answer_to.email", one.email
    for item in letter.items:
        yield from _names_of_item(item)
    for digest in letter.digests:
        yield from _names_of_digest(digest)


def _names_of_item(item: MailItem) -> Iterator[tuple[str, str]]:
    yield "process.title", item.process.title
    yield "lea", item.lea
    yield "lea_name", item.lea_name
    yield "activity", item.activity
    yield "title", item.title
    yield "lead_name", item.lead_name
    yield "receiver", item.receiver
    yield "granted_by", item.granted_by
    yield "fact", item.fact
    yield "fact_title", item.fact_title
    for root in item.roots:
        yield "roots.title", root.title
    for title in item.waits_below:
        yield "waits_below", title
    for value in item.fact_values:
        yield "fact_values", value


def _names_of_digest(digest: DigestHead) -> Iterator[tuple[str, str]]:
    yield "process.title", digest.process.title
    for lea in digest.leas:
        yield "digest.leas.name", lea.name
    for due in digest.due_next:
        yield "digest.due_next.title", due.title
    for problem in digest.problems:
        yield "digest.problems", problem
