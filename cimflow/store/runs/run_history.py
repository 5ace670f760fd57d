"""Runs over time, as the page of runs shows them: of a flow, of some LEAs, since a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from cimflow.store.runs.runs import RunState
from cimflow.store.schema.run_tables import run_states

_AT_ONCE = 1000
"""Codes in one statement; both databases limit the number of parameters."""


def runs_of_flow(
    conn: Connection,
    process: str,
    flow: str,
    *,
    selpa_codes: Collection[str] | None = None,
    limit: int = 30,
    done: Collection[str] | None = None,
) -> list[RunState]:
    """The last runs of a flow, the last started first.

    Args:
        conn: a transaction.
        process: the process.
        flow: the flow.
        selpa_codes: only runs over the whole process and runs for these SELPAs; None: all.
        limit: how many at most.
        done: states that are no success; where given, only runs that finished in another one.
    """
    at = run_states.c
    wanted: list[ColumnElement[bool]] = [at.process == process, at.flow == flow]
    if selpa_codes is not None:
        whole = and_(at.selpa_code.is_(None), at.cds_code.is_(None))
        wanted.append(or_(whole, at.selpa_code.in_(selpa_codes)))
    if done is not None:
        wanted += [at.finished_at.is_not(None), at.state.not_in(done)]
    query = select(run_states).where(*wanted).order_by(at.started_at.desc(), at.run_id)
    return [RunState(*row) for row in conn.execute(query.limit(limit))]


def last_whole_success(
    conn: Connection, process: str, flow: str, *, not_done: Collection[str]
) -> RunState | None:
    """The last run over the whole process that came to an end of its own."""
    at = run_states.c
    query = (
        select(run_states)
        .where(
            at.process == process,
            at.flow == flow,
            at.cds_code.is_(None),
            at.selpa_code.is_(None),
            at.finished_at.is_not(None),
            at.state.not_in(not_done),
        )
        .order_by(at.started_at.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return RunState(*row) if row is not None else None


def run_known_as(conn: Connection, run_id: str) -> RunState | None:
    """One run; None: there is none of this name."""
    row = conn.execute(select(run_states).where(run_states.c.run_id == run_id)).one_or_none()
    return RunState(*row) if row is not None else None


def last_started(conn: Connection) -> dt.datetime | None:
    """When any run at all was started last; None: none ever was."""
    return conn.execute(select(func.max(run_states.c.started_at))).scalar()


def runs_of_leas(
    conn: Connection, process: str, cds_codes: Collection[str], *, flow: str, each: int = 10
) -> dict[str, list[RunState]]:
    """The last runs of a flow for each of some LEAs, the last started first."""
    at = run_states.c
    number = func.row_number().over(
        partition_by=at.cds_code, order_by=(at.started_at.desc(), at.run_id)
    )
    numbered = (
        select(run_states, number.label("number"))
        .where(
            at.process == process,
            at.flow == flow,
            at.cds_code.in_(list(cds_codes)[:_AT_ONCE]),
        )
        .subquery()
    )
    columns = [numbered.c[one.name] for one in run_states.c]
    query = select(*columns).where(numbered.c.number <= each).order_by(numbered.c.number)
    found: dict[str, list[RunState]] = {}
    for row in conn.execute(query):
        run = RunState(*row)
        found.setdefault(str(run.cds_code), []).append(run)
    return found


def lea_runs_since(
    conn: Connection, process: str, since: dt.datetime, until: dt.datetime | None = None
) -> list[RunState]:
    """The runs of LEAs that were started since a moment, in the order of their start."""
    at = run_states.c
    wanted = [at.process == process, at.cds_code.is_not(None), at.started_at >= since]
    if until is not None:
        wanted.append(at.started_at <= until)
    query = select(run_states).where(*wanted).order_by(at.started_at, at.run_id)
    return [RunState(*row) for row in conn.execute(query)]


def states_before(
    conn: Connection, process: str, cds_codes: Collection[str], before: dt.datetime
) -> dict[str, RunState]:
    """The last finished run of each of some LEAs before a moment, by CDS code."""
    at = run_states.c
    found: dict[str, RunState] = {}
    codes = sorted(cds_codes)
    for start in range(0, len(codes), _AT_ONCE):
        query = (
            select(run_states)
            .where(
                at.process == process,
                at.cds_code.in_(codes[start : start + _AT_ONCE]),
                at.started_at < before,
                at.fingerprint.is_not(None),
                at.mode == "live",
            )
            .order_by(at.started_at)
        )
        for row in conn.execute(query):
            run = RunState(*row)
            found[str(run.cds_code)] = run
    return found
