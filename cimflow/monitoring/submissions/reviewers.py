"""Who may approve what an LEA handed in: never a person of that LEA."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.errors import Refused
from cimflow.process.case import Case
from cimflow.store.database.session import Connection
from cimflow.store.people import contacts


def address_of(person: str) -> str:
    """A person as a key: the same mailbox in whatever case it was typed."""
    return person.strip().casefold()


def refuse_people_of_the_lea(
    conn: Connection, case: Case, activity_id: str, by: str, on: dt.date
) -> None:
    """Make sure that nobody approves the filing of their own LEA.

    Raises:
        Refused: the address is that of a contact of the LEA; the line says who can approve.
    """
    book = contacts.load_contacts(conn)
    own = {one.address for one in book if one.scope == "lea" and one.code == case.cds_code}
    if address_of(by) not in own:
        return
    placed = case.roster_entry_on(on) or case.roster_entries[-1]
    others = sorted(
        {
            f"{one.name} <{one.email}>"
            for one in book
            if one.scope == "selpa" and one.code == placed.selpa_code and one.address not in own
        }
    )
    who = " or ".join(others) or f"a person of SELPA {placed.selpa_code}"
    raise Refused(
        f"{activity_id}: {by} is a person of {placed.lea_name}, and nobody approves the filing of"
        f" their own LEA; {who} can"
    )
