"""Medians of five, and ratios of things measured in turn within one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def medians(**works: Callable[[], object]) -> dict[str, float]:
    """The median seconds of each, measured in turn, so that a noisy machine hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(ROUNDS):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return {name: statistics.median(times) for name, times in taken.items()}


def line(title: str, ours: float, floor: float, *, bar: float | None = None) -> str:
    """One line of the report: both figures, their ratio, and the bar where there is one."""
    ratio = ours / floor
    against = f" (bar {bar:g}: {'met' if ratio <= bar else 'NOT met'})" if bar is not None else ""
    return f"{title}: {ours:.3f} s against {floor:.3f} s, ratio {ratio:.2f}{against}"
