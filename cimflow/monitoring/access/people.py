"""Who may sign in, as what and why; and who may give and end which role.

A SELPA administrator decides within their SELPAs alone. A link opens everything that a person may
do, so it is printed only by someone who may do all of that too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cimflow.monitoring import lea_owner
from cimflow.monitoring.access import permissions, sign_in
from cimflow.monitoring.access.held_roles import HeldRole, held_roles
from cimflow.monitoring.access.permissions import Viewer, key_of
from cimflow.monitoring.access.viewer import ADMINISTRATOR, LEAD, READER, SYSTEM
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused, refusal
from cimflow.store.database import session
from cimflow.store.people import people


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in. ``all_ours``: the asker decides over all that they may do."""

    email: str
    name: str
    held: tuple[HeldRole, ...]
    last_seen: dt.datetime | None
    all_ours: bool


def people_of(context: AppContext, viewer: Viewer) -> list[Person]:
    """Who may sign in, of those in the asker's SELPAs; the system administrator sees everyone."""
    selpas = _selpas(context)
    with session.reading(context.engine) as conn:
        seen = people.last_seen(conn)
    by_email: dict[str, list[HeldRole]] = {}
    for one in held_roles(context):
        by_email.setdefault(one.email, []).append(one)
    found = []
    for email, held in by_email.items():
        ours = tuple(one for one in held if _is_within(viewer, selpas, one.role, one.code))
        if ours:
            all_ours = len(ours) == len(held)
            found.append(Person(email, held[0].name, ours, seen.get(email), all_ours))
    return sorted(found, key=lambda one: ((one.name or one.email).casefold(), one.email))


def _selpas(context: AppContext) -> dict[str, frozenset[str]]:
    """The SELPA of each LEA; several where processes differ in it."""
    found: dict[str, frozenset[str]] = {}
    for process_id in context.processes:
        for cds, selpa in lea_owner.selpas_of(context, process_id).items():
            found[cds] = found.get(cds, frozenset()) | {selpa}
    return found


def _is_within(viewer: Viewer, selpas: Mapping[str, frozenset[str]], role: str, code: str) -> bool:
    """Whether a role over a SELPA or an LEA is wholly the viewer's to decide."""
    if viewer.is_system:
        return True
    if role == SYSTEM:
        return False
    over = selpas.get(code, frozenset()) if role == LEAD else frozenset({code})
    return bool(over) and over <= viewer.administers


def give(
    context: AppContext, viewer: Viewer, email: str, role: str, code: str, *, actor: Actor
) -> bool:
    """Give a role that is the giver's to give; False where it stood already.

    Raises:
        Refused: it is not theirs to give, or the address, role or code is none.
    """
    _refuse_foreign(context, viewer, role, code)
    return permissions.give_role(context, email, role, code, actor=actor)


def end(
    context: AppContext, viewer: Viewer, email: str, role: str, code: str, *, actor: Actor
) -> bool:
    """End a role that was given by hand, and the person's sessions; False where none stood.

    Raises:
        Refused: it is not theirs to end, or it is their own right to administer the system.
    """
    _refuse_foreign(context, viewer, role, code)
    if role == SYSTEM and key_of(email) == viewer.email:
        raise Refused(refusal("own-system-role"))
    if not permissions.end_role(context, email, role, code, actor=actor):
        return False
    sign_in.end_sessions_of(context, email)
    return True


def _refuse_foreign(context: AppContext, viewer: Viewer, role: str, code: str) -> None:
    if viewer.is_system:
        return
    if role not in {ADMINISTRATOR, READER, LEAD}:
        raise Refused(refusal("only-system-gives", "role"))
    if not _is_within(viewer, _selpas(context), role, code):
        raise Refused(refusal("of-which", "code"))


def print_link(
    context: AppContext, viewer: Viewer, email: str, *, base_url: str, remote: str = ""
) -> str:
    """A one-time link for someone of the asker's, to be handed over by themselves.

    Raises:
        Refused: nobody of that address may sign in, or may do what the asker may not.
    """
    person = permissions.viewer_of(context, email)
    if person is None:
        raise Refused(refusal("nobody-may-sign-in", email=email))
    selpas = _selpas(context)
    held = [
        *([(SYSTEM, "")] if person.is_system else []),
        *((READER, code) for code in person.reads | person.administers),
        *((LEAD, cds) for cds in person.leads),
    ]
    if not all(_is_within(viewer, selpas, role, code) for role, code in held):
        raise Refused(refusal("may-do-more"))
    return sign_in.make_link(context, email, base_url=base_url, made_by=viewer.email, remote=remote)
