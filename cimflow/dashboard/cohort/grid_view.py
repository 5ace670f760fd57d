"""The cohort grid as values: which LEAs, in which order, with what in each cell.

Pure: from where everyone stands and what was asked for. The page, its print view and its exports
are made from the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cimflow.dashboard.cohort.grid_filter import NOT_ASKED, Wanted, fits, in_words, order
from cimflow.dashboard.web.state_styles import CASE_TONES, look_of
from cimflow.monitoring.access.permissions import Viewer
from cimflow.monitoring.cohort.explain import next_step, why
from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.words import CASE_WORDS, state_in_words
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """One activity of one LEA: icon, word and tone, why, and what to do next."""

    activity: str
    title: str
    state: str
    word: str
    icon: str
    tone: str
    why: str
    next: str


@dataclass(frozen=True, slots=True)
class Row:
    """One LEA."""

    cds_code: str
    name: str
    selpa: str
    level: str
    state: str
    word: str
    icon: str
    tone: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A step over its columns, with the day on which it is due."""

    number: int
    title: str
    due: dt.date | None
    columns: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class DueCount:
    """How many LEAs still have something due on a day, of how many that had something due then."""

    due: dt.date
    open: int
    of: int
    is_past: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """What a page of the cohort shows.

    ``chosen`` are all LEAs that fit, beyond this page too, of ``total`` that the person may see.
    ``counted`` are those that the counts are about: all of them, or the SELPA that was chosen, by
    whose name ``whose`` is. ``filtered`` says what was chosen, in words.
    """

    wanted: Wanted
    on: dt.date
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    chosen: tuple[CaseStatus, ...]
    filtered: str
    total: int
    counted: tuple[CaseStatus, ...]
    whose: str
    pages: int
    counts: Counter[str]
    dues: tuple[DueCount, ...]
    selpas: tuple[tuple[str, str], ...]
    levels: tuple[str, ...]

    @property
    def asked_columns(self) -> tuple[Activity, ...]:
        """The activities of all columns, in order."""
        return tuple(one for heading in self.headings for one in heading.columns)

    @staticmethod
    def own_due(activity: Activity) -> dt.date | None:
        """The date of an activity's own where all levels share one."""
        dues = {rule.due.on for rule in activity.rules if rule.due is not None}
        return dues.pop() if len(dues) == 1 else None


def theirs(standing: Standing, viewer: Viewer) -> list[CaseStatus]:
    """The LEAs that a person may see."""
    return [
        one
        for cds, one in standing.statuses.items()
        if viewer.may_see(selpa_code=standing.selpa_of[cds], cds_code=cds)
    ]


def grid_of(
    process: Process, standing: Standing, viewer: Viewer, wanted: Wanted, *, paged: bool = True
) -> Grid:
    """The grid of what a person may see and asked for."""
    seen = theirs(standing, viewer)
    chosen = sorted((one for one in seen if fits(one, wanted)), key=order(wanted.sort))
    pages = max(1, math.ceil(len(chosen) / ROWS_A_PAGE)) if paged else 1
    page = min(wanted.page, pages)
    shown = chosen[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE] if paged else chosen
    headings = _headings(process, seen)
    columns = [one.id for heading in headings for one in heading.columns]
    selpas = sorted({(one.selpa_code, one.selpa_name) for one in seen})
    of_selpa = [one for one in seen if one.selpa_code == wanted.selpa]
    counted = of_selpa or seen  # a SELPA that is none of theirs leaves the counts as they are
    return Grid(
        wanted=wanted,
        on=standing.on,
        headings=headings,
        rows=tuple(_row(one, columns, process, viewer) for one in shown),
        chosen=tuple(chosen),
        filtered=in_words(wanted, process, selpas),
        total=len(seen),
        counted=tuple(counted),
        whose=_whose(counted),
        pages=pages,
        counts=Counter(one.state for one in counted),
        dues=due_counts(counted, standing.on),
        selpas=tuple(selpas),
        levels=tuple(sorted({one.level for one in seen})),
    )


def _whose(counted: Iterable[CaseStatus]) -> str:
    """The name of the one SELPA of some LEAs; empty where there are several, or none."""
    names = {one.selpa_code: one.selpa_name for one in counted}
    return names.popitem()[1] if len(names) == 1 else ""


def as_table(grid: Grid) -> list[list[str]]:
    """The same for a spreadsheet: a heading, then one row per LEA with the word of each cell."""
    columns = [
        f"{heading.number} {activity.short or activity.title}"
        for heading in grid.headings
        for activity in heading.columns
    ]
    head = ["cds_code", "lea_name", "selpa_name", "level", "state", *columns]
    rows = (
        [one.cds_code, one.name, one.selpa, one.level, one.word, *(cell.word for cell in one.cells)]
        for one in grid.rows
    )
    return [head, *rows]


def _headings(process: Process, seen: Iterable[CaseStatus]) -> tuple[Heading, ...]:
    """The steps, with the activities that anyone here is asked for or has filed."""
    asked = {
        activity.id
        for one in seen
        for activity in one.activities
        if activity.state not in NOT_ASKED
    }
    found = []
    for step in process.steps:
        columns = tuple(
            one for one in process.activities if one.step == step.number and one.id in asked
        )
        if columns:
            found.append(Heading(step.number, step.title, step.due_on, columns))
    return tuple(found)


def _row(one: CaseStatus, columns: Sequence[str], process: Process, viewer: Viewer) -> Row:
    icon, tone = CASE_TONES[one.state]
    by_id = {activity.id: activity for activity in one.activities}
    return Row(
        cds_code=one.cds_code,
        name=one.name,
        selpa=one.selpa_name,
        level=one.level,
        state=one.state,
        word=CASE_WORDS[one.state],
        icon=icon,
        tone=tone,
        cells=tuple(_cell(by_id[name], process, viewer) for name in columns),
    )


def _cell(one: ActivityStatus, process: Process, viewer: Viewer) -> Cell:
    """One activity as a cell."""
    icon, tone = look_of(one)
    return Cell(
        activity=one.id,
        title=process.activity_by_id[one.id].title,
        state=one.state,
        word=state_in_words(one, process),
        icon=icon,
        tone=tone,
        why=why(one, process),
        next=next_step(one, process, reads_at_selpa=viewer.works_at_selpa),
    )


def due_counts(seen: Iterable[CaseStatus], on: dt.date) -> tuple[DueCount, ...]:
    """For each day on which something is due: how many LEAs have not done all of it."""
    owing: dict[dt.date, set[str]] = {}
    owed: dict[dt.date, set[str]] = {}
    for one in seen:
        for activity in one.activities:
            if activity.requirement == "required" and activity.due is not None:
                owed.setdefault(activity.due, set()).add(one.cds_code)
                if activity.is_chased:
                    owing.setdefault(activity.due, set()).add(one.cds_code)
    return tuple(
        DueCount(due, len(owing.get(due, ())), len(owed[due]), due < on) for due in sorted(owed)
    )
