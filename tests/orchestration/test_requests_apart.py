"""Which runs answer the requests that were taken together."""

from __future__ import annotations

from cimflow.store.runs.runs import RunRequest
from tests.orchestration.conftest import PROCESS, Server

LEA, OTHER_LEA = "99100000000001", "99100000000002"
BY = "admin@example.org"


def test_changes_and_people_get_what_they_asked_for(server: Server) -> None:
    from flows.local.upkeep import _apart

    asked = [
        RunRequest(1, "cohort-status", PROCESS, None),
        RunRequest(2, "cohort-status", PROCESS, None, selpa_code="9901", asked_by=BY),
        RunRequest(3, "cohort-status", PROCESS, None, "", "9901", everything=True, asked_by=BY),
        RunRequest(4, "lea-status", PROCESS, LEA),
        RunRequest(5, "lea-status", PROCESS, LEA, selpa_code="9901", asked_by=BY),
        RunRequest(6, "lea-status", PROCESS, OTHER_LEA),
    ]
    sweeps, leas = _apart(asked)
    assert sweeps == {
        (PROCESS, None, False): [1],
        (PROCESS, "9901", False): [2],
        (PROCESS, "9901", True): [3],
    }
    assert leas == {(PROCESS, LEA): [4, 5], (PROCESS, OTHER_LEA): [6]}


def test_many_leas_are_a_sweep_but_for_whom_a_person_asked(server: Server) -> None:
    from flows.local.upkeep import AT_ONCE, _apart

    many = [
        RunRequest(number, "lea-status", PROCESS, f"{number:014}") for number in range(AT_ONCE + 1)
    ]
    sweeps, leas = _apart([*many, RunRequest(99, "lea-status", PROCESS, LEA, asked_by=BY)])
    assert sweeps == {(PROCESS, None, False): [one.id for one in many]}
    assert leas == {(PROCESS, LEA): [99]}
