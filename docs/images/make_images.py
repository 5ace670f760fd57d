"""Draws the pictures of the README from the sample SELPA; run by hand when what they show changes.

It is started so: ``uv run python docs/images/make_images.py``.
"""  # noqa: INP001 - a script beside its pictures, no package

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from html import escape
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from cimflow.cli.grid import _cell, print_grid
from cimflow.cli.options import clock
from cimflow.cli.sample import load_sample
from cimflow.monitoring.cohort import evaluate_cohort
from cimflow.monitoring.office import Office, open_office
from cimflow.process.definition import Process
from cimflow.process.evaluation import ActivityStatus, CaseStatus
from cimflow.settings import read_settings

HERE = Path(__file__).parent
WIDTH = 160
THE_LEA = "99100260000000"
NOT_DRAWN = {"NotApplicable", "Optional", "NotYet"}
BOX_WIDTH, BOX_HEIGHT, GAP, MARGIN, HEAD = 148, 84, 36, 20, 96
FILLS = {
    "Approved": "#dcf1e0",
    "Submitted": "#dcf1e0",
    "Excused": "#dff0f4",
    "Missing": "#fbdcdc",
    "Returned": "#fbdcdc",
    "Incomplete": "#fdeeca",
    "DueSoon": "#fdeeca",
    "Undetermined": "#fdeeca",
    "Blocked": "#e2e8f6",
}


def main() -> None:
    """Load the sample into a folder of its own and draw both pictures."""
    with tempfile.TemporaryDirectory() as folder:
        here = {"CIMFLOW_HOME": "home"}
        load_sample(read_settings(here, working_directory=Path(folder)))
        office = open_office(read_settings(here, working_directory=Path(folder)), clock=clock)
        process_id = office.process_asked_for(None)
        draw_status(office, process_id)
        draw_lea(office, process_id)
        office.engine.dispose()


def draw_status(office: Office, process_id: str) -> None:
    """The status table as a terminal shows it."""
    on = office.today(process_id)
    written = StringIO()
    os.environ |= {"COLUMNS": str(WIDTH), "FORCE_COLOR": "1"}
    print_grid(
        office, process_id, on, evaluate_cohort(office, process_id, on), Console(file=written)
    )
    console = Console(record=True, width=WIDTH, file=StringIO(), highlight=False)
    console.print(Text.from_ansi(written.getvalue()))
    # Without the fonts that would be fetched from elsewhere: a picture must not call anyone.
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="cimflow status", unique_id="status", code_format=form)
    (HERE / "status.svg").write_text(svg, encoding="utf-8")


def draw_lea(office: Office, process_id: str) -> None:
    """The activities of one LEA, from left to right, each with its state."""
    on = office.today(process_id)
    (status,) = evaluate_cohort(office, process_id, on, lea=THE_LEA)
    svg = graph(status, office.process(process_id))
    (HERE / "lea.svg").write_text(svg, encoding="utf-8")


def graph(status: CaseStatus, process: Process) -> str:
    """The picture of a case as SVG."""
    drawn = [one for one in status.activities if one.state not in NOT_DRAWN]
    edges = _edges(process, status.level, {one.id for one in drawn})
    places = _places([one.id for one in drawn], edges)
    columns = 1 + max(x for x, _ in places.values())
    rows = 1 + max(y for _, y in places.values())
    width = 2 * MARGIN + columns * (BOX_WIDTH + GAP) - GAP
    height = HEAD + rows * (BOX_HEIGHT + GAP) + 24
    body = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="Helvetica, Arial, sans-serif">'
        ),
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#55606e"/>'
            "</marker></defs>"
        ),
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>',
        _text(MARGIN, 32, f"{status.name}, level {status.level}", size=20, weight="bold"),
        _text(
            MARGIN, 54, f"{process.process.title}, {status.on:%B} {status.on.day}, {status.on.year}"
        ),
        *_step_heads(drawn, places, process),
        *(_edge(places[before], places[after], is_hard=hard) for before, after, hard in edges),
        *(_box(one, places[one.id], process) for one in drawn),
        _text(
            MARGIN,
            height - 14,
            "Full line: cannot sensibly be filed before. Dashed line: good advice.",
            size=12,
        ),
        "</svg>",
    ]
    return "\n".join(body) + "\n"


