"""Reading TOML that people write, and that may be made to harm, with errors in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomli

from cimflow.process.definition.errors import ConfigError, ConfigErrors

_POSITION = re.compile(r" \(at (line \d+), column \d+\)$")
_DEEPEST = 50
_LARGEST = 5 * 1024 * 1024
_MANY_DOTS = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){100}")
"""A key such as ``a.a.a…``: the parser takes longer with the square of the dots."""


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed file; the mark that some Windows editors put before the text is no error.

    Raises:
        ConfigErrors: it cannot be read, with the line where that is known.
    """
    try:
        if path.exists() and not path.is_file():
            reason, key = "is not a plain file", "(file)"
        elif path.stat().st_size > _LARGEST:
            reason, key = "is far too large for a configuration file", "(file)"
        else:
            return parse_toml(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason, key = f"cannot be read: {error.strerror or error}", "(file)"
    except UnicodeDecodeError:
        reason, key = "is not UTF-8 text; save it again with the encoding UTF-8", "(file)"
    except tomli.TOMLDecodeError as error:
        place = _POSITION.search(str(error))
        reason, key = _POSITION.sub("", str(error)), place.group(1) if place else "(file)"
    except ValueError as error:  # such as too deep, or a number of thousands of digits
        reason, key = str(error), "(file)"
    raise ConfigErrors([ConfigError(str(path), key, reason)])


class TooDeep(ValueError):
    """Tables and lists lie in each other deeper than any person writes them."""

    def __init__(self) -> None:
        super().__init__("is nested too deeply to be read")


def parse_toml(text: str) -> dict[str, Any]:
    """The tables of a text, which may be made to harm.

    Raises:
        TooDeep: by lists, tables, or a key of very many dots.
        ValueError: it is no TOML.
    """
    if _MANY_DOTS.search(text):
        raise TooDeep
    try:
        data = tomli.loads(text)
    except RecursionError:
        raise TooDeep from None
    if not _is_flat(data, _DEEPEST):
        raise TooDeep
    return data


def _is_flat(value: object, levels: int) -> bool:
    """Whether tables and lists lie in each other no deeper than so many levels."""
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list):
        inner = value
    return levels > 0 and all(_is_flat(one, levels - 1) for one in inner)
