"""What bears on one LEA: nothing of another comes along, and every rehearsal is found."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from cimflow.process.case import Fact, RosterEntry
from cimflow.process.contacts import Contact
from cimflow.process.escalation.notice import Notice
from cimflow.store import cases
from cimflow.store.cases import history
from cimflow.store.cases.history import Learnt
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import QueuedRow
from cimflow.store.people import contacts
from tests.store.examples import LEA, MINUTE, NOW, ON, OTHER_LEA, PROCESS

NOTICE = Notice(
    LEA, "team", "overdue-1", "2024-07-10", "lea-lead", "ana@example.org", "Ana", ON, ON
)


def test_when_and_from_whom_each_thing_was_learnt(engine: Engine) -> None:
    placed = RosterEntry(ON, "2", "S1", "Valley", "Birch")
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, placed, learnt_at=NOW, recorded_by="roster")
        cases.add_roster_entry(
            conn, PROCESS, OTHER_LEA, placed, learnt_at=NOW, recorded_by="roster"
        )
        cases.add_fact(
            conn, PROCESS, LEA, Fact("f", "met", ON), learnt_at=NOW + MINUTE, recorded_by="Ana"
        )
    with session.reading(engine) as conn:
        found = history.learnt_of(conn, PROCESS, LEA)
        case = cases.load_cases(conn, PROCESS, cds_code=LEA)[LEA]
    assert found == {
        case.roster_entries[0].seq: Learnt(NOW, "roster"),
        case.facts[0].seq: Learnt(NOW + MINUTE, "Ana"),
    }


def test_only_those_with_a_role_for_the_lea(engine: Engine) -> None:
    ours = [
        Contact("lea", LEA, "lea-lead", "Ana", "ana@example.org"),
        Contact("selpa", "S1", "selpa-admin", "Ben", "ben@example.org"),
        Contact("cde", "*", "fmta-consultant", "Cal", "cal@example.org"),
    ]
    others = [
        Contact("lea", OTHER_LEA, "lea-lead", "Dee", "dee@example.org"),
        Contact("selpa", "S2", "selpa-admin", "Eve", "eve@example.org"),
        Contact("cde", OTHER_LEA, "fmta-consultant", "Flo", "flo@example.org"),
    ]
    gone = replace(ours[0], name="Before", email="before@example.org")
    with session.transaction(engine) as conn:
        contacts.change_contacts(
            conn, [*others, gone, *ours], [], learnt_at=NOW, recorded_by="test"
        )
        contacts.change_contacts(conn, [], [gone], learnt_at=NOW + MINUTE, recorded_by="test")
    with session.reading(engine) as conn:
        assert history.contacts_about(conn, LEA, ["S1"]) == ours


@pytest.mark.parametrize("modes", [[], ["live"], ["live", "rehearsal:2024-07-10", "z"], ["a"]])
def test_the_notices_of_every_mode(engine: Engine, modes: list[str]) -> None:
    with session.transaction(engine) as conn:
        for mode in modes:
            rows = [
                QueuedRow(NOTICE, "S1"),
                QueuedRow(replace(NOTICE, lea=OTHER_LEA), "S1"),
            ]
            ledger.queue(conn, mode, PROCESS, rows, on=ON, queued_at=NOW)
            ledger.queue(conn, mode, "another", rows, on=ON, queued_at=NOW)
    with session.reading(engine) as conn:
        found = history.notices_about(conn, PROCESS, LEA)
    assert [(one.mode, one.process, one.lea) for one in found] == [
        (mode, PROCESS, LEA) for mode in modes
    ]
    assert all(isinstance(one.on, dt.date) for one in found)
