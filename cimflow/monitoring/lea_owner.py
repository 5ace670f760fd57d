"""Whose an LEA is: the SELPA that it belongs to today. One rule, asked by everyone.

An LEA belongs to the SELPA of its latest roster row that holds today; before the first one holds,
to the SELPA of the first to come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cimflow.monitoring.app_context import AppContext
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import people
from cimflow.store.people.people import SelpaRow


def selpa_of(context: AppContext, process_id: str, cds_code: str) -> str | None:
    """The SELPA that an LEA belongs to today; None: no LEA of this process."""
    with session.reading(context.engine) as conn:
        return selpa_in(context, conn, process_id, cds_code)


def selpa_in(context: AppContext, conn: Connection, process_id: str, cds_code: str) -> str | None:
    """The same within a transaction."""
    rows = people.selpa_rows(conn, process=process_id, cds_codes=[cds_code])
    return latest_selpas(context, rows).get(cds_code)


def selpas_of(context: AppContext, process_id: str) -> dict[str, str]:
    """The SELPA of every LEA of a process, also of one that has left."""
    with session.reading(context.engine) as conn:
        return latest_selpas(context, people.selpa_rows(conn, process=process_id))


def latest_selpas(context: AppContext, rows: Iterable[SelpaRow]) -> dict[str, str]:
    """The SELPA of each LEA by the latest roster row that holds today, else the first to come."""
    today: dict[str, dt.date] = {one: context.today(one) for one in context.processes}
    first: dict[str, str] = {}
    latest: dict[str, str] = {}
    for row in rows:  # by day, and within it as learned
        if row.process not in today:
            continue  # its process file was taken away
        first.setdefault(row.cds_code, row.selpa_code)
        if row.holds_on <= today[row.process]:
            latest[row.cds_code] = row.selpa_code
    return first | latest
