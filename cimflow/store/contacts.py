"""Who holds which role, now and before: an ended contact stays, with when it ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import astuple

from sqlalchemy import Connection, bindparam, select, update

from cimflow.process.contacts import Contact
from cimflow.store.dialect import insert_into
from cimflow.store.tables import contacts

_FIELDS = ("scope", "code", "role", "name", "email")
_COLUMNS = tuple(contacts.c[one] for one in _FIELDS)
_STANDING = contacts.c.ended_at.is_(None)


def load_contacts(conn: Connection) -> list[Contact]:
    """Everyone who holds a role now, in the order in which it was learnt."""
    found = conn.execute(select(*_COLUMNS).where(_STANDING).order_by(contacts.c.id))
    return [Contact(*row) for row in found]


def change_contacts(
    conn: Connection,
    added: Sequence[Contact],
    ended: Sequence[Contact],
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """End some holders and add others; who is there already is not added again."""
    if ended:
        matches = (contacts.c[one] == bindparam(f"old_{one}") for one in _FIELDS)
        conn.execute(
            update(contacts)
            .where(_STANDING, *matches)
            .values(ended_at=learnt_at, ended_by=recorded_by),
            [{f"old_{key}": value for key, value in _fields(one).items()} for one in ended],
        )
    if added:
        conn.execute(
            insert_into(conn, contacts).on_conflict_do_nothing(),
            [{**_fields(one), "learnt_at": learnt_at, "recorded_by": recorded_by} for one in added],
        )


def _fields(one: Contact) -> dict[str, str]:
    return dict(zip(_FIELDS, astuple(one), strict=True))
