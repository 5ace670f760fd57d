"""A home that is live, on SQLite and on PostgreSQL, and a mail server on loopback."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.monitoring.notices import go_live
from cimflow.process.case import Fact, RosterEntry
from cimflow.process.contacts import Contact
from cimflow.settings import Settings, Smtp, default_database_url
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.ready_made import ready_made, tables_are_ready_made

__all__ = ["ready_made", "tables_are_ready_made"]  # fixtures

PROCESS = "targeted-2024"
START = dt.date(2024, 3, 15)
LIVE_FROM = dt.date(2024, 6, 3)
BY = {"learnt_at": dt.datetime(2024, 6, 1, 17, tzinfo=dt.UTC), "recorded_by": "test"}
LEAS = {"99000010000000": "3", "99000020000000": "2", "99000030000000": "1"}
POSTGRES = "CIMFLOW_TEST_POSTGRES_URL"


@dataclass
class Clock:
    """A clock that the test sets."""

    instant: dt.datetime = dt.datetime(2024, 7, 11, 17, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.instant

    def set_to(self, day: dt.date, hour: int = 17) -> None:
        self.instant = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own."""
    if request.param == "sqlite":
        home = tmp_path / "home"
        home.mkdir()
        yield default_database_url(home)
        return
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"{POSTGRES} is not set: delivery on PostgreSQL is not tested")
    schema = f"cimflow_delivery_{uuid.uuid4().hex[:12]}"
    admin = create_engine(
        server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as conn:
        conn.execute(text(f"CREATE SCHEMA {schema}"))
    yield f"{server}?options=-csearch_path%3D{schema}"
    with admin.connect() as conn:
        conn.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


@pytest.fixture
def context(database_url: str, tmp_path: Path) -> Iterator[AppContext]:
    """Three LEAs, one per level, each with a lead, a director and a superintendent; live."""
    settings = Settings(home=tmp_path / "home", database_url=database_url)
    opened = open_app_context(settings, clock=Clock())
    with session.transaction(opened.engine) as conn:
        for cds, level in LEAS.items():
            placed = RosterEntry(START, level, "9901", "Valley View SELPA", f"LEA at level {level}")
            cases.add_roster_entry(conn, PROCESS, cds, placed, **BY)
            cases.add_fact(conn, PROCESS, cds, Fact("indicator-8", "met", START), **BY)
        contacts.change_contacts(conn, people(), [], **BY)
    go_live.go_live(act_on(opened, PROCESS, by="test"), LIVE_FROM)
    yield opened
    opened.engine.dispose()


def people() -> list[Contact]:
    """Everyone whom the ladder names."""
    found = [
        Contact("lea", cds, role, f"{role} {level}", f"{role}.{level}@example.org")
        for cds, level in LEAS.items()
        for role in ("lea-lead", "lea-director", "superintendent")
    ]
    found.append(Contact("selpa", "9901", "selpa-admin", "An Admin", "admin@example.org"))
    found.append(Contact("selpa", "9901", "selpa-director", "A Director", "chief@example.org"))
    return found


def with_mail(context: AppContext, port: int) -> AppContext:
    """The same office with a mail server on loopback."""
    smtp = Smtp("127.0.0.1", port, "none", "cimflow@example.org")
    return replace(context, settings=replace(context.settings, smtp=smtp))


def clock_of(context: AppContext) -> Clock:
    """The clock that this office looks at."""
    assert isinstance(context.clock, Clock)
    return context.clock
