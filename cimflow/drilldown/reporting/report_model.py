"""One LEA's report as words: every table with its rows, footnotes and why it may be absent.

HTML, XLSX and PDF all print this; none of them counts or words anything itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cimflow.drilldown.counting.counts import ALL, BETWEEN
from cimflow.drilldown.counting.required_cells import Cell, required_cells
from cimflow.drilldown.model.definitions import BY, NOT_REPORTED, SMALL, DrillDown, Note

Audience = Literal["internal", "shareable"]
WATERMARK: Mapping[Audience, str] = {
    "internal": "Internal: for the LEA's own team only. Small groups are shown. Do not share.",
    "shareable": "",
}


HIDDEN_IN_WORDS: Mapping[str, str] = {
    "primary": f"hidden: {SMALL} students or fewer",
    "complementary": "hidden to protect a small group",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One group: counts and rate in words, the rate as a number where it is shown."""

    group: str
    label: str
    counted: str
    among: str
    rate: str
    interval: str
    share: float | None
    lower: float | None = None
    upper: float | None = None
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """An element by a subgroup. ``absent``: why there are no rows. ``notes``: footnote numbers."""

    id: str
    title: str
    caption: str
    rows: tuple[Row, ...]
    absent: str
    notes: tuple[int, ...]

    @property
    def has_hidden_rows(self) -> bool:
        """Whether a group of it is not shown."""
        return any(one.hidden for one in self.rows)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One key element with the guidance's words for it, and its tables."""

    element: str
    title: str
    guidance: str
    explanation: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What stands on every table of a run: which definition, as of when, for whom."""

    definition: str
    definition_title: str
    as_of: dt.date
    audience: Audience
    names: Mapping[str, str]
    """The names of LEAs by CDS code; an LEA that is not in the roster appears under its code."""
    schools: Mapping[str, str]
    computed: frozenset[str]
    """The elements that the files have columns for."""
    notes: tuple[Note, ...] = ()
    """What is to be known of the files: how sure their layouts are."""
    synthetic: bool = False
    """Whether students of the run are synthetic."""

    @property
    def watermark(self) -> str:
        """What a report of the team alone, or of students who do not exist, bears on every page."""
        invented = "Synthetic data: no student in this report is real." if self.synthetic else ""
        return " ".join(one for one in (WATERMARK[self.audience], invented) if one)

    @property
    def day(self) -> str:
        """The as-of date in words."""
        return f"{self.as_of:%A, %B} {self.as_of.day}, {self.as_of.year}"

    def name_of(self, cds_code: str) -> str:
        """The name of an LEA, or its CDS code."""
        return self.names.get(cds_code, f"LEA {cds_code}")


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed for one LEA, or for the SELPA's roll-up."""

    title: str
    code: str
    about: About
    chapters: tuple[Chapter, ...]
    notes: tuple[Note, ...]
    cells: tuple[Cell, ...] = ()

    @property
    def of_one_lea(self) -> bool:
        """A roll-up has no findings and no required cells: these are asked of each LEA."""
        return bool(self.code)

    @property
    def caveat(self) -> str:
        """What a reader must know before the first number; empty where there is nothing."""
        if self.of_one_lea or self.about.audience != "shareable":
            return ""
        return (
            "Of every group, the LEAs that show it: a sum over all of them would give away those "
            "that do not."
        )


def report_of(title: str, code: str, rates: pd.DataFrame, words: DrillDown, about: About) -> Report:
    """The report of one LEA (or roll-up) from its rows of ``rates.rates_of``."""
    notes: dict[Note, int] = {}
    cells = required_cells(rates, words, about.computed, shareable=about.audience == "shareable")
    why = {(one.element, one.subgroup): one.why for one in cells}
    two_way = sorted(one for one in set(rates["subgroup"].astype(str)) if BY in one)
    by_table = dict(list(rates.groupby(["element", "subgroup"], observed=True)))
    chapters = []
    for element, its in words.elements.items():
        tables = []
        for subgroup in (*words.subgroups, *two_way):
            rows = by_table.get((element, subgroup))
            reason = why.get((element, subgroup)) or "There is nothing to count."
            numbers = _numbered(
                [
                    note
                    for part in subgroup.split(BY)
                    for note in words.footnotes(element, part, about.definition)
                ]
                + list(about.notes),
                notes,
            )
            tables.append(_table(element, subgroup, rows, reason, numbers, words, about))
        chapters.append(
            Chapter(
                element,
                its.title,
                its.guidance,
                f"Counted: {its.counted}. Out of: {its.among}.",
                tuple(tables),
            )
        )
    return Report(title, code, about, tuple(chapters), tuple(notes), tuple(cells))


