"""Tables in a terminal and in a file: as wide as may be, words whole where they fit."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from cimflow.cli.terminal_output import WIDE, Cell, Column, Paper, cells_of, paper, table_lines

COLUMNS = [Column("LEA"), Column("State", wraps=False), Column("Why", widest=12)]
ROWS = [
    ["Elm Crossing Unified", Cell("Overdue", "bold red"), "waits for root causes"],
    ["Año Nuevo", Cell("On track"), ""],
]


def drawn(width: int) -> list[str]:
    return ["".join(cell.text for cell in line) for line in table_lines(COLUMNS, ROWS, width)]


def test_a_table_is_as_wide_as_it_needs() -> None:
    assert drawn(WIDE) == [
        "LEA                  ┃ State    ┃ Why         ",
        "━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━━",
        "Elm Crossing Unified │ Overdue  │ waits for   ",
        "                     │          │ root causes ",
        "Año Nuevo            │ On track │             ",
    ]


def test_where_there_is_less_room_the_widest_gives_way() -> None:
    assert drawn(36) == [
        "LEA         ┃ State    ┃ Why        ",
        "━━━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━━",
        "Elm         │ Overdue  │ waits for  ",
        "Crossing    │          │ root causes",
        "Unified     │          │            ",
        "Año Nuevo   │ On track │            ",
    ]


def test_a_word_is_parted_only_where_it_does_not_fit() -> None:
    assert "\n".join(drawn(26)).count("Crossi │") == 1
    assert max(map(len, drawn(1))) < 40  # never narrower than can be read, and it ends


def test_a_heading_stands_at_the_bottom() -> None:
    lines = list(table_lines([Column("one two", widest=3), Column("x")], [["a", "b"]], 80))
    assert [line[0].text.rstrip() for line in lines[:2]] == ["one", "two"]
    assert [line[2].text.strip() for line in lines[:2]] == ["", "x"]


@pytest.mark.parametrize(("text", "places"), [("abc", 3), ("e\u0301", 1), ("学校", 4)])
def test_how_many_places_a_text_takes(text: str, places: int) -> None:
    assert cells_of(text) == places


def test_what_would_command_the_terminal_is_left_out() -> None:
    file = io.StringIO()
    Paper(80, file).line("Elm\x1b]0;owned\x07", Cell("\x1b[2J", "red"), "\n")
    assert file.getvalue() == "Elm]0;owned[2J\n"


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("file", "no_color", "coloured"),
    [(Terminal(), "", True), (Terminal(), "1", False), (io.StringIO(), "", False)],
)
def test_colours_show_on_a_terminal_only(
    file: io.StringIO, no_color: str, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    Paper(80, file).line(Cell("MISSING", "bold red"), Cell(" n/a", "dim"))
    assert ("\x1b[" in file.getvalue()) == coloured
    assert "MISSING" in file.getvalue()


@pytest.mark.parametrize(
    ("columns", "width"), [("132", 132), ("", WIDE), ("0", WIDE), ("-5", WIDE), ("wide", WIDE)]
)
def test_columns_says_how_wide(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert paper(io.StringIO()).width == width


def test_else_the_terminal_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((97, 20)))
    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        assert paper(file).width == 97
