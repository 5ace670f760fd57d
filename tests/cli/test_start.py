"""What ``status`` must not import: each of these costs a person's time at every start."""

from __future__ import annotations

import subprocess
import sys

from tests.cli.conftest import Run

COSTLY = {
    "prefect", "pandas", "alembic", "openpyxl", "pydantic", "rich", "jinja2",
    "sqlalchemy.orm", "psycopg", "logging.config",
    "cimflow.store.schema.people_tables", "cimflow.store.schema.notice_tables", "cimflow.store.schema.run_tables",
}  # fmt: skip
PROGRAM = """
import sys
from cimflow.cli.main import run
code = run(["status"])
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def test_status_imports_only_what_it_needs(cohort: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    imported = set(done.stderr.splitlines()[-1].split())
    assert "sqlalchemy" in imported
    assert sorted(imported & COSTLY) == []
    assert "Elm Crossing" in done.stdout
