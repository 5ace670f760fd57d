"""Who may sign in, as what and why; and who may give and end which role.

A SELPA administrator decides within their SELPAs alone. A link opens everything that a person may
do, so it is printed only by someone who may do all of that too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cimflow.monitoring import access, signin
from cimflow.monitoring.access import OF_SELPA_CONTACT, Viewer, key_of
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.office import Office
from cimflow.monitoring.viewer import ADMINISTRATOR, LEAD, READER, SYSTEM
from cimflow.process.contacts import LEAD as LEAD_CONTACT
from cimflow.process.contacts import Contact, ContactBook
from cimflow.store import contacts, people, session


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role, of which SELPA or LEA, and why. ``given_by`` is empty where a contact gives it."""

    role: str
    code: str
    why: str  # given, contact, stand-in
    given_by: str = ""
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in. ``all_ours``: all that they may do is the asker's to decide."""

    email: str
    name: str
    held: tuple[HeldRole, ...]
    last_seen: dt.datetime | None
    all_ours: bool


def people_of(office: Office, process_id: str, viewer: Viewer) -> list[Person]:
    """Who may sign in, of those in the asker's SELPAs; the system administrator sees everyone."""
    selpa_of = access.selpas_of(office, process_id)
    with session.reading(office.engine) as conn:
        standing = contacts.load_contacts(conn)
        given = people.standing_grants(conn)
        seen = people.last_seen(conn)
    held: dict[str, list[HeldRole]] = {}
    names: dict[str, str] = {}
    for key, name, one in _from_contacts(standing, selpa_of):
        held.setdefault(key, []).append(one)
        names.setdefault(key, name)
    for grant in given:
        held.setdefault(grant.email, []).append(
            HeldRole(grant.role, grant.code, "given", grant.recorded_by, grant.learnt_at)
        )
    found = []
    for key, roles in held.items():
        ours = tuple(one for one in roles if _is_within(viewer, selpa_of, one))
        if ours:
            all_ours = len(ours) == len(roles)
            found.append(Person(key, names.get(key, ""), ours, seen.get(key), all_ours))
    return sorted(found, key=lambda one: ((one.name or one.email).casefold(), one.email))


def _from_contacts(
    standing: Iterable[Contact], selpa_of: Mapping[str, str]
) -> Iterable[tuple[str, str, HeldRole]]:
    """What the contacts give: keys of addresses, names and roles."""
    known = list(standing)
    for one in known:
        key = key_of(one.email)
        if key is not None and one.scope == "selpa" and one.role in OF_SELPA_CONTACT:
            yield key, one.name, HeldRole(OF_SELPA_CONTACT[one.role], one.code, "contact")
    book = ContactBook(one for one in known if one.scope == "lea")
    for cds, selpa in selpa_of.items():
        leads, is_stand_in = book.leads(cds, selpa)
        for one in leads:
            key = key_of(one.email)
            if key is not None:
                why = "stand-in" if is_stand_in or one.role != LEAD_CONTACT else "contact"
                yield key, one.name, HeldRole(LEAD, cds, why)


def _is_within(viewer: Viewer, selpa_of: Mapping[str, str], one: HeldRole) -> bool:
    if viewer.is_system:
        return True
    if one.role == SYSTEM:
        return False
    return (selpa_of.get(one.code) if one.role == LEAD else one.code) in viewer.administers


def give(
    office: Office, process_id: str, viewer: Viewer, email: str, role: str, code: str
) -> bool:
    """Give a role that is the giver's to give; False where it stood already.

    Raises:
        Refused: it is not theirs to give, or the address, role or code is none.
    """
    _refuse_foreign(office, process_id, viewer, role, code)
    return access.give_role(office, email, role, code, by=viewer.email)


def end(
    office: Office, process_id: str, viewer: Viewer, email: str, role: str, code: str
) -> bool:
    """End a role that was given by hand, and the person's sessions; False where none stood.

    Raises:
        Refused: it is not theirs to end, or it is their own right to administer the system.
    """
    _refuse_foreign(office, process_id, viewer, role, code)
    if role == SYSTEM and key_of(email) == viewer.email:
        raise Refused(
            "You cannot end your own role as system administrator: another one has to, so that"
            " somebody remains."
        )
    if not access.end_role(office, email, role, code, by=viewer.email):
        return False
    signin.end_sessions_of(office, email)
    return True


def _refuse_foreign(
    office: Office, process_id: str, viewer: Viewer, role: str, code: str
) -> None:
    if viewer.is_system:
        return
    if role not in {ADMINISTRATOR, READER, LEAD}:
        raise Refused("role: only the system administrator gives or ends this role")
    selpa_of = access.selpas_of(office, process_id)
    if not _is_within(viewer, selpa_of, HeldRole(role, code, "given")):
        raise Refused("of which: choose a SELPA or an LEA of yours")


def print_link(
    office: Office, process_id: str, viewer: Viewer, email: str, *, base_url: str, remote: str = ""
) -> str:
    """A one-time link for someone of the asker's, to be handed over by themselves.

    Raises:
        Refused: nobody of that address may sign in, or may do what the asker may not.
    """
    person = access.viewer_of(office, email)
    if person is None:
        raise Refused("Nobody with this address may sign in. Give a role first.")
    if not viewer.is_system:
        selpa_of = access.selpas_of(office, process_id)
        theirs = replace(person, reads=person.reads | person.administers)
        outside = theirs.is_system or not (
            theirs.reads <= viewer.administers
            and all(selpa_of.get(cds) in viewer.administers for cds in theirs.leads)
        )
        if outside:
            raise Refused(
                "This person may do more than belongs to your SELPA, so only the system"
                " administrator prints a link for them."
            )
    return signin.make_link(
        office, email, base_url=base_url, made_by=viewer.email, remote=remote
    )
