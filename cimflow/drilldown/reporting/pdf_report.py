"""A report as a tagged PDF (PDF/UA-1), made without a browser.

typst is the one library here that may be missing on a machine (it is compiled for each kind of
machine); then there is no PDF, and the run says so.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from cimflow.drilldown.model.definitions import DrillDown
from cimflow.drilldown.reporting.findings import Finding
from cimflow.drilldown.reporting.html_report import MOST_FINDINGS
from cimflow.drilldown.reporting.report_model import HIDDEN_IN_WORDS, Report, Table
from cimflow.resources import templates_dir


class NoPdf(Exception):
    """No PDF can be made here; the reason for a person."""


def as_pdf(report: Report, words: DrillDown, findings: Sequence[Finding]) -> bytes:
    """The report as a PDF.

    Raises:
        NoPdf: the library that makes it is not on this machine, or cannot make it.
    """
    try:
        import typst  # noqa: PLC0415 - it may be missing, and only here is it wanted
    except ImportError:
        raise NoPdf("the typst library is not installed on this computer") from None
    template = (templates_dir() / "drilldown" / "report.typ").read_bytes()
    midnight = dt.datetime.combine(report.about.as_of, dt.time(), dt.UTC)
    try:
        return typst.compile(
            template,
            format="pdf",
            pdf_standards="ua-1",
            timestamp=midnight,
            sys_inputs={"report": json.dumps(_data(report, words, findings))},
        )
    except typst.TypstError as error:
        raise NoPdf(f"typst could not create it: {error.message}") from None


def _data(report: Report, words: DrillDown, findings: Sequence[Finding]) -> dict[str, Any]:
    about = report.about
    code = f"CDS code {report.code}. " if report.code else ""
    return {
        "title": report.title,
        "is_lea": report.of_one_lea,
        "subtitle": f"{code}{about.definition_title} definition, as of {about.day}.",
        "watermark": about.watermark,
        "caveat": report.caveat,
        "findings": [
            {
                "kind": one.kind.title(),
                "statement": one.statement,
                "quantification": one.quantification,
            }
            for one in findings[: 2 * MOST_FINDINGS]
        ],
        "chapters": [
            {
                "title": one.title,
                "guidance": one.guidance,
                "explanation": one.explanation,
                "tables": [_table(table) for table in one.tables],
            }
            for one in report.chapters
        ],
        "cells": [
            {
                "element": words.elements[one.element].title,
                "subgroup": words.subgroups[one.subgroup].title,
                "status": one.status.replace("-", " "),
                "why": one.why,
            }
            for one in report.cells
        ],
        "notes": [one.in_words for one in report.notes],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": table.title,
        "caption": table.caption,
        "absent": table.absent,
        "notes": ", ".join(str(one) for one in table.notes),
        "rows": [
            {
                "label": one.label,
                "counted": one.counted,
                "among": one.among,
                "rate": one.rate,
                "interval": one.interval,
                "hidden": HIDDEN_IN_WORDS.get(one.hidden, ""),
            }
            for one in table.rows
        ],
    }
