"""What the Monday digest says: where a SELPA's part of a cohort stands, and what is due next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from cimflow.monitoring.cohort.evaluate import counts, urgency
from cimflow.monitoring.notices.mail_content import words_of
from cimflow.notify.writing.mail_values import DigestDue, DigestHead, DigestLea
from cimflow.process.definition.process_file import Process
from cimflow.process.evaluation.status import CaseStatus


def digest_head(
    process: Process,
    statuses: Sequence[CaseStatus],
    problems: Sequence[str],
    ledger_counts: Mapping[str, int],
    on: dt.date,
) -> DigestHead:
    """Where a SELPA's part of a cohort stands, and what is due next."""
    titles = {one.id: one.title for one in process.activities}
    wanting = [one for one in sorted(statuses, key=urgency) if one.state in {"Overdue", "AtRisk"}]
    dues: dict[tuple[dt.date, str], int] = {}
    for status in statuses:
        for one in status.activities:
            if one.is_chased and one.binding_due is not None and one.binding_due >= on:
                key = (one.binding_due, titles[one.id])
                dues[key] = dues.get(key, 0) + 1
    return DigestHead(
        process=words_of(process),
        total=len(statuses),
        counts=tuple(
            (state, counts(statuses)[state])
            for state in ("Overdue", "AtRisk", "OnTrack", "Complete")
            if counts(statuses)[state]
        ),
        leas=tuple(
            DigestLea(
                one.cds_code,
                one.name,
                one.state,
                tuple(titles[of.id] for of in one.activities if of.overdue),
                tuple(titles[of.id] for of in one.activities if of.state == "Undetermined"),
            )
            for one in wanting
        ),
        due_next=tuple(
            DigestDue(day, title, open_) for (day, title), open_ in sorted(dues.items())[:6]
        ),
        to_review=sum(of.waits_for_review for one in statuses for of in one.activities),
        held=ledger_counts.get("held", 0),
        uncertain=ledger_counts.get("uncertain", 0),
        failed=ledger_counts.get("failed", 0),
        problems=tuple(problems),
    )
