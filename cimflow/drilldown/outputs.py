"""The files of a run: all of them, or none.

They are written into a folder beside the one asked for and then moved into place file by file, so
that a run that fails half-way leaves what was there before.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cimflow.drilldown.definitions import DrillDown
from cimflow.drilldown.findings import Finding, Target, findings_of, peer_rates
from cimflow.drilldown.findingsfile import drill_down_draft, problem_areas
from cimflow.drilldown.htmlreport import as_html
from cimflow.drilldown.pdf import NoPdf, as_pdf
from cimflow.drilldown.ratesfile import write_rates
from cimflow.drilldown.run import DrilledDown
from cimflow.drilldown.tables import Report, report_of
from cimflow.drilldown.workbook import as_workbook

RATES, TWO_WAY, PROBLEMS, ROLL_UP = "rates.csv", "two-way.csv", "problems.csv", "roll-up"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the folder, how many rates, why there is no PDF (empty: there is)."""

    folder: Path
    rates: int
    leas: int
    no_pdf: str


def write_outputs(
    found: DrilledDown,
    words: DrillDown,
    out: Path,
    *,
    targets: Mapping[str, Target],
    each: Callable[[str], None] = lambda _: None,
) -> Written:
    """Write everything a run publishes into a folder, which is made where it is missing.

    ``rates.csv`` and ``problems.csv`` stand at the top; each LEA has a folder named by its CDS
    code with its report (HTML, XLSX, PDF), its required cells, its findings. With more than one LEA
    there is a folder ``roll-up``.

    Args:
        found: the run.
        words: ``config/drilldown.toml``.
        out: where to.
        targets: the user's targets by element.
        each: is told the CDS code of each LEA when its files are written.

    Raises:
        OSError: the folder cannot be made or written.
    """
    with _moved_into_place(out) as folder:
        rows = write_rates(folder / RATES, found.rates, found.about)
        if any(found.rates["subgroup"].astype(str).str.contains("-by-")):
            write_rates(folder / TWO_WAY, found.rates, found.about, two_way=True)
        _write_problems(folder / PROBLEMS, found)
        no_pdf = ""
        for code, rates in found.rates.groupby("cds_code", observed=True):
            report = report_of(found.about.name_of(str(code)), str(code), rates, words, found.about)
            peers = peer_rates(found.rates, str(code))
            findings = findings_of(rates, words, found.about, peers=peers, targets=targets)
            no_pdf = (
                _write_lea(folder / str(code), report, words, findings, bool(targets)) or no_pdf
            )
            each(str(code))
        if len(found.leas) > 1:
            report = report_of("All LEAs of this run", "", found.roll_up, words, found.about)
            no_pdf = _write_lea(folder / ROLL_UP, report, words, (), False) or no_pdf
    return Written(out, rows, len(found.leas), no_pdf)


def _write_lea(
    folder: Path,
    report: Report,
    words: DrillDown,
    findings: list[Finding] | tuple[()],
    targets: bool,
) -> str:
    """One LEA's files; the reason where no PDF could be made."""
    folder.mkdir()
    (folder / "report.html").write_text(
        as_html(report, words, findings, targets=targets), encoding="utf-8"
    )
    (folder / "report.xlsx").write_bytes(as_workbook(report, words, findings))
    if report.code:
        _write_cells(folder / "required-reports.csv", report)
        (folder / "data-drill-down.toml").write_text(
            drill_down_draft(report.about, findings, report.cells), encoding="utf-8"
        )
        (folder / "problem-areas.toml").write_text(
            problem_areas(report.about, findings), encoding="utf-8"
        )
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


def _write_problems(path: Path, found: DrilledDown) -> None:
    """What was wrong, by file, row and field; never what stands in a cell."""
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


@contextmanager
def _moved_into_place(out: Path) -> Iterator[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(20, "is not a folder", str(out))
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".drill-down-", dir=out) as made:
        folder = Path(made)
        yield folder
        for new in sorted(folder.iterdir()):
            old = out / new.name
            if old.is_dir() and not old.is_symlink():
                shutil.rmtree(old)
            new.replace(old)
