"""The tables, as SQLAlchemy Core sees them; the migrations make exactly these.

Three kinds. **Facts** are only ever added: triggers refuse to change or delete them. Each has its
own row in ``learnt``, which numbers everything ever learnt, in all tables together, and says when
and from whom; so of a withdrawal and a roster row of the same day it is known which came last.
The **ledger** of notices changes state and is never deleted. **Runs** are the flow runs' business.
Who signs in, as what, and what they did is in ``people_tables``.
"""

from __future__ import annotations

import datetime as dt

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

from cimflow.store import columns, people_tables
from cimflow.store.columns import Instant
from cimflow.store.columns import one_of as _one_of
from cimflow.store.columns import text as _text

VERSION_TABLE = "cimflow_schema"
"""Where alembic keeps the revision: not its default name, which Prefect's own database uses."""

metadata = columns.metadata
"""All tables: these, and those of the people who sign in."""

# ----------------------------------------------------------------------------------------- facts

learnt = Table(
    "learnt",
    metadata,
    Column("seq", Integer, primary_key=True),
    _text("kind"),
    _text("process"),
    _text("cds_code", nullable=True),  # none for what concerns the whole process
    Column("learnt_at", Instant, nullable=False),
    _text("recorded_by"),
    Index(None, "process", "cds_code"),
    # Without it SQLite would give the number of a deleted last row to the next.
    sqlite_autoincrement=True,
)


def _fact_table(name: str, *columns: Column[str] | Column[dt.date] | Column[int]) -> Table:
    return Table(
        name,
        metadata,
        Column("seq", ForeignKey(learnt.c.seq), primary_key=True, autoincrement=False),
        _text("process"),
        _text("cds_code"),
        *columns,
        Index(None, "process", "cds_code"),
    )


placements = _fact_table(
    "placements",
    Column("holds_on", Date, nullable=False),
    _text("level"),
    _text("selpa_code"),
    _text("selpa_name"),
    _text("lea_name"),
    _text("identified_for"),
    _text("unmet_indicators"),  # a JSON list
)
facts = _fact_table(
    "facts", _text("name"), _text("value"), Column("holds_on", Date, nullable=False)
)
submissions = _fact_table(
    "submissions",
    _text("activity"),
    Column("version", Integer, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("filed_on", Date, nullable=True),  # as first recorded; `filings` adds what came later
    _text("sha256"),
    _text("contents", nullable=True),  # JSON; none for a plain receipt
    _text("document"),
)
submissions.append_constraint(UniqueConstraint("process", "cds_code", "activity", "version"))
filings = _fact_table(
    "filings",
    _text("activity"),
    Column("version", Integer, nullable=False),
    Column("filed_on", Date, nullable=False),
)
voids = _fact_table(
    "voids",
    _text("activity"),
    Column("version", Integer, nullable=False),
    Column("voided_on", Date, nullable=False),
    _text("note"),
)
reviews = _fact_table(
    "reviews",
    _text("activity"),
    Column("version", Integer, nullable=False),
    _text("sha256"),  # the decision is bound to these bytes
    _text("decision"),
    Column("reviewed_on", Date, nullable=False),
    _text("reviewed_by"),
    _text("note"),
)
extensions = _fact_table(
    "extensions",
    _text("activity"),
    Column("new_due", Date, nullable=False),
    Column("granted_on", Date, nullable=False),
    _text("grantor"),
    _text("reason"),
    _text("reference"),
    _text("scope"),  # lea, selpa or cohort: how widely it was granted
)
excuses = _fact_table(
    "excuses",
    _text("activity"),
    Column("granted_on", Date, nullable=False),
    _text("grantor"),
    _text("reason"),
    _text("reference"),
)
withdrawals = _fact_table(
    "withdrawals", Column("withdrawn_on", Date, nullable=False), _text("reason")
)
go_lives = Table(
    "go_lives",
    metadata,
    Column("seq", ForeignKey(learnt.c.seq), primary_key=True, autoincrement=False),
    _text("process"),
    Column("live_from", Date, nullable=False),
)

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

# ---------------------------------------------------------------------------------------- ledger

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
    # One mail per person, SELPA and day.
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

# ------------------------------------------------------------------------------------------ runs

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

notes = Table(
    "notes",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
)

FACT_TABLES: tuple[Table, ...] = (
    learnt,
    placements,
    facts,
    submissions,
    filings,
    voids,
    reviews,
    extensions,
    excuses,
    withdrawals,
    go_lives,
)
"""Rows are added to these and never changed or deleted; triggers hold it."""

NOT_CARRIED: tuple[Table, ...] = people_tables.OF_THE_MOMENT
"""What no backup holds and every restore ends."""
