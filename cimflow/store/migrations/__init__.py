"""The history of the tables: alembic's environment and the revisions."""
