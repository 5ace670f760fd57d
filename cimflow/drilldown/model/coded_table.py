"""A table of text whose columns are coded: few different values, many rows that point at them.

A file of 850,000 students has some thousands of different cells. What a cell means is asked once
for each different value; every later step works on whole arrays of numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cimflow.intake.errors import IntakeError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CodedColumn:
    """``values[codes[i]]`` is the text of row i, blanks cut from its ends."""

    codes: Ints
    values: tuple[str, ...]

    def texts(self) -> NDArray[np.object_]:
        """The text of every row."""
        return np.array(self.values, dtype=object)[self.codes]

    def is_blank(self) -> Flags:
        """Which rows have nothing in this column."""
        if "" not in self.values:
            return np.zeros(len(self.codes), dtype=bool)
        blank: Flags = self.codes == self.values.index("")
        return blank

    def told(self, meaning: Callable[[str], Any], dtype: Any) -> NDArray[Any]:
        """What every row means, asked once for each different value."""
        return np.array([meaning(one) for one in self.values], dtype=dtype)[self.codes]


@dataclass(frozen=True, slots=True)
class Origins:
    """Where each cell of a column comes from, in a table that was joined from several files."""

    files: tuple[str, ...]
    file: Ints
    number: Ints


@dataclass(frozen=True, slots=True)
class CodedTable:
    """The wanted columns of one file, by the name we know them by.

    ``numbers``: the number that a spreadsheet shows for each row. ``unknown``: columns that nobody
    asked for. ``misfits``: rows that do not fit under the header, left out; ``more_misfits``: how
    many more of them there are.
    """

    file: str
    columns: Mapping[str, CodedColumn]
    numbers: Ints
    unknown: tuple[str, ...] = ()
    misfits: tuple[IntakeError, ...] = ()
    more_misfits: int = 0
    reports: tuple[str, ...] = ()
    """The reports that it was joined from, as ``config/drilldown.toml`` calls them."""
    origins: Mapping[str, Origins] = field(default_factory=dict)
    """By column, for a table that was joined; none where all cells of a row stand in one row."""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.numbers)

    def column(self, name: str) -> CodedColumn:
        """A column; one that the file does not have is empty in every row."""
        found = self.columns.get(name)
        return found if found is not None else blank_column(self.rows)

    def origin(self, name: str) -> Origins:
        """Where the cells of a column come from."""
        found = self.origins.get(name)
        if found is not None:
            return found
        return Origins((self.file,), np.zeros(self.rows, dtype=np.int64), self.numbers)

    def where(self, name: str, rows: Flags) -> Iterator[tuple[str, Ints]]:
        """File by file the numbers of the rows in which these cells stand, each once."""
        if name not in self.origins:
            yield self.file, self.numbers[rows]
            return
        origin = self.origins[name]
        for at, file in enumerate(origin.files):
            yield file, np.unique(origin.number[rows & (origin.file == at)])


def coded(texts: Sequence[str]) -> CodedColumn:
    """A column of these texts."""
    places = {one: at for at, one in enumerate(dict.fromkeys(texts))}
    codes = np.array([places[one] for one in texts], dtype=np.int64)
    return CodedColumn(codes, tuple(places) or ("",))


def blank_column(rows: int) -> CodedColumn:
    """A column with nothing in it."""
    return CodedColumn(np.zeros(rows, dtype=np.int64), ("",))


@dataclass(slots=True)
class Problems:
    """What is wrong in the files, counted; the first rows of each kind by number.

    A message never holds what is in a cell: a shifted column may hold who a student is.
    """

    counts: dict[tuple[str, str | None, str], int] = field(default_factory=dict)
    first: dict[tuple[str, str | None, str], list[int]] = field(default_factory=dict)
    named_rows: int = 1000

    def add(self, file: str, field_: str | None, message: str, rows: Ints) -> None:
        """Note that these rows of a file have this problem."""
        if not len(rows):
            return
        key = (file, field_, message)
        self.counts[key] = self.counts.get(key, 0) + len(rows)
        named = self.first.setdefault(key, [])
        named.extend(int(one) for one in rows[: self.named_rows - len(named)])

    def add_to_file(self, file: str, field_: str | None, message: str) -> None:
        """Note what is wrong with a file as a whole."""
        key = (file, field_, message)
        self.counts[key] = self.counts.get(key, 0) + 1
        self.first.setdefault(key, [])

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())

    def errors(self) -> list[IntakeError]:
        """Each problem of each row that is named, in the order of the file."""
        found = [
            IntakeError(file, row, field_, message)
            for (file, field_, message), rows in self.first.items()
            for row in rows
        ]
        found += [
            IntakeError(file, None, field_, message)
            for (file, field_, message), rows in self.first.items()
            if not rows
        ]
        return sorted(found, key=lambda one: (one.file, one.row or 0, one.field or "", one.message))

    def summary(self) -> list[str]:
        """One line for each kind of problem: how many rows, and the first of them."""
        return [str(one) for one in self.summed()]

    def summed(self) -> list[IntakeError]:
        """One error for each kind of problem: how many rows, and the first of them."""
        lines = []
        for (file, field_, message), count in sorted(
            self.counts.items(), key=lambda one: (one[0][0], one[0][1] or "", one[0][2])
        ):
            rows = sorted(self.first[file, field_, message])[:5]
            named = ", ".join([*map(str, rows), *(["…"] if count > len(rows) else [])])
            more = f" ({count:,} {'row' if count == 1 else 'rows'}: {named})" if rows else ""
            lines.append(IntakeError(file, None, field_, f"{message}{more}"))
        return lines
