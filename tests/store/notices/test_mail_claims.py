"""A mail is claimed once, sent once, and its outcome is never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine

from cimflow.store.database import session
from cimflow.store.notices import ledger
from tests.store.examples import (
    DAY,
    MINUTE,
    NOW,
    ON,
    claim,
    mail,
    only_row,
    put,
    queued,
    settle,
    states,
)
from tests.store.racing import both, without_guard


def test_a_claim_freezes_the_mail_and_takes_its_rows(engine: Engine) -> None:
    ids = put(engine, queued(), queued(rung="overdue-7"))
    mail_id = claim(engine, ids)

    with session.reading(engine) as conn:
        (kept,) = ledger.mails_of(conn, "live", ON)
        rows = ledger.rows(conn)
    frozen = mail()
    assert (kept.id, kept.state, kept.attempts, kept.error) == (mail_id, "attempting", 1, "")
    assert (kept.message_id, kept.subject, kept.text, kept.html) == (
        frozen.message_id, frozen.subject, frozen.text, frozen.html,
    )  # fmt: skip
    assert (kept.recipient, kept.recipient_key) == ("Lead@Example.org", "lead@example.org")
    assert {(one.state, one.mail_id, one.claimed_at) for one in rows} == {
        ("attempting", mail_id, NOW)
    }


@pytest.mark.parametrize(
    ("outcome", "same_day", "next_day"),
    [
        # May the person's mail of the SELPA and day be claimed once more, for what is owed since?
        ("attempting", False, True),
        ("sent", False, True),
        ("uncertain", False, True),
        ("failed", True, True),
    ],
)
def test_one_mail_per_person_selpa_and_day(
    engine: Engine, outcome: str, same_day: bool, next_day: bool
) -> None:
    first = claim(engine, put(engine, queued()))
    if outcome != "attempting":
        settle(engine, first, outcome)
    later = put(engine, queued(rung="overdue-7"))[1:]

    assert (claim(engine, later) is not None) is same_day
    if not same_day:
        assert states(engine)[1] == "queued"
        assert (claim(engine, later, on=ON + DAY) is not None) is next_day


def test_another_selpa_has_a_mail_of_its_own(engine: Engine) -> None:
    ours, theirs = put(engine, queued(), queued(selpa_code="S2", rung="overdue-7"))
    assert claim(engine, [ours]) is not None
    assert claim(engine, [theirs], selpa_code="S2") is not None

    with session.reading(engine) as conn:
        assert ledger.mailed_on(conn, "live", ON) == {
            ("lead@example.org", "S1"),
            ("lead@example.org", "S2"),
        }
        assert ledger.mailed_on(conn, "live", ON + DAY) == set()


def test_what_failed_is_claimed_again_with_its_new_text(engine: Engine) -> None:
    ids = put(engine, queued())
    first = claim(engine, ids)
    settle(engine, first, "failed")
    with session.reading(engine) as conn:
        assert [one.id for one in ledger.waiting(conn, "live")] == ids
        assert ledger.mailed_on(conn, "live", ON) == set()
        assert only_row(conn).reason == "why"

    again = claim(engine, ids, NOW + MINUTE, text="new text")

    assert again == first
    with session.reading(engine) as conn:
        (kept,) = ledger.mails_of(conn, "live")
    assert (kept.state, kept.attempts, kept.text, kept.error) == ("attempting", 2, "new text", "")
    assert (kept.claimed_at, kept.settled_at) == (NOW + MINUTE, None)


def test_a_claim_takes_all_rows_or_none(engine: Engine) -> None:
    ids = put(engine, queued(), queued("held", rung="overdue-7"))
    assert claim(engine, ids) is None
    assert claim(engine, [ids[0], 999]) is None
    assert claim(engine, []) is None
    assert states(engine) == ["queued", "held"]
    with session.reading(engine) as conn:
        assert ledger.mails_of(conn, "live") == []


@pytest.mark.parametrize(
    "wrong", [{"mode": "rehearsal:1"}, {"recipient": "a@example.org"}, {"selpa_code": "S2"}]
)
def test_rows_of_another_mail_are_an_error_of_ours(engine: Engine, wrong: dict[str, Any]) -> None:
    ids = put(engine, queued())
    with pytest.raises(ValueError, match="do not all belong"):
        claim(engine, ids, **wrong)


def test_a_rehearsal_is_kept_and_live_mail_is_untouched_by_it(engine: Engine) -> None:
    ids = put(engine, queued(), mode="rehearsal:1")
    settle(engine, claim(engine, ids, mode="rehearsal:1"), "held")
    assert states(engine) == ["held"]

    live = put(engine, queued())
    mail_id = claim(engine, live)
    assert mail_id is not None
    with pytest.raises(ValueError, match="never held"):
        settle(engine, mail_id, "held")


def test_an_outcome_is_recorded_once(engine: Engine) -> None:
    mail_id = claim(engine, put(engine, queued()))
    assert settle(engine, mail_id, "sent")
    assert not settle(engine, mail_id, "failed")
    assert states(engine) == ["sent"]


def test_a_mail_that_is_no_more_is_settled_by_nobody(engine: Engine) -> None:
    """A backup was restored while it was being sent."""
    assert not settle(engine, 999, "sent")


# ---------------------------------------------------------------------------- what nobody settled


@pytest.mark.parametrize(
    ("age", "becomes"),
    [
        (10 * MINUTE - MINUTE / 60, "attempting"),
        (10 * MINUTE, "attempting"),
        (10 * MINUTE + MINUTE / 60_000_000, "uncertain"),
        (11 * MINUTE, "uncertain"),
    ],
)
def test_a_claim_older_than_ten_minutes_is_uncertain(
    engine: Engine, age: Any, becomes: str
) -> None:
    claim(engine, put(engine, queued()))
    now = NOW + age
    with session.transaction(engine) as conn:
        expired = ledger.expire_claims(conn, now - 10 * MINUTE, now)

    assert states(engine) == [becomes]
    assert expired == (becomes == "uncertain")


def test_an_expired_rehearsal_is_simply_done_again(engine: Engine) -> None:
    claim(engine, put(engine, queued(), mode="rehearsal:1"), mode="rehearsal:1")
    with session.transaction(engine) as conn:
        assert ledger.expire_claims(conn, NOW + MINUTE, NOW + MINUTE) == 0
    assert states(engine) == ["failed"]


@pytest.mark.parametrize(("answer", "ends"), [("sent", "sent"), ("failed", "uncertain")])
def test_an_answer_after_the_claim_expired_counts_only_if_it_says_sent(
    engine: Engine, answer: str, ends: str
) -> None:
    mail_id = claim(engine, put(engine, queued()))
    with session.transaction(engine) as conn:
        ledger.expire_claims(conn, NOW + MINUTE, NOW + 11 * MINUTE)
    settle(engine, mail_id, answer, NOW + 12 * MINUTE)

    assert states(engine) == [ends]


@pytest.mark.parametrize(
    ("outcomes", "mail_state", "can_be_claimed_today"),
    [
        (["queued", "queued"], "failed", True),
        (["queued", "sent"], "sent", False),
        (["queued"], "uncertain", False),
    ],
)
def test_a_mail_found_lost_may_be_sent_again_the_same_day(
    engine: Engine, outcomes: list[Any], mail_state: str, can_be_claimed_today: bool
) -> None:
    ids = put(engine, queued(), queued(rung="overdue-7"))
    settle(engine, claim(engine, ids), "uncertain")
    with session.transaction(engine) as conn:
        for row_id, outcome in zip(ids, outcomes, strict=False):
            ledger.resolve(conn, [row_id], outcome, NOW)
        (kept,) = ledger.mails_of(conn, "live")

    assert kept.state == mail_state
    assert (claim(engine, ids[:1]) is not None) is can_be_claimed_today


@pytest.mark.parametrize(
    ("state", "counts"),
    [("attempting", True), ("sent", True), ("uncertain", True), ("failed", False)],
)
def test_the_caps_count_what_has_left_or_may_have(engine: Engine, state: str, counts: bool) -> None:
    mail_id = claim(engine, put(engine, queued()))
    if state != "attempting":
        settle(engine, mail_id, state, NOW + MINUTE)
    with session.reading(engine) as conn:
        assert bool(ledger.sent_since(conn, NOW)) is counts
        assert ledger.sent_since(conn, NOW + MINUTE) == []


# ------------------------------------------------------------------------------------ two at once


def race(engine: Engine) -> list[Any]:
    """Two deliveries, of either side of midnight, claim the same row."""
    ids = put(engine, queued())
    return both(
        lambda number: claim(engine, ids, on=ON + number * DAY), engine, meet_after="FROM ledger"
    )


def test_of_two_deliveries_one_gets_the_rows(engine: Engine) -> None:
    results = race(engine)

    assert sum(isinstance(one, int) for one in results) == 1
    assert sum(one is None for one in results) == 1
    assert states(engine) == ["attempting"]


def test_without_the_guard_the_race_above_is_lost(engine: Engine) -> None:
    with without_guard(engine):
        results = race(engine)

    # PostgreSQL gives both the row: the mail goes out twice. SQLite turns one away with an error.
    assert sum(one is None for one in results) == 0


def test_of_two_deliveries_with_different_rows_one_gets_the_day(engine: Engine) -> None:
    first, second = put(engine, queued(), queued(rung="overdue-7"))
    results = both(
        lambda number: claim(engine, [(first, second)[number]]), engine, meet_after="FROM ledger"
    )

    assert sum(one is None for one in results) == 1
    assert sorted(states(engine)) == ["attempting", "queued"]


def test_two_who_cancel_and_claim_crosswise_do_not_block_each_other(engine: Engine) -> None:
    """One drops the last row and sends the first, the other the reverse: hold is taken first."""
    first, second = put(engine, queued(), queued(rung="overdue-7"))

    def deliver(number: int) -> int | None:
        mine, stale = (first, second) if number else (second, first)
        with session.transaction(engine) as conn:
            free = {one.id for one in ledger.take_hold(conn, [first, second])}
            ledger.cancel(conn, sorted(free & {stale}), "no longer owed", NOW)
            return ledger.claim(conn, mail(), sorted(free & {mine}), now=NOW)

    results = both(deliver, engine, meet_after="FROM ledger")
    assert sum(isinstance(one, int) for one in results) == 1
    assert sum(one is None for one in results) == 1
    assert sorted(states(engine)) == ["attempting", "cancelled"]
