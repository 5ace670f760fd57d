"""What waits for what, as a picture: the activities of one LEA laid out by step.

``prerequisite_graph.html.j2`` draws it as SVG, so that every text is escaped in one place.

Columns run from left to right; what an activity waits for is left of it, and a later step is right
of an earlier one. An arrow that passes a column has a lane of its own there, so no arrow
runs under a box. The same is said as a list (``waits_of``) for those who cannot see the picture.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cimflow.dashboard.web.state_styles import look_of
from cimflow.monitoring.words import name_of, state_in_words
from cimflow.process.definition.prerequisites import in_order
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

WIDTH, HEIGHT = 126, 74
"""Of a box, in units that are pixels at full size."""
COLUMN_GAP, ROW_GAP, LANE = 28, 16, 10
TOP, EDGE = 46, 6
"""Room for the headings of the steps, and around everything."""
_CHARACTERS = 16
"""That fit into a line of a box."""

Item = str | tuple[str, str]
"""One place in a column: an activity, or the lane of an arrow that passes by."""


@dataclass(frozen=True, slots=True)
class Node:
    """One activity as a box, by its upper left corner."""

    id: str
    title: str
    x: float
    y: float
    lines: tuple[str, ...]
    word: tuple[str, ...]
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow from what comes first to what waits for it, through points."""

    before: str
    after: str
    hard: bool
    points: tuple[tuple[float, float], ...]

    @property
    def path(self) -> str:
        """The way as SVG writes it: bent between columns, straight along its lane."""
        (x, y), *rest = self.points
        path = f"M{x:g} {y:g}"
        for number, (to_x, to_y) in enumerate(rest):
            middle = (x + to_x) / 2
            bend = f"C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
            path += f"H{to_x:g}" if number % 2 else bend
            x, y = to_x, to_y
        return path


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; ``steps`` are the headings with where each begins."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    steps: tuple[tuple[float, tuple[str, ...]], ...]
    width: float
    height: float
    box: tuple[int, int, int] = (WIDTH, HEIGHT, COLUMN_GAP)


@dataclass(frozen=True, slots=True)
class Waits:
    """The same in words: an activity, what must come before it, and what preferably does."""

    id: str
    title: str
    word: str
    after: tuple[str, ...]
    better_after: tuple[str, ...]


def shown_in(status: CaseStatus, process: Process) -> tuple[Activity, ...]:
    """The activities that are drawn: all but those that do not apply here."""
    return tuple(
        process.activity_by_id[one.id] for one in status.activities if one.state != "NotApplicable"
    )


def waits_of(status: CaseStatus, process: Process) -> tuple[Waits, ...]:
    """What waits for what, in the order in which things can be done."""
    shown = {one.id for one in shown_in(status, process)}
    found = []
    for activity in in_order(process, status.level):
        if activity.id in shown:
            edges = [one for one in _edges(activity, status.level) if one[0] in shown]
            found.append(
                Waits(
                    id=activity.id,
                    title=activity.title,
                    word=state_in_words(status.activity(activity.id), process),
                    after=tuple(process.activity_by_id[one].title for one, hard in edges if hard),
                    better_after=tuple(
                        process.activity_by_id[one].title for one, hard in edges if not hard
                    ),
                )
            )
    return tuple(found)


def picture_of(status: CaseStatus, process: Process) -> Picture:
    """Lay out the activities of an LEA at its level."""
    shown = [one for one in in_order(process, status.level) if one in shown_in(status, process)]
    ids = {one.id for one in shown}
    edges = [
        (before, one.id, hard)
        for one in shown
        for before, hard in _edges(one, status.level)
        if before in ids
    ]
    ranks = _ranks(shown, edges)
    columns = _columns(shown, edges, ranks)
    height = max((_height(column) for column in columns), default=0)
    places: dict[tuple[int, Item], tuple[float, float]] = {}
    for number, column in enumerate(columns):
        y = TOP + (height - _height(column)) / 2
        for item in column:
            places[number, item] = (EDGE + number * (WIDTH + COLUMN_GAP), y)
            y += _size(item) + ROW_GAP
    return Picture(
        nodes=tuple(
            _node(one, status.activity(one.id), process, places[ranks[one.id], one.id])
            for one in shown
        ),
        edges=tuple(
            Edge(before, after, hard, _points(before, after, ranks, places))
            for before, after, hard in edges
        ),
        steps=_headings(shown, ranks, process),
        width=2 * EDGE + len(columns) * (WIDTH + COLUMN_GAP) - COLUMN_GAP,
        height=TOP + height + EDGE,
    )


def _edges(activity: Activity, level: str) -> list[tuple[str, bool]]:
    hard = activity.prerequisites_at(level, "hard")
    soft = activity.prerequisites_at(level, "soft")
    return [(one, one in hard) for one in dict.fromkeys(hard + soft)]