def _numbered(found: Sequence[Note], notes: dict[Note, int]) -> tuple[int, ...]:
    """The numbers of footnotes, in the order in which they first appear."""
    return tuple(sorted({notes.setdefault(one, len(notes) + 1) for one in found}))


def _table(
    element: str,
    subgroup: str,
    rows: pd.DataFrame | None,
    absent: str,
    notes: tuple[int, ...],
    words: DrillDown,
    about: About,
) -> Table:
    its = words.elements[element]
    by = " by ".join(words.subgroups[one].title for one in subgroup.split(BY))
    title = f"{its.title}: {by}"
    caption = f"{title}. {about.definition_title} definition, as of {about.day}."
    if rows is None:
        return Table(f"{element}-{subgroup}", title, caption, (), absent, notes)
    found = [_row(one, subgroup, words, about) for one in rows.itertuples(index=False)]
    order = {one: at for at, one in enumerate(_known_groups(subgroup, words))}
    found.sort(key=lambda one: (order.get(one.group, len(order)), _by_number(one.group)))
    return Table(f"{element}-{subgroup}", title, caption, tuple(found), "", notes)


def _known_groups(subgroup: str, words: DrillDown) -> Collection[str]:
    if subgroup.startswith("race-ethnicity") and BY not in subgroup:
        return words.groups.race_ethnicity
    if subgroup == "placement":
        return words.groups.placement
    return ()


def _by_number(group: str) -> tuple[bool, int, str]:
    """Ages by number, codes by text, ``not-reported`` last."""
    return group == NOT_REPORTED, int(group) if group.isdigit() and len(group) < 4 else 0, group


def label_of(group: str, subgroup: str, words: DrillDown, schools: Mapping[str, str]) -> str:
    """A group as people call it."""
    if BETWEEN in group:
        parts = zip(group.split(BETWEEN), subgroup.split(BY), strict=True)
        return ", ".join(label_of(one, part, words, schools) for one, part in parts)
    if group == ALL:
        return "All students with disabilities"
    if group == NOT_REPORTED:
        return "Not reported"
    if subgroup.startswith("race-ethnicity"):
        return words.groups.race_ethnicity[group].title
    if subgroup == "placement":
        return words.groups.placement[group].title
    if subgroup == "disability":
        return f"{words.disability.codes[group]} ({group})"
    if subgroup == "age":
        return f"Age {group}"
    return f"{schools[group]} ({group})" if group in schools else f"School {group}"


def _row(one: object, subgroup: str, words: DrillDown, about: About) -> Row:
    group, hidden = str(one.group), str(one.hidden)  # type: ignore[attr-defined]
    label = label_of(group, subgroup, words, about.schools)
    if hasattr(one, "shown_by"):  # of a roll-up
        label += f" ({one.shown_by:.0f} of {one.leas:.0f} LEAs)"  # type: ignore[attr-defined]
    if hidden:
        return Row(group, label, "", "", "hidden", "", None, hidden=hidden)
    rate, lower, upper = float(one.rate), float(one.lower), float(one.upper)  # type: ignore[attr-defined]
    return Row(
        group,
        label,
        _count(float(one.numerator)),  # type: ignore[attr-defined]
        _count(float(one.denominator)),  # type: ignore[attr-defined]
        percent(rate),
        f"{percent(lower)} to {percent(upper)}",
        rate,
        lower,
        upper,
    )


def _count(value: float) -> str:
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-9 else f"{value:,.1f}"


def summary_row(name: str, code: str, rates: pd.DataFrame, words: DrillDown) -> dict[str, object]:
    """One line about an LEA's tables: how many rates are shown and how many hidden."""
    hidden = int((rates["hidden"] != "").sum())
    elements = rates.loc[rates["hidden"] == "", "element"].nunique()
    return {
        "LEA": name,
        "CDS code": code,
        "rates shown": len(rates) - hidden,
        "rates hidden": hidden,
        "elements shown": f"{elements} of {len(words.elements)}",
    }


def percent(share: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{share * 100:.1f} %"
