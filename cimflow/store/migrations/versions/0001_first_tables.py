"""The first tables, and the triggers that keep facts from being changed or deleted."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ADDED_ONLY = (
    "learnt",
    "placements",
    "facts",
    "submissions",
    "filings",
    "voids",
    "reviews",
    "extensions",
    "excuses",
    "withdrawals",
    "go_lives",
)
NEVER_DELETED = ("contacts", "ledger", "mails", "sweeps")


def upgrade() -> None:
    make_facts()
    make_contacts()
    make_ledger()
    make_runs()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION cimflow_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION '%: % is refused, rows are only ever added',"
            " TG_TABLE_NAME, TG_OP; END $$"
        )
    for table in ADDED_ONLY:
        refuse("UPDATE", table)
        refuse("DELETE", table)
    for table in NEVER_DELETED:
        refuse("DELETE", table)
    # A contact may end, once; nothing else of it changes.
    refuse("UPDATE", "contacts", when="OLD.ended_at IS NOT NULL")
    said = ("scope", "code", "role", "name", "email", "learnt_at", "recorded_by")
    refuse("UPDATE", "contacts", of=said)


def refuse(action: str, table: str, *, of: tuple[str, ...] = (), when: str = "") -> None:
    """Refuse to change (some columns of, or some) rows, or to delete them."""
    name = f"{table}_no_{action.lower()}{'_of_columns' if of else ''}"
    columns = f" OF {', '.join(of)}" if of else ""
    condition = f" WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "postgresql":
        does = "EXECUTE FUNCTION cimflow_refuse()"
    else:
        does = (
            f"BEGIN SELECT RAISE(ABORT, '{table}: {action} is refused, rows are only added'); END"
        )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {action}{columns} ON {table} FOR EACH ROW{condition} {does}"
    )


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def date(name: str, *, nullable: bool = False) -> sa.Column[dt.date]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def seq_of(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["learnt.seq"], name=f"fk_{table}_seq"),
        sa.PrimaryKeyConstraint("seq", name=f"pk_{table}"),
    ]


def fact_table(name: str, *items: sa.schema.SchemaItem) -> None:
    op.create_table(name, *seq_of(name), text("process"), text("cds_code"), *items)
    op.create_index(f"ix_{name}_process_cds_code", name, ["process", "cds_code"])


def make_facts() -> None:
    op.create_table(
        "learnt",
        number("seq"),
        text("kind"),
        text("process"),
        text("cds_code", nullable=True),
        moment("learnt_at"),
        text("recorded_by"),
        sa.PrimaryKeyConstraint("seq", name="pk_learnt"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_learnt_process_cds_code", "learnt", ["process", "cds_code"])
    fact_table(
        "placements",
        date("holds_on"),
        text("level"),
        text("selpa_code"),
        text("selpa_name"),
        text("lea_name"),
        text("identified_for"),
        text("unmet_indicators"),
    )
    fact_table("facts", text("name"), text("value"), date("holds_on"))
    fact_table(
        "submissions",
        text("activity"),
        number("version"),
        date("received_on"),
        date("filed_on", nullable=True),
        text("sha256"),
        text("contents", nullable=True),
        text("document"),
        sa.UniqueConstraint("process", "cds_code", "activity", "version", name="uq_submissions"),
    )
    fact_table("filings", text("activity"), number("version"), date("filed_on"))
    fact_table("voids", text("activity"), number("version"), date("voided_on"), text("note"))
    fact_table(
        "reviews",
        text("activity"),
        number("version"),
        text("sha256"),
        text("decision"),
        date("reviewed_on"),
        text("reviewed_by"),
        text("note"),
    )
    fact_table(
        "extensions",
        text("activity"),
        date("new_due"),
        date("granted_on"),
        text("grantor"),
        text("reason"),
        text("reference"),
        text("scope"),
    )
    fact_table(
        "excuses",
        text("activity"),
        date("granted_on"),
        text("grantor"),
        text("reason"),
        text("reference"),
    )
    fact_table("withdrawals", date("withdrawn_on"), text("reason"))
    op.create_table("go_lives", *seq_of("go_lives"), text("process"), date("live_from"))


def make_contacts() -> None:
    op.create_table(
        "contacts",
        number("id"),
        text("scope"),
        text("code"),
        text("role"),
        text("name"),
        text("email"),
        moment("learnt_at"),
        text("recorded_by"),
        moment("ended_at", nullable=True),
        text("ended_by", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sqlite_autoincrement=True,
    )


def make_ledger() -> None:
    op.create_table(
        "mails",
        number("id"),
        text("mode"),
        text("recipient_key"),
        text("recipient"),
        text("selpa_code"),
        date("run_on"),
        text("message_id"),
        text("subject"),
        text("text"),
        text("html"),
        text("state"),
        number("attempts"),
        moment("claimed_at"),
        moment("settled_at", nullable=True),
        text("error"),
        sa.CheckConstraint(
            "state IN ('attempting', 'sent', 'failed', 'uncertain', 'held')",
            name=op.f("ck_mails_state"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("mode", "recipient_key", "selpa_code", "run_on", name="uq_mails"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mails_mode_claimed_at", "mails", ["mode", "claimed_at"])
    op.create_table(
        "ledger",
        number("id"),
        text("mode"),
        text("process"),
        text("lea"),
        text("activity"),
        text("rung"),
        text("anchor"),
        text("recipient_key"),
        text("recipient"),
        text("role"),
        text("name"),
        text("selpa_code"),
        date("due", nullable=True),
        date("effective"),
        sa.Column("delayed", sa.Boolean(), nullable=False),
        date("run_on"),
        text("state"),
        text("reason"),
        moment("queued_at"),
        moment("claimed_at", nullable=True),
        moment("settled_at", nullable=True),
        number("mail_id", nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'attempting', 'sent', 'failed', 'uncertain', 'held', 'cancelled')",
            name=op.f("ck_ledger_state"),
        ),
        sa.ForeignKeyConstraint(["mail_id"], ["mails.id"], name="fk_ledger_mail_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint(
            "mode",
            "process",
            "lea",
            "activity",
            "rung",
            "anchor",
            "recipient_key",
            name="uq_ledger",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_mode_state", "ledger", ["mode", "state"])
    op.create_index("ix_ledger_mail_id", "ledger", ["mail_id"])
    op.create_table(
        "sweeps",
        text("process"),
        text("mode"),
        date("run_on"),
        number("mails"),
        moment("swept_at"),
        sa.PrimaryKeyConstraint("process", "mode", "run_on", name="pk_sweeps"),
    )


def make_runs() -> None:
    op.create_table(
        "run_requests",
        number("id"),
        text("kind"),
        text("process"),
        text("cds_code", nullable=True),
        text("reason"),
        moment("asked_at"),
        moment("taken_at", nullable=True),
        moment("finished_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_run_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_run_requests_taken_at", "run_requests", ["taken_at"])
    op.create_table(
        "run_states",
        text("run_id"),
        text("flow"),
        text("process"),
        text("cds_code", nullable=True),
        text("selpa_code", nullable=True),
        text("level", nullable=True),
        date("run_on"),
        text("mode"),
        text("state"),
        text("fingerprint", nullable=True),
        moment("started_at"),
        moment("finished_at", nullable=True),
        text("message"),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_states"),
    )
    op.create_index(
        "ix_run_states_process_mode_cds_code_finished_at",
        "run_states",
        ["process", "mode", "cds_code", "finished_at"],
    )
    op.create_index(
        "ix_run_states_process_flow_started_at", "run_states", ["process", "flow", "started_at"]
    )
    op.create_table(
        "answers",
        text("process"),
        text("mode"),
        text("cds_code"),
        text("selpa_code"),
        date("run_on"),
        text("state"),
        text("fingerprint"),
        moment("answered_at"),
        sa.PrimaryKeyConstraint("process", "mode", "cds_code", name="pk_answers"),
    )
    op.create_table(
        "notes", text("key"), text("value"), sa.PrimaryKeyConstraint("key", name="pk_notes")
    )
