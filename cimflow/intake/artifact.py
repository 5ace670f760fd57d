"""Artifact files: contents as TOML or JSON, and the template a person fills in."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.process.definition import Activity, FieldDefinition

MAX_BYTES = 5 * 1024 * 1024


def read_artifact(path: Path) -> dict[str, Any]:
    """The contents of an artifact file, TOML or JSON.

    Raises:
        IntakeErrors: it cannot be read; syntax errors name the line.
        OSError: there is no such file.
    """
    if path.is_dir():
        raise IntakeErrors([IntakeError(path.name, None, None, "is a folder, not a file")])
    if path.stat().st_size > MAX_BYTES:
        raise IntakeErrors([IntakeError(path.name, None, None, "is larger than 5 MB")])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise IntakeErrors(
            [IntakeError(path.name, None, None, "is not text in UTF-8; save it as UTF-8")]
        ) from None
    is_json = path.suffix.lower() == ".json" or (
        path.suffix.lower() != ".toml" and text.lstrip().startswith("{")
    )
    try:
        data = _json(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise IntakeErrors(
            [IntakeError(path.name, None, None, f"cannot be read: {error}")]
        ) from None
    if not isinstance(data, dict):
        raise IntakeErrors([IntakeError(path.name, None, None, "is not a table of fields")])
    return data


def _json(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"{key!r} stands twice")
            found[key] = value
        return found

    def no_number(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


def artifact_template(activity: Activity, level: str | None = None) -> str:
    """A TOML file to fill in: every field with what it is, whether it is needed, its words."""
    lines = [f"# {activity.title}", f"# {activity.what_to_do}", ""]
    plain = [one for one in activity.fields if one.kind not in {"group", "list"}]
    tables = [one for one in activity.fields if one.kind in {"group", "list"}]
    for field in plain:
        lines += [*_about(field, level), f"# {field.id} = {_example(field)}", ""]
    for field in tables:
        lines += _about(field, level)
        lines.append(f"# {'[[' if field.kind == 'list' else '['}{field.id}"
                     f"{']]' if field.kind == 'list' else ']'}")
        for one in field.fields:
            lines += [*_about(one, level), f"# {one.id} = {_example(one)}"]
        lines.append("")
    return "\n".join(lines)


def _about(field: FieldDefinition, level: str | None) -> Iterator[str]:
    applies = field.levels is None or level is None or level in field.levels
    need = "needed" if field.required and applies else "may be left out"
    if field.required and field.severity == "warning":
        need = "recommended"
    if field.one_of:
        need = "one of several ways"
    at = f" (level {', '.join(field.levels)})" if field.levels else ""
    words = f"; one of: {', '.join(field.choices)}" if field.choices else ""
    yield f"# {field.title or field.id.replace('_', ' ')}: {need}{at}{words}"


def _example(field: FieldDefinition) -> str:
    return {
        "text": '""',
        "email": '""',
        "date": "2024-05-31",
        "whole-number": "0",
        "number": "0.0",
        "yes-no": "false",
        "choice": f'"{field.choices[0]}"' if field.choices else '""',
        "texts": '["", ""]',
        "choices": str(list(field.choices)).replace("'", '"'),
        "references": '["", ""]',
        "references-or-entries": '["", ""]',
    }.get(field.kind, '""')
