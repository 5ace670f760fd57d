"""A run that was asked for and failed is told as failed, to who asked and in the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from cimflow.monitoring.act import act_on
from cimflow.monitoring.runs.run_requests import (
    ask_for_run_now,
    request_asked_for,
    take_run_requests,
    why_it_failed,
)
from cimflow.store.database import session
from tests.orchestration.conftest import PROCESS, Home, cds, lea, run

SWEEP = (PROCESS, None, False)


def asked(context: Any, *, lea: str | None = None) -> int:
    number = ask_for_run_now(
        act_on(context, PROCESS, lea, by="admin@example.org"), selpa=None, everything=False
    )
    assert [one.id for one in take_run_requests(context)] == [number]
    return number


def spoil(home: Home) -> None:
    """Leave a process file in the home that no office opens with."""
    folder = home.path / "processes"
    folder.mkdir(exist_ok=True)
    (folder / "spoilt.toml").write_bytes(b'id = "\xe9"')


def is_over(context: Any, number: int) -> bool:
    return request_asked_for(act_on(context, PROCESS), number, selpas=None).finished_at is not None


def test_a_sweep_that_fails_before_it_began_is_told_as_failed(home: Home) -> None:
    from flows.local.upkeep import _sweep

    home.put(lea(1))
    context = home.context
    number, said = asked(context), []
    spoil(home)
    run(_sweep(context, SWEEP, [number], said.append))
    assert is_over(context, number)
    why = why_it_failed(context, number)
    assert why is not None
    assert "spoilt.toml" in why
    assert said == [f"cohort-status of {PROCESS}was requested and failed: {why} See logs/up.log."]
    (kept,) = home.runs("cohort-status")
    assert (kept.state, kept.message) == ("Failed", why)


def test_a_sweep_that_did_its_work_is_not(home: Home) -> None:
    from flows.local.upkeep import _sweep

    home.put(lea(1))
    number, said = asked(home.context), []
    run(_sweep(home.context, SWEEP, [number], said.append))
    assert is_over(home.context, number)
    assert (why_it_failed(home.context, number), said) == (None, [])


def test_words_that_are_not_ours_are_kept_from_the_page(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import lea_status
    from flows.local import upkeep

    def break_off(*_: Any) -> None:
        raise RuntimeError("postgresql://cimflow:secret@db.example.org")

    home.put(lea(1))
    monkeypatch.setattr(lea_status, "read_case", break_off)
    number, said = asked(home.context, lea=cds(1)), []
    run(upkeep._run(home.context, (PROCESS, cds(1)), [number], said.append))
    assert is_over(home.context, number)
    assert why_it_failed(home.context, number) == upkeep.NOT_OURS_TO_TELL
    assert "secret" not in "".join(said)
    (kept,) = home.runs("lea-status")
    assert (kept.state, kept.cds_code, kept.selpa_code) == ("Failed", cds(1), "9901")


def test_of_many_changes_whose_sweep_failed_one_is_on_record(home: Home) -> None:
    from flows.local.upkeep import _sweep

    home.put(lea(1), lea(2))
    context = home.context
    with session.transaction(context.engine) as conn:
        for number in (1, 2):
            act_on(context, PROCESS, cds(number)).ask_for_run(conn, "an import")
    ids = [one.id for one in take_run_requests(context)]
    spoil(home)
    run(_sweep(context, SWEEP, ids, lambda _: None))
    assert [one.state for one in home.runs("lea-status")] == ["Failed"]
    assert take_run_requests(context) == []
