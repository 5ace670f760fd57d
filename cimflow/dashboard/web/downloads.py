"""Tables as files that a browser saves, every cell harmless to a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi.responses import Response

from cimflow.intake.tables.workbook import write_workbook
from cimflow.monitoring.cohort.table_export import as_csv, harmless_rows

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_file(rows: Sequence[Sequence[str]], name: str) -> Response:
    """A CSV file of that name, which Excel reads as UTF-8."""
    return _file(as_csv(rows).encode("utf-8-sig"), f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_file(rows: Sequence[Sequence[str]], name: str) -> Response:
    """An Excel workbook of that name."""
    return _file(write_workbook(harmless_rows(rows), title=name), f"{name}.xlsx", XLSX)


def _file(data: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)
