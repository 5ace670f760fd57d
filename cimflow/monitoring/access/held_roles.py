"""Everyone who may sign in: as what, over what, and whether a contact or a grant says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cimflow.monitoring.access.permissions import OF_SELPA_CONTACT
from cimflow.monitoring.access.viewer import LEAD, ROLES, key_of
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.lea_owner import latest_selpas
from cimflow.monitoring.words import moment
from cimflow.process.contacts import LEAD as LEAD_CONTACT
from cimflow.process.contacts import Contact, ContactBook
from cimflow.store.database import session
from cimflow.store.people import contacts, people


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One role of one person, over a SELPA or an LEA (or everything), and why they hold it.

    ``is_given``: by hand; otherwise a contact gives it, and it ends with the contact.
    """

    email: str
    name: str
    role: str
    code: str
    why: str
    is_given: bool = False


def held_roles(context: AppContext) -> list[HeldRole]:
    """All roles of all people, the widest first; a person who is not here cannot sign in."""
    with session.reading(context.engine) as conn:
        known = contacts.load_contacts(conn)
        given = people.standing_grants(conn)
        selpas = latest_selpas(context, people.selpa_rows(conn))
    names = {key_of(one.email): one.name for one in reversed(known)}
    found = [
        HeldRole(
            one.email,
            names.get(one.email, ""),
            one.role,
            one.code,
            f"given by {one.recorded_by}, {moment(one.learnt_at)}",
            is_given=True,
        )
        for one in given
    ]
    found += _from_contacts(known, selpas)
    return sorted(found, key=lambda one: (ROLES.index(one.role), one.code, one.email))


def _from_contacts(known: list[Contact], selpas: dict[str, str]) -> Iterator[HeldRole]:
    for one in known:
        key = key_of(one.email)
        if key and one.scope == "selpa" and one.role in OF_SELPA_CONTACT:
            why = f"contact {one.role}"
            yield HeldRole(key, one.name, OF_SELPA_CONTACT[one.role], one.code, why)
    book = ContactBook(known)
    for cds, selpa in selpas.items():
        for one in book.leads(cds, selpa)[0]:
            key = key_of(one.email)
            stands_in = "" if one.role == LEAD_CONTACT else ", in place of a lead"
            if key:
                yield HeldRole(key, one.name, LEAD, cds, f"contact {one.role}{stands_in}")
