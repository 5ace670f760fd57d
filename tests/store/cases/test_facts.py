"""What is recorded comes back as it was; the last learnt counts; nothing is overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, exc, text

from cimflow.process.case import (
    Case,
    Excuse,
    Extension,
    Fact,
    Review,
    Withdrawal,
)
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.schema.fact_tables import FACT_TABLES
from tests.store.examples import BY, LEA, NOW, OTHER_LEA, PROCESS, day, roster_entry, submission
from tests.store.racing import both
from tests.thoroughness import examples

CONTENTS = {"lead": "Zoë Núñez", "members": [{"name": "Ana", "role": "other"}], "share": 0.25}
GRANT = Extension("team", day("08-01"), day("07-01"), "selpa", "wildfire", "letter 7")
DECISION = Review("team", 1, "returned", day("05-09"), "reviewer@example.org", "a role is missing")


def add_one_of_each(conn: Connection, process: str = PROCESS) -> None:
    """One row in every table of facts."""
    cases.add_roster_entry(conn, process, LEA, roster_entry(unmet_indicators=("9", "10")), **BY)
    cases.add_fact(conn, process, LEA, Fact("indicator-8", "unmet", day("03-20")), **BY)
    cases.add_submission(
        conn, process, LEA, submission(contents=CONTENTS, document="team.docx"), **BY
    )
    cases.add_filing(conn, process, LEA, "team", 1, day("05-03"), **BY)
    cases.add_review(conn, process, LEA, DECISION, sha256="0" * 64, **BY)
    cases.add_void(conn, process, LEA, "team", 1, day("05-10"), "sent by mistake", **BY)
    cases.add_extension(conn, process, [LEA], GRANT, scope="lea", **BY)
    cases.add_excuse(
        conn, process, LEA, Excuse("parents", day("06-01"), "cde", "closed", "C-1"), **BY
    )
    cases.add_withdrawal(conn, process, LEA, Withdrawal(day("09-01"), "merged"), **BY)
    cases.set_go_live(conn, process, day("07-01"), **BY)


def load(engine: Engine, lea: str = LEA, process: str = PROCESS) -> Case:
    with session.reading(engine) as conn:
        return cases.load_cases(conn, process)[lea]


def test_every_kind_of_fact_comes_back_as_it_was_recorded(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_one_of_each(conn)

    assert load(engine) == Case(
        PROCESS,
        LEA,
        roster_entries=(roster_entry(unmet_indicators=("9", "10"), seq=1),),
        facts=(Fact("indicator-8", "unmet", day("03-20"), 2),),
        submissions=(
            submission(
                version=1,
                contents=CONTENTS,
                document="team.docx",
                filed_on=day("05-03"),
                voided_on=day("05-10"),
                voided_by=BY["recorded_by"],
                void_note="sent by mistake",
                void_seq=6,
                seq=3,
            ),
        ),
        reviews=(replace(DECISION, seq=5),),
        extensions=(replace(GRANT, seq=7),),
        excuses=(Excuse("parents", day("06-01"), "cde", "closed", "C-1", 8),),
        withdrawals=(Withdrawal(day("09-01"), "merged", 9),),
    )


def test_a_receipt_has_no_contents_and_empty_contents_are_not_a_receipt(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)
        cases.add_submission(conn, PROCESS, LEA, submission(), **BY)
        cases.add_submission(conn, PROCESS, LEA, submission(contents={}), **BY)

    assert [one.contents for one in load(engine).submissions] == [None, {}]


def test_when_and_from_whom_everything_was_learnt_is_kept(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_one_of_each(conn)

    with session.reading(engine) as conn:
        found = conn.execute(text("SELECT kind, cds_code, recorded_by FROM learnt ORDER BY seq"))
        rows = [tuple(one) for one in found]
    assert [kind for kind, _, _ in rows] == [
        "placements", "facts", "submissions", "filings", "reviews", "voids", "extensions",
        "excuses", "withdrawals", "go_lives",
    ]  # fmt: skip
    assert {cds for _, cds, _ in rows} == {LEA, None}
    assert {by for _, _, by in rows} == {"someone@example.org"}


def test_one_lea_is_read_alone_and_a_stranger_is_no_case(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        for lea in (OTHER_LEA, LEA):
            cases.add_roster_entry(conn, PROCESS, lea, roster_entry(), **BY)
        cases.add_roster_entry(conn, "another-year", LEA, roster_entry(), **BY)
        # A grant to an LEA that never was in the roster makes no case of it.
        cases.add_extension(conn, PROCESS, [LEA, "3"], GRANT, scope="cohort", **BY)

    with session.reading(engine) as conn:
        assert list(cases.load_cases(conn, PROCESS)) == [LEA, OTHER_LEA]
        assert list(cases.load_cases(conn, PROCESS, cds_code=OTHER_LEA)) == [OTHER_LEA]
        assert cases.load_cases(conn, PROCESS, cds_code="3") == {}
        assert cases.load_cases(conn, "no-such-year") == {}
        assert cases.process_ids(conn) == [PROCESS, "another-year"]


def test_a_grant_to_many_is_one_row_each_in_the_order_asked(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        for lea in (LEA, OTHER_LEA):
            cases.add_roster_entry(conn, PROCESS, lea, roster_entry(), **BY)
        cases.add_extension(conn, PROCESS, [OTHER_LEA, LEA], GRANT, scope="cohort", **BY)
        cases.add_extension(conn, PROCESS, [], GRANT, scope="cohort", **BY)

    assert [one.seq for one in load(engine, OTHER_LEA).extensions] == [3]
    assert [one.seq for one in load(engine, LEA).extensions] == [4]


@pytest.mark.parametrize(
    ("order", "is_in_cohort"),
    [
        (["placed", "withdrawn"], False),
        (["withdrawn", "placed"], True),
        (["placed", "withdrawn", "placed"], True),
    ],
)
def test_of_a_roster_row_and_a_withdrawal_of_one_day_the_last_learnt_counts(
    engine: Engine, order: list[str], is_in_cohort: bool
) -> None:
    with session.transaction(engine) as conn:
        # So that rows of each table are not as many: only a common count tells which was last.
        for other in range(3):
            cases.add_roster_entry(conn, PROCESS, str(other), roster_entry(), **BY)
        for what in order:
            if what == "placed":
                cases.add_roster_entry(conn, PROCESS, LEA, roster_entry("04-01"), **BY)
            else:
                cases.add_withdrawal(conn, PROCESS, LEA, Withdrawal(day("04-01"), "moved"), **BY)

    assert (load(engine).roster_entry_on(day("04-01")) is not None) is is_in_cohort


def test_the_last_learnt_filing_counts_whatever_its_day(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)
        cases.add_submission(conn, PROCESS, LEA, submission(filed_on=day("05-02")), **BY)
        cases.add_submission(conn, PROCESS, LEA, submission(), **BY)
        for filed_on in ("05-20", "05-05"):
            cases.add_filing(conn, PROCESS, LEA, "team", 2, day(filed_on), **BY)

    assert [one.filed_on for one in load(engine).submissions] == [day("05-02"), day("05-05")]


def test_a_void_said_twice_holds_from_the_first(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(), **BY)
        cases.add_submission(conn, PROCESS, LEA, submission(), **BY)
        for on in ("05-03", "05-02"):
            cases.add_void(conn, PROCESS, LEA, "team", 1, day(on), "error", **BY)

    assert load(engine).submissions[0].voided_on == day("05-03")


def test_the_last_learnt_go_live_day_counts(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        assert cases.go_live_of(conn, PROCESS) is None
        cases.set_go_live(conn, PROCESS, day("08-01"), **BY)
        cases.set_go_live(conn, PROCESS, day("07-15"), **BY)
        assert cases.go_live_of(conn, PROCESS) == day("07-15")
        assert cases.go_live_of(conn, "another-year") is None


def test_what_the_roster_last_said_is_told_apart_from_what_a_person_said(engine: Engine) -> None:
    roster, person = ({"learnt_at": NOW, "recorded_by": one} for one in ("roster", "a@b.org"))
    with session.transaction(engine) as conn:
        for value, by in (("unknown", roster), ("met", roster), ("unmet", person)):
            cases.add_fact(conn, PROCESS, LEA, Fact("indicator-8", value, day("03-15")), **by)
        assert cases.facts_recorded_by(conn, PROCESS, "roster") == {(LEA, "indicator-8"): "met"}


def test_a_selpa_is_called_what_the_roster_last_called_it(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        for name in ("Poppy SELPA", "Golden Poppy SELPA"):
            cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(selpa_name=name), **BY)
        assert cases.selpa_name(conn, PROCESS, "S1") == "Golden Poppy SELPA"
        assert cases.selpa_name(conn, PROCESS, "S2") is None


# --------------------------------------------------------------------------------------- versions


def test_a_version_number_is_never_given_twice_though_its_version_was_voided(
    engine: Engine,
) -> None:
    with session.transaction(engine) as conn:
        kept = [cases.add_submission(conn, PROCESS, LEA, submission(), **BY) for _ in "ab"]
        cases.add_void(conn, PROCESS, LEA, "team", 2, day("05-02"), "error", **BY)
        kept.append(cases.add_submission(conn, PROCESS, LEA, submission(), **BY))
        elsewhere = [
            cases.add_submission(conn, PROCESS, LEA, submission("parents"), **BY),
            cases.add_submission(conn, PROCESS, OTHER_LEA, submission(), **BY),
            cases.add_submission(conn, "another-year", LEA, submission(), **BY),
        ]

    assert [one.version for one in kept] == [1, 2, 3]
    assert [one.version for one in elsewhere] == [1, 1, 1]


def test_a_version_is_returned_as_it_is_read_later(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        cases.add_roster_entry(conn, PROCESS, LEA, roster_entry("03-15"), **BY)
        kept = [
            cases.add_submission(conn, PROCESS, LEA, submission("team", contents=one), **BY)
            for one in (CONTENTS, None)
        ]
        assert cases.load_cases(conn, PROCESS)[LEA].submissions == tuple(kept)


def test_two_who_record_at_once_get_a_number_each(engine: Engine) -> None:
    def record(_number: int) -> int:
        with session.transaction(engine) as conn:
            return cases.add_submission(conn, PROCESS, LEA, submission(), **BY).version

    # Both have read which number is the highest before either takes the next.
    assert sorted(both(record, engine, meet_after="max(submissions.version)")) == [1, 2]


# ------------------------------------------------------------------------------------- never less


@pytest.mark.parametrize("table", [one.name for one in FACT_TABLES])
@pytest.mark.parametrize("attempt", ["UPDATE {} SET seq = seq", "DELETE FROM {}"])
def test_facts_are_never_changed_or_deleted(engine: Engine, table: str, attempt: str) -> None:
    with session.transaction(engine) as conn:
        add_one_of_each(conn)

    with (
        pytest.raises(exc.DBAPIError, match="refused"),
        session.transaction(engine) as conn,
    ):
        conn.execute(text(attempt.format(table)))


def test_a_dry_run_that_rolls_back_leaves_nothing(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_one_of_each(conn)
        conn.rollback()

    with session.reading(engine) as conn:
        assert cases.load_cases(conn, PROCESS) == {}
        assert conn.execute(text("SELECT count(*) FROM learnt")).scalar() == 0


def test_who_fails_half_way_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(KeyError), session.transaction(engine) as conn:
        add_one_of_each(conn)
        raise KeyError("half way")

    with session.reading(engine) as conn:
        assert cases.load_cases(conn, PROCESS) == {}


# ------------------------------------------------------------------------------------------ order

Fill = Callable[[Connection, str], None]


def _adding(add: Callable[..., Any], *what: Any, **how: Any) -> Fill:
    return lambda conn, process: add(conn, process, *what, **how, **BY)


LEARNT: list[Fill] = [
    _adding(cases.add_roster_entry, LEA, roster_entry("03-15")),
    _adding(cases.add_roster_entry, LEA, roster_entry("06-01", level="3")),
    _adding(cases.add_fact, LEA, Fact("indicator-8", "unknown", day("03-15"))),
    _adding(cases.add_fact, LEA, Fact("indicator-8", "unmet", day("04-15"))),
    _adding(cases.add_submission, LEA, submission("team", contents=CONTENTS)),
    _adding(cases.add_submission, LEA, submission("parents")),
    _adding(cases.add_filing, LEA, "team", 1, day("05-03")),
    _adding(cases.add_review, LEA, DECISION, sha256="0" * 64),
    _adding(cases.add_void, LEA, "parents", 1, day("05-10"), "error"),
    _adding(cases.add_extension, [LEA], GRANT, scope="lea"),
    _adding(cases.add_excuse, LEA, Excuse("srr", day("06-01"), "cde", "closed", "C-1")),
    _adding(cases.add_withdrawal, LEA, Withdrawal(day("09-01"), "merged")),
]
_numbers = iter(range(10_000))


def _content(case: Case) -> dict[str, Any]:
    kinds = ("roster_entries", "facts", "submissions", "reviews", "extensions", "excuses")
    return {
        kind: sorted(re.sub(r"seq=\d+", "seq=0", repr(one)) for one in getattr(case, kind))
        for kind in (*kinds, "withdrawals")
    }


@given(order=st.permutations(LEARNT))
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_facts_learnt_in_any_order_make_the_same_case(engine: Engine, order: list[Fill]) -> None:
    in_order, shuffled = (f"year-{next(_numbers)}" for _ in range(2))
    with session.transaction(engine) as conn:
        for process, fills in ((in_order, LEARNT), (shuffled, order)):
            for fill in fills:
                fill(conn, process)

    assert _content(load(engine, process=in_order)) == _content(load(engine, process=shuffled))
