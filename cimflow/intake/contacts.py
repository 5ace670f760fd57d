"""Contacts: who holds which role, in an LEA, a SELPA, or at the CDE."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cimflow.intake import cells
from cimflow.intake.table import Reader, Row, Table, read_table
from cimflow.process.contacts import EVERY_LEA, ROLES, SCOPES

COLUMNS = ("scope", "code", "role", "name", "email")
_SCOPE_OF = {
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


def read_contacts(path: Path, *, repair_cds: bool = False) -> tuple[Table, list[ContactRow]]:
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
        key = (read.scope, read.code, read.role, read.email.casefold())
        if read.email and key in seen:
            reader.wrong(row, "email", f"this person stands in row {seen[key]} already")
        seen.setdefault(key, row.number)
        rows.append(read)
    reader.finish()
    return table, rows


def _row(reader: Reader, row: Row, *, repair_cds: bool) -> ContactRow:
    scope = reader.text(row, "scope", needed=True).casefold()
    role = reader.text(row, "role", needed=True).casefold()
    code = reader.text(row, "code", needed=True)
    if scope and scope not in SCOPES:
        reader.wrong(row, "scope", f"{scope!r} is not one of {', '.join(SCOPES)}")
    if role and role not in ROLES:
        reader.wrong(row, "role", f"{role!r} is not one of {', '.join(ROLES)}")
    elif role and scope in SCOPES and _SCOPE_OF[role] != scope:
        reader.wrong(row, "role", f"{role} belongs to the scope {_SCOPE_OF[role]}")
    if code and (scope == "lea" or (scope == "cde" and code != EVERY_LEA)):
        code = str(
            reader.read(row, "code", lambda text: cells.cds_code(text, repair=repair_cds)) or ""
        )
    reader.text(row, "email", needed=True)
    return ContactRow(
        row=row.number,
        scope=scope,
        code=code,
        role=role,
        name=reader.text(row, "name", needed=True),
        email=str(reader.read(row, "email", cells.address) or ""),
    )
