"""Two people at once: the second is told what the first recorded, and nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from cimflow.monitoring.act import Act, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.deadlines.exception import excuse
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.roster import lea_facts
from cimflow.monitoring.roster.withdrawal import withdraw
from cimflow.monitoring.submissions.record import Document, Recorded, file_later, record
from cimflow.monitoring.submissions.review import Decision, review, void
from cimflow.store import cases
from cimflow.store.database import session
from tests.monitoring.conftest import (
    ADMIN,
    BIRCH,
    DIRECTOR,
    DOGWOOD,
    LEAD,
    PROCESS,
    everything_learnt,
    last_seen,
)
from tests.store.racing import both

TEAM = "team-creation"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2024-{text}")


def came(context: AppContext, by: str = LEAD, seen: int | None = None, **more: Any) -> Recorded:
    more.setdefault("received_on", day("06-10"))
    return record(act_on(context, PROCESS, BIRCH, by=by, seen=seen), TEAM, **more)


ACTS: dict[str, Callable[[Act], Any]] = {
    "record": lambda act: record(act, TEAM, received_on=day("06-12")),
    "file later": lambda act: file_later(act, "srr-self-review", on=day("06-20")),
    "review": lambda act: review(act, TEAM, Decision(approve=False, note="again")),
    "void": lambda act: void(act, TEAM, version=1, note="slip"),
    "set a fact": lambda act: lea_facts.set_fact(act, "indicator-8", "unmet"),
    "extend": lambda act: extend(act, TEAM, to=day("08-01"), grantor="selpa", reason="x"),
    "excuse": lambda act: excuse(act, TEAM, grantor="selpa", reason="x"),
    "withdraw": lambda act: withdraw(act, on=day("07-20"), reason="x"),
}


@pytest.fixture
def filled(context: AppContext) -> AppContext:
    """Something there for each act."""
    came(context)
    record(act_on(context, PROCESS, BIRCH), "srr-self-review", received_on=day("06-10"))
    return context


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_who_has_not_seen_the_last_is_told_and_nothing_changes(
    filled: AppContext, act: Callable[[Act], Any]
) -> None:
    seen = last_seen(filled)
    lea_facts.set_fact(act_on(filled, PROCESS, BIRCH, by="Other@example.org"), "indicator-8", "met")
    before = everything_learnt(filled)

    with pytest.raises(ChangedMeanwhile) as raised:
        act(act_on(filled, PROCESS, BIRCH, seen=seen))

    first, second = raised.value.lines
    assert first.startswith("More was recorded of Birch Hollow since you opened the page")
    assert second == "Other@example.org recorded a fact on Thu, July 11, 2024, 10:00 am Pacific."
    assert everything_learnt(filled) == before


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_who_has_seen_the_last_goes_on(filled: AppContext, act: Callable[[Act], Any]) -> None:
    before = last_seen(filled)
    act(act_on(filled, PROCESS, BIRCH, seen=before))
    assert last_seen(filled) > before


def test_what_is_recorded_of_another_lea_is_no_news(filled: AppContext) -> None:
    seen = last_seen(filled)
    lea_facts.set_fact(act_on(filled, PROCESS, DOGWOOD), "indicator-8", "met")
    came(filled, received_on=day("06-12"), seen=seen)


def test_of_two_at_once_one_is_told(filled: AppContext) -> None:
    seen = last_seen(filled)

    def say(number: int) -> bool:
        value = ("met", "unmet")[number]
        return lea_facts.set_fact(act_on(filled, PROCESS, BIRCH, seen=seen), "indicator-8", value)

    results = both(say, filled.engine, meet_after="FROM learnt")
    assert sorted(type(one) for one in results if one is not True) == [ChangedMeanwhile]
    assert len(read_case(act_on(filled, PROCESS, BIRCH)).facts) == 1


def test_what_was_learnt_after_a_place(filled: AppContext) -> None:
    seen = last_seen(filled)
    with session.reading(filled.engine) as conn:
        assert cases.learnt_since(conn, PROCESS, BIRCH, seen) == []
        everything = cases.learnt_since(conn, PROCESS, None, 0)
        assert [one.kind for one in everything] == [*["placements"] * 3, *["submissions"] * 2]
        assert cases.last_seq(conn, PROCESS) == everything[-1].seq
        assert cases.last_seq(conn, PROCESS, DOGWOOD) == everything[1].seq
        assert cases.last_seq(conn, "another-year") == 0


# ------------------------------------------------------------------------------------ the review


def decide(
    context: AppContext,
    by: str = ADMIN,
    *,
    approve: bool = True,
    seen: int | None = None,
    **more: Any,
) -> Recorded:
    act = act_on(context, PROCESS, BIRCH, by=by, seen=seen)
    return review(act, TEAM, Decision(approve=approve, **more))


def test_a_decision_is_about_the_version_that_was_read(context: AppContext) -> None:
    came(context, document=Document("a.pdf", "a" * 64))
    came(context, document=Document("b.pdf", "b" * 64), received_on=day("06-12"))
    before = everything_learnt(context)
    for looked_at in ({"version": 1}, {"sha256": "a" * 64}, {"version": 2, "sha256": "a" * 64}):
        with pytest.raises(ChangedMeanwhile, match=r"version 2 was received on 2024-06-12"):
            decide(context, **looked_at)
    assert everything_learnt(context) == before
    assert decide(context, version=2, sha256="b" * 64).is_new
    on_that_day = decide(context, on=day("06-11"), version=1, sha256="a" * 64, approve=False)
    assert on_that_day.version == 1


@pytest.mark.parametrize("by", [LEAD, LEAD.upper(), f" {DIRECTOR.lower()} "])
def test_nobody_approves_the_filing_of_their_own_lea(context: AppContext, by: str) -> None:
    came(context, by=ADMIN)
    before = everything_learnt(context)
    with pytest.raises(Refused, match="works at Birch Hollow") as raised:
        decide(context, by)
    assert raised.value.lines[0].endswith(f"; Ada Min <{ADMIN}> can")
    assert everything_learnt(context) == before
    assert decide(context, by, approve=False, note="we want it back").is_new


def test_a_person_of_another_lea_is_no_person_of_this_one(context: AppContext) -> None:
    record(act_on(context, PROCESS, DOGWOOD), TEAM, received_on=day("06-10"))
    assert review(act_on(context, PROCESS, DOGWOOD, by=LEAD), TEAM, Decision(approve=True)).is_new


@pytest.mark.parametrize(
    ("recorded_by", "by", "own"),
    [(ADMIN, ADMIN.upper(), True), (LEAD, ADMIN, False), ("", "", False)],
)
def test_who_approves_what_they_recorded_is_told_apart(
    context: AppContext, recorded_by: str, by: str, own: bool
) -> None:
    came(context, by=recorded_by)
    assert decide(context, by).own_record is own
