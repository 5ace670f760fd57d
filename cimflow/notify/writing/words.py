"""The sentences of the emails, kept in one template file, and how dates and counts are said."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cimflow.notify.writing.one_line import printable

WORDS = "words.j2"
WIDTH = 72
# Not the locale's names: the same mail on every machine.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Words:
    """Says sentences: ``say("due", item=…)`` renders the macro ``due`` of ``words.j2``."""

    def __init__(self, templates: Path) -> None:
        self._macros = environment(templates, escapes=False).get_template(WORDS).module

    def say(self, sentence: str, **values: object) -> str:
        """One sentence on one line, however the template wraps it."""
        return " ".join(printable(str(getattr(self._macros, sentence)(**values))).split())

    def role(self, role: str) -> str:
        """A role in words: ``the superintendent``."""
        return str(self._macros.roles[role])  # type: ignore[attr-defined]


@cache
def environment(templates: Path, *, escapes: bool) -> Environment:
    """The templates of a folder: escaping everything for HTML, nothing for plain text.

    There are two environments so that a sentence can never slip unescaped into the HTML: it is
    rendered as plain text first, and what the HTML layout is given it escapes whole.
    """
    found = Environment(
        loader=FileSystemLoader(templates),
        autoescape=escapes,  # noqa: S701 - plain text is not escaped; HTML always is
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(
        date=long_date, ago=ago, until=until, number=number, listed=listed, fill=fill
    )
    return found


def long_date(day: dt.date) -> str:
    """``Sunday, June 30, 2024``."""
    return f"{_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {day.day}, {day.year}"


def ago(day: dt.date, on: dt.date) -> str:
    """How long ago a day was: ``today``, ``yesterday``, ``11 days ago``."""
    days = (on - day).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def until(day: dt.date, on: dt.date) -> str:
    """How far off a day is: ``today``, ``tomorrow``, ``in 7 days``."""
    days = (day - on).days
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def number(count: int) -> str:
    """Small numbers as words, as a person writes them."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b, and c``; with semicolons where a part has a comma of its own."""
    if len(words) < 2:
        return "".join(words)
    if len(words) == 2:
        return f"{words[0]} {last} {words[1]}"
    mark = "; " if any("," in one for one in words) else ", "
    return f"{mark.join(words[:-1])}{mark}{last} {words[-1]}"


def fill(text: str, first: str = "", rest: str | None = None) -> str:
    """Wrap a paragraph of plain text, with what the first and the other lines begin with.

    Long words, such as addresses of pages, are never broken.
    """
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
