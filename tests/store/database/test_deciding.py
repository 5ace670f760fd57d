"""The same thing said twice at once is said once: who decides from what is known waits for others."""

from __future__ import annotations

from sqlalchemy import Engine

from cimflow.process.case import Fact
from cimflow.store import cases
from cimflow.store.database import session
from tests.store.examples import BY, LEA, PROCESS, day, roster_entry
from tests.store.racing import both


def test_two_at_once_decide_one_after_the_other(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)

    def say(_number: int) -> bool:
        with session.deciding(engine) as conn:
            case = cases.load_cases(conn, PROCESS)[LEA]
            is_new = case.fact_on("indicator-8", day("07-01")) is None
            if is_new:
                cases.add_fact(conn, PROCESS, LEA, Fact("indicator-8", "met", day("07-01")), **BY)
        return is_new

    assert sorted(both(say, engine, meet_after="FROM facts")) == [False, True]
    with session.reading(engine) as conn:
        assert len(cases.load_cases(conn, PROCESS)[LEA].facts) == 1
