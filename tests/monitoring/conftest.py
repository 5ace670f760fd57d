"""An office with three LEAs of two SELPAs, on SQLite and on PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.process.case import RosterEntry
from cimflow.process.contacts import Contact
from cimflow.settings import Settings
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.ready_made import ready_made, tables_are_ready_made
from tests.store.conftest import postgres_schema, upgraded_file, upgraded_schema, url

__all__ = [
    "postgres_schema",
    "ready_made",
    "tables_are_ready_made",
    "upgraded_file",
    "upgraded_schema",
    "url",
]

PROCESS = "targeted-2024"
START = dt.date(2024, 3, 15)
BIRCH, DOGWOOD, FOREIGN = "99000020000000", "99000030000000", "99000090000000"
LEAD, DIRECTOR, ADMIN = "lead@example.org", "Director@example.org", "admin@example.org"
BY = {"learnt_at": dt.datetime(2024, 6, 1, 17, tzinfo=dt.UTC), "recorded_by": "roster@example.org"}


@dataclass
class Clock:
    """A clock that the test sets."""

    instant: dt.datetime = field(default=dt.datetime(2024, 7, 11, 17, tzinfo=dt.UTC))

    def __call__(self) -> dt.datetime:
        return self.instant


@pytest.fixture
def context(url: str, tmp_path: Path) -> Iterator[AppContext]:
    """Two LEAs of SELPA 9901 and one of 9909, at Level 2, with their people."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    opened = open_app_context(Settings(home=home, database_url=url), clock=Clock())
    with session.transaction(opened.engine) as conn:
        for cds, name, selpa in (
            (BIRCH, "Birch Hollow", "9901"),
            (DOGWOOD, "Dogwood Union", "9901"),
            (FOREIGN, "Far Away Unified", "9909"),
        ):
            entry = RosterEntry(START, "2", selpa, f"SELPA {selpa}", name)
            cases.add_roster_entry(conn, PROCESS, cds, entry, **BY)
        people = [
            Contact("lea", BIRCH, "lea-lead", "Lee Dahl", LEAD),
            Contact("lea", BIRCH, "lea-director", "Di Rector", DIRECTOR),
            Contact("selpa", "9901", "selpa-admin", "Ada Min", ADMIN),
        ]
        contacts.change_contacts(conn, people, [], **BY)
    yield opened
    opened.engine.dispose()


def last_seen(context: AppContext, cds_code: str = BIRCH) -> int:
    """What a person who opens the page now has before their eyes."""
    with session.reading(context.engine) as conn:
        return cases.last_seq(conn, PROCESS, cds_code)


def everything_learnt(context: AppContext) -> int:
    """How much is known of the process: changes by nothing that was refused."""
    with session.reading(context.engine) as conn:
        return cases.last_seq(conn, PROCESS)
