"""Who holds a role now; who held it before stays on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, text

from cimflow.process.contacts import Contact
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.store.examples import BY, LEA
from tests.store.racing import both

ANA = Contact("lea", LEA, "lea-lead", "Ana Ruiz", "Ana@Example.org")
BEN = Contact("lea", LEA, "lea-lead", "Ben Oh", "ben@example.org")
KIM = Contact("cde", "*", "fmta-consultant", "Kim Lund", "kim@example.org")


def change(
    engine: Engine, added: Sequence[Contact] = (), ended: Sequence[Contact] = ()
) -> list[Contact]:
    with session.transaction(engine) as conn:
        contacts.change_contacts(conn, added, ended, **BY)
        return contacts.load_contacts(conn)


def test_contacts_come_back_as_they_were_typed_in_order(engine: Engine) -> None:
    assert change(engine, [KIM, ANA, BEN]) == [KIM, ANA, BEN]


def test_who_is_there_already_is_not_added_again(engine: Engine) -> None:
    change(engine, [ANA, KIM])
    assert change(engine, [ANA, BEN]) == [ANA, KIM, BEN]


def test_an_ended_contact_is_kept_with_its_end(engine: Engine) -> None:
    change(engine, [ANA, KIM])
    assert change(engine, added=[BEN], ended=[ANA]) == [KIM, BEN]

    with session.reading(engine) as conn:
        found = conn.execute(text("SELECT name, ended_by FROM contacts WHERE ended_at IS NOT NULL"))
        assert [tuple(one) for one in found] == [("Ana Ruiz", BY["recorded_by"])]


def test_who_left_may_come_back(engine: Engine) -> None:
    change(engine, [ANA])
    change(engine, ended=[ANA])
    assert change(engine, [ANA]) == [ANA]
    assert change(engine, ended=[ANA]) == []


def test_ending_one_spelling_leaves_another(engine: Engine) -> None:
    lower = Contact("lea", LEA, "lea-lead", "Ana Ruiz", "ana@example.org")
    change(engine, [ANA])
    assert change(engine, ended=[lower]) == [ANA]


def test_nothing_to_change_changes_nothing(engine: Engine) -> None:
    assert change(engine) == []


def test_two_who_import_the_same_file_at_once_add_nobody_twice(engine: Engine) -> None:
    both(lambda _: change(engine, [ANA, KIM]), engine, meet_after="FROM contacts")
    assert change(engine) == [ANA, KIM]


def test_the_history_of_some_says_who_since_when_until_when(engine: Engine) -> None:
    change(engine, [ANA, KIM])
    change(engine, added=[BEN], ended=[ANA])
    with session.reading(engine) as conn:
        found = contacts.history_of(conn, [("lea", LEA), ("cde", LEA)])
    assert [(one.contact, one.until is None) for one in found] == [(ANA, False), (BEN, True)]
    assert {one.since for one in found} == {BY["learnt_at"]}
    assert found[0].ended_by == found[0].named_by == BY["recorded_by"]
