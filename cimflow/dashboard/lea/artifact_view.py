"""The contents of an artifact and what is missing in them, as a person reads them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cimflow.monitoring.submissions.compare import title_of, value_in_words
from cimflow.process.definition.process_file import Activity, FieldDefinition
from cimflow.process.evaluation.findings import Finding, is_filled


@dataclass(frozen=True, slots=True)
class Shown:
    """One field: its title, and its value as text, or as a small table of entries."""

    title: str
    text: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: how grave, where, and what."""

    severity: str
    where: str
    message: str


def contents_in_words(activity: Activity, contents: Mapping[str, Any]) -> tuple[Shown, ...]:
    """Every field that is filled, in the order of the process file, a group's one by one."""
    return tuple(_shown(activity.fields, contents, ""))


def _shown(
    fields: Sequence[FieldDefinition], table: Mapping[str, Any], before: str
) -> Iterable[Shown]:
    for field in fields:
        value = table.get(field.id)
        if not is_filled(value):
            continue
        title = f"{before}{title_of(field)}"
        if field.kind == "group" and isinstance(value, Mapping):
            yield from _shown(field.fields, value, f"{title}: ")
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield _as_table(field, title, value)
        else:
            yield Shown(title, value_in_words(field, value))


def _as_table(field: FieldDefinition, title: str, entries: Sequence[Any]) -> Shown:
    """A row for each entry; an id that stands for an entry fills the first cell."""
    used = [
        one
        for one in field.fields
        if any(isinstance(entry, Mapping) and is_filled(entry.get(one.id)) for entry in entries)
    ]
    rows = [
        tuple(value_in_words(one, entry.get(one.id)) for one in used)
        if isinstance(entry, Mapping)
        else (str(entry), *("" for _ in used[1:]))
        for entry in entries
        if is_filled(entry)
    ]
    return Shown(title, heads=tuple(title_of(one) for one in used), rows=tuple(rows))


def findings_in_words(activity: Activity, findings: Iterable[Finding]) -> tuple[Found, ...]:
    """What is missing or wrong, errors first, each with the place where it stands."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    return tuple(_in_words(activity, one) for one in ordered)


def _in_words(activity: Activity, one: Finding) -> Found:
    place = _place(activity.fields, one.field or "")
    if place and one.message.startswith(place[-1]):
        place.pop()  # the message names the field itself; it is said once
    return Found(one.severity, ", ".join(place), one.message)


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
