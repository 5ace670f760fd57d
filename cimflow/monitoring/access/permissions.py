"""Who may see and change what: from the contacts, and from roles given by hand.

Nobody is known who is in neither; what is not allowed here is refused. Every question reads the
store anew, so a contact or role that ends is without effect from the next request on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.viewer import (
    ADMINISTRATOR,
    LEAD,
    READER,
    ROLES,
    SYSTEM,
    Role,
    Viewer,
    key_of,
)
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.process.contacts import Contact, ContactBook
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import people
from cimflow.store.people.people import Grant, SelpaRow

__all__ = [
    "ROLES",
    "Grant",
    "Role",
    "Viewer",
    "end_role",
    "give_role",
    "is_of_lea",
    "key_of",
    "roles",
    "selpa_of",
    "selpas_of",
    "viewer_of",
]

# What a contact's role in a SELPA makes of a person here.
OF_SELPA_CONTACT: dict[str, Role] = {"selpa-admin": ADMINISTRATOR, "selpa-director": READER}


def viewer_of(context: AppContext, email: str) -> Viewer | None:
    """What is theirs whose address this is; None: nobody we know, and nothing is."""
    with session.reading(context.engine) as conn:
        return viewer_in(context, conn, email)


def viewer_in(context: AppContext, conn: Connection, email: str) -> Viewer | None:
    """The same within a transaction."""
    key = key_of(email)
    if key is None:
        return None
    held = _contacts_of(conn, key)
    given = people.standing_grants(conn, key)
    codes: dict[str, set[str]] = {role: set() for role in ROLES}
    for grant in given:
        codes[grant.role].add(grant.code)
    for contact in held:
        if contact.scope == "selpa" and contact.role in OF_SELPA_CONTACT:
            codes[OF_SELPA_CONTACT[contact.role]].add(contact.code)
    codes[LEAD] |= _led_by(context, conn, key, {one.code for one in held if one.scope == "lea"})
    if not any(codes.values()):
        return None
    return Viewer(
        email=key,
        name=held[0].name if held else key,
        is_system=bool(codes[SYSTEM]),
        administers=frozenset(codes[ADMINISTRATOR]),
        reads=frozenset(codes[ADMINISTRATOR] | codes[READER]),
        leads=frozenset(codes[LEAD]),
    )


def _contacts_of(conn: Connection, key: str) -> list[Contact]:
    # A database may take other letters for these in lower case.
    return [one for one in people.contacts_at(conn, key) if key_of(one.email) == key]


def _led_by(
    context: AppContext, conn: Connection, key: str, cds_codes: Collection[str]
) -> set[str]:
    """Those of the LEAs where the person is the lead, or stands in for a lead who is missing."""
    if not cds_codes:
        return set()
    book = ContactBook(people.contacts_of_leas(conn, cds_codes))
    selpas = latest_selpas(context, people.selpa_rows(conn, cds_codes=cds_codes))
    return {
        cds
        for cds, selpa in selpas.items()
        if any(key_of(one.email) == key for one in book.leads(cds, selpa)[0])
    }


def mailbox_of(context: AppContext, email: str) -> tuple[str, str] | None:
    """The name and the address of a person as the SELPA wrote them; None: nobody we know.

    Mail goes there and never to what was typed on a page.
    """
    with session.reading(context.engine) as conn:
        viewer = viewer_in(context, conn, email)
        if viewer is None:
            return None
        held = _contacts_of(conn, viewer.email)
    return (held[0].name, held[0].email.strip()) if held else ("", viewer.email)


def is_of_lea(context: AppContext, email: str, cds_code: str) -> bool:
    """Whether a person belongs to an LEA, in any role: such a person never approves its filing."""
    with session.reading(context.engine) as conn:
        of_lea: list[Contact] = people.contacts_of_leas(conn, [cds_code])
        given = people.standing_grants(conn, key_of(email) or "")
    address = email.strip().casefold()
    leads = any((one.role, one.code) == (LEAD, cds_code) for one in given)
    return leads or any(one.address == address for one in of_lea)


def selpa_of(context: AppContext, process_id: str, cds_code: str) -> str | None:
    """The SELPA that an LEA belongs to today; None: no LEA of this process."""
    with session.reading(context.engine) as conn:
        rows = people.selpa_rows(conn, process=process_id, cds_codes=[cds_code])
    return latest_selpas(context, rows).get(cds_code)


def selpas_of(context: AppContext, process_id: str) -> dict[str, str]:
    """The SELPA of every LEA of a process, also of one that has left."""
    with session.reading(context.engine) as conn:
        return latest_selpas(context, people.selpa_rows(conn, process=process_id))


def latest_selpas(context: AppContext, rows: Iterable[SelpaRow]) -> dict[str, str]:
    """The SELPA of each LEA by the latest roster row that holds today, else the first to come."""
    today: dict[str, dt.date] = {one: context.today(one) for one in context.processes}
    first: dict[str, str] = {}
    latest: dict[str, str] = {}
    for row in rows:  # by day, and within it as learnt
        if row.process not in today:
            continue  # its process file was taken away
        first.setdefault(row.cds_code, row.selpa_code)
        if row.holds_on <= today[row.process]:
            latest[row.cds_code] = row.selpa_code
    return first | latest


def roles(context: AppContext) -> list[Grant]:
    """The roles given by hand that stand; what the contacts give is not among them."""
    with session.reading(context.engine) as conn:
        return people.standing_grants(conn)


def give_role(context: AppContext, email: str, role: str, code: str, *, by: str) -> bool:
    """Give a person a role, and say so in the audit log; False where it stood already.

    Raises:
        Refused: no such role, SELPA or LEA, or not an address.
    """
    key = _checked(email, role, code)
    with session.deciding(context.engine) as conn:
        _refuse_unknown_code(conn, role, code)
        standing = people.standing_grants(conn, key)
        if any((one.role, one.code) == (role, code) for one in standing):
            return False
        people.add_grant(conn, Grant(key, role, code, context.now(), by))
        _note(context, conn, "give-role", by, key, role, code)
    return True


def end_role(context: AppContext, email: str, role: str, code: str, *, by: str) -> bool:
    """End a role that was given by hand, and say so in the audit log; False where none stood.

    A role that comes from a contact ends with the contact, in the contacts.

    Raises:
        Refused: no such role, or not an address.
    """
    key = _checked(email, role, code)
    with session.deciding(context.engine) as conn:
        if not people.end_grant(conn, key, role, code, at=context.now(), by=by):
            return False
        _note(context, conn, "end-role", by, key, role, code)
    return True


def _checked(email: str, role: str, code: str) -> str:
    key = key_of(email)
    if key is None:
        raise Refused(f"{email}: is not an e-mail address that can sign in (plain letters, an @)")
    if role not in ROLES:
        raise Refused(f"{role}: no such role; there are: {', '.join(ROLES)}")
    if role == SYSTEM and code:
        raise Refused(f"{role}: holds for everything, so it takes no SELPA and no LEA")
    if role != SYSTEM and not code:
        what = "the LEA's CDS code" if role == LEAD else "the SELPA's code"
        raise Refused(f"{role}: say of which, with {what}")
    return key


def _refuse_unknown_code(conn: Connection, role: str, code: str) -> None:
    """A slip in a code would give a role over nothing, and nobody would notice."""
    if role == LEAD and not people.selpa_rows(conn, cds_codes=[code]):
        raise Refused(f"{code}: no LEA with this CDS code is in a roster; import the roster first")
    if role in {ADMINISTRATOR, READER} and all(
        one.selpa_code != code for one in people.selpa_rows(conn)
    ):
        raise Refused(f"{code}: no LEA of this SELPA is in a roster; import the roster first")


def _note(
    context: AppContext, conn: Connection, action: str, by: str, email: str, role: str, code: str
) -> None:
    audit_log.note_in(
        conn,
        context.now(),
        actor=by,
        acting_as="",
        action=action,
        outcome="done",
        detail=f"{email}: {role}{f' of {code}' if code else ''}",
        cds_code=code if role == LEAD else None,
        selpa_code=code if role in {ADMINISTRATOR, READER} else None,
    )
