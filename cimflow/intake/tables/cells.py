"""What single cells mean: days, CDS codes, words of a list, email addresses.

Each function takes the text of a cell and raises ValueError with a message for the person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import TypeVar

from cimflow.intake.errors import shown
from cimflow.process.definition.process_file import Process

CDS_DIGITS = 14
MAX_ADDRESS = 254
MAX_MAILBOX = 64
YEARS_AHEAD = 10
"""A date so long after the start of a process is a typo."""
LOST_ZERO = "lost-zero"
"""The code of an error for which an import has a way out: it can put the zero back."""

Word = TypeVar("Word", bound=str)

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AP]M)?)?"
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})" + _TIME, re.ASCII | re.IGNORECASE)
_AMERICAN = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})" + _TIME, re.ASCII | re.IGNORECASE)
_ROUNDED = re.compile(r"\d+(?:\.\d*)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_WORD}(?:\.{_WORD})*)@(?:{_LABEL}\.)+(?:[A-Za-z]{{2,63}}|xn--{_LABEL})")


class LostZero(ValueError):
    """A CDS code of 13 digits, as a spreadsheet leaves it; ``repaired`` has its zero again."""

    def __init__(self, text: str, repaired: str) -> None:
        self.repaired = repaired
        count = _digits(text, CDS_DIGITS - 1)
        super().__init__(
            f"{count}. A spreadsheet may have removed a leading zero: if so, it is {repaired}"
        )


def day(text: str) -> dt.date:
    """``2025-01-31``, ``1/31/2025`` or ``1/31/25`` (this century); a time of day is skipped.

    Raises:
        ValueError: there is no such day.
    """
    iso, american = _ISO.fullmatch(text), _AMERICAN.fullmatch(text)
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


def refuse_far_off(on: dt.date, process: Process, *, years_before: int = 0) -> None:
    """Make sure that a day can belong to a process.

    Raises:
        ValueError: it is before the start (less ``years_before``), or many years after it.
    """
    start = process.start
    if on < start - dt.timedelta(days=366 * years_before):
        before = "before" if not years_before else "long before"
        raise ValueError(f"{on} is {before} the start of {process.id}, {start}")
    if on.year > start.year + YEARS_AHEAD:
        raise ValueError(f"{on} is years after the start of {process.id}, {start}; is it a typo?")


def cds_code(text: str, *, repair: bool) -> str:
    """Fourteen digits; with ``repair`` the leading zero that a spreadsheet removed is put back.

    Raises:
        LostZero: a repair is possible.
        ValueError: it is no CDS code.
    """
    plain = re.sub("[\\s'\u2019\u2018`\u2010-\u2015\u200b-]", "", text)
    plain = re.sub(r'^="?([^"]*)"?$', r"\1", plain)  # ="011…" keeps a zero in Excel's CSV
    if _ROUNDED.fullmatch(plain):
        raise ValueError(
            f"{shown(text)}: a spreadsheet rounded the code and its last digits are lost;"
            " format the column as text and enter the codes again"
        )
    digits = re.sub(r"\.0*$", "", plain)
    if not re.fullmatch(r"[0-9]+", digits):
        raise ValueError(f"{shown(text)} is not a CDS code of {CDS_DIGITS} digits")
    if len(digits) == CDS_DIGITS:
        return digits
    if len(digits) != CDS_DIGITS - 1:
        # No county's number begins with two zeros: more than one missing digit is not a lost zero.
        raise ValueError(_digits(text, len(digits)))
    repaired = digits.zfill(CDS_DIGITS)
    if repair:
        return repaired
    raise LostZero(text, repaired)


def word(text: str, words: Iterable[Word]) -> Word:
    """One of a list of words, in whatever case; spaces, hyphens and underscores are alike.

    Raises:
        ValueError: it is none of them.
    """
    choices = tuple(words)
    for one in choices:
        if _plain(text) == _plain(one):
            return one
    raise ValueError(f"{shown(text)} is not one of {', '.join(choices)}")


def level(text: str, process: Process) -> str:
    """A level of the process by its id or title, also written ``Level 3``, ``L3`` or ``3.0``.

    Raises:
        ValueError: the process has no such level.
    """
    bare = re.sub(r"^(?:level|lvl|l)[\s.:_-]*", "", text.strip(), flags=re.IGNORECASE)
    candidates = {_plain(one) for one in (text, bare, re.sub(r"\.0+$", "", bare))}
    for one in process.levels:
        if candidates & {_plain(one.id), _plain(one.title)}:
            return one.id
    levels = ", ".join(process.level_by_id)
    raise ValueError(f"{shown(text)} is not one of the levels {levels} of {process.id}")


def address(text: str) -> str:
    """One email address.

    Raises:
        ValueError: it is none, or more than one, or stands beside a name.
    """
    hint = ""
    if text.count("@") > 1 or re.search(r"[;,]", text):
        hint = "; use one row for each address"
    elif re.search(r"[<>:\"()]", text):
        hint = "; give the address only, without a name"
    elif len(text) > MAX_ADDRESS:
        hint = f"; it is longer than {MAX_ADDRESS} characters"
    found = _ADDRESS.fullmatch(text)
    if hint or found is None or len(found[1]) > MAX_MAILBOX:
        raise ValueError(f"{shown(text)} is not an email address{hint}")
    return text


def _digits(text: str, number: int) -> str:
    return f"{shown(text)} has {number} digits; a CDS code has {CDS_DIGITS}"


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", "-", text.strip().casefold())
