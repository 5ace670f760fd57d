"""Parsed TOML to frozen dataclasses, by their annotations: all mistakes, each with its place.

The dataclasses are the grammar: an unknown key is a mistake, and so is a key that is missing and
has no default. This knows nothing of processes, and imports nothing that costs time: the files are
read at the start of every command.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

DATE = "a date; write it as 2024-07-10, without quotation marks"
Place = tuple[int | str, ...]
"""Keys and positions on the way from the top of the file."""
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong, and where."""

    place: Place
    message: str


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """For ``Annotated[str, Pattern(...)]``: how a text must look, and the same in words."""

    form: str
    in_words: str
    longest: int

    def check(self, value: str) -> None:
        """Raise ValueError where the text looks otherwise."""
        if not re.fullmatch(self.form, value):
            raise ValueError(f"{value!r} is not valid here; use {self.in_words}")
        if len(value) > self.longest:
            raise ValueError(f"is longer than {self.longest} characters")


@dataclasses.dataclass(frozen=True, slots=True)
class Checked:
    """For ``Annotated[..., Checked(check)]``: ``check`` raises ValueError with what is wrong."""

    check: Callable[[Any], None]


Read = Callable[[Any, Place, list[Mistake]], Any]
"""Reads a value; adds mistakes to the list, and then its result counts for nothing."""


def read_table(kind: type[T], data: Mapping[str, Any]) -> tuple[T | None, list[Mistake]]:
    """The dataclass that a table tells of, or None and every mistake in it.

    A dataclass may have ``full_form(value)``, which turns a short form into the table that it
    stands for; and ``__post_init__``, which raises ValueError where keys do not go together.
    """
    mistakes: list[Mistake] = []
    found = _table(kind)(data, (), mistakes)
    return (None if mistakes else found), mistakes


def _reader(hint: Any) -> Read:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _checked(_reader(inner[0]), inner[1:])
    if origin in {Union, UnionType}:
        return _maybe(_reader(next(one for one in inner if one is not NoneType)))
    if origin is tuple:
        return _each(_reader(inner[0]))
    if origin is Literal:
        return _one_of(inner)
    return _table(hint) if dataclasses.is_dataclass(hint) else _PLAIN[hint]


def _checked(read: Read, checks: tuple[Pattern | Checked, ...]) -> Read:
    def reads(value: Any, place: Place, mistakes: list[Mistake]) -> Any:
        before = len(mistakes)
        found = read(value, place, mistakes)
        try:
            for one in checks if len(mistakes) == before else ():
                one.check(found)
        except ValueError as error:
            mistakes.append(Mistake(place, str(error)))
        return found

    return reads


def _maybe(read: Read) -> Read:
    return lambda value, place, mistakes: (
        None if value is None else read(value, place, mistakes)
    )  # fmt: skip


def _each(read: Read) -> Read:
    def reads(value: Any, place: Place, mistakes: list[Mistake]) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            mistakes.append(Mistake(place, "must be a list, in square brackets"))
            return ()
        return tuple(read(one, (*place, at), mistakes) for at, one in enumerate(value))

    return reads


def shown(value: Any) -> str:
    """A value of a file as its writer knows it, never as Python does."""
    if isinstance(value, Mapping):
        return f"a table with {', '.join(map(repr, value)) or 'no keys'}"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str) else str(value)


def _one_of(words: tuple[str, ...]) -> Read:
    listed = ", ".join(map(repr, words))

    def reads(value: Any, place: Place, mistakes: list[Mistake]) -> Any:
        if not isinstance(value, str) or value not in words:
            mistakes.append(Mistake(place, f"{shown(value)} is not one of {listed}"))
        return value

    return reads


def _plain(kinds: tuple[type, ...], in_words: str) -> Read:
    def reads(value: Any, place: Place, mistakes: list[Mistake]) -> Any:
        # By its very type: true is an int to Python, and a time of day a date.
        if type(value) not in kinds:
            mistakes.append(Mistake(place, f"{shown(value)} is not {in_words}"))
        return value

    return reads


_PLAIN: dict[Any, Read] = {
    str: _plain((str,), "text; write it in quotation marks"),
    int: _plain((int,), "a whole number"),
    float: _plain((int, float), "a number"),
    bool: _plain((bool,), "yes or no; write true or false, without quotation marks"),
    dt.date: _plain((dt.date,), DATE),
    dt.time: _plain((dt.time,), "a time of day; write it as 08:00:00, without quotation marks"),
}


def _table(kind: Any) -> Read:
    full_form = getattr(kind, "full_form", lambda value: value)

    def reads(value: Any, place: Place, mistakes: list[Mistake]) -> Any:
        before = len(mistakes)
        try:
            table = full_form(value)
            if isinstance(table, Mapping):
                given = _keys(kind, table, place, mistakes)
                return kind(**given) if len(mistakes) == before else None
            mistakes.append(Mistake(place, "must be a table of keys"))
        except ValueError as error:
            mistakes.append(Mistake(place, str(error)))
        return None

    return reads


def _keys(
    kind: Any, table: Mapping[str, Any], place: Place, mistakes: list[Mistake]
) -> dict[str, Any]:
    readers, needed = _grammar(kind)
    given = {}
    for key, value in table.items():
        if key in readers:
            given[key] = readers[key](value, (*place, key), mistakes)
        else:
            mistakes.append(Mistake((*place, key), "unknown key"))
    mistakes += [Mistake((*place, key), "is missing") for key in needed if key not in table]
    return given


@cache
def _grammar(kind: Any) -> tuple[dict[str, Read], list[str]]:
    """How each key is read, and which must be there."""
    hints = get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    readers = {one.name: _reader(hints[one.name]) for one in fields}
    return readers, [one.name for one in fields if one.default is dataclasses.MISSING]
