"""What a person typed or attached, made sure of before it goes further."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.intake.uploads.file_kind import MAX_DOCUMENT

LONGEST_TEXT = 5000
_LINES = "\n\t"
_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the browser sent it. Neither its name nor its kind is believed yet."""

    name: str
    data: bytes


def text_of(request: PageRequest, name: str, title: str, *, longest: int = LONGEST_TEXT) -> str:
    """A text of the form, over several lines where it has them.

    Raises:
        BadRequest: it is too long, or holds characters that are no text.
    """
    text = request.sent(name).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > longest:
        raise BadRequest(f"{title}: at most {longest} characters; here are {len(text)}.")
    if any(one not in _LINES and unicodedata.category(one) in _NO_TEXT for one in text):
        raise BadRequest(f"{title}: it holds characters that are no text; type it anew.")
    return text


def needed_day(request: PageRequest, name: str, title: str) -> dt.date:
    """A day of the form on which something has happened.

    Raises:
        BadRequest: it is no day, none was given, or it is still to come.
    """
    day = request.sent_past_day(name, title)
    if day is None:
        raise BadRequest(f"{title}: give the day.", field=name)
    return day


def attached(request: PageRequest, name: str) -> Attached | None:
    """The file of the form; None where none was chosen.

    One byte more than may be kept is read, so that what is too large is known to be so.
    """
    sent = request.form.get(name)
    if not isinstance(sent, UploadFile):
        return None
    with sent.file:
        data = sent.file.read(MAX_DOCUMENT + 1)
    if not sent.filename and not data:
        return None
    return Attached(sent.filename or "document", data)


def number_of(request: PageRequest, name: str) -> int:
    """A whole number that the page itself put into its form.

    Raises:
        BadRequest: it is none.
    """
    text = request.sent(name)
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadRequest("The form could not be read; open the page again and send it once more.")
    return int(text)
