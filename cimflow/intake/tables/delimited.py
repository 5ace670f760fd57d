"""CSV and its relatives: the delimiter is the one under which the header reads best."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables.header import TITLE_ROWS, Columns, Line

DELIMITERS = (",", "\t", "|", "^", ";")
_NOT_CLOSED = "a quotation mark opens here and never closes"
_NOT_DOUBLED = "a quotation mark inside a quoted cell must be written twice"


def read_delimited(text: str, name: str, columns: Columns) -> Iterator[Line]:
    """The records of a text, numbered as a spreadsheet that opens it numbers its rows.

    A record whose quoted cell runs over several lines is one row, and a blank line is a row too.

    Raises:
        IntakeErrors: the quotation marks do not close.
    """
    delimiter = max(DELIMITERS, key=lambda one: columns.found_in(_head(text, one)))
    number = 0
    try:
        for number, cells in enumerate(_records(text, delimiter), start=1):
            yield Line(number, tuple(cells))
    except csv.Error as error:
        message = _in_words(str(error))
        raise IntakeErrors([IntakeError(name, number + 1, None, message)]) from None


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    # strict: otherwise a quotation mark that never closes swallows the rows after it in silence.
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _head(text: str, delimiter: str) -> list[Line]:
    head: list[Line] = []
    try:
        for cells in islice(_records(text, delimiter), TITLE_ROWS + 1):
            head.append(Line(len(head) + 1, tuple(cells)))
    except csv.Error:
        pass  # under a wrong delimiter the quotation marks may not close either
    return head


def _in_words(error: str) -> str:
    if "unexpected end of data" in error:
        return _NOT_CLOSED
    if "expected after" in error:
        return _NOT_DOUBLED
    return f"cannot be read: {error}"
