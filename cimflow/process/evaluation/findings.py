"""What an artifact must hold: what is missing or wrong in contents that could be read.

Absent or blank where needed, out of range, not true: each is a finding, and stops nothing from
being recorded. ``contents`` refuses what cannot be read at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cimflow.process.definition.artifact_fields import FieldDefinition
from cimflow.process.definition.process_file import Activity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing missing or wrong in an artifact, with a stable code and the field it stands in."""

    code: str
    severity: Literal["error", "warning"]
    field: str | None
    message: str


def is_filled(value: object) -> bool:
    """Whether something was entered: not absent, not blank, not an empty list or table."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(is_filled(one) for one in value.values())
    if isinstance(value, Sequence):
        return any(is_filled(one) for one in value)
    return True


def values_at(contents: Mapping[str, Any], path: str) -> tuple[Any, ...]:
    """Every value a dotted path reaches, through lists; blank ones left out."""
    return tuple(_walk(contents, path.split(".")))


def _walk(here: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(here, list):
        for one in here:
            yield from _walk(one, path)
    elif not path:
        if is_filled(here):
            yield here
    elif isinstance(here, Mapping) and path[0] in here:
        yield from _walk(here[path[0]], path[1:])


def findings_in_contents(
    activity: Activity, contents: Mapping[str, Any], level: str
) -> tuple[Finding, ...]:
    """What is missing or wrong in the fields themselves, judged by ``level``."""
    return tuple(_table_findings(activity.fields, contents, level, prefix=""))


def _table_findings(
    fields: tuple[FieldDefinition, ...], table: Mapping[str, Any], level: str, *, prefix: str
) -> Iterator[Finding]:
    for field in fields:
        value = table.get(field.id)
        path = prefix + field.id
        if is_filled(value):
            if _applies(field, table, level):
                yield from _value_findings(field, value, level, path)
        elif field.one_of is None and _is_needed(field, table, level):
            yield Finding("missing-field", field.severity, path, f"{field.name} is missing")
    yield from _one_of_findings(fields, table, level, prefix)


def _is_needed(field: FieldDefinition, table: Mapping[str, Any], level: str) -> bool:
    return field.required and _applies(field, table, level)


def _applies(field: FieldDefinition, table: Mapping[str, Any], level: str) -> bool:
    """Whether the field is asked for at all: what is not asked for is not judged."""
    if field.levels is not None and level not in field.levels:
        return False
    if field.unless_all:
        return not all(table.get(other) is True for other in field.unless_all)
    return True


def _one_of_findings(
    fields: tuple[FieldDefinition, ...], table: Mapping[str, Any], level: str, prefix: str
) -> Iterator[Finding]:
    groups: dict[str, dict[str, list[FieldDefinition]]] = {}
    for field in fields:
        if field.one_of is not None and _is_needed(field, table, level):
            ways = groups.setdefault(field.one_of, {})
            ways.setdefault(field.alternative or field.id, []).append(field)
    for ways in groups.values():
        if any(all(is_filled(table.get(one.id)) for one in way) for way in ways.values()):
            continue
        wanted = ", or ".join(" with ".join(one.name for one in way) for way in ways.values())
        first = next(iter(ways.values()))[0]
        yield Finding("missing-field", first.severity, prefix + first.id, f"{wanted} is missing")


def _value_findings(field: FieldDefinition, value: Any, level: str, path: str) -> Iterator[Finding]:
    """What is wrong with what was entered, as its kind judges it; in a table, field by field."""
    if not field.kind_row.has_fields:
        for one in value if isinstance(value, list) else [value]:
            for code, message in field.kind_row.judge(field, one):
                yield Finding(code, field.severity, path, message)
    elif isinstance(value, Mapping):
        yield from _table_findings(field.fields, value, level, prefix=f"{path}.")
    else:
        for number, entry in enumerate(value, start=1):
            if isinstance(entry, Mapping):
                yield from _table_findings(field.fields, entry, level, prefix=f"{path}.{number}.")
