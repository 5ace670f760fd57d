"""The sweep of a cohort: answers first, then a run for each LEA that changed, and no more."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.factories import filed, receipt
from tests.orchestration.conftest import PROCESS, TODAY, Home, Server, api, cds, done, lea, run


def sweep(**given: Any) -> Any:
    from flows.cohort_status import cohort_status

    return run(cohort_status(PROCESS, return_state=True, **given))


@pytest.fixture
def cohort(home: Home) -> Home:
    """Three LEAs are overdue, the fourth owes nothing."""
    home.put(lea(1), lea(2), lea(3), done(4))
    return home


def ran(home: Home) -> list[str]:
    return [one.cds_code for one in home.runs("lea-status")]


def test_the_first_sweep_runs_every_lea_and_the_second_none(cohort: Home) -> None:
    first = sweep()
    assert (first.is_completed(), first.name) == (True, "3 overdue of 4")
    assert sorted(ran(cohort)) == [cds(1), cds(2), cds(3), cds(4)]

    second = sweep()
    assert (second.is_completed(), second.name) == (True, "3 overdue of 4")
    assert len(ran(cohort)) == 4


def test_what_changed_is_run_and_nothing_else(cohort: Home) -> None:
    sweep()
    before = len(ran(cohort))
    cohort.record(cds(2), filed("team-creation", "07-01", contents={}))
    cohort.record(cds(3), receipt("data-drill-down", "07-01"))
    sweep()
    assert sorted(ran(cohort)[before:]) == [cds(2), cds(3)]


def test_everything_on_demand(cohort: Home) -> None:
    sweep()
    sweep(everything=True)
    assert len(ran(cohort)) == 8


def test_one_lea_only(cohort: Home) -> None:
    assert sweep(lea=cds(2)).name == "1 overdue of 1"
    assert ran(cohort) == [cds(2)]


def test_answers_are_stored_and_published_before_any_lea_has_a_run(
    cohort: Home, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cimflow.store.database import session
    from cimflow.store.runs import runs
    from flows import cohort_status

    seen: dict[str, Any] = {}
    real = cohort_status.lea_status

    async def look_then_run(*args: Any, **kwargs: Any) -> Any:
        if not seen:
            with session.reading(cohort.context.engine) as conn:
                seen["answers"] = runs.latest_answers(conn, PROCESS)
            seen["artifacts"] = api(
                server, "POST", "/artifacts/filter", json={"sort": "CREATED_DESC", "limit": 2}
            )
        return await real(*args, **kwargs)

    monkeypatch.setattr(cohort_status, "lea_status", look_then_run)
    state = sweep()

    assert {one.cds_code: one.state for one in seen["answers"]} == {
        cds(1): "Overdue", cds(2): "Overdue", cds(3): "Overdue", cds(4): "Complete",
    }  # fmt: skip
    flow_run = str(state.state_details.flow_run_id)
    assert [(one["type"], one["flow_run_id"]) for one in seen["artifacts"]] == [
        ("markdown", flow_run),
        ("table", flow_run),
    ]


def test_a_sweep_publishes_one_table_and_one_page(cohort: Home, server: Server) -> None:
    state = sweep()
    flow_run = str(state.state_details.flow_run_id)
    found = api(
        server,
        "POST",
        "/artifacts/filter",
        json={"artifacts": {"flow_run_id": {"any_": [flow_run]}}},
    )
    assert sorted(one["type"] for one in found) == ["markdown", "table"]


def test_the_most_urgent_goes_first(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import cohort_status

    monkeypatch.setattr(cohort_status, "AT_ONCE", 1)
    home.put(done(1), lea(2), lea(3, "2", indicator_8="unknown", since=TODAY))
    sweep()
    states = [one.state for one in home.runs("lea-status")]
    assert states == sorted(states, key=["Overdue", "AtRisk", "OnTrack", "Complete"].index)
    assert len(set(states)) > 1


def test_what_exceeds_the_budget_is_taken_by_the_next_sweep(cohort: Home) -> None:
    first = sweep(budget=3)
    assert first.message == ("3 LEA runs of 4 whose status changed; 1 will run with the next sweep")
    assert sorted(ran(cohort)) == [cds(1), cds(2), cds(3)]
    sweep(budget=3)
    assert sorted(ran(cohort)) == [cds(1), cds(2), cds(3), cds(4)]


def test_a_sweep_out_of_time_leaves_the_rest(cohort: Home) -> None:
    state = sweep(minutes=-1)
    assert state.name == "3 overdue of 4"
    assert "4 will run" in state.message
    assert ran(cohort) == []


def test_a_run_that_crashes_is_told_and_taken_again(
    cohort: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import lea_status

    read = lea_status.read_case

    def read_but_one(act: Any) -> Any:
        if act.lea == cds(2):
            raise OSError("the disk is gone")
        return read(act)

    with monkeypatch.context() as broken:
        broken.setattr(lea_status, "read_case", read_but_one)
        state = sweep()
    assert (state.is_failed(), state.name) == (True, "1 LEA runs crashed")
    assert state.message.startswith("3 overdue of 4; 3 LEA runs of 4")
    assert sorted(ran(cohort)) == [cds(1), cds(3), cds(4)]

    again = sweep()
    assert (again.is_completed(), again.name) == (True, "3 overdue of 4")
    assert sorted(ran(cohort)) == [cds(1), cds(2), cds(3), cds(4)]


def test_a_rehearsal_of_another_day_counts_for_nothing(cohort: Home) -> None:
    state = sweep(on=dt.date(2024, 6, 1))
    assert state.name == "0 overdue of 4"
    assert {one.mode for one in cohort.runs("lea-status")} == {"rehearsal:2024-06-01"}
    before = len(ran(cohort))
    sweep()
    assert len(ran(cohort)) == before + 4


def test_the_sweep_itself_is_kept_in_our_own_store(cohort: Home) -> None:
    from tasks.runs import did_its_work

    assert not did_its_work(cohort.context, "cohort-status", PROCESS, TODAY)
    sweep(lea=cds(1))
    assert not did_its_work(cohort.context, "cohort-status", PROCESS, TODAY)
    sweep()
    assert did_its_work(cohort.context, "cohort-status", PROCESS, TODAY)
    (_, kept) = cohort.runs("cohort-status")
    assert (kept.state, kept.mode, kept.on) == ("3 overdue of 4", "live", TODAY)


def test_without_a_process_every_active_one_is_swept(cohort: Home) -> None:
    from flows.cohort_status import cohort_status

    state = run(cohort_status(return_state=True))
    assert (state.is_completed(), state.name) == (True, "3 overdue of 4")


def test_an_empty_home_is_no_error(home: Home) -> None:
    from flows.cohort_status import cohort_status

    state = run(cohort_status(return_state=True))
    assert (state.is_completed(), state.name) == (True, "no process has any LEAs yet")
