"""Two SELPAs with a few LEAs each, the people in them, and a browser without JavaScript.

``Browser`` is the pages' own application behind an HTTP client: it keeps cookies, follows no
redirect, and fills in the form's secret as a person's browser would.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient
from jinja2 import Environment

from cimflow.dashboard.app import create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.intake.spreadsheets.contacts import ContactRow
from cimflow.intake.spreadsheets.roster import RosterRow
from cimflow.monitoring.access import permissions
from cimflow.monitoring.access.sign_in import make_link
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.monitoring.roster import import_roster
from cimflow.monitoring.submissions.receive import Came, receive
from cimflow.monitoring.submissions.record import record
from cimflow.monitoring.submissions.review import void
from cimflow.settings import Settings, default_database_url
from cimflow.store.database import session
from tests import factories
from tests.ready_made import ready_made, tables_are_ready_made

__all__ = ["ready_made", "tables_are_ready_made"]  # fixtures

PROCESS = "targeted-2024"
OURS, THEIRS = "9901", "9902"
ELM, BIRCH, DOGWOOD = "99000010000000", "99000020000000", "99000030000000"
OTHER = "99000090000000"
"""An LEA of the other SELPA."""
NOON = dt.datetime(2024, 7, 11, 19, 0, tzinfo=dt.UTC)
BASE = "http://127.0.0.1:8400"

WITHDRAWN = "srr-corrective-actions"
"""An activity of which both SELPAs have a document that was withdrawn."""
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

PEOPLE = {
    "system": "sys@example.org",
    "admin": "selpa-admin.9901@example.org",
    "reader": "selpa-director.9901@example.org",
    "lead": f"lea-lead.{BIRCH}@example.org",
    "other-admin": "selpa-admin.9902@example.org",
}
"""Who plays which role; ``nobody`` is not signed in."""


@dataclass
class Clock:
    """A clock that a test sets."""

    at: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += dt.timedelta(**span)


@dataclass
class Browser:
    """A person at the pages, without JavaScript."""

    client: TestClient
    context: AppContext
    clock: Clock
    who: str = "nobody"

    def sign_in(self, who: str) -> Browser:
        """Sign in by a printed link, as anyone does in rehearsal."""
        link = make_link(self.context, PEOPLE.get(who, who), base_url=BASE, made_by="test")
        path = link.removeprefix(BASE)
        assert self.client.post(path).status_code == 303
        self.who = who
        return self

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.client.get(path, params=query or None)

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.get(f"/p/{PROCESS}").text)
        return found[1] if found else ""

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, files: Any = None, **headers: str
    ) -> httpx.Response:
        """Send a form with the secret of this session."""
        own = {"csrf": self.csrf(), **(data or {})}
        return self.client.post(path, data=own, files=files, headers=headers or None)


def people_of(selpas: Mapping[str, tuple[str, ...]]) -> list[ContactRow]:
    """Every role of every LEA and SELPA, with an address that says which."""
    rows = [
        ContactRow(0, scope, code, role, f"{role} of {code}", f"{role}.{code}@example.org")
        for selpa, leas in selpas.items()
        for scope, codes, roles in (
            ("lea", leas, ("lea-lead", "lea-director", "superintendent")),
            ("selpa", (selpa,), ("selpa-admin", "selpa-director")),
        )
        for code in codes
        for role in roles
    ]
    return [
        *rows,
        ContactRow(0, "cde", "*", "fmta-consultant", "A Consultant", "consultant@example.org"),
    ]


def roster_row(cds: str, name: str, level: str, selpa: str, indicator_8: str) -> RosterRow:
    return RosterRow(
        row=2,
        cds_code=cds,
        lea_name=name,
        selpa_code=selpa,
        selpa_name="Valley View SELPA" if selpa == OURS else "Far Away SELPA",
        process=PROCESS,
        level=level,
        facts={"indicator-8": indicator_8},
        identified_for="Elements 5a",
        unmet_indicators=(),
        effective_on=None,
    )


def withdraw_document(context: AppContext, cds: str) -> None:
    """A document that came in error: its pages can be tried, and it changes no state."""
    activity = WITHDRAWN
    letter = Came("document", "letter.pdf", PDF)
    receive(act_on(context, PROCESS, cds, by="test"), activity, letter)
    void(act_on(context, PROCESS, cds, by="test"), activity, version=1, note="of another LEA")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> AppContext:
    """The office of a home with both SELPAs, made once; each test has a copy."""
    home = tmp_path_factory.mktemp("pages") / "home"
    home.mkdir()
    (home / "home.toml").write_text("", encoding="utf-8")
    settings = Settings(home=home, database_url=default_database_url(home))
    context = open_app_context(settings, clock=lambda: NOON)
    rows = [
        roster_row(ELM, "Elm Crossing Unified", "3", OURS, "met"),
        roster_row(BIRCH, "Birch Hollow", "2", OURS, "unmet"),
        roster_row(DOGWOOD, "Dogwood Union", "1", OURS, "unknown"),
        roster_row(OTHER, "Far Ridge Elementary", "2", THEIRS, "met"),
    ]
    import_roster.import_roster(context, rows, actor=Actor("test"))
    leas = {OURS: (ELM, BIRCH, DOGWOOD), THEIRS: (OTHER,)}
    import_roster.import_contacts(context, people_of(leas), actor=Actor("test"))
    permissions.give_role(
        context, PEOPLE["system"], "system-administrator", "", actor=Actor("test")
    )
    for cds, received in ((BIRCH, "07-02"), (ELM, "07-09")):
        record(
            act_on(context, PROCESS, cds, by=PEOPLE["admin"]),
            "team-creation",
            received_on=factories.day(received),
        )
    for cds in (BIRCH, OTHER):
        withdraw_document(context, cds)
        report = home / "drill-down" / "reports" / cds
        report.mkdir(parents=True)
        (report / "rates.csv").write_text("cds_code\n", encoding="utf-8")
    context.engine.dispose()
    return context


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def context(filled: AppContext, tmp_path: Path, clock: Clock) -> Iterator[AppContext]:
    """The office of a copy of that home; what was read from files is not read again."""
    home = tmp_path / "home"
    shutil.copytree(filled.settings.home, home)
    settings = replace(filled.settings, home=home, database_url=default_database_url(home))
    engine = session.open_engine(settings.database_url)
    context = replace(filled, settings=settings, engine=engine, clock=clock)
    yield context
    context.engine.dispose()


@pytest.fixture(scope="session")
def templates(filled: AppContext) -> Environment:
    """The templates, compiled once for all tests."""
    return open_web_app(filled, port=8400).templates


@pytest.fixture
def browser(context: AppContext, clock: Clock, templates: Environment) -> Callable[[str], Browser]:
    """``browser("admin")`` is that person's browser, signed in; ``browser("nobody")`` is not."""
    app = create_app(replace(open_web_app(context, port=8400), templates=templates))

    def open_browser(who: str = "nobody") -> Browser:
        client = TestClient(app, base_url=BASE, follow_redirects=False)
        found = Browser(client, context, clock)
        return found if who == "nobody" else found.sign_in(who)

    return open_browser
