"""Report 7.12: days suspended in sum, and who was expelled, for each student and school."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import fsum

import numpy as np

from cimflow.drilldown.calpads.report_rows import Cell, Record, ReportRow, rows_of
from cimflow.drilldown.calpads.report_schools import Key, Schools
from cimflow.drilldown.model.coded_table import CodedTable, Problems
from cimflow.drilldown.model.definitions import CodeMeanings
from cimflow.drilldown.reading.cell_meaning import NO_DAYS, days

SUSPENSION, EXPULSION = "suspension", "expulsion"
_RESULT, _DAYS = "incident_result", "suspension_days"


def removals_of(
    tables: Sequence[CodedTable],
    students: Collection[str],
    results: CodeMeanings,
    problems: Problems,
) -> dict[str, list[ReportRow]]:
    """The rows that are suspensions and those that are expulsions.

    A result that nobody knows is told, and read as a suspension like one that is missing.
    """
    kinds = {code: kind for kind in (SUSPENSION, EXPULSION) for code in results.of(kind)}
    kinds |= dict.fromkeys(results.ignored, "")
    found: dict[str, list[ReportRow]] = {SUSPENSION: [], EXPULSION: [], "": []}
    for table in tables:
        note_unknown_codes(table, _RESULT, kinds, problems)
        for row in rows_of([table], students):
            found[kinds.get(row.text(_RESULT), SUSPENSION)].append(row)
    del found[""]
    return found


def days_and_expulsions(
    schools: Schools, removals: Mapping[str, Sequence[ReportRow]], problems: Problems
) -> dict[Key, Record]:
    """Days suspended, in sum, and who was expelled, by student and school."""
    spent: dict[Key, list[tuple[float, ReportRow]]] = defaultdict(list)
    for key, row in schools.placed(removals[SUSPENSION], problems):
        spent[key].append((_days_of(row, problems), row))
    found: dict[Key, Record] = defaultdict(dict)
    for key, parts in spent.items():
        first = min((one for _, one in parts), key=lambda one: (one.file, one.number))
        total = f"{fsum(one for one, _ in parts):.10g}"
        found[key][_DAYS] = Cell(total, first.file, first.number)
    for key, row in schools.placed(removals[EXPULSION], problems):
        found[key]["expelled"] = Cell("yes", row.file, row.number)
    return found


def nothing_removed(tables: Sequence[CodedTable]) -> Record:
    """What the report says of a student whom it does not name: as much as it has columns for."""
    said: Record = {}
    for table in tables:
        if _DAYS in table.columns:
            said[_DAYS] = Cell("0", table.file, 0)
        if _RESULT in table.columns:
            said["expelled"] = Cell("no", table.file, 0)
    return said


def note_unknown_codes(
    table: CodedTable, column: str, known: Collection[str], problems: Problems
) -> None:
    """Note the rows with a code that nobody knows, or none, in a column that the report has."""
    if column not in table.columns:
        return
    codes = table.columns[column]
    unknown = codes.told(lambda text: bool(text) and text not in known, np.bool_)
    problems.add(table.file, column, "is not a code that cimflow knows", table.numbers[unknown])
    problems.add(table.file, column, "is missing", table.numbers[codes.is_blank()])


def _days_of(row: ReportRow, problems: Problems) -> float:
    try:
        return days(row.text(_DAYS))
    except ValueError:
        message = NO_DAYS if row.text(_DAYS) else "is missing; no days are counted"
        row.note(problems, _DAYS, message)
        return 0.0
