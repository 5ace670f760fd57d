"""Artifact files: contents as TOML, JSON or XLSX."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from cimflow.intake.artifacts.blank_toml import artifact_template
from cimflow.intake.errors import IntakeError, IntakeErrors, shown
from cimflow.intake.tables.files import Upload, decode, name_of, read_bytes
from cimflow.intake.tables.zip_contents import ZIP
from cimflow.process.definition.process_file import Activity
from cimflow.tomlfiles import TooDeep, parse_toml

if TYPE_CHECKING:
    from cimflow.intake.tables.workbook import Sheet

__all__ = ["artifact_template", "read_artifact", "read_artifact_bytes"]

MAX_BYTES = 5 * 1024 * 1024
_CURLY = "\u201c\u201d\u201e\u2018\u2019"


def read_artifact(path: Path, activity: Activity | None = None) -> dict[str, Any]:
    """The contents of an artifact file; whether they fit the activity is asked elsewhere.

    A workbook can be read only for its activity.

    Raises:
        IntakeErrors: the file cannot be read; an error of syntax names the line.
    """
    data = read_bytes(path, at_most=MAX_BYTES)
    return _read(data, name_of(path), activity)


def read_artifact_bytes(
    data: bytes, name: str, activity: Activity, *, sheets: Iterable[Sheet] | None = None
) -> dict[str, Any]:
    """The contents of an artifact that came as TOML, JSON or XLSX, whatever its name says.

    ``sheets`` are those of its workbook, where they were read before.

    Raises:
        IntakeErrors: as ``read_artifact``.
    """
    return _read(read_bytes(Upload(name, data), at_most=MAX_BYTES), name, activity, sheets)


def _read(
    data: bytes, name: str, activity: Activity | None, sheets: Iterable[Sheet] | None = None
) -> dict[str, Any]:
    if data.startswith(ZIP):
        if activity is None:
            raise IntakeErrors.of_file(name, "is a workbook; upload TOML or JSON here")
        from cimflow.intake.artifacts.read_workbook import (  # noqa: PLC0415 - openpyxl takes its time
            read_artifact_workbook,
        )

        return read_artifact_workbook(data, name, activity, sheets)
    return _read_text(decode(data, name), name)


def _read_text(text: str, name: str) -> dict[str, Any]:
    try:
        data = _json(text) if _is_json(name, text) else parse_toml(text)
        errors = [IntakeError(name, None, field, message) for field, message in _unfit(data, "")]
    except (RecursionError, TooDeep):
        raise IntakeErrors.of_file(name, "is nested too deeply to be read") from None
    except ValueError as error:
        hint = "; write straight quotation marks, not curly ones" if set(_CURLY) & set(text) else ""
        raise IntakeErrors.of_file(name, f"cannot be read: {_in_words(error)}{hint}") from None
    if not isinstance(data, dict):
        raise IntakeErrors.of_file(name, "is not a table of fields")
    if errors:
        raise IntakeErrors(errors)
    return data


def _is_json(name: str, text: str) -> bool:
    suffix = PurePath(name).suffix.lower()
    if suffix in {".json", ".toml"}:
        return suffix == ".json"
    if text.lstrip().startswith("["):  # a list of JSON, or a table of TOML
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            return False
        return True
    return text.lstrip().startswith("{")


def _json(text: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise ValueError(f"{shown(key)} appears twice in the same table")
            found[key] = value
        return found

    def no_number(word: str) -> Any:
        raise ValueError(f"{word} is not a number")

    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


def _in_words(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (at line {error.lineno}, column {error.colno})"
    if "set_int_max_str_digits" in str(error):
        return "it contains a number with thousands of digits; no field can hold such a number"
    return str(error)


def _unfit(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Values that could be read but not kept: no number, or half a character."""
    if isinstance(value, dict):
        for key, one in value.items():
            if not key.isprintable():
                yield shown(f"{path}{key}"), "the name of this field contains invisible characters"
            yield from _unfit(one, f"{path}{key}.")
    elif isinstance(value, list):
        for number, one in enumerate(value, start=1):
            yield from _unfit(one, f"{path}{number}.")
    elif isinstance(value, float) and not math.isfinite(value):
        yield path.rstrip("."), f"{value} is not a number"
    elif isinstance(value, str) and any(
        one == "\0" or "\ud800" <= one <= "\udfff" for one in value
    ):
        yield path.rstrip("."), "the text contains a character that cannot be saved"
