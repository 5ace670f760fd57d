"""Roles given by hand, sign-in links, sessions; and what contacts and rosters say of a person.

An address is kept here as its key, in lower case. Of a token only its digest is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from cimflow.process.contacts import Contact
from cimflow.store.schema import people_tables
from cimflow.store.schema.fact_tables import roster_entries
from cimflow.store.schema.notice_tables import contacts as contacts_table

grants, links, sessions, audit = (
    people_tables.grants,
    people_tables.sign_in_links,
    people_tables.sessions,
    people_tables.audit,
)
_CONTACT = tuple(contacts_table.c[one] for one in ("scope", "code", "role", "name", "email"))
_AT_ONCE = 5000
"""Codes in one statement; both databases limit the number of parameters."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role given by hand. ``code``: empty for the system, else a SELPA code or a CDS code."""

    email: str
    role: str
    code: str
    learnt_at: dt.datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Someone who signed in and is still here."""

    id: int
    email: str
    csrf: str
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class SelpaRow:
    """Which SELPA an LEA belongs to from a day on, as one roster row says."""

    process: str
    cds_code: str
    holds_on: dt.date
    selpa_code: str


# ----------------------------------------------------------------------------------------- roles


def standing_grants(conn: Connection, email: str | None = None) -> list[Grant]:
    """The roles that stand (of one person, or of all), in the order in which they were given."""
    query = select(
        grants.c.email, grants.c.role, grants.c.code, grants.c.learnt_at, grants.c.recorded_by
    ).where(grants.c.ended_at.is_(None))
    if email is not None:
        query = query.where(grants.c.email == email)
    return [Grant(*row) for row in conn.execute(query.order_by(grants.c.id))]


def add_grant(conn: Connection, one: Grant) -> None:
    """Give a role; the caller has looked whether it stands (within ``session.deciding``)."""
    conn.execute(
        insert(grants),
        {
            "email": one.email,
            "role": one.role,
            "code": one.code,
            "learnt_at": one.learnt_at,
            "recorded_by": one.recorded_by,
        },
    )


def end_grant(
    conn: Connection, email: str, role: str, code: str, *, at: dt.datetime, by: str
) -> bool:
    """End a role; False where none stood."""
    ended = conn.execute(
        update(grants)
        .where(
            grants.c.email == email,
            grants.c.role == role,
            grants.c.code == code,
            grants.c.ended_at.is_(None),
        )
        .values(ended_at=at, ended_by=by)
    )
    return ended.rowcount > 0


def contacts_at(conn: Connection, email: str) -> list[Contact]:
    """The standing contacts of an address, in whatever case it was typed.

    Args:
        conn: the transaction.
        email: a key: ASCII, in lower case, so that both databases compare alike.
    """
    query = select(*_CONTACT).where(
        contacts_table.c.ended_at.is_(None), func.lower(contacts_table.c.email) == email
    )
    return [Contact(*row) for row in conn.execute(query.order_by(contacts_table.c.id))]


def contacts_of_leas(conn: Connection, cds_codes: Collection[str]) -> list[Contact]:
    """The standing contacts of some LEAs, in the order in which they were learned."""
    query = select(*_CONTACT).where(
        contacts_table.c.ended_at.is_(None), contacts_table.c.scope == "lea"
    )
    return [
        Contact(*row)
        for some in _portions(cds_codes)
        for row in conn.execute(
            query.where(contacts_table.c.code.in_(some)).order_by(contacts_table.c.id)
        )
    ]


def selpa_rows(
    conn: Connection, *, process: str | None = None, cds_codes: Collection[str] | None = None
) -> list[SelpaRow]:
    """Which SELPA each LEA belongs to and from when; by day, and within it as learned."""
    at = roster_entries.c
    query = select(at.process, at.cds_code, at.holds_on, at.selpa_code)
    if process is not None:
        query = query.where(at.process == process)
    query = query.order_by(at.holds_on, at.seq)
    if cds_codes is None:
        return [SelpaRow(*row) for row in conn.execute(query)]
    return [
        SelpaRow(*row)
        for some in _portions(cds_codes)
        for row in conn.execute(query.where(at.cds_code.in_(some)))
    ]


def _portions(codes: Collection[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(set(codes))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


# ----------------------------------------------------------------------------------------- links


def add_link(conn: Connection, **values: Any) -> None:
    """Keep the digest of a link's token with whose it is and until when it opens."""
    conn.execute(insert(links), values)


