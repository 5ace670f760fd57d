"""An office of two SELPAs with people in every role, whose clock the test sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.process.case import RosterEntry
from cimflow.process.contacts import Contact
from cimflow.settings import Settings, Smtp, default_database_url
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts

PROCESS = "targeted-2024"
START = dt.date(2024, 3, 15)
NOW = dt.datetime(2024, 7, 11, 17, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
BY = {"learnt_at": NOW, "recorded_by": "test"}
ELM, FIR, OAK, YEW = "99000010000000", "99000020000000", "99000030000000", "99000040000000"
SELPA_OF = {ELM: "S1", FIR: "S1", OAK: "S2", YEW: "S2"}
PEOPLE = [
    Contact("selpa", "S1", "selpa-admin", "Ada Admin", "Ada@Example.org"),
    Contact("selpa", "S2", "selpa-director", "Dan Director", "dan@example.org"),
    Contact("lea", ELM, "lea-lead", "Lee Lead", "lee@example.org"),
    Contact("lea", ELM, "lea-director", "Sue Second", "sue@example.org"),
    Contact("lea", ELM, "superintendent", "Tom Top", "tom@example.org"),
    Contact("lea", FIR, "lea-director", "Sue Second", "sue@example.org"),  # stands in: no lead
    Contact("lea", FIR, "superintendent", "Tom Top", "tom@example.org"),
    Contact("lea", OAK, "superintendent", "Ann Alone", "ann@example.org"),  # stands in as well
    Contact("lea", OAK, "lea-lead", "Eßa Strange", "eßa@example.org"),
    Contact("cde", "*", "fmta-consultant", "Cy Consultant", "cy@example.org"),
    Contact("lea", "99999990000000", "lea-lead", "No Where", "nowhere@example.org"),
]


@dataclass
class Clock:
    """A clock that the test sets."""

    instant: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.instant


@pytest.fixture
def context(tmp_path: Path) -> Iterator[AppContext]:
    """Two SELPAs of two LEAs each, and their contacts."""
    home = tmp_path / "home"
    home.mkdir()
    opened = open_app_context(Settings(home, default_database_url(home)), clock=Clock())
    with session.transaction(opened.engine) as conn:
        for cds, selpa in SELPA_OF.items():
            entry = RosterEntry(START, "2", selpa, f"SELPA {selpa}", f"LEA {cds}")
            cases.add_roster_entry(conn, PROCESS, cds, entry, **BY)
        contacts.change_contacts(conn, PEOPLE, [], **BY)
    yield opened
    opened.engine.dispose()


def later(context: AppContext, by: dt.timedelta) -> None:
    """Let time pass."""
    assert isinstance(context.clock, Clock)
    context.clock.instant += by


def end_contact(context: AppContext, *ended: Contact) -> None:
    """Someone leaves."""
    with session.transaction(context.engine) as conn:
        contacts.change_contacts(conn, [], ended, **BY)


def with_mail(context: AppContext, port: int = 1) -> AppContext:
    """The same office with a mail server on loopback."""
    smtp = Smtp("127.0.0.1", port, "none", "cimflow@example.org")
    return replace(context, settings=replace(context.settings, smtp=smtp))
