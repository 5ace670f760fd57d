"""The user's own targets: cimflow ships none, since current ones could not be verified."""

from __future__ import annotations

from pathlib import Path

from cimflow.drilldown.model.definitions import DrillDown
from cimflow.drilldown.reporting.findings import Target
from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.tables import cells
from cimflow.intake.tables.table import read_table

COLUMNS = ("element", "target", "source", "as_of")


def read_targets(path: Path, words: DrillDown) -> dict[str, Target]:
    """The targets of a table with the columns element, target (percent), source, as_of.

    Raises:
        IntakeErrors: every row that is not a target, by row and field.
    """
    table = read_table(path, required=COLUMNS)
    errors = list(table.misfits)
    found: dict[str, Target] = {}
    for row in table.rows:
        element = row.cells["element"]
        if not row.cells["target"]:
            continue  # a row that is still to be filled in
        wrong: dict[str, str] = {}
        if element not in words.elements:
            wrong["element"] = f"is not one of {', '.join(words.elements)}"
        elif element in found:
            wrong["element"] = "already has a target"
        share = _share(row.cells["target"])
        if share is None:
            wrong["target"] = "is not a percentage from 0 to 100"
        if not row.cells["source"]:
            wrong["source"] = "is missing: a target without a source is a guess"
        try:
            as_of = cells.day(row.cells["as_of"])
        except ValueError as error:
            wrong["as_of"] = str(error)
        errors += [IntakeError(table.name, row.number, one, text) for one, text in wrong.items()]
        if not wrong and share is not None:
            found[element] = Target(element, share, row.cells["source"], as_of)
    if errors:
        raise IntakeErrors(errors)
    return found


def _share(text: str) -> float | None:
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        return None
    return value / 100 if 0 <= value <= 100 else None
