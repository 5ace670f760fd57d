"""What bears on one LEA beyond its case: when and from whom each thing was learned, who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from cimflow.process.contacts import EVERY_LEA, Contact
from cimflow.store.notices.ledger import LedgerRow
from cimflow.store.schema.fact_tables import learnt
from cimflow.store.schema.notice_tables import contacts, ledger


@dataclass(frozen=True, slots=True)
class Learnt:
    """When something became known here, and who recorded it (or which import brought it)."""

    at: dt.datetime
    by: str


def learnt_of(conn: Connection, process: str, cds_code: str) -> dict[int, Learnt]:
    """How each thing known of an LEA became known, by its place in the order of learning."""
    query = select(learnt.c.seq, learnt.c.learnt_at, learnt.c.recorded_by).where(
        learnt.c.process == process, learnt.c.cds_code == cds_code
    )
    return {seq: Learnt(at, by) for seq, at, by in conn.execute(query)}


def contacts_about(conn: Connection, cds_code: str, selpa_codes: Collection[str]) -> list[Contact]:
    """Those who hold a role for one LEA: in it, in its SELPA, at the CDE."""
    at = contacts.c
    query = select(at.scope, at.code, at.role, at.name, at.email).where(
        at.ended_at.is_(None),
        or_(
            and_(at.scope == "lea", at.code == cds_code),
            and_(at.scope == "selpa", at.code.in_(selpa_codes)),
            and_(at.scope == "cde", at.code.in_((cds_code, EVERY_LEA))),
        ),
    )
    return [Contact(*row) for row in conn.execute(query.order_by(at.id))]


def notices_about(conn: Connection, process: str, cds_code: str) -> list[LedgerRow]:
    """Every ledger row about an LEA, live and rehearsed, as queued."""
    # By mode, since the ledger's index begins with it: a year of a large cohort is not read.
    query = select(ledger).where(
        ledger.c.mode.in_(_modes(conn)), ledger.c.process == process, ledger.c.lea == cds_code
    )
    return [LedgerRow(*row) for row in conn.execute(query.order_by(ledger.c.id))]


def _modes(conn: Connection) -> list[str]:
    """The modes in the ledger (live, and each day rehearsed), one look into the index for each."""
    mode = ledger.c.mode
    first = select(func.min(mode).label("mode")).cte("modes", recursive=True)
    following = select(func.min(mode)).where(mode > first.c.mode).scalar_subquery()
    found = first.union_all(select(following).where(first.c.mode.is_not(None)))
    return [one for one in conn.execute(select(found.c.mode)).scalars() if one is not None]
