"""What the page of runs reads: strips, last successes, what changed; and what people asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from cimflow.store.database import session
from cimflow.store.runs import run_history, run_requests
from tests.store.examples import DAY, LEA, MINUTE, NOW, OTHER_LEA, PROCESS
from tests.store.runs.test_runs import RUN, ask, record, take

SWEEP = replace(RUN, run_id="sweep", flow="cohort-status", cds_code=None, selpa_code=None)
BAD = frozenset({"Crashed", "Running"})


@pytest.mark.parametrize(
    ("selpas", "seen"),
    [
        (None, ["sweep", "sweep-1", "sweep-2"]),
        (["S1"], ["sweep", "sweep-1"]),
        (["S2"], ["sweep", "sweep-2"]),
        ([], ["sweep"]),
    ],
)
def test_runs_for_all_are_seen_by_all_and_others_by_their_selpa(
    engine: Engine, selpas: list[str] | None, seen: list[str]
) -> None:
    record(
        engine,
        SWEEP,
        replace(SWEEP, run_id="sweep-1", selpa_code="S1", started_at=NOW - MINUTE),
        replace(SWEEP, run_id="sweep-2", selpa_code="S2", started_at=NOW - 2 * MINUTE),
        replace(SWEEP, run_id="elsewhere", process="another-year"),
    )
    with session.reading(engine) as conn:
        found = run_history.runs_of_flow(conn, PROCESS, "cohort-status", selpa_codes=selpas)
    assert [one.run_id for one in found] == seen


@pytest.mark.parametrize(
    ("later", "is_success"),
    [
        ({}, True),
        ({"state": "Crashed"}, False),
        ({"state": "Running", "finished_at": None}, False),
        ({"selpa_code": "S1"}, False),  # only a part of the cohort
        ({"cds_code": LEA}, False),
        ({"process": "another-year"}, False),
    ],
)
def test_the_last_success_over_the_whole_process(
    engine: Engine, later: dict[str, object], is_success: bool
) -> None:
    newer = replace(SWEEP, run_id="newer", started_at=NOW + DAY, finished_at=NOW + DAY)
    record(engine, SWEEP, replace(newer, **later))  # type: ignore[arg-type]
    with session.reading(engine) as conn:
        found = run_history.last_whole_success(conn, PROCESS, "cohort-status", not_done=BAD)
        assert run_history.last_started(conn) == NOW + DAY
    assert found is not None
    assert found.run_id == ("newer" if is_success else "sweep")


def test_the_last_runs_of_each_lea(engine: Engine) -> None:
    of_lea = [
        replace(RUN, run_id=f"a{number}", started_at=NOW + number * MINUTE) for number in range(4)
    ]
    record(engine, *of_lea, replace(RUN, run_id="b", cds_code=OTHER_LEA), SWEEP)
    with session.reading(engine) as conn:
        found = run_history.runs_of_leas(conn, PROCESS, [LEA, OTHER_LEA], flow="lea-status", each=3)
        assert run_history.runs_of_leas(conn, PROCESS, [], flow="lea-status") == {}
    assert {cds: [one.run_id for one in some] for cds, some in found.items()} == {
        LEA: ["a3", "a2", "a1"],
        OTHER_LEA: ["b"],
    }


def test_the_state_of_each_lea_before_a_moment(engine: Engine) -> None:
    record(
        engine,
        RUN,
        replace(RUN, run_id="later", state="OnTrack", started_at=NOW + MINUTE),
        replace(RUN, run_id="rehearsal", mode="rehearsal:1", started_at=NOW + 2 * MINUTE),
        replace(RUN, run_id="crash", fingerprint=None, started_at=NOW + 2 * MINUTE),
        replace(RUN, run_id="after", state="Complete", started_at=NOW + DAY),
    )
    with session.reading(engine) as conn:
        found = run_history.states_before(conn, PROCESS, [LEA, OTHER_LEA], NOW + DAY)
        since = run_history.lea_runs_since(conn, PROCESS, NOW + 2 * MINUTE, NOW + DAY)
    assert {cds: one.run_id for cds, one in found.items()} == {LEA: "later"}
    assert [one.run_id for one in since] == ["crash", "rehearsal", "after"]


def test_what_a_person_asked_for_stays_a_request_of_its_own(engine: Engine) -> None:
    ask(engine, LEA, LEA)
    with session.transaction(engine) as conn:
        number = run_requests.request_run(
            conn, "lea-status", PROCESS, LEA, at=NOW, reason="", selpa_code="S1",
            everything=True, asked_by="a@example.org",
        )  # fmt: skip
        assert run_requests.oldest_waiting(conn) == NOW
    assert [one.id for one in take(engine)] == [1, number]
    with session.reading(engine) as conn:
        found = run_requests.find_request(conn, number)
        assert run_requests.find_request(conn, number + 1) is None
        assert run_requests.oldest_waiting(conn) is None
        assert run_requests.last_taken(conn) == NOW + MINUTE
    assert found is not None
    assert (found.selpa_code, found.everything, found.asked_by) == ("S1", True, "a@example.org")
    assert (found.asked_at, found.taken_at, found.finished_at) == (NOW, NOW + MINUTE, None)
