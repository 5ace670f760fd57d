"""Whether ``words.j2`` has words for every kind of notice, before an email needs them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError

from cimflow.notify.writing.mail_values import MailItem, ProcessWords
from cimflow.notify.writing.words import WORDS, Words
from cimflow.process.definition.rung_kinds import RungKind, topics

_DAY = dt.date(2024, 7, 1)


def check_words(templates: Path) -> list[str]:
    """What is missing, in words: the file, the macro, and the kind that it does not know.

    Args:
        templates: the folder of the email templates (``templates/email``).
    """
    file = templates / WORDS
    try:
        words = Words(templates)
    except TemplateError as error:
        return [f"{file}: cannot be read: {error}"]
    found = []
    for kind in topics():
        for sentence, values in _said(kind):
            try:
                said = words.say(sentence, **values)
            except AttributeError:
                found.append(f"{file}: {sentence}: no such macro, and {kind.id!r} is told by it")
            except (TemplateError, TypeError) as error:
                found.append(f"{file}: {sentence}: cannot tell {kind.id!r}: {error}")
            else:
                if not said:
                    found.append(f"{file}: {sentence}: has no words for {kind.id!r}")
    return found


def _said(kind: RungKind) -> Iterator[tuple[str, dict[str, object]]]:
    """Every sentence that an email says of a kind, with what it is given."""
    item = _item(kind)
    yield "phrase", {"topic": kind.id, "n": 1, "item": item, "not_filed": False}
    yield "heading", {"topic": kind.id}
    about = {"first": _DAY, "last": _DAY, "step": 1, "not_filed": False, "more": 0}
    yield "subject", {"lea": "", "topic": kind.id, "n": 1, "item": item, **about}
    yield "subject_count", {"topic": kind.id, "n": 1}
    if kind.sentence:
        yield kind.sentence, {"item": item, "on": _DAY}


def _item(kind: RungKind) -> MailItem:
    return MailItem(
        process=ProcessWords("process", "Process", "Source"),
        lea="99000000000000",
        lea_name="An LEA",
        activity="activity",
        title="An Activity",
        rung=kind.id,
        kind=kind.id,
        role="lea-lead",
        due=_DAY,
        filed_on=_DAY,
    )
