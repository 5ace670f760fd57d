"""How alembic runs the migrations: within a connection and transaction that it is given."""

from __future__ import annotations

from alembic import context

from cimflow.store.schema.all_tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
