"""Who holds which role, now and before: an ended contact stays, with when it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import Connection, bindparam, insert, or_, select, text, update

from cimflow.process.contacts import Contact
from cimflow.store.database.dialect import is_postgres
from cimflow.store.schema.notice_tables import contacts

_FIELDS = ("scope", "code", "role", "name", "email")
_COLUMNS = tuple(contacts.c[one] for one in _FIELDS)
_STANDING = contacts.c.ended_at.is_(None)


@dataclass(frozen=True, slots=True)
class Held:
    """A person in a role, since when and by whose word; ``until`` where it has ended."""

    contact: Contact
    since: dt.datetime
    named_by: str
    until: dt.datetime | None
    ended_by: str


def load_contacts(conn: Connection) -> list[Contact]:
    """Everyone who holds a role now, in the order in which it was learned."""
    found = conn.execute(select(*_COLUMNS).where(_STANDING).order_by(contacts.c.id))
    return [Contact(*row) for row in found]


def history_of(conn: Connection, holders: Sequence[tuple[str, str]]) -> list[Held]:
    """Everyone who holds or held a role of these scopes and codes, in the order of learning."""
    wanted = or_(
        *((contacts.c.scope == scope) & (contacts.c.code == code) for scope, code in holders)
    )
    query = select(
        *_COLUMNS,
        contacts.c.learnt_at,
        contacts.c.recorded_by,
        contacts.c.ended_at,
        contacts.c.ended_by,
    ).where(wanted)
    return [
        Held(Contact(*row[:5]), row[5], row[6], row[7], row[8] or "")
        for row in conn.execute(query.order_by(contacts.c.id))
    ]


def change_contacts(
    conn: Connection,
    added: Sequence[Contact],
    ended: Sequence[Contact],
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """End some holders and add others; who is there already is not added again."""
    if is_postgres(conn):
        # Two who import the same file at once take turns, as on SQLite.
        conn.execute(text("LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE"))
    if ended:
        matches = (contacts.c[one] == bindparam(f"old_{one}") for one in _FIELDS)
        conn.execute(
            update(contacts)
            .where(_STANDING, *matches)
            .values(ended_at=learnt_at, ended_by=recorded_by),
            [{f"old_{key}": value for key, value in _fields(one).items()} for one in ended],
        )
    standing = set(load_contacts(conn))
    new = [one for one in dict.fromkeys(added) if one not in standing]
    if new:
        conn.execute(
            insert(contacts),
            [{**_fields(one), "learnt_at": learnt_at, "recorded_by": recorded_by} for one in new],
        )


def _fields(one: Contact) -> dict[str, str]:
    return dict(zip(_FIELDS, astuple(one), strict=True))
