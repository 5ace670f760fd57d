"""The ledger: one row for one notice, whatever is done how often; and who is told what."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, exc, insert, text

from cimflow.process.escalation.notice import Key, Told
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.schema import notice_tables as t
from tests.store.examples import (
    DAY,
    LEA,
    MINUTE,
    NOW,
    ON,
    OTHER_LEA,
    PROCESS,
    claim,
    day,
    only_row,
    put,
    queued,
    settle,
    states,
)

KEY = Key(LEA, "team", "overdue-1", "2024-07-10", "lead@example.org")


def test_a_queued_row_comes_back_as_it_was(engine: Engine) -> None:
    put(engine, queued())

    with session.reading(engine) as conn:
        row = only_row(conn)
    assert row.key == KEY
    assert (row.recipient, row.recipient_key) == ("Lead@Example.org", "lead@example.org")
    assert (row.mode, row.process, row.role, row.name) == (
        "live", PROCESS, "lea-lead", "Lee Dahl",
    )  # fmt: skip
    assert (row.selpa_code, row.due, row.effective, row.on) == ("S1", day("07-10"), ON, ON)
    assert (row.delayed, row.state, row.reason, row.queued_at) == (False, "queued", "", NOW)
    assert (row.claimed_at, row.settled_at, row.mail_id) == (None, None, None)


def test_the_same_sweep_twice_queues_nothing_the_second_time(engine: Engine) -> None:
    rows = [queued(), queued(rung="reminder-1"), queued(lea=OTHER_LEA)]
    with session.transaction(engine) as conn:
        first = ledger.queue(conn, "live", PROCESS, rows, on=ON, queued_at=NOW)
    with session.transaction(engine) as conn:
        again = ledger.queue(conn, "live", PROCESS, rows, on=ON + DAY, queued_at=NOW + DAY)

    assert (first, again) == (3, 0)
    with session.reading(engine) as conn:
        assert {one.on for one in ledger.rows(conn)} == {ON}


def test_one_address_in_two_roles_or_spellings_is_one_row(engine: Engine) -> None:
    put(engine, queued(), queued(role="superintendent"), queued(recipient="LEAD@EXAMPLE.ORG"))

    with session.reading(engine) as conn:
        assert only_row(conn).role == "lea-lead"


@pytest.mark.parametrize(
    "other",
    [
        {"lea": OTHER_LEA},
        {"activity": "parents"},
        {"rung": "overdue-7"},
        {"anchor": "2024-08-01"},
        {"recipient": "director@example.org"},
    ],
)
def test_another_key_is_another_notice(engine: Engine, other: dict[str, Any]) -> None:
    assert len(put(engine, queued(), queued(**other))) == 2


def test_the_database_itself_refuses_the_same_key_twice(engine: Engine) -> None:
    put(engine, queued())
    with session.reading(engine) as conn:
        values = dict(conn.execute(t.ledger.select()).mappings().one())
    del values["id"]

    with pytest.raises(exc.IntegrityError), session.transaction(engine) as conn:
        conn.execute(insert(t.ledger), values)


def test_a_cancelled_row_is_queued_again_as_new(engine: Engine) -> None:
    ids = put(engine, queued())
    with session.transaction(engine) as conn:
        ledger.cancel(conn, ids, "filed meanwhile", NOW)
        assert ledger.known_keys(conn, PROCESS, "live") == set()
        again = ledger.queue(
            conn, "live", PROCESS, [queued(name="New Name")], on=ON + DAY, queued_at=NOW + DAY
        )
        row = only_row(conn)

    assert again == 1
    assert (row.id, row.state, row.reason, row.name, row.on) == (
        ids[0], "queued", "", "New Name", ON + DAY,
    )  # fmt: skip
    assert row.settled_at is None


@pytest.mark.parametrize("state", ["queued", "attempting", "sent", "failed", "uncertain", "held"])
def test_no_other_row_is_queued_again(engine: Engine, state: str) -> None:
    put(engine, queued())
    with session.transaction(engine) as conn:
        conn.execute(text("UPDATE ledger SET state = :state"), {"state": state})
        assert ledger.queue(conn, "live", PROCESS, [queued()], on=ON, queued_at=NOW) == 0
        assert ledger.known_keys(conn, PROCESS, "live") == {KEY}
        assert ledger.told(conn, PROCESS) == {LEA: [Told(KEY, "lea-lead", state, ON)]}


def test_a_cancelled_row_was_told_to_nobody(engine: Engine) -> None:
    ids = put(engine, queued())
    with session.transaction(engine) as conn:
        ledger.cancel(conn, ids, "filed meanwhile", NOW)
        assert ledger.told(conn, PROCESS) == {}


def test_rehearsals_never_count(engine: Engine) -> None:
    put(engine, queued(), mode="rehearsal:2024-07-11")

    with session.reading(engine) as conn:
        assert ledger.told(conn, PROCESS) == {}
        assert ledger.known_keys(conn, PROCESS, "live") == set()
        assert ledger.known_keys(conn, PROCESS, "rehearsal:2024-07-11") == {KEY}
        assert ledger.waiting(conn, "live") == []
    assert len(put(engine, queued())) == 1


def test_told_is_of_one_lea_or_of_all(engine: Engine) -> None:
    put(engine, queued(), queued(lea=OTHER_LEA))

    with session.reading(engine) as conn:
        assert set(ledger.told(conn, PROCESS)) == {LEA, OTHER_LEA}
        assert set(ledger.told(conn, PROCESS, lea=LEA)) == {LEA}
        assert ledger.told(conn, "another-year") == {}


def test_who_was_told_late_was_told_on_the_day_it_left(engine: Engine) -> None:
    """Else a superior could hear four days after a mail that had not left."""
    ids = put(engine, queued(), on=ON)
    settle(engine, claim(engine, ids), "failed")
    settle(engine, claim(engine, ids, on=ON + 3 * DAY), "sent")

    with session.reading(engine) as conn:
        ((told,),) = ledger.told(conn, PROCESS).values()
    assert (told.state, told.on) == ("sent", ON + 3 * DAY)


def test_rows_are_found_by_process_mode_and_state(engine: Engine) -> None:
    put(engine, queued(), queued("held", lea=OTHER_LEA))
    put(engine, queued(), mode="rehearsal:1")

    with session.reading(engine) as conn:
        assert len(ledger.rows(conn)) == 3
        assert len(ledger.rows(conn, PROCESS, mode="live")) == 2
        assert [one.lea for one in ledger.rows(conn, mode="live", states=["held"])] == [OTHER_LEA]
        assert ledger.rows(conn, "another-year") == []
        assert ledger.rows(conn, states=[]) == []


def test_counts_are_by_state_and_selpa(engine: Engine) -> None:
    put(engine, queued(), queued("held", lea=OTHER_LEA), queued("held", "S2", rung="overdue-7"))

    with session.reading(engine) as conn:
        assert ledger.counts_by_state(conn, PROCESS, "live") == {"queued": 1, "held": 2}
        assert ledger.counts_by_state(conn, PROCESS, "live", selpa_code="S2") == {"held": 1}


@pytest.mark.parametrize("table", ["ledger", "mails", "sweeps", "contacts"])
def test_what_people_were_told_is_never_deleted(engine: Engine, table: str) -> None:
    claim(engine, put(engine, queued()))
    with session.transaction(engine) as conn:
        ledger.record_sweep(conn, PROCESS, "live", ON, 1, at=NOW)
        conn.execute(
            insert(t.contacts),
            {
                "scope": "lea", "code": LEA, "role": "lea-lead", "name": "Lee",
                "email": "lead@example.org", "learnt_at": NOW, "recorded_by": "",
            },
        )  # fmt: skip

    with pytest.raises(exc.DBAPIError, match="refused"), session.transaction(engine) as conn:
        conn.execute(text("UPDATE ledger SET mail_id = NULL"))
        conn.execute(text(f"DELETE FROM {table}"))


# ---------------------------------------------------------------------------------------- states

ROW_STATES = ["queued", "attempting", "sent", "failed", "uncertain", "held", "cancelled"]
MOVES: dict[str, dict[str, str]] = {
    # act: {state before: state after}; any other state stays what it is
    "cancel": {"queued": "cancelled", "failed": "cancelled", "held": "cancelled"},
    "hold": {"queued": "held", "failed": "held"},
    "release": {"held": "queued"},
    "resolve as sent": {"uncertain": "sent"},
    "resolve as lost": {"uncertain": "queued"},
    "claim": {"queued": "attempting", "failed": "attempting"},
    "settle as sent": {"attempting": "sent"},
    "settle as failed": {"attempting": "failed"},
    "settle as uncertain": {"attempting": "uncertain"},
    "expire": {"attempting": "uncertain"},
}


def row_in(engine: Engine, state: str) -> int:
    """A row that came into its state in the way rows do."""
    (row_id,) = put(engine, queued("held" if state == "held" else "queued"))
    if state == "cancelled":
        with session.transaction(engine) as conn:
            ledger.cancel(conn, [row_id], "filed meanwhile", NOW)
    if state in {"attempting", "sent", "failed", "uncertain"}:
        mail_id = claim(engine, [row_id])
        if state != "attempting":
            settle(engine, mail_id, state)
    assert states(engine) == [state]
    return row_id


def act(engine: Engine, what: str, row_id: int) -> None:
    later = NOW + 11 * MINUTE
    with session.transaction(engine) as conn:
        row = only_row(conn)
        match what.split():
            case ["cancel"]:
                ledger.cancel(conn, [row_id], "why", later)
            case ["hold"]:
                ledger.hold(conn, [row_id], "why")
            case ["release"]:
                ledger.release(conn, [row_id], later)
            case ["resolve", _, outcome]:
                ledger.resolve(conn, [row_id], "sent" if outcome == "sent" else "queued", later)
            case ["settle", _, outcome] if row.mail_id is not None:
                ledger.settle(conn, row.mail_id, outcome, error="why", now=later)
            case ["expire"]:
                ledger.expire_claims(conn, NOW + MINUTE, later)
    if what == "claim":
        claim(engine, [row_id], later, on=ON + DAY)


@pytest.mark.parametrize("before", ROW_STATES)
@pytest.mark.parametrize("what", MOVES)
def test_what_moves_a_row(engine: Engine, what: str, before: str) -> None:
    act(engine, what, row_in(engine, before))

    after = MOVES[what].get(before, before)
    if (before, what) == ("uncertain", "settle as sent"):
        after = "sent"  # an answer that came late, and says that the mail arrived
    assert states(engine) == [after]


def test_those_who_move_rows_say_how_many(engine: Engine) -> None:
    ids = put(engine, queued(), queued(rung="overdue-7"), queued("held", rung="overdue-14"))
    with session.transaction(engine) as conn:
        assert ledger.hold(conn, ids, "why") == 2
        assert ledger.hold(conn, ids, "why") == 0
        assert ledger.release(conn, [*ids, 999], NOW) == 3
        assert ledger.cancel(conn, ids[:1], "why", NOW) == 1
        assert ledger.resolve(conn, ids, "sent", NOW) == 0


def test_why_is_kept_while_it_is_so(engine: Engine) -> None:
    (row_id,) = put(engine, queued())
    with session.transaction(engine) as conn:
        ledger.hold(conn, [row_id], "to the CDE")
        assert only_row(conn).reason == "to the CDE"
        ledger.release(conn, [row_id], NOW)
        assert only_row(conn).reason == ""
        ledger.cancel(conn, [row_id], "filed meanwhile", NOW)
        assert only_row(conn).reason == "filed meanwhile"


def test_rows_of_a_rehearsal_are_never_released(engine: Engine) -> None:
    ids = put(engine, queued("held"), mode="rehearsal:1")
    with session.transaction(engine) as conn:
        assert ledger.release(conn, ids, NOW) == 0
    assert states(engine) == ["held"]


@pytest.mark.slow
def test_thousands_of_rows_are_moved_at_once(engine: Engine) -> None:
    """More than a statement may have parameters."""
    ids = put(engine, *(queued(anchor=str(number)) for number in range(12_000)))
    with session.transaction(engine) as conn:
        assert ledger.hold(conn, ids, "far too many") == 12_000
        assert ledger.release(conn, ids, NOW) == 12_000


# ---------------------------------------------------------------------------------------- sweeps


def test_of_several_sweeps_of_a_day_the_largest_counts(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        for number in (0, 7, 2):
            ledger.record_sweep(conn, PROCESS, "live", ON, number, at=NOW)
        ledger.record_sweep(conn, PROCESS, "live", ON - DAY, 3, at=NOW + DAY)
        ledger.record_sweep(conn, PROCESS, "rehearsal:1", ON - 9 * DAY, 40, at=NOW)
        assert [(one.on, one.mails) for one in ledger.sweeps(conn, PROCESS)] == [
            (ON - DAY, 3),
            (ON, 7),
        ]
        assert ledger.first_live_sweep_on(conn, PROCESS) == ON - DAY
        assert ledger.first_live_sweep_on(conn, "another-year") is None


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    with (
        pytest.raises(exc.StatementError, match="no time zone"),
        session.transaction(engine) as conn,
    ):
        ledger.record_sweep(conn, PROCESS, "live", ON, 1, at=dt.datetime(2024, 7, 11, 10))


def test_a_time_of_another_zone_comes_back_in_utc(engine: Engine) -> None:
    pacific = dt.timezone(-dt.timedelta(hours=7))
    with session.transaction(engine) as conn:
        ledger.record_sweep(conn, PROCESS, "live", ON, 1, at=NOW.astimezone(pacific))
        (sweep,) = ledger.sweeps(conn, PROCESS)
    assert (sweep.at, sweep.at.tzinfo) == (NOW, dt.UTC)
