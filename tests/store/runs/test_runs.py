"""Runs asked for are taken once; runs that were are kept; the last answer of each LEA is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, text

from cimflow.store.database import notes, session
from cimflow.store.runs import runs
from cimflow.store.runs.runs import Answer, RunRequest, RunState
from tests.store.examples import DAY, LEA, MINUTE, NOW, ON, OTHER_LEA, PROCESS
from tests.store.racing import both, without_guard

RUN = RunState(
    run_id="run-1",
    flow="lea-status",
    process=PROCESS,
    cds_code=LEA,
    selpa_code="S1",
    level="2",
    on=ON,
    mode="live",
    state="Overdue",
    fingerprint="f1",
    started_at=NOW,
    finished_at=NOW + MINUTE,
)


def ask(engine: Engine, *leas: str | None) -> None:
    with session.transaction(engine) as conn:
        for lea in leas:
            kind = "lea-status" if lea else "cohort-status"
            runs.request_run(conn, kind, PROCESS, lea, at=NOW, reason="team recorded")


def take(engine: Engine, limit: int = 50) -> list[RunRequest]:
    with session.transaction(engine) as conn:
        return runs.take_requests(conn, limit, at=NOW + MINUTE)


def record(engine: Engine, *states: RunState) -> None:
    with session.transaction(engine) as conn:
        for one in states:
            runs.record_run(conn, one)


# ---------------------------------------------------------------------------------------- requests


def test_requests_are_taken_once_the_oldest_first(engine: Engine) -> None:
    ask(engine, LEA, OTHER_LEA, None)

    assert [one.cds_code for one in take(engine, 2)] == [LEA, OTHER_LEA]
    assert take(engine) == [RunRequest(3, "cohort-status", PROCESS, None, "team recorded")]
    assert take(engine) == []


def test_several_requests_for_one_run_are_one(engine: Engine) -> None:
    ask(engine, LEA, LEA, OTHER_LEA, LEA)

    assert [one.id for one in take(engine)] == [1, 3]
    assert take(engine) == []
    with session.transaction(engine) as conn:
        runs.finish_requests(conn, [1, 3], at=NOW)
        open_ = conn.execute(text("SELECT count(*) FROM run_requests WHERE finished_at IS NULL"))
        assert open_.scalar() == 0


def test_what_is_asked_for_after_the_taking_is_a_run_of_its_own(engine: Engine) -> None:
    """The run that was taken may have read the case before this change."""
    ask(engine, LEA)
    take(engine)
    ask(engine, LEA)
    assert [one.id for one in take(engine)] == [2]


def test_a_request_in_a_transaction_that_fails_was_never_made(engine: Engine) -> None:
    with pytest.raises(KeyError), session.transaction(engine) as conn:
        runs.request_run(conn, "lea-status", PROCESS, LEA, at=NOW, reason="")
        raise KeyError
    assert take(engine) == []


def test_two_takers_never_take_the_same(engine: Engine) -> None:
    ask(engine, LEA, OTHER_LEA)
    taken = both(lambda _: take(engine), engine, meet_after="FROM run_requests")

    assert sorted(one.id for some in taken for one in some) == [1, 2]


def test_without_the_guard_two_takers_do(engine: Engine) -> None:
    ask(engine, LEA)
    with without_guard(engine):
        taken = both(lambda _: take(engine), engine, meet_after="FROM run_requests")

    lists = [one for one in taken if isinstance(one, list)]
    if engine.dialect.name == "postgresql":
        assert [len(one) for one in lists] == [1, 1]
    else:  # SQLite turns the second away with an error instead
        assert len(lists) == 1


# -------------------------------------------------------------------------------------------- runs


def test_a_run_told_again_is_updated(engine: Engine) -> None:
    started = replace(RUN, state="Running", finished_at=None, fingerprint=None)
    record(engine, started, RUN)

    with session.reading(engine) as conn:
        assert runs.recent_runs(conn) == [RUN]


def test_late_news_do_not_undo_what_is_finished(engine: Engine) -> None:
    record(engine, RUN, replace(RUN, state="Running", finished_at=None))

    with session.reading(engine) as conn:
        assert runs.recent_runs(conn) == [RUN]


def test_recent_runs_are_found_by_flow_process_lea_and_day(engine: Engine) -> None:
    sweep = replace(
        RUN, run_id="run-2", flow="cohort-status", cds_code=None, started_at=NOW + MINUTE
    )
    record(engine, RUN, sweep, replace(RUN, run_id="run-3", on=ON - DAY, started_at=NOW - DAY))

    def found(**by: Any) -> list[str]:
        with session.reading(engine) as conn:
            return [one.run_id for one in runs.recent_runs(conn, **by)]

    assert found() == ["run-2", "run-1", "run-3"]
    assert found(limit=1) == ["run-2"]
    assert found(flow="lea-status") == ["run-1", "run-3"]
    assert found(flow="lea-status", on=ON) == ["run-1"]
    assert found(cds_code=LEA, on=ON - DAY) == ["run-3"]
    assert found(process="another-year") == []


@pytest.mark.parametrize(
    ("later", "seen"),
    [
        ({"fingerprint": "f2"}, "f2"),
        ({"fingerprint": "f2", "finished_at": NOW}, "f1"),  # it ended before the first
        ({"fingerprint": "f2", "finished_at": None}, "f1"),  # it is still running
        ({"fingerprint": None, "state": "Crashed"}, "f1"),  # it came to no answer
        ({"fingerprint": "f2", "mode": "rehearsal:1"}, "f1"),
        ({"fingerprint": "f2", "process": "another-year"}, "f1"),
        ({"fingerprint": "f2", "cds_code": OTHER_LEA}, "f1"),
        ({"fingerprint": "f2", "cds_code": None, "flow": "cohort-status"}, "f1"),
    ],
)
def test_the_last_finished_live_run_of_an_lea_gave_its_answer(
    engine: Engine, later: dict[str, Any], seen: str
) -> None:
    record(engine, RUN, replace(RUN, run_id="run-2", **{"finished_at": NOW + DAY, **later}))

    with session.reading(engine) as conn:
        assert runs.last_fingerprints(conn, PROCESS)[LEA] == seen


# ----------------------------------------------------------------------------------------- answers


def test_an_answer_takes_the_place_of_the_one_before(engine: Engine) -> None:
    def publish(on: Any, *rows: tuple[str, str, str, str], mode: str = "live") -> None:
        with session.transaction(engine) as conn:
            runs.record_answers(conn, PROCESS, on, rows, mode=mode, at=NOW)

    publish(ON - DAY, (LEA, "S1", "AtRisk", "f1"), (OTHER_LEA, "S1", "OnTrack", "g1"))
    publish(ON, (LEA, "S1", "Overdue", "f2"))
    publish(ON, (LEA, "S1", "Complete", "f3"), mode="rehearsal:1")
    publish(ON)

    with session.reading(engine) as conn:
        assert runs.latest_answers(conn, PROCESS) == [
            Answer(PROCESS, "live", LEA, "S1", ON, "Overdue", "f2", NOW),
            Answer(PROCESS, "live", OTHER_LEA, "S1", ON - DAY, "OnTrack", "g1", NOW),
        ]


# ------------------------------------------------------------------------------------------- notes


def test_a_note_is_made_replaced_and_taken_back(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        assert notes.read(conn, notes.RESTORED) is None
        notes.write(conn, notes.RESTORED, "today")
        notes.write(conn, notes.RESTORED, "later")
        assert notes.read(conn, notes.RESTORED) == "later"
        notes.erase(conn, notes.RESTORED)
        assert notes.read(conn, notes.RESTORED) is None
