"""What a sweep does with the answers: publishes them, and finds the cases that want a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import fingerprint, urgency
from cimflow.process.evaluation.evaluate import CaseStatus
from cimflow.store.database import session
from cimflow.store.runs import runs


def publish_answers(
    context: AppContext, process_id: str, on: dt.date, statuses: Sequence[CaseStatus], *, mode: str
) -> None:
    """Store the answers of a sweep, before any LEA run starts."""
    rows = [(one.cds_code, one.selpa_code, one.state, fingerprint(one)) for one in statuses]
    with session.transaction(context.engine) as conn:
        runs.record_answers(conn, process_id, on, rows, mode=mode, at=context.now())


def cases_to_run(
    context: AppContext, process_id: str, statuses: Sequence[CaseStatus], *, everything: bool
) -> list[CaseStatus]:
    """The cases whose answer differs from that of their last finished live run, urgent first."""
    ordered = sorted(statuses, key=urgency)
    if everything:
        return ordered
    with session.reading(context.engine) as conn:
        last = runs.last_fingerprints(conn, process_id)
    return [one for one in ordered if last.get(one.cds_code) != fingerprint(one)]
