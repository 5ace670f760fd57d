"""Errors that name where they stand, collected so that all are reported together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConfigError:
    """One error of a configuration file: the file, the key in it, and what is wrong."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}"


class ConfigErrors(Exception):
    """All errors found in configuration files."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__("; ".join(str(one) for one in errors))
        self.errors = tuple(errors)
