"""The fields of an artifact in words: what they are called, what they hold, where one is.

How a value reads, its kind says. What the process file no longer names has words too: nothing
on record is ever hidden.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cimflow.monitoring.words import long_date
from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.field_values import plain_words
from cimflow.process.evaluation.findings import is_filled


def title_of(field: FieldDefinition | None, name: str) -> str:
    """The title of a field, or its id in words where the process file gives none."""
    if field is not None and field.title:
        return field.title
    text = name.replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


def value_in_words(field: FieldDefinition | None, value: Any) -> str:
    """A value of a field as a person reads it: a long date, yes or no, entries in one line."""
    if not is_filled(value):
        return ""
    if isinstance(value, Mapping):
        return _entry_in_words(field.fields if field else (), value)
    if isinstance(value, list | tuple):
        between = "; " if any(isinstance(one, Mapping) for one in value) else ", "
        return between.join(part for one in value if (part := value_in_words(field, one)))
    said = field.kind_row.in_words(value) if field is not None else plain_words(value)
    return long_date(said) if isinstance(said, dt.date) else said


def _entry_in_words(fields: Sequence[FieldDefinition], entry: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{title_of(field, name)}: {value_in_words(field, entry[name])}"
        for name, field in fields_of(fields, entry)
        if is_filled(entry.get(name))
    )


def fields_of(
    fields: Sequence[FieldDefinition], *tables: Mapping[str, Any]
) -> Iterator[tuple[str, FieldDefinition | None]]:
    """The fields in file order, then what a table holds that the file no longer names."""
    known = {one.id: one for one in fields}
    yield from known.items()
    for name in dict.fromkeys(name for table in tables for name in table):
        if name not in known:
            yield name, None


def place_in_words(fields: Sequence[FieldDefinition], path: str | None) -> tuple[str, ...]:
    """``members.2.email`` as ``Members of the CIM Team``, ``entry 2``, ``Email address``.

    Nothing for what is not of the contents, such as the filing date: the message says it.
    """
    words: list[str] = []
    for part in path.split(".") if path else ():
        if part.isdecimal():
            words.append(f"entry {part}")
            continue
        field = next((one for one in fields if one.id == part), None)
        if field is None:
            break
        words.append(title_of(field, part))
        fields = field.fields
    return tuple(words)
