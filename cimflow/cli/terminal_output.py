"""Lines and tables for a terminal or a file: columns as wide as they need, colors where they show.

Rich does all this and more, and takes a fifth of the time that ``cimflow status`` may; what is
printed at every start is written with this.
"""

from __future__ import annotations

import itertools
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

import click

WIDE = 170
"""How wide we write where no terminal sets the width: into a file, a pipe, a log."""

_NARROWEST = 6
_COLORS = {"red", "yellow", "green", "cyan", "blue"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in one style: a color, ``bold``, ``dim``, or several of them."""

    text: str
    style: str = ""


Row = Sequence[Cell | str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what heads it, how wide it may become, and whether its words may be wrapped."""

    heading: str
    widest: int = WIDE
    wraps: bool = True


@dataclass(frozen=True, slots=True)
class Paper:
    """What is written on: standard output, or a file of the same kind."""

    width: int
    file: TextIO | None = None

    def line(self, *cells: Cell | str) -> None:
        """One line."""
        parts = [one if isinstance(one, Cell) else Cell(one) for one in cells]
        text = "".join(painted(printable(one.text), one.style) for one in parts)
        # None: click sees by itself whether this is a terminal, and takes the colors out if not.
        click.echo(text, file=self.file, color=False if os.environ.get("NO_COLOR") else None)

    def table(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """A table with a bold heading."""
        for cells in table_lines(columns, list(rows), self.width):
            self.line(*cells)


def paper(file: TextIO | None = None) -> Paper:
    """As wide as COLUMNS says, else as the terminal is."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said):
        return Paper(int(said), file)
    try:
        return Paper(os.get_terminal_size((file or sys.stdout).fileno()).columns or WIDE, file)
    except (OSError, ValueError):  # a file, a pipe, or nothing that the system knows
        return Paper(WIDE, file)


def painted(text: str, style: str) -> str:
    """The text in a style, for a terminal."""
    words = style.split()
    color = next((one for one in words if one in _COLORS), None)
    return (
        click.style(text, fg=color, bold="bold" in words or None, dim="dim" in words or None)
        if words and text
        else text
    )


def printable(text: str) -> str:
    """The text without what would command the terminal."""
    return "".join(one for one in text if one.isprintable())


def table_lines(columns: Sequence[Column], rows: Sequence[Row], width: int) -> Iterator[list[Cell]]:
    """The lines of a table no wider than ``width``, where its words allow that."""
    cells = [[one if isinstance(one, Cell) else Cell(one) for one in row] for row in rows]
    widths = _widths(columns, cells, width)
    heading = [
        _wrapped(one.heading, wide) for one, wide in zip(columns, widths, strict=True)
    ]  # fmt: skip
    tallest = max(map(len, heading))
    bottom = [[""] * (tallest - len(one)) + one for one in heading]
    yield from _lines(bottom, ["bold"] * len(columns), widths, " ┃ ")
    yield [Cell("━╇━".join("━" * wide for wide in widths))]
    for row in cells:
        wrapped = [_wrapped(one.text, wide) for one, wide in zip(row, widths, strict=True)]
        yield from _lines(wrapped, [one.style for one in row], widths, " │ ")


def _lines(
    wrapped: list[list[str]], styles: Sequence[str], widths: Sequence[int], between: str
) -> Iterator[list[Cell]]:
    for texts in itertools.zip_longest(*wrapped, fillvalue=""):
        line: list[Cell] = []
        for text, style, wide in zip(texts, styles, widths, strict=True):
            line += [Cell(text, style), Cell(" " * (wide - cells_of(text)) + between)]
        yield [*line[:-1], Cell(line[-1].text.removesuffix(between))]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> list[int]:
    """As wide as the contents; while that is too much, the widest gives way to the others."""
    wanted = [
        min(one.widest, max([cells_of(one.heading), *(cells_of(row[at].text) for row in rows)]))
        for at, one in enumerate(columns)
    ]
    room = width - len(" │ ") * (len(columns) - 1)
    while sum(wanted) > room:
        at = max(range(len(columns)), key=lambda at: (columns[at].wraps, wanted[at]))
        if wanted[at] <= _NARROWEST or not columns[at].wraps:
            break
        wanted[at] -= 1
    return wanted


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of a width, parted between words, and in a word only where it must be."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cells_of(joined) <= width:
            lines[-1] = joined
            continue
        lines += [word] if lines[-1] else []
        lines[-1] = word
        while cells_of(lines[-1]) > width:
            head = _head(lines[-1], width)
            lines[-1:] = [head, lines[-1][len(head) :]]
    return lines


def _head(word: str, width: int) -> str:
    """As much of a word as fits, and one character at the least."""
    end = next(at for at in range(1, len(word) + 1) if cells_of(word[: at + 1]) > width)
    return word[:end]


def cells_of(text: str) -> int:
    """How many places a text takes in a terminal: accents take none, wide characters two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
