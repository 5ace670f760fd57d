"""Signing in by a link, and out again."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest

from cimflow.dashboard.web.return_address import ASKED, LONGEST, ours
from cimflow.monitoring.access import audit_log, permissions, sign_in
from cimflow.monitoring.act import Actor
from cimflow.monitoring.roster import import_roster
from tests.dashboard.conftest import BASE, BIRCH, OURS, PEOPLE, PROCESS, Browser, people_of

GRID = f"/p/{PROCESS}"


def link_of(person: Browser, who: str) -> str:
    link = sign_in.make_link(person.context, PEOPLE[who], base_url=BASE, made_by="test")
    return link.removeprefix(BASE)


def is_signed_in(person: Browser) -> bool:
    return person.get(GRID).status_code == 200


def test_looking_at_a_link_does_not_use_it_up(browser: Callable[[str], Browser]) -> None:
    person = browser("nobody")
    path = link_of(person, "admin")
    for _ in range(3):  # mail scanners
        assert person.get(path).status_code == 200
        assert not is_signed_in(person)
    assert person.client.post(path).status_code == 303
    assert is_signed_in(person)


def test_a_link_works_once(browser: Callable[[str], Browser]) -> None:
    person, thief = browser("nobody"), browser("nobody")
    path = link_of(person, "admin")
    assert person.client.post(path).status_code == 303
    for answer in (thief.client.post(path), thief.get(path)):
        assert answer.status_code == 404
        assert "<h1>This link cannot be used</h1>" in answer.text
    assert not is_signed_in(thief)


@pytest.mark.parametrize(("minutes", "works"), [(14, True), (16, False)])
def test_a_link_works_for_a_quarter_of_an_hour(
    minutes: int, works: bool, browser: Callable[[str], Browser]
) -> None:
    person = browser("nobody")
    path = link_of(person, "admin")
    person.clock.pass_by(minutes=minutes)
    person.client.post(path)
    assert is_signed_in(person) is works


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    browser: Callable[[str], Browser],
) -> None:
    person = browser("nobody")
    cookie = person.client.post(link_of(person, "admin")).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert re.search(r"SameSite=lax", cookie, re.IGNORECASE)


SHARED = [
    f"{GRID}?as_of=2024-10-11&level=3",
    f"{GRID}/print?find=M%C3%BCller+%26+Co&selpa=9901",
    f"{GRID}/leas/{BIRCH}",
]


@pytest.mark.parametrize("address", SHARED)
def test_a_shared_address_opens_after_the_sign_in(
    address: str, browser: Callable[[str], Browser]
) -> None:
    person = browser("nobody")
    asked = person.get(address)
    assert asked.headers["location"] == "/sign-in"
    assert "HttpOnly" in asked.headers["set-cookie"]
    assert "the page you asked for opens" in person.get("/sign-in").text
    path = link_of(person, "admin")
    person.get(path)
    opened = person.client.post(path)
    assert opened.headers["location"] == address
    assert person.get(opened.headers["location"]).status_code == 200
    # Once: the next sign-in begins at the start.
    person.post("/sign-out")
    assert person.client.post(link_of(person, "admin")).headers["location"] == "/"


def test_the_last_page_that_was_asked_for_opens(browser: Callable[[str], Browser]) -> None:
    person = browser("nobody")
    person.get(SHARED[0])
    person.get(SHARED[2])
    assert person.client.post(link_of(person, "admin")).headers["location"] == SHARED[2]
    person.post("/sign-out")
    person.get(SHARED[0])
    person.get("/")
    assert "the page that you asked for" not in person.get("/sign-in").text
    assert person.client.post(link_of(person, "admin")).headers["location"] == "/"


def test_who_may_not_see_the_page_is_refused_as_always(
    browser: Callable[[str], Browser],
) -> None:
    person = browser("nobody")
    person.get(SHARED[2])
    opened = person.client.post(link_of(person, "other-admin"))
    refused = person.get(opened.headers["location"])
    assert refused.status_code == 404
    assert "Birch Hollow" not in refused.text
    assert person.get("/").headers["location"] == GRID


HOSTILE = [
    "",
    "/",
    "/p",
    "//evil.example/p/",
    "///evil.example",
    "/\\evil.example",
    "/p/\\evil.example",
    "/p/%5c%5Cevil.example",
    "/p//evil.example",
    "/p/x?next=//evil.example",
    "/p/../sign-in/token",
    "/p/%2e%2e/sign-out",
    "/p/x/.%2E",
    "/p/./x",
    "/P/targeted-2024",
    "https://evil.example/p/x",
    "https:/p/x",
    "javascript:alert(1)//p/",
    "p/targeted-2024",
    " /p/targeted-2024",
    "/p/targeted 2024",
    "/p/x\r\nset-cookie: a=b",
    "/p/x%0d%0aset-cookie:%20a=b",
    "/p/x?find=%00",
    "/p/x\t",
    "/p/x#/p/y",
    "/p/ü",
    "/p/x?find=%E2%80%AE",
    "/p/" + "x" * LONGEST,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_nobody_is_sent_to_what_is_no_page_of_ours(
    address: str, browser: Callable[[str], Browser]
) -> None:
    assert ours(address) is None
    person = browser("nobody")
    person.client.cookies.set(ASKED, base64.urlsafe_b64encode(address.encode()).decode())
    assert "the page that you asked for" not in person.get("/sign-in").text
    assert person.client.post(link_of(person, "admin")).headers["location"] == "/"


@pytest.mark.parametrize("kept", ["%%%", "a", "_w==", "L3AveA", SHARED[0], "é".encode().hex()])
def test_a_cookie_that_is_none_of_ours_is_passed_over(
    kept: str, browser: Callable[[str], Browser]
) -> None:
    person = browser("nobody")
    person.client.cookies.set(ASKED, kept)
    assert person.client.post(link_of(person, "admin")).headers["location"] == "/"


def test_signing_out_ends_it_on_the_server_too(browser: Callable[[str], Browser]) -> None:
    person = browser("admin")
    kept = dict(person.client.cookies)
    assert person.post("/sign-out").status_code == 303
    assert not is_signed_in(person)
    person.client.cookies.update(kept)  # someone copied the cookie before
    assert not is_signed_in(person)


def test_a_session_ends_by_itself(browser: Callable[[str], Browser]) -> None:
    person = browser("admin")
    person.clock.pass_by(hours=1)
    assert is_signed_in(person)
    person.clock.pass_by(hours=3)  # nobody has looked for longer than two hours
    assert not is_signed_in(person)


def test_who_is_no_longer_named_is_out_at_the_next_click(
    browser: Callable[[str], Browser],
) -> None:
    person = browser("admin")
    assert is_signed_in(person)
    rows = [one for one in people_of({OURS: ()}) if one.role == "selpa-admin"]
    other = [type(rows[0])(0, "selpa", OURS, "selpa-admin", "Someone Else", "else@example.org")]
    import_roster.import_contacts(person.context, other, actor=Actor("test"))
    assert not is_signed_in(person)


def test_asking_for_a_link_tells_nobody_who_is_known(browser: Callable[[str], Browser]) -> None:
    person = browser("nobody")
    known = person.post("/sign-in", {"email": PEOPLE["admin"]})
    unknown = person.post("/sign-in", {"email": "stranger@example.org"})
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)


def test_no_token_stands_in_the_audit_log(browser: Callable[[str], Browser]) -> None:
    person = browser("nobody")
    path = link_of(person, "admin")
    person.get(path)
    person.client.post(path)
    person.client.post(path)
    token = path.rsplit("/", 1)[1]
    entries = audit_log.entries(person.context, limit=100)
    assert entries
    assert all(token not in f"{one}" for one in entries)


def test_a_reader_is_no_administrator(browser: Callable[[str], Browser]) -> None:
    viewer = permissions.viewer_of(browser("nobody").context, PEOPLE["reader"])
    assert viewer is not None
    assert viewer.may_see(selpa_code=OURS, cds_code="")
    assert not viewer.may_change(selpa_code=OURS)
