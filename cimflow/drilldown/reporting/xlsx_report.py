"""A report as an XLSX workbook: a sheet for each element, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from cimflow.drilldown.model.config_file import DrillDownConfig
from cimflow.drilldown.reporting.findings import Finding
from cimflow.drilldown.reporting.report_model import HIDDEN_IN_WORDS, Chapter, Report, Row

_BOLD, _TITLE, _WRAP = Font(bold=True), Font(bold=True, size=14), Alignment(wrap_text=True)
_WIDTHS = (44, 12, 12, 10, 10, 10, 14)
_HEADER = ("Group", "Counted", "Out of", "Rate", "Lower", "Upper", "Hidden")


def as_workbook(report: Report, words: DrillDownConfig, findings: Sequence[Finding]) -> bytes:
    """About, a sheet for each element, the notes; of an LEA, findings and required reports too."""
    book = Workbook(write_only=True)
    _about(_sheet(book, "About", (100,)), report)
    if report.of_one_lea:
        _findings(_sheet(book, "What stands out", (10, 60, 90)), findings)
    for chapter in report.chapters:
        _chapter(_sheet(book, chapter.element[:31], _WIDTHS), chapter, report)
    if report.of_one_lea:
        _required(_sheet(book, "Required reports", (40, 24, 16, 50)), report, words)
    notes = _sheet(book, "Notes", (6, 120))
    for number, note in enumerate(report.notes, start=1):
        _line(notes, (number, note.in_words))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _sheet(book: Workbook, title: str, widths: Sequence[int]) -> WriteOnlyWorksheet:
    sheet: WriteOnlyWorksheet = book.create_sheet(title)
    for at, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGH"[at]].width = width  # type: ignore[attr-defined]
    return sheet


def _line(
    sheet: WriteOnlyWorksheet,
    values: Sequence[str | float | None],
    font: Font | None = None,
    *,
    form: str = "General",
) -> None:
    cells = []
    for value in values:
        text = ILLEGAL_CHARACTERS_RE.sub(" ", value) if isinstance(value, str) else value
        cell = WriteOnlyCell(sheet, value=text)
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula
            cell.alignment = _WRAP
        elif isinstance(value, float):
            cell.number_format = form
        if font is not None:
            cell.font = font
        cells.append(cell)
    sheet.append(cells)


def _about(sheet: WriteOnlyWorksheet, report: Report) -> None:
    about = report.about
    _line(sheet, (f"{report.title}: Data Drill Down",), _TITLE)
    if report.code:
        _line(sheet, (f"CDS code {report.code}",))
    _line(sheet, (f"{about.definition_title} definition, as of {about.day}",))
    if about.watermark:
        _line(sheet, (about.watermark,), _BOLD)
    if report.caveat:
        _line(sheet, (report.caveat,))


def _findings(sheet: WriteOnlyWorksheet, findings: Sequence[Finding]) -> None:
    _line(sheet, ("Kind", "Statement", "Data"), _BOLD)
    for one in findings:
        _line(sheet, (one.kind, one.statement, one.quantification))


def _chapter(sheet: WriteOnlyWorksheet, chapter: Chapter, report: Report) -> None:
    _line(sheet, (chapter.title,), _TITLE)
    _line(sheet, (chapter.explanation,))
    for table in chapter.tables:
        _line(sheet, ())
        _line(sheet, (table.title,), _BOLD)
        notes = ", ".join(str(one) for one in table.notes)
        _line(sheet, (f"{table.caption} Notes {notes}. {report.about.watermark}".strip(),))
        if table.absent:
            _line(sheet, (table.absent,))
            continue
        _line(sheet, _HEADER, _BOLD)
        for row in table.rows:
            _line(sheet, _values(row), form="0.0%")


def _required(sheet: WriteOnlyWorksheet, report: Report, words: DrillDownConfig) -> None:
    _line(sheet, ("Element", "Subgroup", "Status", "Why"), _BOLD)
    for cell in report.cells:
        element, subgroup = words.elements[cell.element], words.subgroups[cell.subgroup]
        _line(sheet, (element.title, subgroup.title, cell.status, cell.why))


def _values(row: Row) -> tuple[str | float | None, ...]:
    if row.hidden:
        return (row.label, None, None, None, None, None, HIDDEN_IN_WORDS[row.hidden])
    counted, among = (_number(one) for one in (row.counted, row.among))
    return (row.label, counted, among, row.share, row.lower, row.upper, "")


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    return int(value) if value.is_integer() else value
