"""Reading the cells of a table while collecting every error."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables.cells import LOST_ZERO, LostZero
from cimflow.intake.tables.table import Row, Table

LONGEST_TEXT = 200
LONGEST_NOTE = 5_000
_FAILED_FORMULA = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}

Value = TypeVar("Value")


class Reader:
    """Reads cells; a wrong one becomes an error with its row and field, and reading goes on."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._errors = dict.fromkeys(table.misfits)

    def wrong(self, row: Row, field: str, message: str, *, code: str = "") -> None:
        """Note an error."""
        self._errors[IntakeError(self.table.name, row.number, field, message, code)] = None

    def text(
        self, row: Row, field: str, *, needed: bool = False, longest: int = LONGEST_TEXT
    ) -> str | None:
        """One line of text, empty where the cell is blank; None where it is wrong."""
        value = row.cells.get(field, "")
        problem = row.problems.get(field) or line_problem(value, longest=longest)
        if problem is None and needed and not value:
            problem = "is blank"
        if problem is not None:
            self.wrong(row, field, problem)
            return None
        return value

    def note(self, row: Row, field: str) -> str:
        """Free text; the lines of a cell with several become one."""
        lines = row.cells.get(field, "").split("\n")
        joined = " ".join(filter(None, (" ".join(line.split()) for line in lines)))
        problem = row.problems.get(field) or line_problem(joined, longest=LONGEST_NOTE)
        if problem is not None:
            self.wrong(row, field, problem)
        return joined

    def read(
        self, row: Row, field: str, parse: Callable[[str], Value], *, needed: bool = False
    ) -> Value | None:
        """A cell through a parser that raises ValueError with the message.

        None where the cell is blank or wrong.
        """
        value = self.text(row, field, needed=needed)
        if not value:
            return None
        try:
            return parse(value)
        except ValueError as error:
            code = LOST_ZERO if isinstance(error, LostZero) else ""
            self.wrong(row, field, str(error), code=code)
            return None

    def finish(self) -> None:
        """Raise what was collected, by row.

        Raises:
            IntakeErrors: every error noted.
        """
        if self._errors:
            raise IntakeErrors(sorted(self._errors, key=lambda one: one.row or 0))


def one_line(text: str, *, longest: int = LONGEST_TEXT) -> str:
    """What a person typed into a field of one line, by the rules of a cell.

    Raises:
        ValueError: it is too long, or contains a line break or another unseen character.
    """
    problem = line_problem(text, longest=longest)
    if problem is not None:
        raise ValueError(problem)
    return text


def line_problem(value: str, *, longest: int = LONGEST_TEXT) -> str | None:
    """Why a text is no line that can be kept: too long, or something in it is not seen."""
    if len(value) > longest:
        return f"is longer than {longest} characters"
    for one in value:
        if unicodedata.category(one) in _UNSEEN:
            return (
                "contains a line break"
                if one in "\r\n"
                else f"contains the invisible character U+{ord(one):04X}"
            )
    if _FAILED_FORMULA.fullmatch(value):
        return f"contains a formula that fails ({value})"
    return None
