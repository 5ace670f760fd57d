"""A process file's TOML to a ``Process``, and every mistake under its key as a person finds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cimflow.process.definition.errors import ConfigError, ConfigErrors
from cimflow.process.definition.process_file import Process, levels_in_words
from cimflow.process.definition.toml_reader import Mistake, Place, read_table

PLACEHOLDER = "FILL IN"
"""How a text of the template begins that a person must replace."""


def parse_process(data: dict[str, Any], *, file: str) -> Process:
    """Turn the parsed TOML of a process file into a Process.

    Raises:
        ConfigErrors: what is still to be filled in, and every unknown key, wrong type and
            impossible word, with file and key. Whether the ids fit together is asked by
            ``check_process.check_process``.
    """
    errors = unfilled_places(data, file=file)
    unfilled = {one.key for one in errors}
    process, mistakes = read_table(Process, data)
    found = errors_with_keys(mistakes, data, file=file)
    errors += [one for one in found if one.key not in unfilled]
    if errors or process is None:
        raise ConfigErrors(errors)
    return process


def errors_with_keys(
    mistakes: Iterable[Mistake], data: dict[str, Any], *, file: str
) -> list[ConfigError]:
    """What was found wrong, each with its key as a person finds it."""
    return [ConfigError(file, _key_path(data, one.place), one.message) for one in mistakes]


def unfilled_places(data: dict[str, Any], *, file: str) -> list[ConfigError]:
    """Every placeholder of the template that nobody has replaced yet."""
    return [
        ConfigError(file, _key_path(data, location), f"must still be filled in: {what}")
        for location, what in _placeholders(data, ())
    ]


def _placeholders(here: object, location: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(here, str) and here.startswith(PLACEHOLDER):
        yield location, here.removeprefix(PLACEHOLDER).strip(" :")
    elif isinstance(here, dict):
        for key, value in here.items():
            yield from _placeholders(value, (*location, key))
    elif isinstance(here, list):
        for number, value in enumerate(here):
            yield from _placeholders(value, (*location, number))


def _key_path(data: object, location: Place) -> str:
    """A key as a person finds it: entries of a list by their id, else counted from #1."""
    words: list[str] = []
    here: Any = data
    for part in location:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int):
            words[-1:] = [f"{words[-1] if words else ''}[{_entry_name(here) or f'#{part + 1}'}]"]
        else:
            words.append(part)
    return ".".join(words) or "(file)"


def _entry_name(entry: object) -> str:
    """An entry by its id, its number, its check or its levels; empty where it has none."""
    if not isinstance(entry, dict):
        return ""
    if "check" in entry:
        return f"{entry['check']} {entry.get('field', '')}".strip()
    if "requirement" in entry and isinstance(entry.get("levels"), list):
        return levels_in_words(entry["levels"])
    return str(entry.get("id", entry.get("number", "")))
