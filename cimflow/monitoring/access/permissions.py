"""Who may see and change what: from the contacts, and from roles given by hand.

Nobody is known who is in neither; what is not allowed here is refused. Every question reads the
store again, so a contact or role that ends is without effect from the next request on.
"""

from __future__ import annotations

from collections.abc import Collection

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
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.audit_row import note_in
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.lea_owner import latest_selpas
from cimflow.process.contacts import Contact, ContactBook
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import people
from cimflow.store.people.people import Grant

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


def roles(context: AppContext) -> list[Grant]:
    """The roles given by hand that stand; what the contacts give is not among them."""
    with session.reading(context.engine) as conn:
        return people.standing_grants(conn)


def give_role(context: AppContext, email: str, role: str, code: str, *, actor: Actor) -> bool:
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
        people.add_grant(conn, Grant(key, role, code, context.now(), actor.email))
        _note(context, conn, "give-role", actor, key, role, code)
    return True


def end_role(context: AppContext, email: str, role: str, code: str, *, actor: Actor) -> bool:
    """End a role that was given by hand, and say so in the audit log; False where none stood.

    A role that comes from a contact ends with the contact, in the contacts.

    Raises:
        Refused: no such role, or not an address.
    """
    key = _checked(email, role, code)
    with session.deciding(context.engine) as conn:
        if not people.end_grant(conn, key, role, code, at=context.now(), by=actor.email):
            return False
        _note(context, conn, "end-role", actor, key, role, code)
    return True


def _checked(email: str, role: str, code: str) -> str:
    key = key_of(email)
    if key is None:
        raise Refused(refusal("no-address", email=email))
    if role not in ROLES:
        raise Refused(refusal("role-unknown", role=role, known=", ".join(ROLES)))
    if role == SYSTEM and code:
        raise Refused(refusal("role-takes-no-code", role=role))
    if role != SYSTEM and not code:
        what = "the LEA's CDS code" if role == LEAD else "the SELPA's code"
        raise Refused(refusal("role-needs-code", role=role, what=what))
    return key


def _refuse_unknown_code(conn: Connection, role: str, code: str) -> None:
    """A slip in a code would give a role over nothing, and nobody would notice."""
    if role == LEAD and not people.selpa_rows(conn, cds_codes=[code]):
        raise Refused(refusal("code-not-in-roster", code=code, of="with this CDS code"))
    if role in {ADMINISTRATOR, READER} and all(
        one.selpa_code != code for one in people.selpa_rows(conn)
    ):
        raise Refused(refusal("code-not-in-roster", code=code, of="of this SELPA"))


def _note(
    context: AppContext,
    conn: Connection,
    action: str,
    actor: Actor,
    email: str,
    role: str,
    code: str,
) -> None:
    note_in(
        conn,
        context.now(),
        actor,
        action,
        f"{email}: {role}{f' of {code}' if code else ''}",
        cds_code=code if role == LEAD else None,
        selpa_code=code if role in {ADMINISTRATOR, READER} else None,
    )
