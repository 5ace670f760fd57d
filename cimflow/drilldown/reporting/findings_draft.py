"""An LEA's findings as the start of its Data Drill Down summary and of its Consolidation (TOML).

The files hold what the numbers say. What only people can say (sources, what the findings mean, who
got the reports) is left to be filled in, and cimflow's own check names it when it is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from cimflow.drilldown.counting.required_cells import Cell
from cimflow.drilldown.reporting.findings import Finding, concerns, strengths
from cimflow.drilldown.reporting.report_model import About

MOST = 12


def drill_down_draft(about: About, findings: Sequence[Finding], cells: Sequence[Cell]) -> str:
    """The fields of the ``data-drill-down`` artifact that the numbers can fill."""
    better = " ".join(one.statement for one in list(strengths(findings))[:MOST])
    worse = " ".join(one.statement for one in list(concerns(findings))[:MOST])
    lines = [
        "# What the numbers show, for the Data Drill Down summary. Add the sources and what",
        "# the team makes of it, then: cimflow record data-drill-down --lea CDS --file THIS-FILE",
        f"# {about.definition_title} definition, as of {about.as_of}.",
        *([f"# {about.watermark}"] if about.watermark else []),
        "",
        f"positive_trends = {_text(better)}",
        f"patterns_of_concern = {_text(worse)}",
        "",
        "# [[sources]]",
        '# name = ""',
        '# kind = "quantitative"',
        '# origin = "special-education"',
        '# elements = ["academic", "placement", "discipline", "attendance"]',
        "# for_identification = true",
        "",
    ]
    for one in findings[: 2 * MOST]:
        lines += [
            "[[findings]]",
            f"statement = {_text(one.statement)}",
            f"data = {_text(one.quantification)}",
            "",
        ]
    lines += ["[reports]", '# sent_to = ""', "# sent_on = 2024-07-01", '# method = ""', ""]
    for cell in cells:
        if cell.status != "absent":
            lines += [
                "[[report_cells]]",
                f"cell = {_text(cell.name)}",
                f"status = {_text(cell.status)}",
                "",
            ]
    return "\n".join(lines)


def problem_areas(about: About, findings: Sequence[Finding]) -> str:
    """Quantified problem areas to offer to the Consolidation, most students first.

    The guidance wants "data-supported and quantified problem areas"; which of these is one, and
    which relates to the LEA's identification, the team decides.
    """
    lines = [
        "# Suggestions for the Consolidation: keep what the team agrees is a problem area.",
        *([f"# {about.watermark}"] if about.watermark else []),
        "",
    ]
    for number, one in enumerate(list(concerns(findings))[:MOST], start=1):
        lines += [
            "[[problem_areas]]",
            f'id = "data-{number}"',
            f"statement = {_text(one.statement)}",
            f"quantification = {_text(one.quantification)}",
            "relates_to_identification = false # true where it does",
            "",
        ]
    return "\n".join(lines)


def _text(value: str) -> str:
    """A basic string of TOML; JSON writes a string in the same way."""
    return json.dumps(value, ensure_ascii=False)
