"""How much of a file of cells is read before it is too much.

A file of some kilobytes can keep a reader busy for minutes, and the pages would answer nobody: with
one cell at the far end of every row, or with millions of empty ones. So whatever a reader has to
step over is counted, before the time is spent.
"""

from __future__ import annotations

from dataclasses import dataclass

from cimflow.intake.errors import IntakeErrors

MAX_CELLS = 5_000_000
"""Cells, and the blank places before the last filled cell of a row: 50,000 rows of 100 columns."""
MAX_TAGS = 8_000_000
"""Elements of XML: more than the largest honest workbook that ``zip_contents`` lets through."""


@dataclass(slots=True)
class Allowance:
    """What may still be read; one for all the workbooks of a file, since each adds to the time."""

    cells: int = MAX_CELLS
    tags: int = MAX_TAGS

    def spend_cells(self, cells: int, name: str) -> None:
        """Note that so many places are read.

        Raises:
            IntakeErrors: they are too many.
        """
        self.cells -= cells
        if self.cells < 0:
            raise IntakeErrors.of_file(
                name,
                "has far too many cells, counting to the last filled one in each row;"
                " copy the part you need into a new file",
            )

    def spend_tags(self, content: bytes, name: str) -> None:
        """Note that a part with so much in it is read.

        Raises:
            IntakeErrors: it is too much.
        """
        self.tags -= content.count(b"<") - content.count(b"</")
        if self.tags < 0:
            raise IntakeErrors.of_file(
                name, "is far too large; copy the part you need into a new file"
            )
