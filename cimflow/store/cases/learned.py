"""What was learned after a moment: so that nobody decides on what has changed before their eyes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Select, func, select

from cimflow.store.schema.fact_tables import learnt, roster_entries, submissions

One = TypeVar("One", bound=tuple[object, ...])


@dataclass(frozen=True, slots=True)
class Learnt:
    """One thing learned: its place in the order, the kind of record, who recorded it and when."""

    seq: int
    kind: str
    recorded_by: str
    learnt_at: dt.datetime


def last_seq(conn: Connection, process: str, cds_code: str | None = None) -> int:
    """The place of what was learned last of an LEA, or of a whole process; 0 where nothing was."""
    query = _of(select(func.max(learnt.c.seq)), process, cds_code)
    return conn.execute(query).scalar() or 0


def learnt_since(conn: Connection, process: str, cds_code: str | None, seq: int) -> list[Learnt]:
    """What was learned of an LEA (or of a whole process) after a place in the order."""
    columns = select(learnt.c.seq, learnt.c.kind, learnt.c.recorded_by, learnt.c.learnt_at)
    query = _of(columns, process, cds_code).where(learnt.c.seq > seq).order_by(learnt.c.seq)
    return [Learnt(*row) for row in conn.execute(query)]


def _of(query: Select[One], process: str, cds_code: str | None) -> Select[One]:
    query = query.where(learnt.c.process == process)
    return query if cds_code is None else query.where(learnt.c.cds_code == cds_code)


def selpa_by_lea(conn: Connection) -> dict[str, str]:
    """The SELPA to which each LEA belongs: that of its latest roster row in any process."""
    at = roster_entries.c
    query = select(at.cds_code, at.selpa_code).order_by(at.holds_on, at.seq)
    return {row.cds_code: row.selpa_code for row in conn.execute(query)}


def document_hashes(conn: Connection) -> set[str]:
    """The SHA-256 of every document of which a record speaks, whether it is kept or not."""
    query = select(submissions.c.sha256).where(submissions.c.document != "").distinct()
    return set(conn.execute(query).scalars())
