"""Prefect holds ids, dates, names and states; nothing that stands in an artifact or a review."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import complete, extended, filed, receipt, returned
from tests.orchestration.conftest import PROCESS, TODAY, Home, Server, api, cds, lea, run, until

PLANTED = "Quetzalcoatlus"
KNOWN = "Little Otter Elementary"


def everything_prefect_keeps(server: Server) -> bytes:
    """Its database with what is not yet merged into it, its storage, and all logs."""
    files = [one for one in server.home.rglob("*") if one.is_file()]
    return b"".join(one.read_bytes() for one in files)


def a_case_full_of_it() -> Any:
    planted = complete("srr-summary", "3", findings_summary=PLANTED, areas_of_concern=PLANTED)
    return lea(
        1,
        "3",
        filed("srr-summary", "06-20", contents=planted),
        returned("srr-summary", "06-25", note=PLANTED),
        filed("improvement-plan", "06-20", contents={"root_causes_addressed": [PLANTED]}),
        receipt("team-creation", "06-20"),
        extended("consolidation", "06-30", on="06-20"),
    )


def test_nothing_of_a_case_lands_at_prefect(
    home: Home, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    from flows.cohort_status import cohort_status
    from flows.deadline_escalation import deadline_escalation
    from flows.lea_status import lea_status

    home.put(a_case_full_of_it())
    assert PLANTED in repr(home.case(cds(1)))
    flows = (
        lea_status(PROCESS, cds(1), return_state=True),
        cohort_status(PROCESS, everything=True, return_state=True),
        deadline_escalation(PROCESS, return_state=True),
    )
    ended = [str(run(one).state_details.flow_run_id) for one in flows]

    def logged() -> bool:
        asked = {"logs": {"flow_run_id": {"any_": ended}}, "limit": 200}
        found = api(server, "POST", "/logs/filter", json=asked)
        done = {one["flow_run_id"] for one in found if "Finished in state" in one["message"]}
        return done == set(ended)

    until(logged)
    kept = everything_prefect_keeps(server)
    assert KNOWN.encode() in kept
    assert PLANTED.encode() not in kept
    assert "Returned" in caplog.text
    assert PLANTED not in caplog.text


def test_a_fault_while_a_case_is_in_hand_tells_nothing_of_it(
    home: Home,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from flows import lea_status

    def stumble(*_: Any) -> Any:
        raise OSError("no space left")

    home.put(a_case_full_of_it())
    monkeypatch.setattr(lea_status, "evaluate_activity", stumble)
    state = run(lea_status.lea_status(PROCESS, cds(1), on=TODAY, return_state=True))
    assert (state.is_failed(), state.name) == (True, "Failed")
    assert not lea_status.is_an_answer(state)
    assert "no space left" in caplog.text
    assert PLANTED not in caplog.text
    assert PLANTED.encode() not in everything_prefect_keeps(server)