Edge = tuple[str, str, bool]
Place = tuple[int, int]


def _edges(process: Process, level: str, drawn: set[str]) -> list[Edge]:
    """What comes before what; advice that follows from other lines is left out."""
    edges = [
        (before, after.id, kind == "hard")
        for after in process.activities
        if after.id in drawn
        for kind in ("hard", "soft")
        for before in after.prerequisites_at(level, kind)
        if before in drawn
    ]

    def leads(start: str, goal: str, without: Edge) -> bool:
        return any(
            after == goal or leads(after, goal, without)
            for before, after, _ in (one for one in edges if one != without)
            if before == start
        )

    return [one for one in edges if one[2] or not leads(one[0], one[1], one)]


def _places(ids: list[str], edges: list[Edge]) -> dict[str, Place]:
    """Column: as far to the right as the longest way to it. Row: by the order of the file."""
    columns: dict[str, int] = {}

    def column(one: str) -> int:
        if one not in columns:
            columns[one] = max((1 + column(a) for a, b, _ in edges if b == one), default=0)
        return columns[one]

    rows: dict[str, int] = {}
    for one in ids:
        before = [rows[a] for a, b, _ in edges if b == one and a in rows]
        row = min(before, default=0)
        while any(columns[other] == column(one) and rows[other] == row for other in rows):
            row += 1
        column(one)
        rows[one] = row
    return {one: (columns[one], rows[one]) for one in ids}


def _corner(place: Place) -> tuple[int, int]:
    return MARGIN + place[0] * (BOX_WIDTH + GAP), HEAD + place[1] * (BOX_HEIGHT + GAP)


def _step_heads(
    drawn: list[ActivityStatus], places: dict[str, Place], process: Process
) -> list[str]:
    lines = []
    for step in process.steps:
        columns = [
            places[one.id][0] for one in drawn if process.activity_by_id[one.id].step == step.number
        ]
        if columns:
            x, _ = _corner((min(columns), 0))
            due = f", {step.due:%B} {step.due.day}" if step.due else ""
            lines.append(_text(x, HEAD - 14, f"Step {step.number}{due}", size=13, weight="bold"))
    return lines


def _edge(start: Place, end: Place, *, is_hard: bool) -> str:
    (x1, y1), (x2, y2) = _corner(start), _corner(end)
    x1, y1, y2 = x1 + BOX_WIDTH, y1 + BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2
    bend = x2 - GAP
    dashes = "" if is_hard else ' stroke-dasharray="4 4"'
    return (
        f'<path d="M{x1} {y1}L{bend} {y1}C{bend + GAP // 2} {y1} {bend + GAP // 2} {y2} '
        f'{x2 - 2} {y2}" fill="none" stroke="#55606e" stroke-width="1.5"{dashes} '
        'marker-end="url(#tip)"/>'
    )


def _box(one: ActivityStatus, place: Place, process: Process) -> str:
    x, y = _corner(place)
    fill = FILLS.get(one.state, "#f1f2f4")
    titles = textwrap.wrap(process.activity_by_id[one.id].title, 22)[:2]
    words = textwrap.wrap(_cell(one, process).plain, 22)[:2]
    lines = [
        (
            f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" '
            f'fill="{fill}" stroke="#8a94a2"/>'
        )
    ]
    for number, line in enumerate(titles):
        lines.append(_text(x + 10, y + 20 + 15 * number, line, size=12))
    for number, line in enumerate(reversed(words)):
        lines.append(_text(x + 10, y + BOX_HEIGHT - 11 - 15 * number, line, weight="bold"))
    return "\n".join(lines)


def _text(x: int, y: int, words: str, *, size: int = 13, weight: str = "normal") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" '
        f'fill="#1d2733">{escape(words)}</text>'
    )


if __name__ == "__main__":
    main()
