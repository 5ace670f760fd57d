"""Adding facts: each gets the next number of everything ever learned, with when and from whom.

Nothing here checks a rule of the process: that is done by the caller, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from cimflow.process.case import (
    Excuse,
    Extension,
    Fact,
    Review,
    RosterEntry,
    Submission,
    Withdrawal,
)
from cimflow.store.database.dialect import insert_into
from cimflow.store.schema import fact_tables


def add_roster_entry(
    conn: Connection,
    process: str,
    cds_code: str,
    roster_entry: RosterEntry,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Put an LEA into the cohort from a day on, or change its level or SELPA."""
    values = {
        "holds_on": roster_entry.holds_on,
        "level": roster_entry.level,
        "selpa_code": roster_entry.selpa_code,
        "selpa_name": roster_entry.selpa_name,
        "lea_name": roster_entry.lea_name,
        "identified_for": roster_entry.identified_for,
        "unmet_indicators": json.dumps(roster_entry.unmet_indicators),
    }
    _add(conn, fact_tables.roster_entries, process, [cds_code], values, learnt_at, recorded_by)


def add_fact(
    conn: Connection,
    process: str,
    cds_code: str,
    fact: Fact,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Say what is known of an LEA from a day on."""
    values = {"name": fact.name, "value": fact.value, "holds_on": fact.holds_on}
    _add(conn, fact_tables.facts, process, [cds_code], values, learnt_at, recorded_by)


def add_submission(
    conn: Connection,
    process: str,
    cds_code: str,
    submission: Submission,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> Submission:
    """Keep a version of an artifact and return it as it is kept: numbered, and in its place.

    The number follows the highest ever given for the activity, withdrawn versions counted, so it
    never names two things; ``submission.version`` is not looked at.
    """
    contents = submission.contents
    (seq,) = _learn(conn, "submissions", process, [cds_code], learnt_at, recorded_by)
    own = {
        "seq": seq,
        "process": process,
        "cds_code": cds_code,
        "activity": submission.activity,
        "received_on": submission.received_on,
        "filed_on": submission.filed_on,
        "sha256": submission.sha256,
        "contents": None if contents is None else json.dumps(contents, allow_nan=False),
        "document": submission.document,
    }
    table = fact_tables.submissions
    highest = select(func.max(table.c.version)).where(
        table.c.process == process,
        table.c.cds_code == cds_code,
        table.c.activity == submission.activity,
    )
    insert_if_free = (
        insert_into(conn, table)
        .on_conflict_do_nothing(index_elements=["process", "cds_code", "activity", "version"])
        .returning(table.c.version)
    )
    while True:
        version = (conn.execute(highest).scalar() or 0) + 1
        # On PostgreSQL another may just have taken the number: then the next is free.
        if conn.execute(insert_if_free, {**own, "version": version}).scalar() is not None:
            return replace(submission, version=version, recorded_by=recorded_by, seq=seq)


def add_filing(
    conn: Connection,
    process: str,
    cds_code: str,
    activity: str,
    version: int,
    filed_on: dt.date,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Say when the receiver of record got a version; of several the last learned counts."""
    values = {"activity": activity, "version": version, "filed_on": filed_on}
    _add(conn, fact_tables.filings, process, [cds_code], values, learnt_at, recorded_by)


def add_void(
    conn: Connection,
    process: str,
    cds_code: str,
    activity: str,
    version: int,
    on: dt.date,
    note: str,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Withdraw a version that was recorded in error; it stays, marked as such."""
    values = {"activity": activity, "version": version, "voided_on": on, "note": note}
    _add(conn, fact_tables.voids, process, [cds_code], values, learnt_at, recorded_by)


def add_review(
    conn: Connection,
    process: str,
    cds_code: str,
    review: Review,
    *,
    sha256: str,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Keep a decision on one version, bound to the hash of what was looked at."""
    values = {
        "activity": review.activity,
        "version": review.version,
        "sha256": sha256,
        "decision": review.decision,
        "reviewed_on": review.on,
        "reviewed_by": review.by,
        "note": review.note,
    }
    _add(conn, fact_tables.reviews, process, [cds_code], values, learnt_at, recorded_by)


def add_extension(
    conn: Connection,
    process: str,
    cds_codes: Sequence[str],
    extension: Extension,
    *,
    scope: str,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Grant a new due date to each of the LEAs; ``scope`` says how widely it was granted."""
    values = {
        "activity": extension.activity,
        "new_due": extension.to,
        "granted_on": extension.on,
        "grantor": extension.grantor,
        "reason": extension.reason,
        "reference": extension.reference,
        "scope": scope,
    }
    _add(conn, fact_tables.extensions, process, cds_codes, values, learnt_at, recorded_by)


def add_excuse(
    conn: Connection,
    process: str,
    cds_code: str,
    excuse: Excuse,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Put an exception on record: the activity is not owed from its day on."""
    values = {
        "activity": excuse.activity,
        "granted_on": excuse.on,
        "grantor": excuse.grantor,
        "reason": excuse.reason,
        "reference": excuse.reference,
    }
    _add(conn, fact_tables.excuses, process, [cds_code], values, learnt_at, recorded_by)


def add_withdrawal(
    conn: Connection,
    process: str,
    cds_code: str,
    withdrawal: Withdrawal,
    *,
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    """Take an LEA out of the cohort from a day on."""
    values = {"withdrawn_on": withdrawal.on, "reason": withdrawal.reason}
    _add(conn, fact_tables.withdrawals, process, [cds_code], values, learnt_at, recorded_by)


def set_go_live(
    conn: Connection, process: str, on: dt.date, *, learnt_at: dt.datetime, recorded_by: str
) -> None:
    """Let mail of a process leave from a day on."""
    (seq,) = _learn(conn, "go_lives", process, [None], learnt_at, recorded_by)
    conn.execute(insert(fact_tables.go_lives), {"seq": seq, "process": process, "live_from": on})


def _add(
    conn: Connection,
    table: Table,
    process: str,
    cds_codes: Sequence[str],
    values: Mapping[str, Any],
    learnt_at: dt.datetime,
    recorded_by: str,
) -> None:
    if not cds_codes:
        return
    numbers = _learn(conn, table.name, process, cds_codes, learnt_at, recorded_by)
    conn.execute(
        insert(table),
        [
            {"seq": seq, "process": process, "cds_code": cds, **values}
            for seq, cds in zip(numbers, cds_codes, strict=True)
        ],
    )


def _learn(
    conn: Connection,
    kind: str,
    process: str,
    cds_codes: Sequence[str | None],
    learnt_at: dt.datetime,
    recorded_by: str,
) -> list[int]:
    """A number for each of several facts learned together."""
    learnt = fact_tables.learnt
    common = {"kind": kind, "process": process, "learnt_at": learnt_at, "recorded_by": recorded_by}
    return list(
        conn.execute(
            insert(learnt).returning(learnt.c.seq, sort_by_parameter_order=True),
            [{**common, "cds_code": cds} for cds in cds_codes],
        ).scalars()
    )
