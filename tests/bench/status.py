"""The status of a whole state, a sweep with nothing changed, and the start of the command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import evaluate_cohort, fingerprint
from cimflow.monitoring.cohort.sweep import cases_to_run, publish_answers
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.runs import runs
from cimflow.store.schema import fact_tables
from tests.bench.measuring import line, medians
from tests.bench.state import NOON, PROCESS, TODAY

FACTS = (
    fact_tables.roster_entries, fact_tables.facts, fact_tables.submissions, fact_tables.filings, fact_tables.voids,
    fact_tables.reviews, fact_tables.extensions, fact_tables.excuses, fact_tables.withdrawals,
)  # fmt: skip


def measure_status(context: AppContext) -> Iterator[str]:
    """``status`` for the whole state against SELECTs to tuples plus ``evaluate``."""
    with session.reading(context.engine) as conn:
        known = cases.load_cases(conn, PROCESS)
    process, calendar = context.process(PROCESS), context.calendar_of(PROCESS)

    def floor() -> None:
        with session.reading(context.engine) as conn:
            for table in FACTS:
                conn.execute(select(table).where(table.c.process == PROCESS)).all()
        for case in known.values():
            evaluate(case, process, TODAY, calendar)

    def ours() -> None:
        evaluate_cohort(act_on(context, PROCESS), TODAY)

    statuses = evaluate_cohort(act_on(context, PROCESS), TODAY)
    pretend_all_ran(context, statuses)

    def sweep() -> None:
        found = evaluate_cohort(act_on(context, PROCESS), TODAY)
        publish_answers(act_on(context, PROCESS), TODAY, found, mode="live")
        assert not cases_to_run(act_on(context, PROCESS), found, everything=False)

    found = medians(floor=floor, status=ours, sweep=sweep)
    leas = len(statuses)
    yield line(f"status of {leas} LEAs against the floor", found["status"], found["floor"], bar=5)
    yield line(
        "second sweep, nothing changed, against status", found["sweep"], found["status"], bar=2
    )


def pretend_all_ran(context: AppContext, statuses: list) -> None:
    """Every LEA's last live run gave the present answer."""
    with session.transaction(context.engine) as conn:
        for one in statuses:
            runs.record_run(
                conn,
                runs.RunState(
                    run_id=f"bench-{one.cds_code}",
                    flow="lea-status",
                    process=PROCESS,
                    cds_code=one.cds_code,
                    selpa_code=one.selpa_code,
                    level=one.level,
                    on=TODAY,
                    mode="live",
                    state=one.state,
                    fingerprint=fingerprint(one),
                    started_at=NOON,
                    finished_at=NOON,
                ),
            )


def measure_start(home: Path) -> Iterator[str]:
    """``cimflow status`` on the sample against importing SQLAlchemy and pydantic."""
    env = {**os.environ, "CIMFLOW_HOME": str(home)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)

    def command(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], env=env, check=True, capture_output=True)

    load = "from cimflow.cli.options import settings_here as s; from cimflow.cli.sample_home import"
    command("-c", f"{load} load_sample; load_sample(s())")
    found = medians(
        ours=lambda: command("-m", "cimflow.cli.main", "status"),
        floor=lambda: command("-c", "import sqlalchemy, pydantic"),
    )
    yield line(
        "cimflow status on the sample against its imports", found["ours"], found["floor"], bar=1.5
    )