def _ranks(shown: Sequence[Activity], edges: Sequence[tuple[str, str, bool]]) -> dict[str, int]:
    """The column of each: right of all it waits for, and of every earlier step where it can be."""
    ranks: dict[str, int] = {}
    position = {one.id: number for number, one in enumerate(shown)}
    base = 0
    # By step first: a step begins right of the one before it.
    for step in sorted({one.step for one in shown}):
        for one in shown:
            if one.step == step:
                before = [ranks[a] + 1 for a, b, _ in edges if b == one.id and a in ranks]
                ranks[one.id] = max([base, *before])
        base = max(ranks.values()) + 1
    # An activity may wait for one of a later step; then it moves right, and what follows too.
    for one in sorted(shown, key=lambda each: position[each.id]):
        before = [ranks[a] + 1 for a, b, _ in edges if b == one.id]
        ranks[one.id] = max([ranks[one.id], *before])
    used = {rank: number for number, rank in enumerate(sorted(set(ranks.values())))}
    return {name: used[rank] for name, rank in ranks.items()}


def _columns(
    shown: Sequence[Activity], edges: Sequence[tuple[str, str, bool]], ranks: Mapping[str, int]
) -> list[list[Item]]:
    """The contents of each column from top to bottom, near what they come from."""
    columns: list[list[Item]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    comes_from: dict[tuple[int, Item], list[Item]] = {}
    for one in shown:
        columns[ranks[one.id]].append(one.id)
    for before, after, _ in edges:
        way: list[Item] = [before]
        for column in range(ranks[before] + 1, ranks[after]):
            columns[column].append((before, after))
            way.append((before, after))
        for step, (left, right) in enumerate(pairwise([*way, after])):
            comes_from.setdefault((ranks[before] + 1 + step, right), []).append(left)
    for number in range(1, len(columns)):
        heights = _middles(columns[number - 1])
        order = {item: place for place, item in enumerate(columns[number])}

        def key(
            item: Item,
            number: int = number,
            heights: Mapping[Item, float] = heights,
            order: Mapping[Item, int] = order,
        ) -> tuple[float, int]:
            found = [heights[one] for one in comes_from.get((number, item), ()) if one in heights]
            return (sum(found) / len(found) if found else 0.0, order[item])

        columns[number].sort(key=key)
    return columns


def _middles(column: Sequence[Item]) -> dict[Item, float]:
    """How high each item of a column stands, from the middle of the column."""
    found: dict[Item, float] = {}
    y = -_height(column) / 2
    for item in column:
        found[item] = y + _size(item) / 2
        y += _size(item) + ROW_GAP
    return found


def _size(item: Item) -> int:
    return HEIGHT if isinstance(item, str) else LANE


def _height(column: Sequence[Item]) -> int:
    return sum(_size(item) for item in column) + ROW_GAP * max(len(column) - 1, 0)


def _points(
    before: str,
    after: str,
    ranks: Mapping[str, int],
    places: Mapping[tuple[int, Item], tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    x, y = places[ranks[before], before]
    points = [(x + WIDTH, y + HEIGHT / 2)]
    for column in range(ranks[before] + 1, ranks[after]):
        x, y = places[column, (before, after)]
        points += [(x, y + LANE / 2), (x + WIDTH, y + LANE / 2)]
    x, y = places[ranks[after], after]
    return (*points, (x, y + HEIGHT / 2))


def _node(
    activity: Activity, one: ActivityStatus, process: Process, place: tuple[float, float]
) -> Node:
    icon, tone = look_of(one)
    name = name_of(activity)
    return Node(
        id=activity.id,
        title=activity.title,
        x=place[0],
        y=place[1],
        lines=_lines(name[:1].upper() + name[1:], _CHARACTERS),
        word=_lines(state_in_words(one, process), _CHARACTERS - 1),
        icon=icon,
        tone=tone,
    )


def _lines(text: str, characters: int) -> tuple[str, ...]:
    """At most two lines; a name of other years may be longer than a box."""
    return tuple(textwrap.wrap(text, characters, max_lines=2, placeholder="…"))


def _headings(
    shown: Sequence[Activity], ranks: Mapping[str, int], process: Process
) -> tuple[tuple[float, tuple[str, ...]], ...]:
    """Each step's heading over its first column; none where steps share columns."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for one in shown:
        first[one.step] = min(first.get(one.step, ranks[one.id]), ranks[one.id])
        last[one.step] = max(last.get(one.step, 0), ranks[one.id])
    if any(last[a] >= first[b] for a, b in pairwise(sorted(first))):
        return ()
    titles = {one.number: one.title for one in process.steps}
    return tuple(
        (
            float(EDGE + first[step] * (WIDTH + COLUMN_GAP)),
            _heading(step, titles.get(step, ""), last[step] - first[step] + 1),
        )
        for step in sorted(first)
    )


def _heading(step: int, title: str, columns: int) -> tuple[str, ...]:
    return _lines(f"Step {step}: {title}", columns * (WIDTH + COLUMN_GAP) // 8)
