"""What the text of a cell or a form means: a day, a number, yes or no, a word of a list.

Each function takes what a person typed, and raises ValueError with a message for that person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TypeVar

HUGE = 10**12
"""No count has so many digits; a number that does is a slip."""

Word = TypeVar("Word", bound=str)

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?)?"
_ISO = r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})" + _TIME
_AMERICAN = r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})" + _TIME
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_LONGEST_QUOTE = 60


def shown(text: str) -> str:
    """A value as a message shows it: in quotes, not too long, nothing in it invisible."""
    short = text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
    return repr(short)


def day(text: str) -> dt.date:
    """``2025-01-31``, ``1/31/2025`` or ``1/31/25`` (this century); a time of day is skipped.

    Raises:
        ValueError: there is no such day.
    """
    iso = re.fullmatch(_ISO, text, re.ASCII | re.IGNORECASE)
    american = re.fullmatch(_AMERICAN, text, re.ASCII | re.IGNORECASE)
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if american:
            year = int(american[3])
            return dt.date(year if year > 99 else 2000 + year, int(american[1]), int(american[2]))
    except ValueError:
        pass
    hint = ""
    if re.fullmatch(r"\d{5}", text, re.ASCII):
        hint = " (a spreadsheet's day number? format the column as a date)"
    raise ValueError(f"{shown(text)} is not a date such as 2025-01-31 or 1/31/2025{hint}")


def whole_number(text: str) -> int:
    """``12``, also as a spreadsheet may give it: ``12.0``.

    Raises:
        ValueError: it is not a whole number, or has too many digits.
    """
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.0*)?", text, re.ASCII):
        raise ValueError(f"{shown(text)} is not a whole number such as 12")
    return int(text.split(".", maxsplit=1)[0])


def number(text: str) -> float:
    """``0.25``.

    Raises:
        ValueError: it is not a number, or has too many digits.
    """
    try:
        value = float(text)
    except ValueError:
        value = HUGE
    if not abs(value) < HUGE or "_" in text:
        raise ValueError(f"{shown(text)} is not a number such as 0.25")
    return int(value) if re.fullmatch(r"[+-]?\d+", text, re.ASCII) else value


def yes_or_no(text: str) -> bool:
    """``yes`` and ``no``, in whatever case, by their first letter, and as a program writes them.

    Raises:
        ValueError: it is neither.
    """
    answer = text.casefold()
    if answer in _YES:
        return True
    if answer in _NO:
        return False
    raise ValueError(f"{shown(text)} is not yes or no")


def word(text: str, words: Iterable[Word]) -> Word:
    """One of a list of words, in whatever case; spaces, hyphens and underscores are alike.

    Raises:
        ValueError: it is none of them.
    """
    choices = tuple(words)
    for one in choices:
        if plain(text) == plain(one):
            return one
    raise ValueError(f"{shown(text)} is not one of {', '.join(choices)}")


def plain(text: str) -> str:
    """A word by which it is compared: case, spaces, hyphens and underscores do not count."""
    return re.sub(r"[\s_-]+", "-", text.strip().casefold())
