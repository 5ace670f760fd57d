"""Errors that name file, row and field, all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeError:
    """One error: the file, the row as the spreadsheet numbers it, the column, what is wrong."""

    file: str
    row: int | None
    field: str | None
    message: str

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row is not None else ""
        field = f", {self.field}" if self.field is not None else ""
        return f"{self.file}{row}{field}: {self.message}"


class IntakeErrors(Exception):
    """Every error of a file; nothing of it is taken."""

    def __init__(self, errors: Sequence[IntakeError]) -> None:
        super().__init__("; ".join(str(one) for one in errors))
        self.errors = tuple(errors)
