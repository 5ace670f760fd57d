"""The terminal for what a person wants to see; everything else that is printed goes to a log.

Prefect, uvicorn and the runs that the runner starts all write to the standard streams. So the
streams themselves are turned to a log file, and the terminal is kept apart for our own lines.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TextIO

from rich.console import Console

LARGE = 10_000_000


def take_terminal(log: Path) -> tuple[Console, Console]:
    """Turn this process's output, and that of its children to come, to a log.

    Returns:
        Consoles on what were standard output and standard error.
    """
    if log.exists() and log.stat().st_size > LARGE:
        with contextlib.suppress(OSError):
            log.replace(log.with_suffix(".1.log"))
    kept = [_copy(number) for number in (1, 2)]
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in (1, 2):
        os.dup2(descriptor, number)
    os.close(descriptor)
    return Console(file=kept[0]), Console(file=kept[1])


def _copy(number: int) -> TextIO:
    """The stream of a descriptor, under another number; nothing where it is closed."""
    try:
        descriptor = os.dup(number)
    except OSError:
        descriptor = os.open(os.devnull, os.O_WRONLY)
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", buffering=1)


def say(console: Console, *lines: str) -> None:
    """Print lines as they are; a terminal that has gone is no reason to stop."""
    for line in lines:
        with contextlib.suppress(OSError):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
