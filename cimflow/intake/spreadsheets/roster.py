"""The roster: which LEAs are in which cohort, at which level, under which SELPA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from cimflow.intake.tables import cells
from cimflow.intake.tables.files import Source
from cimflow.intake.tables.row_reader import Reader
from cimflow.intake.tables.table import Row, Table, read_table
from cimflow.process.definition.process_file import FactDefinition, Process

COLUMNS = ("cds_code", "lea_name", "selpa_code", "selpa_name", "process", "level")
OPTIONAL = ("identified_for", "unmet_indicators", "effective_on")
UNKNOWN = "unknown"
_LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One LEA in one cohort. ``facts`` holds only what the row says, by the fact's id.

    A blank cell says nothing of a fact, so one of which nothing else is known is unknown. Why the
    LEA was identified and its unmet indicators are None where the file has no such column, and
    then stay as they are known; a blank cell says that there are none.
    """

    row: int
    cds_code: str
    lea_name: str
    selpa_code: str
    selpa_name: str
    process: str
    level: str
    facts: Mapping[str, str]
    identified_for: str | None = None
    unmet_indicators: tuple[str, ...] | None = None
    effective_on: dt.date | None = None


def read_roster(
    path: Source, processes: Mapping[str, Process], *, repair_cds: bool = False
) -> tuple[Table, list[RosterRow]]:
    """Read a roster, which may hold rows of several processes.

    Raises:
        IntakeErrors: every error, with file, row and field.
    """
    facts = {fact.column: None for process in processes.values() for fact in process.facts}
    table = read_table(path, required=COLUMNS, optional=(*OPTIONAL, *facts))
    reader = Reader(table)
    seen: dict[tuple[str, str], int] = {}
    rows = [
        _row(reader, row, processes, tuple(facts), seen, repair_cds=repair_cds)
        for row in table.rows
    ]
    reader.finish()
    return table, [one for one in rows if one is not None]


def _row(
    reader: Reader,
    row: Row,
    processes: Mapping[str, Process],
    fact_columns: tuple[str, ...],
    seen: dict[tuple[str, str], int],
    *,
    repair_cds: bool,
) -> RosterRow | None:
    process_id = reader.read(row, "process", partial(cells.word, words=processes), needed=True)
    code = partial(cells.cds_code, repair=repair_cds)
    cds_code = reader.read(row, "cds_code", code, needed=True)
    lea_name = reader.text(row, "lea_name", needed=True)
    selpa_code = reader.text(row, "selpa_code", needed=True, longest=_LONGEST_CODE)
    selpa_name = reader.text(row, "selpa_name", needed=True)
    identified_for = _said(reader, row, "identified_for")
    unmet = _said(reader, row, "unmet_indicators")
    if process_id is None:
        reader.text(row, "level", needed=True)
        reader.read(row, "effective_on", cells.day)
        return None
    process = processes[process_id]
    level = reader.read(row, "level", partial(cells.level, process=process), needed=True)
    effective_on = reader.read(row, "effective_on", partial(_day_of, process))
    facts = _facts(reader, row, process, fact_columns)
    if cds_code is None:
        return None
    _refuse_second_row(reader, row, (process_id, cds_code), seen)
    if lea_name is None or selpa_code is None or selpa_name is None or level is None:
        return None
    return RosterRow(
        row=row.number,
        cds_code=cds_code,
        lea_name=lea_name,
        selpa_code=selpa_code,
        selpa_name=selpa_name,
        process=process_id,
        level=level,
        facts=facts,
        identified_for=identified_for,
        unmet_indicators=None if unmet is None else _indicators(unmet),
        effective_on=effective_on,
    )


def _said(reader: Reader, row: Row, column: str) -> str | None:
    """What a row says in an optional column; None where the file has no such column."""
    return reader.note(row, column) if column in reader.table.columns else None


def _indicators(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(str.strip, text.split(";")))))


def _refuse_second_row(
    reader: Reader, row: Row, key: tuple[str, str], seen: dict[tuple[str, str], int]
) -> None:
    first = seen.setdefault(key, row.number)
    if first != row.number:
        process_id, cds_code = key
        reader.wrong(row, "cds_code", f"{cds_code} is already in row {first}, for {process_id}")


def _day_of(process: Process, text: str) -> dt.date:
    on = cells.day(text)
    cells.refuse_far_off(on, process)
    return on


def _facts(
    reader: Reader, row: Row, process: Process, fact_columns: tuple[str, ...]
) -> dict[str, str]:
    found: dict[str, str] = {}
    by_column = {fact.column: fact for fact in process.facts}
    for column in fact_columns:
        fact = by_column.get(column)
        if fact is not None:
            value = reader.read(row, column, partial(fact_value, process, fact))
            if value is not None:
                found[fact.id] = value
        elif row.cells.get(column, "").casefold() not in {"", UNKNOWN}:
            reader.wrong(row, column, f"is not a fact of {process.id}; leave it blank")
    return found


def fact_value(process: Process, fact: FactDefinition, text: str) -> str:
    """The value of a fact as kept.

    Raises:
        ValueError: a word outside its list, no date where one is required, or one years away.
    """
    if fact.kind == "date":
        return UNKNOWN if text.casefold() == UNKNOWN else _day_of(process, text).isoformat()
    return cells.word(text, fact.values)
