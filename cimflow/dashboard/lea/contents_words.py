"""The contents of an artifact as a page shows them: titles from the process file, words for values.

What the file no longer names is shown too, under its id: nothing recorded is ever hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cimflow.monitoring.submissions.compare import title_of, value_in_words
from cimflow.process.definition.process_file import FieldDefinition
from cimflow.process.evaluation.findings import is_filled


@dataclass(frozen=True, slots=True)
class Shown:
    """One field: ``text`` where it is one value, else ``entries``, each with its own fields."""

    title: str
    text: str = ""
    entries: tuple[tuple[Shown, ...], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings, where all entries are flat and fit a table; else none."""
        titles = dict.fromkeys(one.title for entry in self.entries for one in entry)
        is_flat = not any(one.entries for entry in self.entries for one in entry)
        return tuple(titles) if is_flat and len(self.entries) > 1 else ()


def shown_contents(
    fields: Sequence[FieldDefinition], contents: Mapping[str, Any]
) -> tuple[Shown, ...]:
    """What was entered, in the order of the process file; blank fields are left out."""
    known = {one.id: one for one in fields}
    names = [*known, *(name for name in contents if name not in known)]
    return tuple(
        _shown(known.get(name), name, contents[name])
        for name in names
        if is_filled(contents.get(name))
    )


def _shown(field: FieldDefinition | None, name: str, value: Any) -> Shown:
    title = title_of(field) if field else name.replace("_", " ").capitalize()
    fields = field.fields if field else ()
    if isinstance(value, Mapping):
        return Shown(title, entries=(shown_contents(fields, value),))
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        return Shown(
            title,
            entries=tuple(_entry(fields, one) for one in value if is_filled(one)),
        )
    return Shown(title, value_in_words(field, value))


def _entry(fields: Sequence[FieldDefinition], value: Any) -> tuple[Shown, ...]:
    if isinstance(value, Mapping):
        return shown_contents(fields, value)
    return (Shown("Refers to", str(value)),)


def field_in_words(fields: Sequence[FieldDefinition], path: str | None) -> str:
    """Where a finding stands: ``Members of the CIM Team, 2: Email address``."""
    here = {one.id: one for one in fields}
    words = ""
    for part in (path or "").split("."):
        if part.isdecimal():
            words += f", {part}"
        elif part in here:
            words += f": {title_of(here[part])}" if words else title_of(here[part])
            here = {one.id: one for one in here[part].fields}
    return words
