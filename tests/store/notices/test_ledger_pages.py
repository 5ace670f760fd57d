"""The ledger for a reader: only what was asked for, a page at a time, changed by nothing."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from cimflow.store.database import session
from cimflow.store.notices import ledger_pages
from cimflow.store.notices.ledger_pages import RowsAsked
from tests.store.examples import DAY, LEA, ON, OTHER_LEA, PROCESS, put, queued


@pytest.fixture
def filled(engine: Engine) -> Engine:
    put(engine, queued(), queued("held", rung="overdue-7"))
    put(engine, queued(selpa_code="S2", lea=OTHER_LEA, recipient="Ann_B@example.org", name="Ann"))
    put(engine, queued(rung="reminder-1"), on=ON + DAY)
    put(engine, queued(), mode="rehearsal:2024-07-11")
    return engine


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, [4, 3, 2, 1]),
        ({"modes": ("live", "rehearsal:2024-07-11")}, [5, 4, 3, 2, 1]),
        ({"modes": ("rehearsal:2024-07-11",)}, [5]),
        ({"states": ["held"]}, [2]),
        ({"selpa_codes": ["S1"]}, [4, 2, 1]),
        ({"selpa_codes": []}, []),
        ({"until": ON}, [3, 2, 1]),
        ({"text": "ann_b"}, [3]),
        ({"text": "ann%b"}, []),  # a sign that a database would take for "anything"
        ({"text": "LEE"}, [4, 2, 1]),
        ({"text": "alder", "leas": [LEA]}, [4, 2, 1]),
        ({"text": "alder", "leas": [LEA], "selpa_codes": ["S2"]}, []),
        ({"process": "another-year"}, []),
    ],
)
def test_rows_are_found(filled: Engine, asked: dict[str, Any], ids: list[int]) -> None:
    wanted = RowsAsked(**{"process": PROCESS, **asked})
    with session.reading(filled) as conn:
        found = ledger_pages.find_rows(conn, wanted, limit=9, offset=0)
        counts = ledger_pages.count_rows(conn, wanted)
    assert [one.id for one in found] == ids
    assert sum(counts.values()) == len(ids)


def test_a_page_at_a_time(filled: Engine) -> None:
    with session.reading(filled) as conn:
        found = ledger_pages.find_rows(conn, RowsAsked(PROCESS), limit=2, offset=1)
        assert ledger_pages.count_rows(conn, RowsAsked(PROCESS)) == {
            ("live", "queued"): 3,
            ("live", "held"): 1,
        }
        assert [one.id for one in ledger_pages.rows_by_id(conn, [2, 1, 99])] == [1, 2]
        waiting = ledger_pages.unsent_rows_to(conn, "lead@example.org", "S1")
        assert ledger_pages.mail_by_id(conn, 1) is None
    assert [one.id for one in found] == [3, 2]
    assert [one.id for one in waiting] == [1, 2, 4]
