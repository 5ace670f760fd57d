"""The roster: which LEAs are in which cohort, at which level, under which SELPA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cimflow.intake import cells
from cimflow.intake.table import Reader, Row, Table, read_table
from cimflow.process.definition import FactDefinition, Process

COLUMNS = ("cds_code", "lea_name", "selpa_code", "selpa_name", "process", "level")
OPTIONAL = ("identified_for", "unmet_indicators", "effective_on")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One LEA in one cohort. ``facts`` holds only what the row says, by the fact's id."""

    row: int
    cds_code: str
    lea_name: str
    selpa_code: str
    selpa_name: str
    process: str
    level: str
    facts: dict[str, str]
    identified_for: str = ""
    unmet_indicators: tuple[str, ...] = ()
    effective_on: dt.date | None = None


def read_roster(
    path: Path, processes: Mapping[str, Process], *, repair_cds: bool = False
) -> tuple[Table, list[RosterRow]]:
    """Read a roster.

    Raises:
        IntakeErrors: every error, with file, row and field.
    """
    facts = {fact.column: fact for process in processes.values() for fact in process.facts}
    table = read_table(path, required=COLUMNS, optional=(*OPTIONAL, *facts))
    reader = Reader(table)
    rows: list[RosterRow] = []
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        process = processes.get(row.cells["process"])
        if process is None:
            known = ", ".join(sorted(processes))
            reader.wrong(
                row, "process", f"{row.cells['process']!r} is not a process; there are: {known}"
            )
        read = _row(reader, row, process, repair_cds=repair_cds)
        key = (read.process, read.cds_code)
        if read.cds_code and key in seen:
            reader.wrong(row, "cds_code", f"this LEA stands in row {seen[key]} already")
        seen.setdefault(key, row.number)
        rows.append(read)
    reader.finish()
    return table, rows


def _row(reader: Reader, row: Row, process: Process | None, *, repair_cds: bool) -> RosterRow:
    def code(text: str) -> str:
        return cells.cds_code(text, repair=repair_cds)

    reader.text(row, "cds_code", needed=True)
    effective = reader.read(row, "effective_on", cells.day)
    level = reader.text(row, "level", needed=True)
    if process is not None:
        level = str(reader.read(row, "level", lambda text: cells.level(text, tuple(process.level_by_id))) or "")
        if isinstance(effective, dt.date) and effective < process.start:
            reader.wrong(
                row, "effective_on", f"{effective} is before the start, {process.start}"
            )
    unmet = reader.text(row, "unmet_indicators")
    return RosterRow(
        row=row.number,
        cds_code=str(reader.read(row, "cds_code", code) or ""),
        lea_name=reader.text(row, "lea_name", needed=True),
        selpa_code=reader.text(row, "selpa_code", needed=True),
        selpa_name=reader.text(row, "selpa_name", needed=True),
        process=row.cells["process"],
        level=level,
        facts=_facts(reader, row, process),
        identified_for=reader.text(row, "identified_for"),
        unmet_indicators=tuple(one.strip() for one in unmet.split(";") if one.strip()),
        effective_on=effective if isinstance(effective, dt.date) else None,
    )


def _facts(reader: Reader, row: Row, process: Process | None) -> dict[str, str]:
    """A blank cell says nothing; ``unknown`` is a word like the others."""
    found: dict[str, str] = {}
    for fact in process.facts if process is not None else ():
        value = reader.read(row, fact.column, partial(fact_value, fact))
        if isinstance(value, str):
            found[fact.id] = value
    return found


def fact_value(fact: FactDefinition, text: str) -> str:
    """The value of a fact as kept.

    Raises:
        ValueError: a word outside its list, or no date where a date is wanted.
    """
    if fact.kind == "date":
        return "unknown" if text.casefold() == "unknown" else cells.day(text).isoformat()
    if text.casefold() in fact.values:
        return text.casefold()
    raise ValueError(f"{text!r} is not one of {', '.join(fact.values)}")
