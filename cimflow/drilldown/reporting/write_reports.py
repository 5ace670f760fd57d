"""The files of a run: all of them, or none, and nothing of an earlier run among them.

How they get into their place is in ``replace_folder``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.subgroups import BY
from cimflow.drilldown.reporting.findings import Finding, Target, findings_of, peer_rates
from cimflow.drilldown.reporting.html_report import as_html
from cimflow.drilldown.reporting.pdf_report import NoPdf, as_pdf
from cimflow.drilldown.reporting.rates_csv import write_rates
from cimflow.drilldown.reporting.replace_folder import (
    KEPT,
    RATES,
    ROLL_UP,
    TWO_WAY,
    beside,
    clear,
    moved_into_place,
)
from cimflow.drilldown.reporting.report_model import Report, report_of
from cimflow.drilldown.reporting.run_result import RunResult
from cimflow.drilldown.reporting.saved_report import as_json
from cimflow.drilldown.reporting.summary_draft import drill_down_draft, problem_areas
from cimflow.drilldown.reporting.xlsx_report import as_workbook

PROBLEMS = "problems.csv"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: how many rates, how many of them hidden, why no PDF (empty: there is).

    ``problems``: where the list of what was wrong stands, if anywhere; not among what is shared.
    """

    folder: Path
    rates: int
    hidden: int
    leas: int
    no_pdf: str
    problems: Path | None


def write_outputs(
    found: RunResult,
    words: DrillDownConfig,
    out: Path,
    *,
    targets: Mapping[str, Target],
    each: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write everything a run publishes into a folder, which is made where it is missing.

    ``rates.csv`` stands at the top; each LEA has a folder named by its CDS code with its report
    (HTML, XLSX, PDF), its required cells, its findings. With more than one LEA there is a folder
    ``roll-up``. What was wrong in the files is listed in ``problems.csv``, for the LEA's own team;
    beside the folder where that is to be shared, since eight impossible ages are a count of
    students. What an earlier run for another audience left in the folder goes.

    Args:
        found: the run.
        words: ``config/drilldown.toml``.
        out: where to.
        targets: the user's targets by element.
        each: is told the CDS code of each LEA when its files are written.

    Raises:
        OSError: the folder cannot be made or written.
    """
    shared = found.about.audience == "shareable"
    problems: Path | None = out / PROBLEMS
    with moved_into_place(out, clear=partial(clear, audience=found.about.audience)) as folder:
        rows = write_tables(folder, found)
        if not shared:
            write_problems(folder / PROBLEMS, found)
        no_pdf = ""
        for code in found.leas:
            no_pdf = write_lea(folder, found, words, code, targets) or no_pdf
            each(code)
        if len(found.leas) > 1:
            no_pdf = write_roll_up(folder, found, words) or no_pdf
    if shared:
        problems = _written_beside(beside(out, PROBLEMS), found)
    return Written(out, len(rows), hidden_in(rows), len(found.leas), no_pdf, problems)


def _written_beside(path: Path, found: RunResult) -> Path | None:
    """Where the list of problems is: nowhere, if there are none, or nothing can be written there.

    The reports are in their place by then, and the kinds of problems are told anyway.
    """
    try:
        if found.problems.total:
            write_problems(path, found)
            return path
        path.unlink(missing_ok=True)
    except OSError:
        pass
    return None


def hidden_in(rows: pd.DataFrame) -> int:
    """How many rows are hidden."""
    return int((rows["hidden"] != "").sum())


def write_tables(folder: Path, found: RunResult) -> pd.DataFrame:
    """``rates.csv``, whose rows are returned, and the two-way cuts if any."""
    rows = write_rates(folder / RATES, found.rates, found.about)
    if found.rates["subgroup"].astype(str).str.contains(BY).any():
        write_rates(folder / TWO_WAY, found.rates, found.about, two_way=True)
    return rows


def write_lea(
    folder: Path,
    found: RunResult,
    words: DrillDownConfig,
    code: str,
    targets: Mapping[str, Target],
) -> str:
    """One LEA's folder with all its files; the reason where no PDF could be made."""
    rates = found.rates_of_lea(code)
    about = found.about_lea(code)
    report = report_of(about.name_of(code), code, rates, words, about)
    peers = peer_rates(found.rates, code)
    findings = findings_of(rates, words, about, peers=peers, targets=targets)
    mine = folder / code
    no_pdf = _write_report(mine, report, words, findings, bool(targets))
    _write_cells(mine / "required-reports.csv", report)
    (mine / KEPT).write_bytes(as_json(report, findings, targets=bool(targets)))
    draft = drill_down_draft(report.about, findings, report.cells)
    (mine / "data-drill-down.toml").write_text(draft, encoding="utf-8")
    areas = problem_areas(report.about, findings)
    (mine / "problem-areas.toml").write_text(areas, encoding="utf-8")
    return no_pdf


def write_roll_up(folder: Path, found: RunResult, words: DrillDownConfig) -> str:
    """The report of all LEAs together; the reason where no PDF could be made."""
    report = report_of("All LEAs in this run", "", found.roll_up, words, found.about)
    return _write_report(folder / ROLL_UP, report, words, (), targets=False)


def _write_report(
    folder: Path, report: Report, words: DrillDownConfig, findings: Sequence[Finding], targets: bool
) -> str:
    folder.mkdir()
    page = as_html(report, words, findings, targets=targets)
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "report.xlsx").write_bytes(as_workbook(report, words, findings))
    try:
        (folder / "report.pdf").write_bytes(as_pdf(report, words, findings))
    except NoPdf as error:
        return str(error)
    return ""


def _write_cells(path: Path, report: Report) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("element", "subgroup", "status", "why"))
        writer.writerows((one.element, one.subgroup, one.status, one.why) for one in report.cells)


def write_problems(path: Path, found: RunResult) -> None:
    """What was wrong, by file, row and field; never what is in a cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("file", "row", "field", "problem"))
        writer.writerows(
            (_harmless(one.file), one.row or "", _harmless(one.field or ""), one.message)
            for one in found.problems.errors()
        )


def _harmless(text: str) -> str:
    """A file or a column may be named like a formula; a spreadsheet must not run it."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
