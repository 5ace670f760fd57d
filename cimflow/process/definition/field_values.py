"""What the kinds of fields do with one value: take it, write it, say it, judge it.

``field_kinds`` puts these together into one row for each kind. A field with several values asks
for each by itself. What cannot be taken raises ValueError with a message for the person. There are
words for any value on record: it may be older than what the process file says now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from cimflow.process.cell_text import HUGE

if TYPE_CHECKING:
    from cimflow.process.definition.artifact_fields import FieldDefinition

Accept = Callable[["FieldDefinition", Any], Any]
"""A value as TOML or JSON brings it, to the value that is recorded; None where it is blank."""
Wrong = tuple[str, str]
"""The code of a finding, and its message."""
Judge = Callable[["FieldDefinition", Any], Iterator[Wrong]]
"""What is wrong with a value that could be recorded; it is not blank."""


class NotAccepted(ValueError):
    """A value that cannot be recorded, with what it must be."""


# -------------------------------------------------------------------------------- what is accepted


def accept_text(_field: FieldDefinition, value: Any) -> str:
    """JSON can write half of a character, and a character of no text; no database keeps them."""
    if not isinstance(value, str):
        raise NotAccepted("must be text")
    if "\x00" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        raise NotAccepted("contains an invalid character")
    return value


def accept_date(_field: FieldDefinition, value: Any) -> dt.date | None:
    """TOML brings dates, JSON brings text; a date with a time of day is neither."""
    if isinstance(value, dt.datetime):
        raise NotAccepted("must be a date without a time of day, such as 2024-07-10")
    if is_blank(value):
        return None
    if isinstance(value, str):
        return _iso_date(value)
    if isinstance(value, dt.date):
        return value
    raise NotAccepted("must be a date, such as 2024-07-10")


def _iso_date(text: str) -> dt.date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        try:
            return dt.date.fromisoformat(text.strip())
        except ValueError:
            pass
    raise NotAccepted(f"{text!r} is not a date in the form 2024-07-10")


def accept_number(_field: FieldDefinition, value: Any) -> float | None:
    """TOML can also write infinite, "not a number", and more digits than any count has."""
    if is_blank(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < HUGE:
        raise NotAccepted("must be a number")
    return value


def accept_whole_number(field: FieldDefinition, value: Any) -> int | None:
    """A number without a fraction, and without a decimal point."""
    found = accept_number(field, value)
    if isinstance(found, float):
        raise NotAccepted("must be a whole number")
    return found


def accept_yes_no(_field: FieldDefinition, value: Any) -> bool | None:
    """True or false."""
    if is_blank(value):
        return None
    if not isinstance(value, bool):
        raise NotAccepted("must be yes or no: true or false, without quotes")
    return value


def accept_choice(field: FieldDefinition, value: Any) -> str | None:
    """A word of the field's list, or nothing."""
    return None if is_blank(value) else accept_word(field, value)


def accept_word(field: FieldDefinition, value: Any) -> str:
    """A word of the field's list, exactly as it stands there."""
    if isinstance(value, str) and value in field.choices:
        return value
    *others, last = map(repr, field.choices)
    words = f"{', '.join(others)} or {last}" if others else last
    raise NotAccepted(f"{value!r} is not one of {words}")


def is_blank(value: Any) -> bool:
    """Whether a text has nothing in it."""
    return isinstance(value, str) and not value.strip()


# ------------------------------------------------------------------------------ in a cell, in words


def as_cell(value: Any) -> Any:
    """What a workbook shows for a value: itself, or yes and no."""
    return answer_in_words(value) if isinstance(value, bool) else value


def day_as_cell(value: Any) -> Any:
    """A day on record is ISO text; a cell has the day itself."""
    if is_blank(value):
        return None
    return dt.date.fromisoformat(value) if isinstance(value, str) else as_cell(value)


def plain_words(value: Any) -> str:
    """A value as a person reads it, where its kind says no more."""
    return answer_in_words(value) if isinstance(value, bool) else str(value)


def words_of_choice(value: Any) -> str:
    """``site-administrator`` is read as ``site administrator``."""
    return plain_words(value).replace("-", " ")


def day_or_words(value: Any) -> dt.date | str:
    """The day, for the page to write in its own way; what is not a day, as it is."""
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return plain_words(value)


def answer_in_words(value: bool) -> str:
    """``yes`` or ``no``."""
    return "yes" if value else "no"


# ---------------------------------------------------------------------------------- what is judged


def nothing_wrong(_field: FieldDefinition, _value: Any) -> Iterator[Wrong]:
    """Whatever could be recorded is as good."""
    return iter(())


def judge_number(field: FieldDefinition, value: Any) -> Iterator[Wrong]:
    """Within the field's bounds."""
    too_low = field.minimum is not None and value < field.minimum
    too_high = field.maximum is not None and value > field.maximum
    if too_low or too_high:
        low = "" if field.minimum is None else f" at least {field.minimum:g}"
        high = "" if field.maximum is None else f" at most {field.maximum:g}"
        both = " and".join(part for part in (low, high) if part)
        yield "out-of-range", f"{field.name} is {value}; it must be{both}"


def judge_yes_no(field: FieldDefinition, value: Any) -> Iterator[Wrong]:
    """The one answer that is acceptable, where there is only one."""
    if field.must_be is not None and value is not field.must_be:
        yield "not-confirmed", f"{field.name}: the answer must be {answer_in_words(field.must_be)}"


def judge_email(_field: FieldDefinition, value: Any) -> Iterator[Wrong]:
    """It looks like an address."""
    if not re.match(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", value.strip()):
        yield "malformed-address", f"{value!r} is not an email address"
