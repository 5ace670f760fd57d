"""What single cells mean: days, CDS codes, words of a list, email addresses.

Each function takes the text of a cell and raises ValueError with a message for the person.
"""

from __future__ import annotations

import datetime as dt
import re

from cimflow.process.cell_text import day, plain, shown, word
from cimflow.process.definition.process_file import Process

__all__ = ["address", "cds_code", "day", "level", "refuse_far_off", "word"]

CDS_DIGITS = 14
MAX_ADDRESS = 254
MAX_MAILBOX = 64
YEARS_AHEAD = 10
"""A date so long after the start of a process is a typo."""
LOST_ZERO = "lost-zero"
"""The code of an error for which an import has a way out: it can put the zero back."""

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


def level(text: str, process: Process) -> str:
    """A level of the process by its id or title, also written ``Level 3``, ``L3`` or ``3.0``.

    Raises:
        ValueError: the process has no such level.
    """
    bare = re.sub(r"^(?:level|lvl|l)[\s.:_-]*", "", text.strip(), flags=re.IGNORECASE)
    candidates = {plain(one) for one in (text, bare, re.sub(r"\.0+$", "", bare))}
    for one in process.levels:
        if candidates & {plain(one.id), plain(one.title)}:
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
