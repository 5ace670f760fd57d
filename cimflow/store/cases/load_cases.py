"""Cases as the process knows them, read from the facts: one SELECT per table, grouped here.

No ORM: rows come as tuples and become the values of ``cimflow.process.case``, since a whole state
is read on every sweep.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, func, select

from cimflow.process.case import (
    Case,
    Excuse,
    Extension,
    Fact,
    Review,
    RosterEntry,
    Submission,
    Withdrawal,
)
from cimflow.store.schema.fact_tables import (
    excuses,
    extensions,
    facts,
    filings,
    go_lives,
    learnt,
    reviews,
    roster_entries,
    submissions,
    voids,
    withdrawals,
)

One = TypeVar("One")
Whose = tuple[Connection, str, str | None]
"""The connection, the process, and the LEA or None for all of them."""
VersionKey = tuple[str, str, int]


def load_cases(conn: Connection, process: str, *, cds_code: str | None = None) -> dict[str, Case]:
    """All that is known of the LEAs of a process (or of one), by CDS code, in its order.

    An LEA without a roster row is no case.
    """
    whose = (conn, process, cds_code)
    entries = _roster_entries(whose)
    known = _facts(whose)
    filed = _submissions(whose)
    reviewed = _reviews(whose)
    extended = _extensions(whose)
    excused = _excuses(whose)
    withdrawn = _withdrawals(whose)
    return {
        cds: Case(
            process,
            cds,
            tuple(entries[cds]),
            tuple(known.get(cds, ())),
            tuple(filed.get(cds, ())),
            tuple(reviewed.get(cds, ())),
            tuple(extended.get(cds, ())),
            tuple(excused.get(cds, ())),
            tuple(withdrawn.get(cds, ())),
        )
        for cds in sorted(entries)
    }


def _rows(whose: Whose, table: Table, *columns: ColumnElement[Any]) -> Sequence[Any]:
    """CDS code, the columns, and last the place in the order of learning, in that order."""
    conn, process, cds_code = whose
    query = select(table.c.cds_code, *columns, table.c.seq).where(table.c.process == process)
    if cds_code is not None:
        query = query.where(table.c.cds_code == cds_code)
    return conn.execute(query.order_by(table.c.seq)).all()


def _by_lea(pairs: Iterable[tuple[str, One]]) -> dict[str, list[One]]:
    groups: defaultdict[str, list[One]] = defaultdict(list)
    for cds, one in pairs:
        groups[cds].append(one)
    return groups


def _roster_entries(whose: Whose) -> dict[str, list[RosterEntry]]:
    at = roster_entries.c
    rows = _rows(
        whose,
        roster_entries,
        at.holds_on,
        at.level,
        at.selpa_code,
        at.selpa_name,
        at.lea_name,
        at.identified_for,
        at.unmet_indicators,
    )
    return _by_lea(
        (cds, RosterEntry(on, level, selpa, selpa_name, name, why, tuple(json.loads(unmet)), seq))
        for cds, on, level, selpa, selpa_name, name, why, unmet, seq in rows
    )


def _facts(whose: Whose) -> dict[str, list[Fact]]:
    rows = _rows(whose, facts, facts.c.name, facts.c.value, facts.c.holds_on)
    return _by_lea((row[0], Fact(*row[1:])) for row in rows)


def _submissions(whose: Whose) -> dict[str, list[Submission]]:
    filed_later = _filed_later(whose)
    voided = _voided(whose)
    at = submissions.c
    rows = _rows(
        whose,
        submissions,
        at.activity,
        at.version,
        at.received_on,
        at.filed_on,
        _recorder(submissions),
        at.sha256,
        at.contents,
        at.document,
    )
    found: list[tuple[str, Submission]] = []
    for cds, activity, version, received_on, filed_on, by, sha256, contents, document, seq in rows:
        key = (cds, activity, version)
        one = Submission(
            activity,
            version,
            received_on,
            filed_later.get(key, filed_on),
            by,
            sha256,
            None if contents is None else json.loads(contents),
            document,
            seq=seq,
            **voided.get(key, {}),
        )
        found.append((cds, one))
    return _by_lea(found)


def _filed_later(whose: Whose) -> dict[VersionKey, dt.date]:
    """The filing dates that came after the record itself; of several the last learned counts."""
    rows = _rows(whose, filings, filings.c.activity, filings.c.version, filings.c.filed_on)
    return {(cds, activity, version): on for cds, activity, version, on, _ in rows}


def _voided(whose: Whose) -> dict[VersionKey, dict[str, Any]]:
    """When, by whom and why versions were withdrawn; of several the first learned counts."""
    at = voids.c
    rows = _rows(whose, voids, at.activity, at.version, at.voided_on, _recorder(voids), at.note)
    return {
        (cds, activity, version): {
            "voided_on": on,
            "voided_by": by,
            "void_note": note,
            "void_seq": seq,
        }
        for cds, activity, version, on, by, note, seq in reversed(rows)
    }


def _recorder(table: Table) -> ColumnElement[Any]:
    """Who recorded a fact: that stands beside it, in `learnt`."""
    return select(learnt.c.recorded_by).where(learnt.c.seq == table.c.seq).scalar_subquery()


def _reviews(whose: Whose) -> dict[str, list[Review]]:
    at = reviews.c
    rows = _rows(
        whose,
        reviews,
        at.activity,
        at.version,
        at.decision,
        at.reviewed_on,
        at.reviewed_by,
        at.note,
    )
    return _by_lea((row[0], Review(*row[1:])) for row in rows)


def _extensions(whose: Whose) -> dict[str, list[Extension]]:
    at = extensions.c
    rows = _rows(
        whose,
        extensions,
        at.activity,
        at.new_due,
        at.granted_on,
        at.grantor,
        at.reason,
        at.reference,
    )
    return _by_lea((row[0], Extension(*row[1:])) for row in rows)


def _excuses(whose: Whose) -> dict[str, list[Excuse]]:
    at = excuses.c
    rows = _rows(whose, excuses, at.activity, at.granted_on, at.grantor, at.reason, at.reference)
    return _by_lea((row[0], Excuse(*row[1:])) for row in rows)


def _withdrawals(whose: Whose) -> dict[str, list[Withdrawal]]:
    rows = _rows(whose, withdrawals, withdrawals.c.withdrawn_on, withdrawals.c.reason)
    return _by_lea((row[0], Withdrawal(*row[1:])) for row in rows)


def process_ids(conn: Connection) -> list[str]:
    """The processes that have LEAs, by id."""
    return list(
        conn.execute(
            select(roster_entries.c.process).distinct().order_by(roster_entries.c.process)
        ).scalars()
    )


def go_live_of(conn: Connection, process: str) -> dt.date | None:
    """From which day mail of a process may leave; the last learned counts. None: not yet."""
    query = select(go_lives.c.live_from).where(go_lives.c.process == process)
    return conn.execute(query.order_by(go_lives.c.seq.desc()).limit(1)).scalar()


def last_learnt(conn: Connection) -> int:
    """The number of the last thing learned of any process; what was read before it may be old."""
    return conn.execute(select(func.max(learnt.c.seq))).scalar() or 0


def selpa_name(conn: Connection, process: str, selpa_code: str) -> str | None:
    """What a SELPA was last called in a roster."""
    query = select(roster_entries.c.selpa_name).where(
        roster_entries.c.process == process, roster_entries.c.selpa_code == selpa_code
    )
    return conn.execute(query.order_by(roster_entries.c.seq.desc()).limit(1)).scalar()


def facts_recorded_by(
    conn: Connection, process: str, recorded_by: str
) -> dict[tuple[str, str], str]:
    """What one source last said, by CDS code and name of the fact."""
    query = (
        select(facts.c.cds_code, facts.c.name, facts.c.value)
        .join(learnt, learnt.c.seq == facts.c.seq)
        .where(facts.c.process == process, learnt.c.recorded_by == recorded_by)
        .order_by(facts.c.seq)
    )
    return {(cds, name): value for cds, name, value in conn.execute(query)}
