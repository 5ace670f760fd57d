"""Who may sign in, what opens the door, and the log of what was done behind it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    make_grants()
    make_links()
    make_sessions()
    make_audit()
    refuse("DELETE", "grants")
    # A role given may end, once; nothing else of it changes.
    refuse("UPDATE", "grants", when="OLD.ended_at IS NOT NULL")
    refuse("UPDATE", "grants", of=("email", "role", "code", "learnt_at", "recorded_by"))
    refuse("UPDATE", "audit")
    refuse("DELETE", "audit")


def refuse(action: str, table: str, *, of: tuple[str, ...] = (), when: str = "") -> None:
    """Refuse to change (some columns of, or some) rows, or to delete them."""
    name = f"{table}_no_{action.lower()}{'_of_columns' if of else ''}"
    columns = f" OF {', '.join(of)}" if of else ""
    condition = f" WHEN ({when})" if when else ""
    if op.get_bind().dialect.name == "postgresql":
        does = "EXECUTE FUNCTION cimflow_refuse()"  # made by the first revision
    else:
        does = (
            f"BEGIN SELECT RAISE(ABORT, '{table}: {action} is refused, rows are only added'); END"
        )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {action}{columns} ON {table} FOR EACH ROW{condition} {does}"
    )


def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[dt.datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def make_grants() -> None:
    op.create_table(
        "grants",
        number("id"),
        text("email"),
        text("role"),
        text("code"),
        moment("learnt_at"),
        text("recorded_by"),
        moment("ended_at", nullable=True),
        text("ended_by", nullable=True),
        sa.CheckConstraint(
            "role IN ('system-administrator', 'selpa-administrator', 'selpa-reader', 'lea-lead')",
            name=op.f("ck_grants_role"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_grants_email", "grants", ["email"])


def make_links() -> None:
    op.create_table(
        "sign_in_links",
        number("id"),
        text("token_hash"),
        text("email"),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        text("made_by"),
        text("remote"),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_links"),
        sa.UniqueConstraint("token_hash", name="uq_sign_in_links"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sign_in_links_created_at", "sign_in_links", ["created_at"])


def make_sessions() -> None:
    op.create_table(
        "sessions",
        number("id"),
        text("token_hash"),
        text("email"),
        text("csrf"),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sessions_email", "sessions", ["email"])


def make_audit() -> None:
    op.create_table(
        "audit",
        number("id"),
        moment("at"),
        text("actor"),
        text("acting_as"),
        text("action"),
        text("outcome"),
        text("process", nullable=True),
        text("cds_code", nullable=True),
        text("selpa_code", nullable=True),
        text("detail"),
        text("request"),
        text("remote"),
        sa.CheckConstraint(
            "outcome IN ('done', 'refused', 'failed')", name=op.f("ck_audit_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_selpa_code_at", "audit", ["selpa_code", "at"])
