"""Every link of every mail and every page leads to a page that is there, for whoever sees it.

Mails: every kind of notice, in every state, to every role, and the sign-in link. Pages: each page
there is, as the system administrator, the SELPA's administrator and an LEA's lead see it, on days
on which the activities are in every state.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.routing import Match

from cimflow import addresses, resources
from cimflow.cli.sample_home import ADMINISTRATOR, load_sample
from cimflow.dashboard.app import ROUTERS, create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.access.permissions import give_role
from cimflow.monitoring.access.sign_in import make_link
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.notify.writing.compose import compose
from cimflow.process.contacts import Role
from cimflow.process.definition.rung_kinds import RUNG_KINDS
from cimflow.process.evaluation.status import State
from cimflow.settings import read_settings
from tests.browser.every_page import JUNIPER, PROCESS, fill
from tests.browser.every_page import addresses as every_address
from tests.notify.writing.approve_mails import TEMPLATES
from tests.notify.writing.stories import DRILL_DOWN, STEPWELL, item, letter

pytestmark = pytest.mark.slow

BASE = "https://cim.example.org/pages"
NOW = dt.datetime(2024, 7, 11, 19, 0, tzinfo=dt.UTC)
LEAD = "renata.voskuil@example.org"
SYSTEM = "sys@example.org"
WHO = {"system": SYSTEM, "admin": ADMINISTRATOR, "lead": LEAD}
DAYS = ("2024-03-20", "2024-06-20", "2024-07-01", "2024-07-11", "2024-10-11", "2024-12-20")
"""Days on which the activities of the sample are in every state between them."""
ROUTES = [one for router in ROUTERS for one in router.routes if isinstance(one, APIRoute)]
ASSETS = resources.templates_dir() / "dashboard" / "assets"


def answers(method: str, path: str) -> bool:
    """Whether a route, or a file of ours, answers at a path."""
    if path.startswith("/assets/"):
        return (ASSETS / path.removeprefix("/assets/")).is_file()
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return any(one.matches(scope)[0] is Match.FULL for one in ROUTES)


# ---- the routes and their addresses


def test_every_route_has_its_address_and_every_address_a_route() -> None:
    there = {one.path for one in ROUTES}
    named = {one.pattern for one in vars(addresses).values() if isinstance(one, addresses.Address)}
    assert named == there
    assert len(there) >= 55


def test_no_address_is_spelled_anywhere_else() -> None:
    """``/p/`` and the names of its parts stand in addresses.py alone."""
    package = Path(resources.__file__).parent
    spelled = [
        f"{path.name}: {line.strip()}"
        for path in [
            *package.rglob("*.py"),
            *(resources.templates_dir() / "dashboard").rglob("*.j2"),
        ]
        if path.name != "addresses.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"""["'(]/(?:p|sign-in|sign-out)(?:/|["'])""", line) and "``" not in line
    ]
    assert spelled == []


# ---- mails


def links_of_mail(text: str) -> list[str]:
    """The addresses in a mail, whole."""
    return re.findall(r"https?://[^\s<>\"]+", text)


def test_every_link_of_every_mail_is_answered() -> None:
    found: set[str] = set()
    kinds = [one.id for one in RUNG_KINDS.values() if one.about == "activity"]
    states, roles = get_args(State), get_args(Role)
    assert len(kinds) >= 10
    for kind, state, role in itertools.product(kinds, states, roles):
        row = item(DRILL_DOWN, STEPWELL, kind=kind, rung=kind, state=state, role=role)
        mail = compose(letter(dt.date(2024, 7, 11), row, base_url=BASE), TEMPLATES)
        links = {one for text in (mail.text, mail.html) for one in links_of_mail(text)}
        has_page = any(one.startswith(BASE) for one in links)
        assert has_page or kind == "stand-down", (kind, state, role)
        found |= links
    ours = {one.removeprefix(BASE) for one in found if one.startswith(BASE)}
    assert ours
    assert [one for one in sorted(ours) if not answers("GET", urlsplit(one).path)] == []


def test_a_sign_in_link_is_answered() -> None:
    path = addresses.sign_in_link("T" * 43)
    assert answers("GET", path)
    assert answers("POST", path)
    assert addresses.absolute(f"{BASE}/", path) == f"{BASE}{path}"


# ---- pages


class Links(HTMLParser):
    """What a page leads to: method and address; and the ids that there are on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.add(values["id"])
        if tag in {"a", "link"} and "href" in values:
            self.found.add(("GET", values["href"]))
        if tag in {"script", "img"} and "src" in values:
            self.found.add(("GET", values["src"]))
        if tag == "form" and "action" in values:
            self.found.add((values.get("method", "get").upper(), values["action"]))
        for name, method in (("hx-get", "GET"), ("hx-post", "POST")):
            if name in values:
                self.found.add((method, values[name]))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AppContext, list[str]]]:
    """The sample with some of everything in it, and the address of every page of it."""
    folder = tmp_path_factory.mktemp("links")
    settings = read_settings({"CIMFLOW_HOME": str(folder / "home")}, working_directory=folder)
    load_sample(settings)
    context = open_app_context(settings, clock=lambda: NOW)
    give_role(context, SYSTEM, "system-administrator", "", actor=Actor("test"))
    filled = fill(context)
    pages = every_address(filled)
    pages += [addresses.cohort(PROCESS, as_of=day) for day in DAYS]
    pages += [addresses.lea(PROCESS, JUNIPER, as_of=day) for day in DAYS]
    yield context, list(dict.fromkeys(pages))
    context.engine.dispose()


@pytest.mark.parametrize("who", WHO)
def test_every_link_of_every_page_is_answered(
    sample: tuple[AppContext, list[str]], who: str
) -> None:
    context, pages = sample
    base = "http://127.0.0.1:8400"
    client = TestClient(create_app(open_web_app(context, port=8400)), base_url=base)
    link = make_link(context, WHO[who], base_url=base, made_by="test")
    assert client.post(link.removeprefix(base), follow_redirects=False).status_code == 303
    walked, wrong, tried = 0, [], set()
    for page in pages:
        answer = client.get(page)
        if answer.status_code in {403, 404} or "text/html" not in answer.headers["content-type"]:
            continue
        assert answer.status_code == 200, f"{page}: {answer.status_code}"
        walked += 1
        seen = Links(answer.text)
        for method, address in sorted(seen.found):
            whole = urlsplit(urljoin(base + page, address))
            if address.startswith("#"):
                wrong += [] if address[1:] in seen.ids | {""} else [f"{page}: {address}"]
            elif whole.netloc != urlsplit(base).netloc:
                wrong += [] if address.startswith("mailto:") else [f"{page}: {address}"]
            elif not answers(method, whole.path):
                wrong.append(f"{page}: {method} {address}")
            elif method == "GET" and not whole.path.startswith("/assets/"):
                tried.add(f"{whole.path}?{whole.query}" if whole.query else whole.path)
    assert wrong == []
    # Whoever sees a link may follow it: nothing leads to a refusal.
    refused = [one for one in sorted(tried) if client.get(one).status_code >= 400]
    assert refused == []
    assert walked >= {"system": 53, "admin": 50, "lead": 12}[who]
