"""Prerequisites: in which order activities are judged, and what waits for what."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from cimflow.process.definition.process_file import Activity, Process


def edges_into(activity: Activity, level: str) -> tuple[str, ...]:
    """The prerequisites of both kinds at a level, hard ones first, each once."""
    hard = activity.prerequisites_at(level, "hard")
    soft = activity.prerequisites_at(level, "soft")
    return tuple(dict.fromkeys(hard + soft))


def must_come_before(activity: Activity, process: Process, level: str) -> frozenset[str]:
    """The hard prerequisites of an activity at a level, and theirs, and so on."""
    found: set[str] = set()
    waiting = list(activity.prerequisites_at(level, "hard"))
    while waiting:
        one = waiting.pop()
        before = process.activity_by_id.get(one)
        if before is not None and one not in found:
            found.add(one)
            waiting += before.prerequisites_at(level, "hard")
    return frozenset(found)


def looks_at(activity: Activity, level: str) -> tuple[str, ...]:
    """Prerequisites, and activities whose artifacts this one's checks compare with."""
    compared = tuple(one.upstream for one in activity.checks if one.upstream is not None)
    return tuple(dict.fromkeys(edges_into(activity, level) + compared))


def in_order(process: Process, level: str) -> tuple[Activity, ...]:
    """The activities so that each comes after its prerequisites, in file order otherwise.

    Raises:
        CycleError: the prerequisites run in a circle; ``args[1]`` names the activities in it.
    """
    position = {one.id: number for number, one in enumerate(process.activities)}
    sorter = TopologicalSorter(
        {one.id: [p for p in edges_into(one, level) if p in position] for one in process.activities}
    )
    sorter.prepare()
    ordered: list[Activity] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=position.__getitem__)
        first = ready.pop(0)
        ordered.append(process.activity_by_id[first])
        sorter.done(first)
    return tuple(ordered)


__all__ = ["CycleError", "edges_into", "in_order", "looks_at"]
