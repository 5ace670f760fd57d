"""The tables of those who sign in: roles given by hand, links, sessions, and the audit log.

``grants`` end and are never deleted. ``audit`` is only ever added to; triggers hold both. Links
and sessions are of the moment: only a digest of what opens them is kept, no backup carries them.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint

from cimflow.store.schema.columns import Instant, metadata, one_of, text

ROLES = ("system-administrator", "selpa-administrator", "selpa-reader", "lea-lead")
OUTCOMES = ("done", "refused", "failed")

grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True),
    text("email"),
    text("role"),
    text("code"),  # empty for the system, else a SELPA code or a CDS code
    Column("learnt_at", Instant, nullable=False),
    text("recorded_by"),
    Column("ended_at", Instant, nullable=True),  # the only thing that may change
    text("ended_by", nullable=True),
    one_of("role", ROLES),
    Index(None, "email"),
    sqlite_autoincrement=True,
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("id", Integer, primary_key=True),
    text("token_hash"),
    text("email"),  # empty where nobody of the address that was typed is known
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
    text("made_by"),  # empty where it was asked for on the page
    text("remote"),
    UniqueConstraint("token_hash"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Integer, primary_key=True),
    text("token_hash"),
    text("email"),
    text("csrf"),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    UniqueConstraint("token_hash"),
    Index(None, "email"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    text("actor"),
    text("acting_as"),
    text("action"),
    text("outcome"),
    text("process", nullable=True),
    text("cds_code", nullable=True),
    text("selpa_code", nullable=True),
    text("detail"),
    text("request"),  # method and path
    text("remote"),
    one_of("outcome", OUTCOMES),
    Index(None, "at"),
    Index(None, "selpa_code", "at"),
    sqlite_autoincrement=True,
)

OF_THE_MOMENT: tuple[Table, ...] = (sign_in_links, sessions)
"""Links and sessions: a backup that held them could let in someone who has since lost access."""
