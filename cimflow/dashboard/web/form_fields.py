"""The kinds of fields that our forms have, each parsed once; what cannot be is a refusal.

A form is a model: ``class FiledForm(Form): on: NeededPastDay = Field(title="Filed on")``. What a
field says when it cannot be read is a code of ``refusal_words``, as everywhere.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic_core import PydanticCustomError
from starlette.datastructures import UploadFile

from cimflow.intake.uploads.file_kind import MAX_DOCUMENT

LONGEST_TEXT = 5000
_LINES = "\n\t"
_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})


class Form(BaseModel):
    """The fields of one form. What else a browser sends is none of ours."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the browser sent it. Neither its name nor its kind is believed yet."""

    name: str
    data: bytes


def _refuse(code: str, **values: Any) -> PydanticCustomError:
    return PydanticCustomError(code, "refused", values)


def _line(sent: object) -> str:
    return sent.strip() if isinstance(sent, str) else ""


def _text(sent: object) -> str:
    text = _line(sent).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise _refuse("too-long", most=LONGEST_TEXT, number=len(text))
    if any(one not in _LINES and unicodedata.category(one) in _NO_TEXT for one in text):
        raise _refuse("no-text")
    return text


def _day(sent: object) -> dt.date | None:
    text = _line(sent)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _refuse("not-a-day", typed=text) from None


def _past_day(sent: object, info: ValidationInfo) -> dt.date | None:
    """Also where a sample home's clock stands still, which the command line lets pass.

    On a page a later day is a typo, and the person would not find what they just recorded.
    """
    day = _day(sent)
    today: dt.date | None = (info.context or {}).get("today")
    if day is not None and today is not None and day > today:
        raise _refuse("after-today", day=day, today=today)
    return day


def _needed_day(sent: object) -> dt.date:
    day = _day(sent)
    if day is None:
        raise _refuse("needs-a-day")
    return day


def _needed_past_day(sent: object, info: ValidationInfo) -> dt.date:
    day = _past_day(sent, info)
    if day is None:
        raise _refuse("needs-a-day")
    return day


def _number(sent: object) -> int:
    text = _line(sent)
    if not (text.isascii() and text.isdecimal() and len(text) < 13):
        raise _refuse("form-damaged")
    return int(text)


def _attached(sent: object) -> Attached | None:
    """One byte more than may be kept is read, so that what is too large is known to be so."""
    if not isinstance(sent, UploadFile):
        return None
    with sent.file:
        data = sent.file.read(MAX_DOCUMENT + 1)
    if not sent.filename and not data:
        return None
    return Attached(sent.filename or "document", data)


def _texts(sent: object) -> list[str]:
    return [one for one in sent if isinstance(one, str)] if isinstance(sent, list) else []


def _uploads(sent: object) -> list[UploadFile]:
    files = [one for one in sent if isinstance(one, UploadFile)] if isinstance(sent, list) else []
    return [one for one in files if one.filename]


Line = Annotated[str, BeforeValidator(_line)]
"""A text on one line, without the spaces around it; empty where nothing was typed."""
LineIfThere = Annotated[
    str | None, BeforeValidator(lambda sent: None if sent is None else _line(sent))
]
"""The same; None where the form of this person has no such field."""
Text = Annotated[str, BeforeValidator(_text)]
"""A text of several lines, of at most ``LONGEST_TEXT`` characters."""
Day = Annotated[dt.date | None, BeforeValidator(_day)]
"""A day; None where the field is empty."""
PastDay = Annotated[dt.date | None, BeforeValidator(_past_day)]
"""A day on which something has happened, so not after today; None where the field is empty."""
NeededDay = Annotated[dt.date, BeforeValidator(_needed_day)]
"""A day that must be given."""
NeededPastDay = Annotated[dt.date, BeforeValidator(_needed_past_day)]
"""A day on which something has happened, and that must be given."""
Ticked = Annotated[bool, BeforeValidator(lambda sent: _line(sent) == "yes")]
"""A box: checked, or not."""
Number = Annotated[int, BeforeValidator(_number)]
"""A whole number that the page itself put into its form."""
Upload = Annotated[Attached | None, BeforeValidator(_attached)]
"""The file of a form; None where none was chosen."""
Texts = Annotated[list[str], BeforeValidator(_texts)]
"""Every value of a field that may be chosen several times."""
Uploads = Annotated[list[UploadFile], BeforeValidator(_uploads)]
"""Several files, still to be read."""
