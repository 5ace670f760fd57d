"""Who can sign in; giving and ending roles; links printed for someone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cimflow.monitoring.access import audit_log, permissions
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.roster import contacts
from cimflow.process.contacts import Contact
from tests.dashboard.conftest import BIRCH, OTHER, OURS, PEOPLE, PROCESS, THEIRS, Browser
from tests.dashboard.forms import SCRIPT, no_script, plain

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
HERE = f"/p/{PROCESS}/people"
ANN = "ann.lee@example.org"


def give(browser: Browser, role: str, code: str, email: str = ANN):  # type: ignore[no-untyped-def]
    return browser.post(f"{HERE}/give", {"email": email, "role": role, "code": code})


def end(browser: Browser, role: str, code: str, email: str = ANN):  # type: ignore[no-untyped-def]
    return browser.post(f"{HERE}/end", {"email": email, "role": role, "code": code})


def link(browser: Browser, email: str):  # type: ignore[no-untyped-def]
    return browser.post(f"{HERE}/link", {"email": email})


def test_each_sees_the_people_of_their_selpas_and_why(browser: Open) -> None:
    admin, system = browser("admin"), browser("system")
    text = plain(admin.get(HERE))
    assert PEOPLE["lead"] in text
    assert "Lead of an LEA: Birch Hollow (contact: Lead of the LEA)" in text
    assert PEOPLE["system"] not in text
    assert PEOPLE["other-admin"] not in text
    everyone = plain(system.get(HERE))
    assert "(given by test, Thu, July 11, 2024, 12:00 pm Pacific)" in everyone
    assert all(one in everyone for one in PEOPLE.values())
    assert "Thu, July 11, 2024, 12:00 pm Pacific" in text  # the administrator was just here
    assert PEOPLE["lead"] in plain(admin.get(HERE, find="birch"))
    assert PEOPLE["reader"] not in plain(admin.get(HERE, find="birch"))
    assert no_script(admin.get(HERE, find=SCRIPT))


@pytest.mark.parametrize(
    ("who", "role", "code", "may"),
    [
        ("admin", "selpa-reader", OURS, True),
        ("admin", "selpa-administrator", OURS, True),
        ("admin", "lea-lead", BIRCH, True),
        ("admin", "system-administrator", "", False),
        ("admin", "selpa-reader", THEIRS, False),
        ("admin", "selpa-administrator", THEIRS, False),
        ("admin", "lea-lead", OTHER, False),
        ("admin", "no-such-role", OURS, False),
        ("admin", "selpa-reader", "", False),
        ("system", "system-administrator", "", True),
        ("system", "selpa-administrator", THEIRS, True),
        ("system", "selpa-reader", "no-such", False),
        ("system", SCRIPT, SCRIPT, False),
    ],
)
def test_who_gives_and_ends_which_role(
    browser: Open, who: str, role: str, code: str, may: bool
) -> None:
    person = browser(who)
    given = give(person, role, code)
    assert given.status_code == (303 if may else 422)
    assert no_script(given)
    assert (permissions.viewer_of(person.context, ANN) is not None) is may
    if may:
        assert end(person, role, code).status_code == 303
        assert permissions.viewer_of(person.context, ANN) is None


@pytest.mark.parametrize(
    ("role", "code"),
    [("system-administrator", ""), ("selpa-reader", THEIRS), ("lea-lead", OTHER)],
)
def test_nobody_ends_a_role_that_is_not_theirs_to_give(browser: Open, role: str, code: str) -> None:
    admin = browser("admin")
    permissions.give_role(admin.context, ANN, role, code, actor=Actor("test"))
    assert end(admin, role, code).status_code == 422
    assert permissions.viewer_of(admin.context, ANN) is not None


def test_the_end_of_a_role_signs_the_person_out(browser: Open) -> None:
    system = browser("system")
    give(system, "selpa-reader", OURS)
    ann = browser(ANN)
    assert ann.get(f"/p/{PROCESS}/roster").status_code == 200
    give(system, "selpa-reader", THEIRS)
    assert end(system, "selpa-reader", OURS).status_code == 303
    assert ann.get(f"/p/{PROCESS}/roster").headers["location"] == "/sign-in"


def test_nobody_ends_their_own_right_to_administer_the_system(browser: Open) -> None:
    system = browser("system")
    answer = end(system, "system-administrator", "", PEOPLE["system"].upper())
    assert answer.status_code == 422
    assert "You cannot end your own role" in plain(answer)
    assert system.get(HERE).status_code == 200


def test_a_link_is_shown_once_works_once_and_is_noted(browser: Open) -> None:
    admin = browser("admin")
    page = link(admin, PEOPLE["lead"])
    (address,) = re.findall(r"http://127\.0\.0\.1:8400(/sign-in/[\w-]+)", page.text)
    assert address not in admin.get(HERE).text
    nobody = browser("nobody")
    assert nobody.client.post(address).status_code == 303
    assert browser("nobody").client.post(address).status_code == 404
    (entry,) = audit_log.entries(admin.context, text=f"for {PEOPLE['lead']}", limit=5)
    assert (entry.action, entry.actor) == ("link-printed", PEOPLE["admin"])
    assert address.rsplit("/", 1)[1] not in str(audit_log.entries(admin.context, limit=500))


@pytest.mark.parametrize("whose", ["system", "other-admin", "stranger@example.org", SCRIPT])
def test_a_link_opens_no_more_than_the_one_who_prints_it_may(browser: Open, whose: str) -> None:
    admin = browser("admin")
    page = link(admin, PEOPLE.get(whose, whose))
    assert page.status_code == 422
    assert no_script(page)
    assert "/sign-in/" not in page.text


@pytest.mark.parametrize("whose", ["system", "other-admin"])
def test_naming_someone_as_a_contact_wins_nobody_their_link(browser: Open, whose: str) -> None:
    """A SELPA administrator names whom they like, but not to become them."""
    admin = browser("admin")
    lead = Contact("lea", BIRCH, "lea-lead", "A Lead", PEOPLE[whose])
    seen = contacts.holders(admin.context, [("lea", BIRCH)]).seen
    contacts.change(
        act_on(admin.context, PROCESS, BIRCH, by="test"), [("lea", BIRCH)], seen=seen, added=lead
    )
    page = admin.get(HERE)
    assert PEOPLE[whose] in page.text
    assert "System administrator only" in page.text
    assert link(admin, PEOPLE[whose]).status_code == 422
