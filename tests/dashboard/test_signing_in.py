"""Signing in by a link, and out again."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cimflow.monitoring import access, audit, imports, signin
from tests.dashboard.conftest import BASE, OURS, PEOPLE, PROCESS, Browser, people_of

GRID = f"/p/{PROCESS}"


def link_of(person: Browser, who: str) -> str:
    link = signin.make_link(person.office, PEOPLE[who], base_url=BASE, made_by="test")
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


def test_signing_out_ends_it_on_the_server_too(browser: Callable[[str], Browser]) -> None:
    person = browser("admin")
    kept = dict(person.client.cookies)
    assert person.post("/sign-out").status_code == 303
    assert not is_signed_in(person)
    person.client.cookies.update(kept)  # someone copied the cookie before
    assert not is_signed_in(person)


def test_a_visit_ends_by_itself(browser: Callable[[str], Browser]) -> None:
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
    imports.import_contacts(person.office, other, by="test")
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
    entries = audit.entries(person.office, limit=100)
    assert entries
    assert all(token not in f"{one}" for one in entries)


def test_a_reader_is_no_administrator(browser: Callable[[str], Browser]) -> None:
    viewer = access.viewer_of(browser("nobody").office, PEOPLE["reader"])
    assert viewer is not None
    assert viewer.may_see(selpa_code=OURS, cds_code="")
    assert not viewer.may_change(selpa_code=OURS)
