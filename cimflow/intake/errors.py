"""Errors that name file, row and field, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cimflow.process.cell_text import shown

__all__ = ["IntakeError", "IntakeErrors", "shown"]


@dataclass(frozen=True, slots=True)
class IntakeError:
    """One error: the file, the row as the spreadsheet numbers it, the column, what is wrong.

    ``code`` is given where there is a way out that a command and a page each name in its own words.
    """

    file: str
    row: int | None
    field: str | None
    message: str
    code: str = ""

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row is not None else ""
        field = f", {self.field}" if self.field is not None else ""
        return _one_line(f"{self.file}{row}{field}: {self.message}")


class IntakeErrors(Exception):
    """Every error of a file; nothing of it is taken."""

    def __init__(self, errors: Sequence[IntakeError]) -> None:
        super().__init__("; ".join(str(one) for one in errors))
        self.errors = tuple(errors)

    @classmethod
    def of_file(cls, name: str, message: str) -> IntakeErrors:
        """The one error that concerns a whole file."""
        return cls([IntakeError(name, None, None, message)])


def _one_line(text: str) -> str:
    """A file name or a cell may hold what moves a terminal's cursor; an error line may not."""
    return "".join(one if one.isprintable() else " " for one in text)
