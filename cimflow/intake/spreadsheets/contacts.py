"""Contacts: who holds which role, in an LEA, a SELPA, or at the CDE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cimflow.intake.tables import cells
from cimflow.intake.tables.files import Source
from cimflow.intake.tables.row_reader import Reader
from cimflow.intake.tables.table import Row, Table, read_table
from cimflow.process.contacts import EVERY_LEA, ROLES, SCOPES, Role

COLUMNS = ("scope", "code", "role", "name", "email")
SCOPE_OF: Mapping[Role, str] = {
    "lea-lead": "lea",
    "lea-director": "lea",
    "superintendent": "lea",
    "selpa-admin": "selpa",
    "selpa-director": "selpa",
    "fmta-consultant": "cde",
}


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person in one role."""

    row: int
    scope: str
    code: str
    role: str
    name: str
    email: str


def read_contacts(path: Source, *, repair_cds: bool = False) -> tuple[Table, list[ContactRow]]:
    """Read contacts.

    Raises:
        IntakeErrors: every error, with file, row and field.
    """
    table = read_table(path, required=COLUMNS)
    reader = Reader(table)
    rows: list[ContactRow] = []
    seen: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        read = _row(reader, row, repair_cds=repair_cds)
        if read is None:
            continue
        first = seen.setdefault(
            (read.scope, read.code, read.role, read.email.casefold()), row.number
        )
        if first != row.number:
            message = f"{read.email} is already {read.role} of {read.code} in row {first}"
            reader.wrong(row, "email", message)
        rows.append(read)
    reader.finish()
    return table, rows


def _row(reader: Reader, row: Row, *, repair_cds: bool) -> ContactRow | None:
    scope = reader.read(row, "scope", partial(cells.word, words=SCOPES), needed=True)
    role = reader.read(row, "role", partial(_role_in, scope), needed=True)
    code = reader.read(row, "code", _code_in(scope, repair_cds=repair_cds), needed=True)
    name = reader.text(row, "name", needed=True)
    email = reader.read(row, "email", cells.address, needed=True)
    if scope is None or role is None or code is None or name is None or email is None:
        return None
    return ContactRow(row.number, scope, code, role, name, email)


def _role_in(scope: str | None, text: str) -> Role:
    role: Role = cells.word(text, ROLES)
    if scope is not None and scope != SCOPE_OF[role]:
        raise ValueError(f"{role} belongs to the scope {SCOPE_OF[role]}, not {scope}")
    return role


def _code_in(scope: str | None, *, repair_cds: bool) -> Callable[[str], str]:
    """What a code is depends on the scope: a CDS code, a SELPA's code, or ``*`` for every LEA."""

    def read(text: str) -> str:
        if scope not in {"lea", "cde"} or (scope == "cde" and text == EVERY_LEA):
            return text
        if text == EVERY_LEA:
            raise ValueError(f"{EVERY_LEA} (every LEA) is for the scope cde only")
        return cells.cds_code(text, repair=repair_cds)

    return read
