"""The kinds of fields that an artifact may have, one row each.

To add a kind: its row here, and where no other kind does the same with a value, a function in
``field_values.py``. A process file may then name it; what is accepted and judged, the blank forms
(TOML and Excel) and how they are read, what changed between two versions, and the pages all take
it from the row. None of them takes an unknown kind for another: ``check-config`` refuses it.

A new ``shape`` is more work: it is a way to arrange values, which the same places must know.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cimflow.process import cell_text
from cimflow.process.definition import field_values as of

if TYPE_CHECKING:
    from cimflow.process.definition.artifact_fields import FieldDefinition

Shape = Literal["one", "several", "group", "list", "ids-or-entries"]
"""One value; a list of values; one table of fields; a list of tables; ids and tables in a list."""
_LINES, _LINES_OR_SEMICOLONS = r"\n", r"[\n;]"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """What one kind of field is. What a row does not say is as of plain text.

    Attributes:
        id: its name in a process file.
        shape: how its values are arranged; the functions below are about one value.
        in_a_cell: what to write into a cell of the workbook; every kind with cells says it.
        in_toml: what to write into the TOML file, where that needs to be said.
        accept: from TOML or JSON to what is recorded. ValueError: what it must be.
        judge: what is wrong with a value on record.
        from_cell: from the text of a cell to a value, as TOML would bring it. ValueError: what
            the cell must hold.
        to_cell: from a value to what the cell shows.
        cell_format: the number format of the cell; ``@`` is text.
        between: what parts several values in one cell.
        offers: the words that a cell offers in a drop-down.
        in_words: a value on record as a person reads it; a day is left to the page to write.
        has_choices: the field names its words (``choices``).
        has_bounds: it may have a ``minimum`` and a ``maximum``.
        is_yes_no: it may have a ``must_be``; ``unless_all`` and ``at-least-one`` look at such.
    """

    id: str
    shape: Shape = "one"
    in_a_cell: str = ""
    in_toml: str = ""
    accept: of.Accept = of.accept_text
    judge: of.Judge = of.nothing_wrong
    from_cell: Callable[[FieldDefinition, str], Any] = lambda _field, text: text
    to_cell: Callable[[Any], str | float | dt.date | None] = of.as_cell
    cell_format: str = "@"
    between: str = _LINES
    offers: Callable[[FieldDefinition], tuple[str, ...]] = lambda _field: ()
    in_words: Callable[[Any], str | dt.date] = of.plain_words
    has_choices: bool = False
    has_bounds: bool = False
    is_yes_no: bool = False

    def __post_init__(self) -> None:
        if not (self.has_fields or self.in_a_cell):
            raise ValueError(f"the kind {self.id!r} does not say what to write into a cell")

    @property
    def has_fields(self) -> bool:
        """Whether it holds fields of its own; a workbook has a sheet for those."""
        return self.shape in {"group", "list", "ids-or-entries"}

    @property
    def is_toml_table(self) -> bool:
        """Whether TOML writes it under a heading in square brackets."""
        return self.shape in {"group", "list"}

    @property
    def blank_toml(self) -> str:
        """The value in a TOML file that is not filled in yet."""
        return '""' if self.shape == "one" else "[]"

    def read_cell(self, field: FieldDefinition, text: str) -> Any:
        """What the text of a cell means; it is not blank.

        Raises:
            ValueError: it is not a value of this kind.
        """
        if self.shape == "one":
            return self.from_cell(field, text)
        parts = (part.strip() for part in re.split(self.between, text.strip()))
        return [self.from_cell(field, part) for part in parts if part]

    def write_cell(self, value: Any) -> str | float | dt.date | None:
        """What a cell shows for all that is on record; several values stand on lines."""
        if value is None:
            return None
        if isinstance(value, list):
            return "\n".join(" ".join(str(self.to_cell(one)).split("\n")) for one in value)
        return self.to_cell(value)


FIELD_KINDS: dict[str, FieldKind] = {
    one.id: one
    for one in (
        FieldKind(id="text", in_a_cell="text"),
        FieldKind(
            id="email",
            in_a_cell="an email address",
            in_toml="an email address",
            judge=of.judge_email,
            from_cell=lambda _, text: text.strip(),
        ),
        FieldKind(
            id="date",
            in_a_cell="a date, such as 2025-01-31 or 1/31/2025",
            in_toml="a date, such as 2025-01-31",
            accept=of.accept_date,
            from_cell=lambda _, text: cell_text.day(text.strip()),
            to_cell=of.day_as_cell,
            cell_format="yyyy-mm-dd",
            in_words=of.day_or_words,
        ),
        FieldKind(
            id="whole-number",
            in_a_cell="a whole number, such as 12",
            in_toml="a whole number, such as 12, in place of the quotation marks",
            accept=of.accept_whole_number,
            judge=of.judge_number,
            from_cell=lambda _, text: cell_text.whole_number(text.strip()),
            cell_format="General",
            has_bounds=True,
        ),
        FieldKind(
            id="number",
            in_a_cell="a number, such as 0.25",
            in_toml="a number, such as 0.25, in place of the quotation marks",
            accept=of.accept_number,
            judge=of.judge_number,
            from_cell=lambda _, text: cell_text.number(text.strip()),
            cell_format="General",
            has_bounds=True,
        ),
        FieldKind(
            id="yes-no",
            in_a_cell="yes or no",
            in_toml="true or false, in place of the quotation marks",
            accept=of.accept_yes_no,
            judge=of.judge_yes_no,
            from_cell=lambda _, text: cell_text.yes_or_no(text.strip()),
            offers=lambda _: ("yes", "no"),
            is_yes_no=True,
        ),
        FieldKind(
            id="choice",
            in_a_cell="one of",
            in_toml="one of",
            accept=of.accept_choice,
            from_cell=lambda field, text: cell_text.word(text.strip(), field.choices),
            offers=lambda field: field.choices,
            in_words=of.words_of_choice,
            has_choices=True,
        ),
        FieldKind(
            id="texts",
            shape="several",
            in_a_cell="one or more texts, one on each line of the cell (Alt+Enter)",
            in_toml='a list of texts: ["…", "…"]',
        ),
        FieldKind(
            id="choices",
            shape="several",
            in_a_cell="any of these, one on each line of the cell or separated by semicolons",
            in_toml='any of, such as ["…", "…"]',
            accept=of.accept_word,
            from_cell=lambda field, text: cell_text.word(text, field.choices),
            between=_LINES_OR_SEMICOLONS,
            in_words=of.words_of_choice,
            has_choices=True,
        ),
        FieldKind(
            id="references",
            shape="several",
            in_a_cell="one or more ids, one on each line of the cell or separated by semicolons",
            in_toml='a list of ids: ["…", "…"]',
            between=_LINES_OR_SEMICOLONS,
        ),
        FieldKind(
            id="references-or-entries",
            shape="ids-or-entries",
            in_toml='a list of ids: ["…", "…"]',
        ),
        FieldKind(id="group", shape="group"),
        FieldKind(
            id="list",
            shape="list",
            in_toml="one block for each: copy the block as often as you need it",
        ),
    )
}


def check_field_kind(kind: str) -> None:
    """Refuse what is not in the table.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in FIELD_KINDS:
        raise ValueError(f"{kind!r} is not one of {', '.join(map(repr, FIELD_KINDS))}")


def kinds_with(has: Callable[[FieldKind], bool]) -> str:
    """The kinds for which something holds, as a message lists them."""
    names = [one.id for one in FIELD_KINDS.values() if has(one)]
    *others, last = names
    return f"{', '.join(others)}{',' if len(names) > 2 else ''} and {last}" if others else last
