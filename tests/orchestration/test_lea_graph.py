"""The graph of one LEA: every activity, its prerequisites, and the same answers as ``evaluate``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cimflow.process.case import Case
from cimflow.process.definition.prerequisites import edges_into
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from tests.factories import (
    approved,
    calendar,
    complete,
    excused,
    extended,
    fact,
    filed,
    process,
    receipt,
    returned,
    with_us,
)
from tests.orchestration.conftest import PROCESS, TODAY, Home, Server, api, cds, lea, run, task_runs
from tests.thoroughness import examples


def run_lea(cds_code: str, on: dt.date = TODAY) -> tuple[Any, CaseStatus]:
    from flows.lea_status import lea_status

    state = run(lea_status(PROCESS, cds_code, on=on, return_state=True))
    sealed = run(state.aresult(raise_on_failure=False))
    return state, sealed()


def a_case_with_everything() -> Case:
    return lea(
        1,
        "3",
        filed("team-creation", "06-20"),
        with_us("srr-self-review", "06-28"),
        filed("srr-summary", "07-01"),
        returned("srr-summary", "07-05"),
        filed("data-drill-down", "07-09"),
        approved("data-drill-down", "07-10"),
        excused("parent-input", "07-01"),
        extended("consolidation", "08-01", on="07-01"),
    )


@pytest.fixture
def shown(home: Home, server: Server) -> tuple[dict[str, Any], list[dict[str, Any]], CaseStatus]:
    """A flow run, its task runs, and what ``evaluate`` says."""
    home.put(a_case_with_everything())
    state, _ = run_lea(cds(1))
    flow_run = api(server, "GET", f"/flow_runs/{state.state_details.flow_run_id}")
    tasks = task_runs(server, flow_run["id"], len(process().activities))
    status = evaluate(home.case(cds(1)), process(), TODAY, calendar())
    assert status is not None
    return flow_run, tasks, status


def test_one_lea_is_drawn_with_names_states_tags_and_edges(
    shown: tuple[dict[str, Any], list[dict[str, Any]], CaseStatus], server: Server
) -> None:
    flow_run, tasks, status = shown

    assert flow_run["name"] == "Little Otter Elementary · 3 · 2024-07-11"
    assert set(flow_run["tags"]) == {
        f"lea:{cds(1)}", "selpa:9901", "cohort:targeted-2024", "level:3",
    }  # fmt: skip
    assert (flow_run["state_type"], flow_run["state_name"]) == ("FAILED", "Overdue")
    assert flow_run["parameters"] == {
        "process": PROCESS, "cds_code": cds(1), "on": "2024-07-11", "mode": None,
    }  # fmt: skip

    by_name = {one["name"]: one for one in tasks}
    assert len(tasks) == len(by_name)
    assert {name: (one["state_name"], one["state_type"]) for name, one in by_name.items()} == {
        one.id: (one.state, "FAILED" if one.overdue else "COMPLETED") for one in status.activities
    }
    assert {name: one["tags"] for name, one in by_name.items()} == {
        one.id: [f"step:{one.step}"] for one in process().activities
    }

    graph = api(server, "GET", f"/flow_runs/{flow_run['id']}/graph-v2")
    label = {key: node["label"] for key, node in graph["nodes"]}
    drawn = {
        node["label"]: {label[one["id"]] for one in node["parents"]} for _, node in graph["nodes"]
    }
    assert drawn == {one.id: set(edges_into(one, "3")) for one in process().activities}


def test_a_failed_activity_is_not_tried_again(
    shown: tuple[dict[str, Any], list[dict[str, Any]], CaseStatus],
) -> None:
    _, tasks, _ = shown
    assert {one["run_count"] for one in tasks} == {1}


def test_the_run_is_kept_in_our_own_store_with_its_answer(home: Home) -> None:
    from cimflow.monitoring.cohort.evaluate import fingerprint

    home.put(a_case_with_everything())
    state, status = run_lea(cds(1))
    (kept,) = home.runs("lea-status")
    assert kept.run_id == str(state.state_details.flow_run_id)
    assert (kept.cds_code, kept.selpa_code, kept.level) == (cds(1), "9901", "3")
    assert (kept.state, kept.fingerprint) == ("Overdue", fingerprint(status))
    assert kept.mode == "live"
    assert kept.finished_at is not None


def test_another_day_is_a_rehearsal(home: Home) -> None:
    home.put(a_case_with_everything())
    run_lea(cds(1), dt.date(2024, 6, 1))
    (kept,) = home.runs("lea-status")
    assert kept.mode == "rehearsal:2024-06-01"


def test_an_lea_that_is_not_in_the_cohort_has_nothing_to_run(home: Home, server: Server) -> None:
    from flows.lea_status import is_an_answer, lea_status

    home.put(a_case_with_everything())
    state = run(lea_status(PROCESS, cds(1), on=dt.date(2023, 1, 1), return_state=True))
    assert (state.is_completed(), state.name) == (True, "NotInCohort")
    assert is_an_answer(state)
    assert home.runs("lea-status") == []


ACTIVITIES = [one.id for one in process().activities]
DAYS = ["04-20", "06-30", "07-09", "07-10", "08-15", "10-12"]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    level = draw(st.sampled_from(["1", "2", "3"]))
    activity, day = st.sampled_from(ACTIVITIES), st.sampled_from(DAYS)

    def gaps(name: str, on: str) -> Any:
        contents = complete(name, level)
        return filed(name, on, contents=dict(list(contents.items())[1:]))

    kinds = st.one_of(
        st.builds(filed, activity, day),
        st.builds(gaps, activity, day),
        st.builds(receipt, activity, day),
        st.builds(with_us, activity, day),
        st.builds(excused, activity, day),
        st.builds(lambda a, d: extended(a, "11-01", on=d), activity, day),
    )
    events = draw(st.lists(kinds, max_size=9))
    seen: set[str] = set()
    first = []
    for one in events:
        if type(one).__name__ == "Submission":
            if one.activity in seen:
                continue
            seen.add(one.activity)
        first.append(one)
    reviewed = draw(st.lists(st.sampled_from(sorted(seen)), max_size=3)) if seen else []
    first.extend(draw(st.sampled_from([returned, approved]))(one, "10-15") for one in reviewed)
    if draw(st.booleans()):
        first.append(fact("final-findings", "yes", "10-01"))
    return lea(7, level, *first, indicator_8=draw(st.sampled_from(["met", "unmet", "unknown"])))


# Each example is a run on the server, of half a second: few of them, and no shrinking to minutes.
# Prefect's own threads draw lots now and then; Hypothesis takes that for a draw of the strategy.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@settings(
    max_examples=examples(12),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(case=cases(), on=st.sampled_from(["2024-06-29", "2024-07-11", "2024-10-20", "2024-12-09"]))
def test_the_graph_and_evaluate_agree(
    home: Home, monkeypatch: pytest.MonkeyPatch, case: Case, on: str
) -> None:
    from flows import lea_status

    monkeypatch.setattr(lea_status, "read_case", lambda *_: case)
    day = dt.date.fromisoformat(on)
    _, status = run_lea(case.cds_code, day)
    assert status == evaluate(case, process(), day, calendar())
