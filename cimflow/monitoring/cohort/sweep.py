"""What a sweep does with the answers: publishes them, and finds the cases that want a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cimflow.monitoring.act import Act
from cimflow.monitoring.cohort.evaluate import fingerprint, urgency
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store.database import session
from cimflow.store.runs import runs


def publish_answers(act: Act, on: dt.date, statuses: Sequence[CaseStatus], *, mode: str) -> None:
    """Store the answers of a sweep, before any LEA run starts."""
    rows = [(one.cds_code, one.selpa_code, one.state, fingerprint(one)) for one in statuses]
    with session.transaction(act.context.engine) as conn:
        runs.record_answers(conn, act.process_id, on, rows, mode=mode, at=act.context.now())


def cases_to_run(act: Act, statuses: Sequence[CaseStatus], *, everything: bool) -> list[CaseStatus]:
    """The cases whose answer differs from that of their last finished live run, urgent first."""
    ordered = sorted(statuses, key=urgency)
    if everything:
        return ordered
    with act.reading() as conn:
        last = runs.last_fingerprints(conn, act.process_id)
    return [one for one in ordered if last.get(one.cds_code) != fingerprint(one)]
