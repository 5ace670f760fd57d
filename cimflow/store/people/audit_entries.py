"""The audit log: one row for each thing done, refused or failed; only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, insert, or_, select

from cimflow.store.schema.people_tables import audit

Outcome = Literal["done", "refused", "failed"]
_COLUMNS = (
    audit.c.at,
    audit.c.actor,
    audit.c.acting_as,
    audit.c.action,
    audit.c.outcome,
    audit.c.process,
    audit.c.cds_code,
    audit.c.selpa_code,
    audit.c.detail,
    audit.c.request,
    audit.c.remote,
)
_SEARCHED = (
    audit.c.actor,
    audit.c.acting_as,
    audit.c.action,
    audit.c.outcome,
    audit.c.process,
    audit.c.cds_code,
    audit.c.detail,
    audit.c.request,
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, as what, to whom, and how it ended. ``request``: method and path."""

    at: dt.datetime
    actor: str
    acting_as: str
    action: str
    outcome: str
    process: str | None
    cds_code: str | None
    selpa_code: str | None
    detail: str
    request: str
    remote: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of some SELPAs (None: all), from and before a moment, with a text in them."""

    selpa_codes: Collection[str] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    text: str = ""
    outcome: str = ""


def add_entry(conn: Connection, entry: AuditEntry) -> None:
    """Write one row."""
    conn.execute(insert(audit), asdict(entry))


def load_entries(conn: Connection, asked: Asked, *, limit: int, offset: int) -> list[AuditEntry]:
    """The entries asked for, newest first."""
    query = _asked_for(select(*_COLUMNS), asked)
    query = query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit).offset(offset)
    return [AuditEntry(*row) for row in conn.execute(query)]


def count_entries(conn: Connection, asked: Asked) -> int:
    """How many entries were asked for."""
    number: int = conn.execute(_asked_for(select(func.count(audit.c.id)), asked)).scalar_one()
    return number


def was_noted(conn: Connection, action: str, remote: str, since: dt.datetime) -> bool:
    """Whether an action of one remote address stands in the log since a moment."""
    query = select(audit.c.id).where(
        audit.c.at > since, audit.c.action == action, audit.c.remote == remote
    )
    return conn.execute(query.limit(1)).first() is not None


def _asked_for(query: Select[Any], asked: Asked) -> Select[Any]:
    if asked.selpa_codes is not None:
        query = query.where(audit.c.selpa_code.in_(sorted(asked.selpa_codes)))
    if asked.since is not None:
        query = query.where(audit.c.at >= asked.since)
    if asked.until is not None:
        query = query.where(audit.c.at < asked.until)
    if asked.outcome:
        query = query.where(audit.c.outcome == asked.outcome)
    if asked.text:
        query = query.where(or_(*(one.icontains(asked.text, autoescape=True) for one in _SEARCHED)))
    return query


def was_done(conn: Connection, action: str) -> bool:
    """Whether an action was ever done."""
    query = select(audit.c.id).where(audit.c.action == action, audit.c.outcome == "done")
    return conn.execute(query.limit(1)).first() is not None
