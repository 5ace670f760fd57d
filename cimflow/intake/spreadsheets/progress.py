"""Progress: the spreadsheet a SELPA already keeps, of what came, was filed and was decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cimflow.intake.errors import shown
from cimflow.intake.tables import cells
from cimflow.intake.tables.files import Source
from cimflow.intake.tables.row_reader import Reader
from cimflow.intake.tables.table import Row, Table, read_table
from cimflow.process.definition.process_file import Process

COLUMNS = ("cds_code", "activity", "received_on")
OPTIONAL = ("filed_on", "approved_on", "returned_on", "note")
CAME = ("received_on", "filed_on")
DECIDED = ("approved_on", "returned_on")


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """What is known of one version of an artifact of one LEA.

    Where both ``approved_on`` and ``returned_on`` stand, the later decision is the last.
    """

    row: int
    cds_code: str
    activity: str
    received_on: dt.date
    filed_on: dt.date | None = None
    approved_on: dt.date | None = None
    returned_on: dt.date | None = None
    note: str = ""

    @property
    def counts_on(self) -> dt.date:
        """The day from which the version counts."""
        return self.received_on if self.filed_on is None else min(self.filed_on, self.received_on)


def read_progress(
    path: Source,
    process: Process,
    *,
    repair_cds: bool = False,
    check: Callable[[ProgressRow], tuple[str, str] | None] = lambda _row: None,
) -> tuple[Table, list[ProgressRow]]:
    """Read progress, by day; rows without any date say nothing and are skipped.

    Several rows for the same artifact of an LEA are its versions. ``check`` knows what the file
    does not: it tells of a row the field, and what is wrong with it.

    Raises:
        IntakeErrors: every error, with file, row and field.
    """
    table = read_table(path, required=COLUMNS, optional=OPTIONAL)
    reader = Reader(table)
    activities = _activities_by_name(process)
    rows: list[ProgressRow] = []
    seen: dict[tuple[str, str, dt.date], int] = {}
    for row in table.rows:
        read = _row(reader, row, process, activities, repair_cds=repair_cds)
        if read is None:
            continue
        first = seen.setdefault((read.cds_code, read.activity, read.received_on), row.number)
        if first != row.number:
            reader.wrong(
                row,
                "received_on",
                f"{read.activity} of {read.cds_code}, received {read.received_on}, is already in"
                f" row {first}",
            )
        problem = check(read)
        if problem is not None:
            reader.wrong(row, *problem)
        rows.append(read)
    reader.finish()
    return table, sorted(rows, key=lambda one: (one.counts_on, one.received_on, one.row))


def _activities_by_name(process: Process) -> Mapping[str, str]:
    """Activities by every name that is theirs alone: id, title, short title."""
    names = [
        (_plain(name), one.id)
        for one in process.activities
        for name in dict.fromkeys(map(_plain, (one.title, one.short, one.id)))
        if name
    ]
    count = Counter(name for name, _ in names)
    ids = {_plain(one.id): one.id for one in process.activities}
    return {name: one for name, one in names if count[name] == 1} | ids


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").replace("_", " ").split())


def _row(
    reader: Reader,
    row: Row,
    process: Process,
    activities: Mapping[str, str],
    *,
    repair_cds: bool,
) -> ProgressRow | None:
    code = partial(cells.cds_code, repair=repair_cds)
    cds_code = reader.read(row, "cds_code", code, needed=True)
    activity = reader.read(row, "activity", partial(_activity, process, activities), needed=True)
    note = reader.note(row, "note")
    days: dict[str, dt.date] = {}
    for column in (*CAME, *DECIDED):
        on = reader.read(row, column, partial(_day_of, process))
        if on is not None:
            days[column] = on
        elif row.cells.get(column) or column in row.problems:
            return None  # its error is noted; the days cannot be set against each other
    received = days.get("received_on") or days.get("filed_on")
    if received is None:
        for column in days:
            reader.wrong(row, column, "is filled in, but neither received_on nor filed_on is")
        return None
    _refuse_disorder(reader, row, min(received, days.get("filed_on", received)), days)
    if cds_code is None or activity is None:
        return None
    return ProgressRow(
        row=row.number,
        cds_code=cds_code,
        activity=activity,
        received_on=received,
        filed_on=days.get("filed_on"),
        approved_on=days.get("approved_on"),
        returned_on=days.get("returned_on"),
        note=note,
    )


def _activity(process: Process, activities: Mapping[str, str], text: str) -> str:
    found = activities.get(_plain(text))
    if found is None:
        known = ", ".join(process.activity_by_id)
        raise ValueError(f"{shown(text)} is not an activity of {process.id}; there are: {known}")
    return found


def _day_of(process: Process, text: str) -> dt.date:
    on = cells.day(text)
    cells.refuse_far_off(on, process, years_before=1)
    return on


def _refuse_disorder(reader: Reader, row: Row, came: dt.date, days: Mapping[str, dt.date]) -> None:
    for column in DECIDED:
        if column in days and days[column] < came:
            reader.wrong(row, column, f"{days[column]} is before the day it was received, {came}")
    approved, returned = (days.get(column) for column in DECIDED)
    if approved is not None and approved == returned:
        reader.wrong(row, "returned_on", f"it was approved on that day, {approved}; which is it?")