def links_asked_for(
    conn: Connection,
    *,
    since: dt.datetime,
    email: str | None = None,
    remote: str | None = None,
    known: bool = True,
) -> int:
    """How many links were asked for on the page after a moment; ``known``: of known people only."""
    query = select(func.count()).where(links.c.created_at > since, links.c.made_by == "")
    if known:
        query = query.where(links.c.email != "")
    if email is not None:
        query = query.where(links.c.email == email)
    if remote is not None:
        query = query.where(links.c.remote == remote)
    return conn.execute(query).scalar_one()


def _is_open(token_hash: str, now: dt.datetime) -> Any:
    return (
        (links.c.token_hash == token_hash)
        & (links.c.email != "")
        & links.c.used_at.is_(None)
        & (links.c.expires_at > now)
    )


def email_of_open_link(conn: Connection, token_hash: str, now: dt.datetime) -> str | None:
    """Whose a link is, if it can still be used."""
    return conn.execute(select(links.c.email).where(_is_open(token_hash, now))).scalar()


def use_link(conn: Connection, token_hash: str, now: dt.datetime) -> str | None:
    """Use a link up and say whose it was; of two at once one gets None, as after its time."""
    # One statement: the database lets the second look only after the first is done.
    query = update(links).where(_is_open(token_hash, now)).values(used_at=now)
    return conn.execute(query.returning(links.c.email)).scalar()


def email_of_link(conn: Connection, token_hash: str) -> str | None:
    """Whose a link is or was, whether it can be used or not."""
    return conn.execute(select(links.c.email).where(links.c.token_hash == token_hash)).scalar()


# -------------------------------------------------------------------------------------- sessions


def add_session(conn: Connection, **values: Any) -> None:
    """Keep the digest of a session's token with whose it is."""
    conn.execute(insert(sessions), values)


def open_session(
    conn: Connection, token_hash: str, *, now: dt.datetime, idle_since: dt.datetime
) -> StoredSession | None:
    """The session, if it has not ended, expired, or lain idle since a moment."""
    query = select(sessions.c.id, sessions.c.email, sessions.c.csrf, sessions.c.seen_at).where(
        sessions.c.token_hash == token_hash,
        sessions.c.ended_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.seen_at > idle_since,
    )
    row = conn.execute(query).first()
    return None if row is None else StoredSession(*row)


def see_session(conn: Connection, session_id: int, now: dt.datetime) -> None:
    """Note that its owner is still here."""
    conn.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=now))


def end_sessions(
    conn: Connection, now: dt.datetime, *, token_hash: str | None = None, email: str | None = None
) -> list[str]:
    """End one session, or all of a person; returns whose, once for each that had not ended."""
    query = update(sessions).where(sessions.c.ended_at.is_(None))
    query = query.where(
        sessions.c.email == email if token_hash is None else sessions.c.token_hash == token_hash
    )
    return list(conn.execute(query.values(ended_at=now).returning(sessions.c.email)).scalars())


def last_seen(conn: Connection) -> dict[str, dt.datetime]:
    """When each person last signed in, or was here since; sessions are forgotten, the log stays."""
    signed_in = select(audit.c.actor, func.max(audit.c.at)).where(
        audit.c.action == "sign-in", audit.c.outcome == "done"
    )
    here = select(sessions.c.email, func.max(sessions.c.seen_at)).group_by(sessions.c.email)
    found: dict[str, dt.datetime] = {}
    for query in (signed_in.group_by(audit.c.actor), here):
        for email, at in conn.execute(query):
            found[email] = max(at, found.get(email, at))
    return found


def forget_expired(conn: Connection, before: dt.datetime) -> None:
    """Delete links and sessions that opened nothing any more before a moment."""
    for table in (links, sessions):
        conn.execute(delete(table).where(table.c.expires_at < before))
