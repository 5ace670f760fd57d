"""The contents of an artifact and what is missing in them, as a person reads them. Pure.

What the process file no longer names is shown too, under its id: nothing recorded is ever hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cimflow.monitoring.submissions.field_words import (
    fields_of,
    place_in_words,
    title_of,
    value_in_words,
)
from cimflow.process.definition.artifact_fields import FieldDefinition
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
    return tuple(
        _field_in_words(field, name, contents[name])
        for name, field in fields_of(fields, contents)
        if is_filled(contents.get(name))
    )


def _field_in_words(field: FieldDefinition | None, name: str, value: Any) -> FieldView:
    title = title_of(field, name)
    fields = field.fields if field else ()
    several = [value] if isinstance(value, Mapping) else value
    if isinstance(several, list) and any(isinstance(one, Mapping) for one in several):
        return FieldView(
            title, entries=tuple(_entry(fields, one) for one in several if is_filled(one))
        )  # fmt: skip
    return FieldView(title, value_in_words(field, value))


def _entry(fields: Sequence[FieldDefinition], value: Any) -> tuple[FieldView, ...]:
    """The fields of an entry; an id stands for an entry that was filed elsewhere."""
    if isinstance(value, Mapping):
        return contents_in_words(fields, value)
    return (FieldView("Refers to", str(value)),)


def findings_in_words(
    fields: Sequence[FieldDefinition], findings: Iterable[Finding]
) -> tuple[FindingView, ...]:
    """What is missing or wrong, errors first, each with its place."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    return tuple(_in_words(fields, one) for one in ordered)


def _in_words(fields: Sequence[FieldDefinition], one: Finding) -> FindingView:
    place = place_in_words(fields, one.field)
    if place and one.message.startswith(place[-1]):
        place = place[:-1]  # the message names the field itself; it is said once
    return FindingView(one.severity, ", ".join(place), one.message)
