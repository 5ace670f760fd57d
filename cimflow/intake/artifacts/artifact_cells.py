"""The value of an artifact's field as a cell of a workbook, and back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from cimflow.intake.errors import shown
from cimflow.intake.tables import cells
from cimflow.process.definition.process_file import FieldDefinition

FORM: Mapping[str, str] = {
    "text": "text",
    "email": "an email address",
    "date": "a date, such as 2025-01-31 or 1/31/2025",
    "whole-number": "a whole number, such as 12",
    "number": "a number, such as 0.25",
    "yes-no": "yes or no",
    "choice": "one of",
    "choices": "any of these, one on each line of the cell or separated by semicolons",
    "texts": "one or more texts, one on each line of the cell (Alt+Enter)",
    "references": "one or more ids, one on each line of the cell or separated by semicolons",
}
"""What to write into the cell of a simple field, by its kind."""

_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_LONGEST_CELL = 32_767
_HUGE = 10**12


def cell_of(one: FieldDefinition, value: Any) -> str | float | dt.date | None:
    """What to write for a value.

    Raises:
        ValueError: it is longer than a cell.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = "\n".join(" ".join(str(text).split("\n")) for text in value)
    if one.kind == "date" and isinstance(value, str):
        value = dt.date.fromisoformat(value) if value.strip() else None
    if isinstance(value, str) and len(value) > _LONGEST_CELL:
        raise ValueError(f"{one.id}: is longer than a workbook cell allows")
    written: str | float | dt.date | None = value
    return written


def value_of(one: FieldDefinition, text: str) -> Any:
    """What the text of a cell means for a field.

    Raises:
        ValueError: it is no value of this kind.
    """
    plain = text.strip()
    match one.kind:
        case "date":
            return cells.day(plain)
        case "whole-number":
            return _whole_number(plain)
        case "number":
            return _number(plain)
        case "yes-no":
            return _yes_no(plain)
        case "choice":
            return cells.word(plain, one.choices)
        case "choices":
            return [cells.word(part, one.choices) for part in _parts(plain, r"[\n;]")]
        case "references":
            return _parts(plain, r"[\n;]")
        case "texts":
            return _parts(plain, r"\n")
        case "email":
            return plain
    return text


def _parts(text: str, between: str) -> list[str]:
    return [part.strip() for part in re.split(between, text) if part.strip()]


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,12}(?:\.0*)?", text, re.ASCII):
        raise ValueError(f"{shown(text)} is not a whole number such as 12")
    return int(text.split(".", maxsplit=1)[0])


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = _HUGE
    if not abs(value) < _HUGE or "_" in text:
        raise ValueError(f"{shown(text)} is not a number such as 0.25")
    return int(value) if re.fullmatch(r"[+-]?\d+", text, re.ASCII) else value


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"{shown(text)} is not yes or no")
