"""The files of a run: which are tidy tables, which are reports that an LEA downloads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from cimflow.drilldown.calpads.join_reports import joined_reports
from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.model.students import OPTIONAL, REQUIRED
from cimflow.drilldown.reading.file_header import Heading, read_heading
from cimflow.drilldown.reading.read_table import read_coded
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables.files import name_of
from cimflow.intake.tables.header import column_name

TIDY = (*REQUIRED, *OPTIONAL)


def read_inputs(
    paths: Sequence[Path],
    words: DrillDownConfig,
    problems: Problems,
    *,
    lea: str | None = None,
    as_of: dt.date,
) -> list[CodedTable]:
    """Every file as a tidy table; the CALPADS and TOMS reports together make one.

    Args:
        paths: tidy tables and reports, in any order.
        words: ``config/drilldown.toml``, which knows the columns of the reports.
        problems: where what is wrong in the rows is noted.
        lea: the accountable LEA, for reports that do not name it.
        as_of: the day on which the students are as old as we say, for reports with days of birth.

    Raises:
        IntakeErrors: files that cannot be read, are neither, or lack a required column; all of
            them.
    """
    errors: list[IntakeError] = []
    tidy: list[CodedTable] = []
    reports: list[tuple[str, CodedTable]] = []
    for path in paths:
        try:
            heading = read_heading(path, _known_columns(words))
            report = _report_of(heading, words)
            if report is None:
                tidy.append(_read_tidy(heading))
            else:
                reports.append((report, read_coded(heading, _columns_of(report, heading, words))))
        except IntakeErrors as found:
            errors.extend(found.errors)
    if errors:
        raise IntakeErrors(errors)
    if reports:
        tidy.append(joined_reports(reports, words, problems, lea=lea, as_of=as_of))
    return tidy


def _known_columns(words: DrillDownConfig) -> set[str]:
    aliases = {
        column_name(alias)
        for report in words.reports.values()
        for names in (*report.columns.values(), report.tells)
        for alias in names
    }
    return {*TIDY, *aliases}


def _report_of(heading: Heading, words: DrillDownConfig) -> str | None:
    """The report whose telling columns a file has most of; none where it is a tidy table."""
    if set(REQUIRED) <= set(heading.names):
        return None
    told = {
        name: sum(column_name(one) in heading.names for one in report.tells)
        for name, report in words.reports.items()
    }
    best = max(told, key=lambda name: told[name])
    return best if told[best] else None


def _columns_of(report: str, heading: Heading, words: DrillDownConfig) -> dict[str, str]:
    """For each column of a report that we use: the file's own name for it, and ours."""
    found = {}
    for ours, aliases in words.reports[report].columns.items():
        theirs = next(
            (column_name(one) for one in aliases if column_name(one) in heading.names), None
        )
        if theirs is not None:
            found[theirs] = ours
    if "student_id" not in found.values():
        raise IntakeErrors(
            [IntakeError(name_of(heading.path), heading.line, "SSID", "this column is missing")]
        )
    return found


def _read_tidy(heading: Heading) -> CodedTable:
    missing = [one for one in REQUIRED if one not in heading.names]
    if missing:
        name = name_of(heading.path)
        raise IntakeErrors(
            [IntakeError(name, heading.line, one, "this column is missing") for one in missing]
        )
    return read_coded(heading, {one: one for one in TIDY if one in heading.names})
