"""What single cells mean: days, CDS codes, levels."""

from __future__ import annotations

import datetime as dt
import re

CDS_DIGITS = 14
ADDRESS = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")
MAX_ADDRESS = 254


def day(text: str) -> dt.date:
    """``2024-07-10``, ``7/10/2024`` or ``7/10/24``.

    Raises:
        ValueError: no such day, in words.
    """
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", text)
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", text)
    try:
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        if american:
            year = int(american[3])
            return dt.date(year + 2000 if year < 100 else year, int(american[1]), int(american[2]))  # noqa: PLR2004
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not a date such as 2024-07-10 or 7/10/2024")


def cds_code(text: str, *, repair: bool) -> str:
    """Fourteen digits; with ``repair`` the leading zeros that a spreadsheet ate are put back.

    Raises:
        ValueError: no such code; where a repair is possible the message proposes it.
    """
    plain = re.sub(r"[\s'\u2019-]", "", text)
    if re.fullmatch(r"[\d.]+[eE]\+?\d+", plain):
        raise ValueError(
            f"{text!r} was turned into a rounded number by a spreadsheet; format the column as"
            " text and enter the code again"
        )
    plain = re.sub(r"\.0$", "", plain)
    if not re.fullmatch(r"[0-9]+", plain):
        raise ValueError(f"{text!r} is not a CDS code of {CDS_DIGITS} digits")
    if len(plain) == CDS_DIGITS:
        return plain
    if len(plain) == CDS_DIGITS - 1:
        repaired = plain.zfill(CDS_DIGITS)
        if repair:
            return repaired
        raise ValueError(
            f"{text!r} has {len(plain)} digits, not {CDS_DIGITS}; if a leading zero was lost it is"
            f" {repaired} (--repair-cds accepts this)"
        )
    raise ValueError(f"{text!r} has {len(plain)} digits; a CDS code has {CDS_DIGITS}")


def level(text: str, levels: tuple[str, ...]) -> str:
    """A level of the process, also where the cell says ``Level 3`` or ``3.0``.

    Raises:
        ValueError: no such level.
    """
    plain = re.sub(r"\.0$", "", re.sub(r"^(level|l)\s*", "", text.strip(), flags=re.IGNORECASE))
    for one in levels:
        if plain.casefold() == one.casefold() or text.casefold() == one.casefold():
            return one
    raise ValueError(f"{text!r} is not one of the levels {', '.join(levels)}")


def address(text: str) -> str:
    """An e-mail address.

    Raises:
        ValueError: it is none.
    """
    if len(text) > MAX_ADDRESS or not ADDRESS.match(text):
        raise ValueError(f"{text!r} is not an e-mail address")
    return text
