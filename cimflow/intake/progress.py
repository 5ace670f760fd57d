"""Progress: the spreadsheet a SELPA already keeps, of what came, was filed and was decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cimflow.intake import cells
from cimflow.intake.table import Reader, Row, Table, read_table
from cimflow.process.definition import Process

COLUMNS = ("cds_code", "activity", "received_on")
OPTIONAL = ("filed_on", "approved_on", "returned_on", "note")
DAYS = ("received_on", "filed_on", "approved_on", "returned_on")


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """What is known of one artifact of one LEA."""

    row: int
    cds_code: str
    activity: str
    received_on: dt.date
    filed_on: dt.date | None = None
    approved_on: dt.date | None = None
    returned_on: dt.date | None = None
    note: str = ""


def read_progress(
    path: Path, process: Process, *, repair_cds: bool = False
) -> tuple[Table, list[ProgressRow]]:
    """Read progress; rows without any date say nothing and are passed over.

    Raises:
        IntakeErrors: every error, with file, row and field.
    """
    table = read_table(path, required=COLUMNS, optional=OPTIONAL)
    reader = Reader(table)
    titles = {one.title.casefold(): one.id for one in process.activities}
    titles |= {one.id: one.id for one in process.activities}
    rows: list[ProgressRow] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in table.rows:
        read = _row(reader, row, titles, process.id, repair_cds=repair_cds)
        if read is None:
            continue
        key = (read.cds_code, read.activity, read.received_on)
        if key in seen:
            reader.wrong(
                row, "received_on", f"the same artifact and day stand in row {seen[key]} already"
            )
        seen.setdefault(key, row.number)
        rows.append(read)
    reader.finish()
    return table, sorted(rows, key=lambda one: (one.received_on, one.row))


def _row(
    reader: Reader, row: Row, titles: dict[str, str], process_id: str, *, repair_cds: bool
) -> ProgressRow | None:
    reader.text(row, "cds_code", needed=True)
    cds = reader.read(row, "cds_code", lambda text: cells.cds_code(text, repair=repair_cds))
    named = reader.text(row, "activity", needed=True)
    activity = titles.get(named.casefold(), "")
    if named and not activity:
        reader.wrong(row, "activity", f"{named!r} is not an activity of {process_id}")
    before = len(reader.errors)
    found = {one: reader.read(row, one, cells.day) for one in DAYS}
    days = {key: value for key, value in found.items() if isinstance(value, dt.date)}
    if len(reader.errors) > before or not days:
        return None
    received = days.get("received_on") or days.get("filed_on")
    if received is None:
        reader.wrong(row, "received_on", "is blank, but a decision on it is not")
        return None
    first = min(received, days.get("filed_on", received))
    for key in ("approved_on", "returned_on"):
        if key in days and days[key] < first:
            reader.wrong(row, key, f"{days[key]} is before it came, {first}")
    if "approved_on" in days and days.get("approved_on") == days.get("returned_on"):
        reader.wrong(row, "approved_on", "is the day on which it was returned, too")
    return ProgressRow(
        row=row.number,
        cds_code=str(cds or ""),
        activity=activity,
        received_on=received,
        filed_on=days.get("filed_on"),
        approved_on=days.get("approved_on"),
        returned_on=days.get("returned_on"),
        note=reader.text(row, "note"),
    )
