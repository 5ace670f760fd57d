"""Who may approve what an LEA filed: never a person of that LEA. One rule, for pages and commands.

A person belongs to an LEA as one of its contacts, in any role, or because they were made its lead
by hand.
"""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.access.permissions import OF_SELPA_CONTACT
from cimflow.monitoring.access.viewer import ADMINISTRATOR, LEAD
from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refusal, refusal
from cimflow.process.case import Case
from cimflow.store.database.session import Connection
from cimflow.store.people import contacts, people


def address_of(person: str) -> str:
    """A person as a key: the same mailbox in whatever case it was typed."""
    return person.strip().casefold()


def own_lea_refusal(
    conn: Connection, case: Case, activity_id: str, by: str, on: dt.date
) -> Refusal | None:
    """Why this person does not approve the LEA's filing, and who can; None: they may."""
    book = contacts.load_contacts(conn)
    given = people.standing_grants(conn)
    own = {one.address for one in book if (one.scope, one.code) == ("lea", case.cds_code)}
    own |= {address_of(one.email) for one in given if (one.role, one.code) == (LEAD, case.cds_code)}
    if address_of(by) not in own:
        return None
    entry = case.latest_roster_entry(on)
    can = {
        one.address: f"{one.name} <{one.email}>"
        for one in book
        if (one.scope, one.code) == ("selpa", entry.selpa_code)
        and OF_SELPA_CONTACT.get(one.role) == ADMINISTRATOR
    }
    for one in given:
        if (one.role, one.code) == (ADMINISTRATOR, entry.selpa_code):
            can.setdefault(address_of(one.email), one.email)
    others = sorted(words for address, words in can.items() if address not in own)
    who = " or ".join(others) or f"a person of SELPA {entry.selpa_code}"
    return refusal("own-lea", activity=activity_id, by=by, lea=entry.lea_name, who=who)


def why_not_approve(act: Act, case: Case, activity_id: str) -> Refusal | None:
    """The same for a page that is about to ask for the decision on a case, as of today."""
    with act.reading() as conn:
        return own_lea_refusal(conn, case, activity_id, act.by, act.today)
