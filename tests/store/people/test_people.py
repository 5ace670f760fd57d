"""Roles end and are not deleted, a link opens once, the audit log only grows; on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from cimflow.process.contacts import Contact
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import audit_entries, contacts, people
from cimflow.store.people.audit_entries import Asked, AuditEntry
from cimflow.store.people.people import Grant
from tests.store.examples import BY, DAY, LEA, MINUTE, NOW, OTHER_LEA, PROCESS, roster_entry
from tests.store.racing import both

ANA, BEN = "ana@example.org", "ben@example.org"
LEADS = Grant(ANA, "lea-lead", LEA, NOW, "someone")


def add_link(conn: Connection, digest: str, email: str = ANA, **changes: Any) -> None:
    given: dict[str, Any] = {
        "token_hash": digest,
        "email": email,
        "created_at": NOW,
        "expires_at": NOW + 15 * MINUTE,
        "made_by": "",
        "remote": "192.0.2.1",
    }
    people.add_link(conn, **given | changes)


def add_session(conn: Connection, digest: str, email: str = ANA, **changes: Any) -> None:
    given: dict[str, Any] = {
        "token_hash": digest,
        "email": email,
        "csrf": "c",
        "created_at": NOW,
        "seen_at": NOW,
        "expires_at": NOW + DAY / 2,
    }
    people.add_session(conn, **given | changes)


def entry(action: str, **changes: Any) -> AuditEntry:
    given: dict[str, Any] = {
        "at": NOW,
        "actor": ANA,
        "acting_as": "lea-lead",
        "action": action,
        "outcome": "done",
        "process": PROCESS,
        "cds_code": LEA,
        "selpa_code": "S1",
        "detail": "",
        "request": "POST /x",
        "remote": "192.0.2.1",
    }
    return AuditEntry(**given | changes)


# ---- roles


def test_a_role_stands_until_it_ends_and_is_kept_with_its_end(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        people.add_grant(conn, LEADS)
        assert people.standing_grants(conn) == people.standing_grants(conn, ANA) == [LEADS]
        assert people.standing_grants(conn, BEN) == []
        end = {"at": NOW + DAY, "by": "x"}
        assert people.end_grant(conn, ANA, "lea-lead", LEA, **end)
        assert not people.end_grant(conn, ANA, "lea-lead", LEA, **end)
        assert people.standing_grants(conn) == []
        people.add_grant(conn, LEADS)
        assert people.standing_grants(conn) == [LEADS]
        kept = conn.execute(text("SELECT ended_by FROM grants ORDER BY id"))
        assert list(kept.scalars()) == ["x", None]


GUARDED = [
    "DELETE FROM grants",
    "UPDATE grants SET role = 'system-administrator'",
    "UPDATE grants SET email = 'x@example.org'",
    "UPDATE grants SET ended_at = NULL",
    "INSERT INTO grants (email, role, code, learnt_at, recorded_by) SELECT email, 'king', code, learnt_at, recorded_by FROM grants",
    "DELETE FROM audit",
    "UPDATE audit SET outcome = 'done'",
    "INSERT INTO audit (at, actor, acting_as, action, outcome, detail, request, remote) SELECT at, '', '', '', 'perhaps', '', '', '' FROM audit",
]


@pytest.mark.parametrize("statement", GUARDED)
def test_what_the_database_itself_refuses(engine: Engine, statement: str) -> None:
    with session.transaction(engine) as conn:
        people.add_grant(conn, LEADS)
        people.end_grant(conn, ANA, "lea-lead", LEA, at=NOW, by="x")
        audit_entries.add_entry(conn, entry("record"))
    with (
        pytest.raises(Exception, match=r"refused|CHECK|check"),
        session.transaction(engine) as conn,
    ):
        conn.execute(text(statement))


def test_contacts_are_found_in_whatever_case_they_were_typed(engine: Engine) -> None:
    found = Contact("lea", LEA, "lea-lead", "Ana Ruiz", "Ana@Example.org")
    other = Contact("lea", OTHER_LEA, "lea-lead", "Ben Oh", BEN)
    gone = Contact("lea", LEA, "superintendent", "Ana Ruiz", ANA)
    with session.transaction(engine) as conn:
        contacts.change_contacts(conn, [found, other, gone], [], **BY)
        contacts.change_contacts(conn, [], [gone], **BY)
        assert people.contacts_at(conn, ANA) == [found]
        assert people.contacts_of_leas(conn, [LEA]) == [found]
        assert people.contacts_of_leas(conn, []) == []


def test_the_selpa_rows_come_by_day_and_within_it_as_learnt(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        for day, selpa in (("08-01", "S3"), ("03-15", "S1"), ("03-15", "S2")):
            cases.add_roster_entry(conn, PROCESS, LEA, roster_entry(day, selpa_code=selpa), **BY)
        cases.add_roster_entry(conn, "other", OTHER_LEA, roster_entry(), **BY)
        assert [one.selpa_code for one in people.selpa_rows(conn, cds_codes=[LEA])] == [
            "S1",
            "S2",
            "S3",
        ]
        assert len(people.selpa_rows(conn, process="other")) == 1
        assert len(people.selpa_rows(conn)) == 4


# ---- links


def test_a_link_opens_once_and_for_its_time(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_link(conn, "l1")
        add_link(conn, "l2")
        add_link(conn, "of nobody", email="")
        assert people.email_of_open_link(conn, "l1", NOW) == ANA
        assert people.use_link(conn, "l1", NOW) == ANA
        assert people.use_link(conn, "l1", NOW) is None
        assert people.email_of_open_link(conn, "l1", NOW) is None
        assert people.email_of_link(conn, "l1") == ANA
        assert people.email_of_open_link(conn, "l2", NOW + 15 * MINUTE) is None
        assert people.use_link(conn, "l2", NOW + 15 * MINUTE) is None
        assert people.use_link(conn, "l2", NOW + 14 * MINUTE) == ANA
        assert people.use_link(conn, "of nobody", NOW) is None
        assert people.use_link(conn, "never made", NOW) is None


def test_of_two_who_use_a_link_at_once_one_gets_in(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_link(conn, "l1")

    def use(_: int) -> str | None:
        with session.transaction(engine) as conn:
            return people.use_link(conn, "l1", NOW)

    results = both(use, engine, meet_after="sign_in_links")
    assert sorted(map(str, results)) == sorted(["None", ANA])


LIMITS: list[tuple[dict[str, Any], int]] = [
    ({"since": NOW - MINUTE}, 2),
    ({"since": NOW}, 0),
    ({"since": NOW - MINUTE, "known": False}, 3),
    ({"since": NOW - MINUTE, "email": ANA}, 1),
    ({"since": NOW - MINUTE, "remote": "192.0.2.1"}, 2),
    ({"since": NOW - MINUTE, "remote": "192.0.2.9", "known": False}, 1),
]


@pytest.mark.parametrize(("asked", "number"), LIMITS)
def test_links_asked_for_are_counted(engine: Engine, asked: dict[str, Any], number: int) -> None:
    with session.transaction(engine) as conn:
        add_link(conn, "l1")
        add_link(conn, "l2", email=BEN)
        add_link(conn, "l3", email="", remote="192.0.2.9")
        add_link(conn, "printed", made_by="root")
        assert people.links_asked_for(conn, **asked) == number


# ---- sessions

STANDS: list[tuple[str, dict[str, Any], dt.timedelta, bool]] = [
    # what                       of the session                       later by       stands
    ("just begun",               {},                                  0 * MINUTE,    True),
    ("idle, but not long",       {},                                  119 * MINUTE,  True),
    ("idle for two hours",       {},                                  120 * MINUTE,  False),
    ("seen, but twelve hours",   {"seen_at": NOW + 719 * MINUTE},     720 * MINUTE,  False),
    ("seen, eleven hours",       {"seen_at": NOW + 600 * MINUTE},     660 * MINUTE,  True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "changes", "later", "stands"), STANDS, ids=[one[0] for one in STANDS]
)
def test_a_session_stands(
    engine: Engine, what: str, changes: dict[str, Any], later: dt.timedelta, stands: bool
) -> None:
    now = NOW + later
    with session.transaction(engine) as conn:
        add_session(conn, "s1", **changes)
        found = people.open_session(conn, "s1", now=now, idle_since=now - 120 * MINUTE)
        assert (found is not None) is stands
        assert people.open_session(conn, "s2", now=now, idle_since=now - 120 * MINUTE) is None


ENDS: list[tuple[Callable[[Connection], list[str]], list[str]]] = [
    (lambda conn: people.end_sessions(conn, NOW, token_hash="s1"), [ANA]),
    (lambda conn: people.end_sessions(conn, NOW, email=ANA), [ANA, ANA]),
    (lambda conn: people.end_sessions(conn, NOW, email="x"), []),
    (lambda conn: people.end_sessions(conn, NOW), []),
]


@pytest.mark.parametrize(("end", "whose"), ENDS)
def test_sessions_end_one_or_all_of_a_person(
    engine: Engine, end: Callable[[Connection], list[str]], whose: list[str]
) -> None:
    with session.transaction(engine) as conn:
        for digest, email in (("s1", ANA), ("s2", ANA), ("s3", BEN)):
            add_session(conn, digest, email)
        assert end(conn) == whose
        assert end(conn) == []
        idle_since = NOW - MINUTE
        assert people.open_session(conn, "s3", now=NOW, idle_since=idle_since)
        still = [
            people.open_session(conn, one, now=NOW, idle_since=idle_since) for one in ("s1", "s2")
        ]
        assert sum(one is not None for one in still) == 2 - len(whose)


def test_being_seen_is_noted_and_what_expired_is_forgotten(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_link(conn, "l1")
        add_session(conn, "s1")
        found = people.open_session(conn, "s1", now=NOW, idle_since=NOW - MINUTE)
        assert found is not None
        people.see_session(conn, found.id, NOW + MINUTE)
        again = people.open_session(conn, "s1", now=NOW, idle_since=NOW - MINUTE)
        assert again is not None
        assert again.seen_at == NOW + MINUTE
        people.forget_expired(conn, NOW + 15 * MINUTE)
        assert people.email_of_link(conn, "l1") == ANA
        people.forget_expired(conn, NOW + 2 * DAY)
        assert people.email_of_link(conn, "l1") is None
        assert people.end_sessions(conn, NOW, email=ANA) == []


def test_the_last_time_that_someone_was_here_outlives_their_session(engine: Engine) -> None:
    with session.transaction(engine) as conn:
        add_session(conn, "s1", seen_at=NOW + MINUTE)
        audit_entries.add_entry(conn, entry("sign-in"))
        audit_entries.add_entry(conn, entry("sign-in", actor=BEN))
        audit_entries.add_entry(conn, entry("sign-in", actor="c@example.org", outcome="refused"))
        assert people.last_seen(conn) == {ANA: NOW + MINUTE, BEN: NOW}
        people.forget_expired(conn, NOW + 2 * DAY)
        assert people.last_seen(conn) == {ANA: NOW, BEN: NOW}


# ---- the audit log

ASKED = [
    (Asked(), ["d", "c", "b", "a"]),
    (Asked(selpa_codes={"S1"}), ["c", "a"]),
    (Asked(selpa_codes=[]), []),
    (Asked(since=NOW + MINUTE), ["d", "c"]),
    (Asked(until=NOW + MINUTE), ["b", "a"]),
    (Asked(text="BEN@"), ["b"]),
    (Asked(outcome="failed"), []),
    (Asked(text="100%"), ["d"]),
    (Asked(text="_"), []),
    (Asked(selpa_codes={"S1", "S2"}, text="ben"), ["b"]),
]


@pytest.mark.parametrize(("asked", "found"), ASKED)
def test_the_log_is_read_newest_first_by_selpa_time_and_text(
    engine: Engine, asked: Asked, found: list[str]
) -> None:
    with session.transaction(engine) as conn:
        audit_entries.add_entry(conn, entry("a"))
        audit_entries.add_entry(conn, entry("b", actor=BEN, selpa_code="S2"))
        audit_entries.add_entry(conn, entry("c", at=NOW + MINUTE))
        audit_entries.add_entry(
            conn, entry("d", at=NOW + MINUTE, selpa_code=None, detail="100% done")
        )
        read = audit_entries.load_entries(conn, asked, limit=9, offset=0)
        assert [one.action for one in read] == found
        assert audit_entries.count_entries(conn, asked) == len(found)
        assert [
            one.action for one in audit_entries.load_entries(conn, asked, limit=1, offset=1)
        ] == found[1:2]
        assert audit_entries.load_entries(conn, Asked(), limit=1, offset=3) == [entry("a")]
        assert audit_entries.was_noted(conn, "a", "192.0.2.1", NOW - MINUTE)
        assert not audit_entries.was_noted(conn, "a", "192.0.2.1", NOW)
