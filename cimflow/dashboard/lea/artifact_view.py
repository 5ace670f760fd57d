"""The contents of an artifact and what is missing in them, as a person reads them. Pure.

Titles come from the process file, words stand for values. What the file no longer names is shown,
too, under its id: nothing recorded is ever hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cimflow.monitoring.submissions.compare import title_of, value_in_words
from cimflow.process.definition.process_file import FieldDefinition
from cimflow.process.evaluation.findings import Finding, is_filled


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: ``text`` where it is one value, else ``entries``, each with its own fields."""

    title: str
    text: str = ""
    entries: tuple[tuple[FieldView, ...], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings, where all entries are flat and fit a table; else none."""
        titles = dict.fromkeys(one.title for entry in self.entries for one in entry)
        is_flat = not any(one.entries for entry in self.entries for one in entry)
        return tuple(titles) if is_flat and len(self.entries) > 1 else ()


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding: how grave, where, and what."""

    severity: str
    where: str
    message: str


def contents_in_words(
    fields: Sequence[FieldDefinition], contents: Mapping[str, Any]
) -> tuple[FieldView, ...]:
    """What was entered, in the order of the process file; blank fields are left out."""
    known = {one.id: one for one in fields}
    names = [*known, *(name for name in contents if name not in known)]
    return tuple(
        _field_in_words(known.get(name), name, contents[name])
        for name in names
        if is_filled(contents.get(name))
    )


def _field_in_words(field: FieldDefinition | None, name: str, value: Any) -> FieldView:
    title = title_of(field) if field else name.replace("_", " ").capitalize()
    fields = field.fields if field else ()
    if isinstance(value, Mapping):
        return FieldView(title, entries=(contents_in_words(fields, value),))
    if isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        entries = tuple(_entry(fields, one) for one in value if is_filled(one))
        return FieldView(title, entries=entries)
    return FieldView(title, value_in_words(field, value))


def _entry(fields: Sequence[FieldDefinition], value: Any) -> tuple[FieldView, ...]:
    if isinstance(value, Mapping):
        return contents_in_words(fields, value)
    return (FieldView("Refers to", str(value)),)


def findings_in_words(
    fields: Sequence[FieldDefinition], findings: Iterable[Finding]
) -> tuple[FindingView, ...]:
    """What is missing or wrong, errors first, each with the place where it was found."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    return tuple(_finding_in_words(fields, one) for one in ordered)


def _finding_in_words(fields: Sequence[FieldDefinition], one: Finding) -> FindingView:
    place = _place(fields, one.field or "")
    if place and one.message.startswith(place[-1]):
        place.pop()  # the message names the field itself; it is said once
    return FindingView(one.severity, ", ".join(place), one.message)


def _place(fields: Sequence[FieldDefinition], path: str) -> list[str]:
    """``members.2.email`` as ``Members of the CIM Team``, ``entry 2``, ``Email address``."""
    words: list[str] = []
    for part in path.split(".") if path else ():
        if part.isdecimal():
            words.append(f"entry {part}")
            continue
        field = next((one for one in fields if one.id == part), None)
        if field is None:
            break  # not of the contents, such as the filing date: the message says it
        words.append(title_of(field))
        fields = field.fields
    return words
