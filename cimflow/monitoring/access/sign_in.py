"""Sign-in by a link that opens once, for fifteen minutes; and the sessions that begin with it.

A token is 256 random bits and is kept nowhere: the store has its digest. Looking at a link changes
nothing, so that a mail scanner that follows it uses nothing up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass, field

from cimflow import addresses
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.permissions import key_of, viewer_in
from cimflow.monitoring.access.sign_in_mail import LINK_OPENS, may_mail_links, send_link
from cimflow.monitoring.access.viewer import SYSTEM
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.audit_row import note_in
from cimflow.monitoring.errors import Refused, refusal
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import audit_entries, people

__all__ = [
    "LinkAsked",
    "NewSession",
    "Session",
    "ask_for_link",
    "end_session",
    "end_sessions_of",
    "first_link",
    "make_link",
    "may_mail_links",
    "open_link",
    "send_link",
    "session_of",
    "use_link",
]

SESSION_LASTS = dt.timedelta(hours=12)
SESSION_IDLE = dt.timedelta(hours=2)
SEEN_EVERY = dt.timedelta(minutes=1)
FORGOTTEN_AFTER = dt.timedelta(days=1)
QUARTER, HOUR = dt.timedelta(minutes=15), dt.timedelta(hours=1)
PER_ADDRESS, PER_REMOTE, PER_HOUR = 3, 10, 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class LinkAsked:
    """What became of asking for a link. The page says the same whatever it was.

    ``reason``: made, unknown, limited, held (emails to its domain wait for a person) or rehearsal.
    """

    url: str | None = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun; the only time its token is known."""

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    email: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Someone who is signed in."""

    id: int
    email: str
    csrf: str = field(repr=False)


def make_link(
    context: AppContext, email: str, *, base_url: str, made_by: str, remote: str = ""
) -> str:
    """Make a one-time link for a person and return its address; the log says who printed it.

    Raises:
        Refused: nobody is known of that address.
    """
    with session.transaction(context.engine) as conn:
        viewer = viewer_in(context, conn, email)
        if viewer is None:
            raise Refused(refusal("nobody-may-sign-in", email=email))
        token = _new_link(context, conn, viewer.email, made_by=made_by, remote=remote)
        if made_by:
            whose = f"for {viewer.email}, {viewer.role}"
            _note(conn, context.now(), made_by, "link-printed", "done", whose, remote)
    return _address(base_url, token)


def first_link(context: AppContext, *, base_url: str) -> str | None:
    """A link for the first system administrator of a home, while nobody has ever signed in.

    In a sample home, which never sends email, it is made at every start. None: they know the way.
    """
    with session.reading(context.engine) as conn:
        first = next((one for one in people.standing_grants(conn) if one.role == SYSTEM), None)
        begun = audit_entries.was_done(conn, "sign-in")
    if first is None or (begun and context.settings.today is None):
        return None
    return make_link(context, first.email, base_url=base_url, made_by="cimflow up")


def ask_for_link(context: AppContext, email: str, *, base_url: str, remote: str) -> LinkAsked:
    """Make a link for the person who asked on the page, if they may have one by email.

    A known and an unknown address cost the same reads and writes. What is asked for unknown
    addresses counts for the remote address only, so that a stranger cannot use up the hour of all.
    """
    if not may_mail_links(context):
        return LinkAsked(None, "rehearsal")
    now = context.now()
    with session.deciding(context.engine) as conn:
        viewer = viewer_in(context, conn, email)
        key = viewer.email if viewer is not None else ""
        if _is_limited(conn, key, remote, now):
            # Once in a while: a person who keeps asking must not fill the log.
            if not audit_entries.was_noted(conn, "sign-in-limited", remote, now - QUARTER):
                _note(conn, now, key, "sign-in-limited", "refused", "too many links", remote)
            return LinkAsked(None, "limited")
        token = _new_link(context, conn, key, made_by="", remote=remote)
        if viewer is None:
            _note(conn, now, "", "link-asked", "refused", "an address nobody knows", remote)
            return LinkAsked(None, "unknown")
        if context.ladder.must_be_released("", key):
            _note(conn, now, key, "link-asked", "refused", "mail to its domain is held", remote)
            return LinkAsked(None, "held")
        _note(conn, now, key, "link-asked", "done", "", remote)
    return LinkAsked(_address(base_url, token), "made")


def _is_limited(conn: Connection, key: str, remote: str, now: dt.datetime) -> bool:
    """Links that a person prints count for nothing here."""
    of_remote = people.links_asked_for(conn, since=now - QUARTER, remote=remote, known=False)
    of_address = people.links_asked_for(conn, since=now - QUARTER, email=key)
    in_all = people.links_asked_for(conn, since=now - HOUR)
    return of_remote >= PER_REMOTE or of_address >= PER_ADDRESS or in_all >= PER_HOUR


def open_link(context: AppContext, token: str) -> str | None:
    """Whose a link is, if it could still be used; looking changes nothing."""
    if not _TOKEN.fullmatch(token):
        return None
    with session.reading(context.engine) as conn:
        email = people.email_of_open_link(conn, _digest(token), context.now())
        return email if email and viewer_in(context, conn, email) else None


def use_link(context: AppContext, token: str, *, remote: str) -> NewSession | None:
    """Use a link up and begin a session; None where it opens nothing (any more)."""
    now = context.now()
    digest = _digest(token)
    with session.transaction(context.engine) as conn:
        email = people.use_link(conn, digest, now)
        viewer = viewer_in(context, conn, email) if email else None
        if viewer is None:
            whose = people.email_of_link(conn, digest) or ""
            why = "the link was used, is too old, or is none of ours"
            if email:
                why = "nobody with this address may sign in any more"
            _note(conn, now, whose, "sign-in", "refused", why, remote)
            return None
        new = NewSession(_token(), _token(), viewer.email, now + SESSION_LASTS)
        people.forget_expired(conn, now - FORGOTTEN_AFTER)
        people.add_session(
            conn,
            token_hash=_digest(new.token),
            email=new.email,
            csrf=new.csrf,
            created_at=now,
            seen_at=now,
            expires_at=new.expires_at,
        )
        _note(conn, now, new.email, "sign-in", "done", "", remote, viewer.role)
    return new


def session_of(context: AppContext, token: str) -> Session | None:
    """The session of a token, if it stands: twelve hours at most, two without a sign of life."""
    if not _TOKEN.fullmatch(token):
        return None
    now = context.now()
    with session.reading(context.engine) as conn:
        found = people.open_session(conn, _digest(token), now=now, idle_since=now - SESSION_IDLE)
    if found is None:
        return None
    if now - found.seen_at >= SEEN_EVERY:
        with session.transaction(context.engine) as conn:
            people.see_session(conn, found.id, now)
    return Session(found.id, found.email, found.csrf)


def end_session(context: AppContext, token: str) -> None:
    """Sign out; nothing happens where nobody was signed in."""
    _end(context, token_hash=_digest(token))


def end_sessions_of(context: AppContext, email: str) -> None:
    """Sign a person out everywhere."""
    _end(context, email=key_of(email) or "")


def _end(context: AppContext, *, token_hash: str | None = None, email: str | None = None) -> None:
    now = context.now()
    with session.transaction(context.engine) as conn:
        for whose in people.end_sessions(conn, now, token_hash=token_hash, email=email):
            _note(conn, now, whose, "sign-out", "done")


def _new_link(context: AppContext, conn: Connection, key: str, *, made_by: str, remote: str) -> str:
    token, now = _token(), context.now()
    people.forget_expired(conn, now - FORGOTTEN_AFTER)
    people.add_link(
        conn,
        token_hash=_digest(token),
        email=key,
        created_at=now,
        expires_at=now + LINK_OPENS,
        made_by=made_by,
        remote=remote,
    )
    return token


def _address(base_url: str, token: str) -> str:
    return addresses.absolute(base_url, addresses.sign_in_link(token))


def _token() -> str:
    return secrets.token_urlsafe(32)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _note(
    conn: Connection,
    now: dt.datetime,
    actor: str,
    action: str,
    outcome: audit_log.Outcome,
    detail: str = "",
    remote: str = "",
    acting_as: str = "",
) -> None:
    note_in(conn, now, Actor(actor, acting_as, remote=remote), action, detail, outcome=outcome)
