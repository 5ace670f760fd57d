"""Whose rows a person may import: those of their own SELPAs, and no file that holds others.

An LEA belongs to the SELPA of its latest roster row in any process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.spreadsheets.contacts import ContactRow
from cimflow.intake.spreadsheets.progress import ProgressRow
from cimflow.intake.spreadsheets.roster import RosterRow
from cimflow.process.contacts import EVERY_LEA
from cimflow.store import cases
from cimflow.store.database.session import Connection

Row = TypeVar("Row", RosterRow, ContactRow, ProgressRow)
Selpas = frozenset[str]
SelpaOf = Mapping[str, str]
Wrong = tuple[str, str]
"""A field of a row, and what is wrong with it."""

_NOT_YOURS = "this LEA is not in your SELPA"
_NO_SELPA = "is not your SELPA"


def refuse_other_selpas(
    conn: Connection,
    rows: Sequence[Row],
    only_selpas: Selpas | None,
    problem_of: Callable[[Row, Selpas, SelpaOf], Wrong | None],
    file: str,
) -> None:
    """Make sure that no row speaks of another SELPA; None allows all.

    Raises:
        IntakeErrors: every row that does, with row and field.
    """
    if only_selpas is None:
        return
    selpa_of = cases.selpa_by_lea(conn)
    errors = [
        IntakeError(file, row.row, *problem)
        for row in rows
        if (problem := problem_of(row, only_selpas, selpa_of)) is not None
    ]
    if errors:
        raise IntakeErrors(errors)


def roster_problem(row: RosterRow, own: Selpas, selpa_of: SelpaOf) -> Wrong | None:
    """An LEA may be new, but is never taken from another SELPA or given to one."""
    if row.selpa_code not in own:
        return "selpa_code", f"{row.selpa_code} {_NO_SELPA}"
    if selpa_of.get(row.cds_code, row.selpa_code) not in own:
        return "cds_code", f"{row.cds_code}: {_NOT_YOURS}"
    return None


def contact_problem(row: ContactRow, own: Selpas, selpa_of: SelpaOf) -> Wrong | None:
    """Nobody names the people of another SELPA or its LEAs, nor the consultant of every LEA."""
    if row.scope == "selpa":
        return None if row.code in own else ("code", f"{row.code} {_NO_SELPA}")
    if row.code == EVERY_LEA:
        return "code", f"{EVERY_LEA} speaks for every LEA; name each LEA of your SELPA instead"
    return None if selpa_of.get(row.code) in own else ("code", f"{row.code}: {_NOT_YOURS}")


def progress_problem(row: ProgressRow, own: Selpas, selpa_of: SelpaOf) -> Wrong | None:
    """What came of an LEA is for its own SELPA to say."""
    if selpa_of.get(row.cds_code) in own:
        return None
    return "cds_code", f"{row.cds_code}: {_NOT_YOURS}"
