"""What a person asks for when asking for a run: whose LEAs, changed or not, and who asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Requests of before were made by changes: they have none of the three.
    op.add_column("run_requests", sa.Column("selpa_code", sa.Text(), nullable=True))
    op.add_column("run_requests", sa.Column("everything", sa.Boolean(), nullable=True))
    op.add_column("run_requests", sa.Column("asked_by", sa.Text(), nullable=True))
