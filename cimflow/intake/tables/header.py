"""Finding the header: the row whose cells are the names of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

TITLE_ROWS = 30
"""So many rows, titles and blank ones, may stand above the header."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a file: its number and its cells as text. ``problems``: cells without a value."""

    number: int
    cells: tuple[str, ...]
    problems: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether a person sees nothing in this row."""
        return not self.problems and not any(one.strip() for one in self.cells)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns that a table must have, and of those that it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.required, *self.optional))

    def header_of(self, head: Sequence[Line]) -> int | None:
        """Where in the head of a table its header stands: the first row with the most names."""
        known = self.known
        best, most = None, 0
        for at, line in enumerate(head):
            count = len(known.intersection(map(column_name, line.cells)))
            if count > most:
                best, most = at, count
        return best

    def found_in(self, head: Sequence[Line]) -> int:
        """How many of the names stand in the header, if there is one."""
        at = self.header_of(head)
        return (
            len(self.known.intersection(map(column_name, head[at].cells))) if at is not None else 0
        )

    def are_all_in(self, head: Sequence[Line]) -> bool:
        """Whether the header has every required column."""
        at = self.header_of(head)
        return at is not None and set(self.required) <= set(map(column_name, head[at].cells))


def column_name(text: str) -> str:
    """``CDS Code`` and ``cds-code`` are ``cds_code``."""
    return re.sub(r"[\s\ufeff_-]+", "_", text.casefold()).strip("_")


def letters(index: int) -> str:
    """The name that a spreadsheet gives its column: A, B, …, Z, AA."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
