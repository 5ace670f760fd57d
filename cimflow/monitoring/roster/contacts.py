"""Who holds which role, changed one person at a time; who held it before stays in the history.

The rules for a name, an address and a code are those of the import.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from cimflow.intake.spreadsheets.contacts import SCOPE_OF
from cimflow.intake.tables import cells
from cimflow.intake.tables.row_reader import one_line
from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import ChangedMeanwhile, Refused, refusal
from cimflow.process.contacts import LEAD, STAND_IN_FOR_LEAD, Contact
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import contacts
from cimflow.store.people.contacts import Held

Whose = tuple[str, str]
"""A scope and a code: ``("lea", cds)``, ``("selpa", code)``, ``("cde", cds)``, ``("cde", "*")``."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds the roles of an LEA or a SELPA now, who held them, and a digest of the former."""

    now: tuple[Held, ...]
    before: tuple[Held, ...]
    seen: str

    def of(self, role: str) -> tuple[Held, ...]:
        """Those who hold a role now."""
        return tuple(one for one in self.now if one.contact.role == role)

    @property
    def has_lead(self) -> bool:
        """Whether a lead is named."""
        return bool(self.of(LEAD))

    @property
    def told_instead(self) -> tuple[Held, ...]:
        """Who is told in the place of a lead who is missing."""
        return next((self.of(role) for role in STAND_IN_FOR_LEAD if self.of(role)), ())


def holders(context: AppContext, whose: Sequence[Whose]) -> Holders:
    """Who holds the roles of these scopes and codes, now and before."""
    with session.reading(context.engine) as conn:
        return _holders_in(conn, whose)


def _holders_in(conn: Connection, whose: Sequence[Whose]) -> Holders:
    found = contacts.history_of(conn, whose)
    now = tuple(one for one in found if one.until is None)
    before = tuple(one for one in reversed(found) if one.until is not None)
    text = json.dumps(sorted(astuple(one.contact) for one in now))
    return Holders(now, before, hashlib.sha256(text.encode()).hexdigest())


def checked(scope: str, code: str, role: str, name: str, email: str) -> Contact:
    """A contact of what somebody typed.

    Raises:
        Refused: the role is not of that scope, or the name or address cannot be one.
    """
    wrong = []
    if SCOPE_OF.get(role) != scope:  # type: ignore[call-overload]  # any text may be asked for
        wrong.append(refusal("contact-role", "role"))
    name = " ".join(name.split(" ")).strip()
    if not name:
        wrong.append(refusal("blank", "name"))
    try:
        one_line(name)
    except ValueError as error:
        wrong.append(refusal("unusable", "name", problem=str(error)))
    try:
        cells.address(email.strip())
    except ValueError as error:
        wrong.append(refusal("unusable", "email", problem=str(error)))
    if wrong:
        raise Refused(*wrong)
    return Contact(scope, code, role, name, email.strip())


def change(
    act: Act,
    whose: Sequence[Whose],
    *,
    seen: str,
    added: Contact | None = None,
    ended: Contact | None = None,
    selpa_code: str | None = None,
) -> Holders:
    """Name a person, end one, or put one in another's place; returns who holds the roles now.

    Args:
        act: who changes it; about an LEA where the contacts are an LEA's.
        whose: the scopes and codes that the page shows.
        seen: the digest of the holders that were shown; what was not seen is not overwritten.
        added: who holds a role from now on.
        ended: who ceases to.
        selpa_code: the SELPA whose contacts they are, where they are no LEA's.

    Raises:
        ChangedMeanwhile: the holders are not those that were shown.
        Refused: the one to be ended does not hold the role, or the one to be added holds it.
    """
    with act.deciding() as conn:
        standing = _holders_in(conn, whose)
        if standing.seen != seen:
            raise ChangedMeanwhile(refusal("contacts-changed"))
        held = [one.contact for one in standing.now]
        for one in (added, ended):
            if one is not None and (one.scope, one.code) not in whose:
                raise Refused(refusal("contact-of-other-page"))
        if ended is not None and ended not in held:
            raise Refused(refusal("holds-no-more", name=ended.name))
        if added is not None and added != ended and _stands(added, held, ended):
            raise Refused(refusal("holds-already", email=added.email))
        if added != ended:
            contacts.change_contacts(
                conn,
                added=[added] if added is not None else [],
                ended=[ended] if ended is not None else [],
                learnt_at=act.context.now(),
                recorded_by=act.by,
            )
            act.note(conn, "contacts", _in_words(added, ended), selpa_code=selpa_code)
        return _holders_in(conn, whose)


def _in_words(added: Contact | None, ended: Contact | None) -> str:
    """What was changed, as the log says it: ``99100100000000 lea-lead: Ada Min is named``."""
    one = added or ended
    if one is None:
        return ""
    done = f"{one.name} is named"
    if ended is not None:
        done = f"{ended.name} is no longer named"
    if added is not None and ended is not None:
        done = f"{ended.name} was changed to {added.name}"
    return f"{one.code} {one.role}: {done}"


def _stands(added: Contact, held: Sequence[Contact], ended: Contact | None) -> bool:
    return any(
        (one.scope, one.code, one.role, one.address)
        == (added.scope, added.code, added.role, added.address)
        for one in held
        if one != ended
    )
