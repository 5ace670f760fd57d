"""How far the work is, for a person who waits at a terminal; nobody listens under a schedule."""

from __future__ import annotations

from collections.abc import Callable

_listeners: list[Callable[[str], None]] = []


def listen(listener: Callable[[str], None]) -> None:
    """Have this told, in a few words, whenever the work gets further."""
    _listeners.append(listener)


def report(words: str) -> None:
    """Tell those who listen."""
    for one in _listeners:
        one(words)
