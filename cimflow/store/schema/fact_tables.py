"""The tables of facts, as SQLAlchemy Core sees them; the migrations make exactly these.

Facts are only ever added: triggers refuse to change or delete them. Each has its own row in
``learnt``, which numbers everything ever learned, in all tables together, and says when and from
whom; so of a withdrawal and a roster row of the same day it is known which came last. The other
tables are in ``notice_tables``, ``run_tables`` and ``people_tables``, apart since reading cases is
quicker without them; ``all_tables`` has all together.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from cimflow.store.schema.columns import Instant, metadata
from cimflow.store.schema.columns import text as _text

VERSION_TABLE = "cimflow_schema"
"""Where alembic keeps the revision: not its default name, which Prefect's own database uses."""

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


roster_entries = _fact_table(
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

FACT_TABLES: tuple[Table, ...] = (
    learnt,
    roster_entries,
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
