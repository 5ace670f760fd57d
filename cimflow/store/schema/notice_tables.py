"""Who is told, the ledger of notices, which changes state and is never deleted, and its emails."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from cimflow.store.schema.columns import Instant, metadata
from cimflow.store.schema.columns import one_of as _one_of
from cimflow.store.schema.columns import text as _text

contacts = Table(
    "contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("scope"),
    _text("code"),
    _text("role"),
    _text("name"),
    _text("email"),
    Column("learnt_at", Instant, nullable=False),
    _text("recorded_by"),
    Column("ended_at", Instant, nullable=True),  # the only thing that may change
    _text("ended_by", nullable=True),
    sqlite_autoincrement=True,
)

LEDGER_STATES = ("queued", "attempting", "sent", "failed", "uncertain", "held", "cancelled")
MAIL_STATES = ("attempting", "sent", "failed", "uncertain", "held")

mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("mode"),
    _text("recipient_key"),
    _text("recipient"),
    _text("selpa_code"),
    Column("run_on", Date, nullable=False),
    _text("message_id"),
    _text("subject"),
    _text("text"),
    _text("html"),
    _text("state"),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Instant, nullable=False),
    Column("settled_at", Instant, nullable=True),
    _text("error"),
    # One email per person, SELPA and day.
    UniqueConstraint("mode", "recipient_key", "selpa_code", "run_on"),
    _one_of("state", MAIL_STATES),
    Index(None, "mode", "claimed_at"),
    sqlite_autoincrement=True,
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("mode"),
    _text("process"),
    _text("lea"),
    _text("activity"),
    _text("rung"),
    _text("anchor"),
    _text("recipient_key"),
    _text("recipient"),
    _text("role"),
    _text("name"),
    _text("selpa_code"),
    Column("due", Date, nullable=True),
    Column("effective", Date, nullable=False),
    Column("delayed", Boolean, nullable=False),
    Column("run_on", Date, nullable=False),
    _text("state"),
    _text("reason"),
    Column("queued_at", Instant, nullable=False),
    Column("claimed_at", Instant, nullable=True),
    Column("settled_at", Instant, nullable=True),
    Column("mail_id", ForeignKey(mails.c.id), nullable=True),
    # What makes two notices the same notice: nobody is told the same thing twice.
    UniqueConstraint("mode", "process", "lea", "activity", "rung", "anchor", "recipient_key"),
    _one_of("state", LEDGER_STATES),
    Index(None, "mode", "state"),
    Index(None, "mail_id"),
    sqlite_autoincrement=True,
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("process", Text, primary_key=True),
    Column("mode", Text, primary_key=True),
    Column("run_on", Date, primary_key=True),
    Column("mails", Integer, nullable=False),
    Column("swept_at", Instant, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
)
