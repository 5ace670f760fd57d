"""The business of the flow runs: asked for, going on, over; and what the last sweep answered."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
)

from cimflow.store.schema.columns import Instant, metadata
from cimflow.store.schema.columns import text as _text

run_requests = Table(
    "run_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    _text("kind"),
    _text("process"),
    _text("cds_code", nullable=True),  # none for the whole cohort
    _text("reason"),
    Column("asked_at", Instant, nullable=False),
    Column("taken_at", Instant, nullable=True),
    Column("finished_at", Instant, nullable=True),
    # Of what a person asked for: one SELPA's LEAs, changed or not, and who it was.
    _text("selpa_code", nullable=True),
    Column("everything", Boolean, nullable=True),
    _text("asked_by", nullable=True),
    Index(None, "taken_at"),
    sqlite_autoincrement=True,
)

run_states = Table(
    "run_states",
    metadata,
    Column("run_id", Text, primary_key=True),
    _text("flow"),
    _text("process"),
    _text("cds_code", nullable=True),  # none for a run over the cohort
    _text("selpa_code", nullable=True),
    _text("level", nullable=True),
    Column("run_on", Date, nullable=False),
    _text("mode"),
    _text("state"),
    _text("fingerprint", nullable=True),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, nullable=True),
    _text("message"),
    Index(None, "process", "mode", "cds_code", "finished_at"),
    Index(None, "process", "flow", "started_at"),
)

answers = Table(
    "answers",
    metadata,
    Column("process", Text, primary_key=True),
    Column("mode", Text, primary_key=True),
    Column("cds_code", Text, primary_key=True),
    _text("selpa_code"),
    Column("run_on", Date, nullable=False),
    _text("state"),
    _text("fingerprint"),
    Column("answered_at", Instant, nullable=False),
)
