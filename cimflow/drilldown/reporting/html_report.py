"""A report as one HTML file that needs nothing else: no script, no font, no address elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from cimflow.drilldown.model.config_file import SMALL, DrillDownConfig
from cimflow.drilldown.reporting.bar_chart import chart_of
from cimflow.drilldown.reporting.findings import Finding, concerns, strengths
from cimflow.drilldown.reporting.report_model import HIDDEN_IN_WORDS, Report
from cimflow.resources import templates_dir

MOST_FINDINGS = 12
"""So many of each kind are read; all stand in the findings file."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_dir() / "drilldown"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def as_html(
    report: Report,
    words: DrillDownConfig,
    findings: Sequence[Finding],
    *,
    targets: bool,
) -> str:
    """The whole report, ready to be read in a browser or printed."""
    charts = {
        table.id: Markup(chart_of(table))  # noqa: S704 - our own SVG; every text in it is escaped
        for chapter in report.chapters
        for table in chapter.tables
    }
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            about=report.about,
            words=words,
            hidden_in_words=HIDDEN_IN_WORDS,
            small_group=SMALL,
            charts=charts,
            concerns=list(concerns(findings))[:MOST_FINDINGS],
            strengths=list(strengths(findings))[:MOST_FINDINGS],
            targets=targets,
        )
    )
