"""A table as a picture: a bar for each group, a whisker for how sure its rate is (SVG).

The table below it says the same in numbers; the text alternative sums it up in a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cimflow.drilldown.reporting.report_model import Row, Table, percent

_LABEL, _BAR, _VALUE, _LINE = 340, 380, 90, 26
_LONGEST = 38
"""Characters of a label: so many, each 0.65 em wide at 13 px, fit whatever font a reader has."""
_MOST_BARS = 40


def chart_of(table: Table) -> str:
    """The SVG of a table, or nothing where fewer than two groups are shown."""
    shown = [one for one in table.rows if one.share is not None][:_MOST_BARS]
    if len(shown) < 2:
        return ""
    end = _end_of_scale(shown)
    width, height = _LABEL + _BAR + _VALUE, _LINE * len(shown) + 30
    bars = "".join(_bar(one, at * _LINE, end) for at, one in enumerate(shown))
    name = f"chart-{table.id}"
    return (
        f'<svg class="chart" role="img" aria-labelledby="{name}-title {name}-text"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<title id="{name}-title">{escape(table.title)}</title>'
        f'<desc id="{name}-text">{escape(_in_a_sentence(shown))}</desc>'
        f"{_scale(end, height)}{bars}</svg>"
    )


def _end_of_scale(rows: Sequence[Row]) -> float:
    """The scale ends at a round share above every whisker."""
    widest = max(one.upper or 0.0 for one in rows)
    return next(one for one in (0.1, 0.25, 0.5, 0.75, 1.0) if widest <= one + 1e-9)


def _at(share: float, end: float) -> float:
    return round(_LABEL + _BAR * share / end, 1)


def _bar(row: Row, top: int, end: float) -> str:
    share, lower, upper = row.share or 0.0, row.lower or 0.0, row.upper or 0.0
    middle = top + _LINE / 2
    label = row.label if len(row.label) <= _LONGEST else f"{row.label[: _LONGEST - 1]}…"
    return (
        f'<text class="label" x="{_LABEL - 8}" y="{middle + 4}">{escape(label)}</text>'
        f'<rect class="bar" x="{_LABEL}" y="{top + 6}" width="{_at(share, end) - _LABEL:.1f}"'
        f' height="{_LINE - 12}"/>'
        f'<path class="whisker" d="M{_at(lower, end)} {middle}H{_at(upper, end)}'
        f'M{_at(lower, end)} {middle - 4}v8M{_at(upper, end)} {middle - 4}v8"/>'
        f'<text class="value" x="{_LABEL + _BAR + 10}" y="{middle + 4}">{escape(row.rate)}</text>'
    )


def _scale(end: float, height: int) -> str:
    marks = "".join(
        f'<path class="mark" d="M{_at(one, end)} 0V{height - 26}"/>'
        f'<text class="tick" x="{_at(one, end)}" y="{height - 8}">{one * 100:g}%</text>'
        for one in (0.0, end / 2, end)
    )
    return f'<g class="scale" aria-hidden="true">{marks}</g>'


def _in_a_sentence(rows: Sequence[Row]) -> str:
    ranked = sorted(rows, key=lambda one: one.share or 0.0)
    low, high = ranked[0], ranked[-1]
    return (
        f"{len(rows)} groups, from {percent(low.share or 0.0)} ({low.label}) to"
        f" {percent(high.share or 0.0)} ({high.label}). The numbers are in the table below."
    )
