"""More time: for one LEA, for a SELPA, for the cohort; and exceptions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import evaluate_cohort, read_case
from cimflow.monitoring.roster.withdrawal import withdraw
from tests import factories
from tests.dashboard.conftest import (
    BIRCH,
    DOGWOOD,
    ELM,
    OTHER,
    OURS,
    PEOPLE,
    PROCESS,
    THEIRS,
    Browser,
)
from tests.dashboard.forms import SCRIPT, hidden, no_script, plain

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
TODAY = factories.day("07-11")
EXTEND = f"/p/{PROCESS}/leas/{BIRCH}/extend/parent-input"
ALL = f"/p/{PROCESS}/extend"


def due_of(browser: Browser, cds: str, activity: str = "parent-input") -> str:
    (status,) = evaluate_cohort(act_on(browser.context, PROCESS, cds), TODAY)
    return str(status.activity(activity).due)


def granted_by(browser: Browser) -> str:
    """Whoever receives parent input of Birch Hollow."""
    process = browser.context.process(PROCESS)
    receiver = process.receiver_of(process.activity_by_id["parent-input"], "2")
    assert receiver is not None
    return receiver.authority


def test_a_due_date_is_moved_after_what_changes_was_shown(browser: Open) -> None:
    admin = browser("admin")
    page = admin.get(EXTEND)
    assert "Due now: Wed, July 10, 2024" in plain(page)
    typed = {
        "to": "2024-08-01",
        "reason": "a fire",
        "reference": "letter 7",
        "seen": hidden(page, "seen"),
    }
    shown = admin.post(EXTEND, typed)
    assert shown.status_code == 200
    assert "Parent Input is due Thu, August 1, 2024 instead of Wed, July 10, 2024" in plain(shown)
    assert "It is no longer overdue." in plain(shown)
    assert due_of(admin, BIRCH) == "2024-07-10"
    sure = {**typed, "seen": hidden(shown, "seen"), "sure": hidden(shown, "sure")}
    assert admin.post(EXTEND, sure).status_code == 303
    assert due_of(admin, BIRCH) == "2024-08-01"
    assert "To Thu, August 1, 2024" in plain(admin.get(EXTEND))


def test_another_date_than_was_shown_is_shown_first(browser: Open) -> None:
    admin = browser("admin")
    typed = {"to": "2024-08-01", "reason": "a fire", "reference": "letter 7"}
    sure = hidden(admin.post(EXTEND, typed), "sure")
    answer = admin.post(EXTEND, {**typed, "to": "2024-09-01", "sure": sure})
    assert answer.status_code == 200
    assert "September 1, 2024" in plain(answer)
    assert due_of(admin, BIRCH) == "2024-07-10"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"to": ""}, "New due date: give the day."),
        ({"to": "2024-07-10"}, "is before the day of the grant"),
        ({"to": "2204-07-10"}, "is it a typo?"),
        ({"reason": ""}, "say why it is granted"),
        ({"reason": "one\r\ntwo"}, "Why: contains a line break"),
    ],
)
def test_a_grant_that_cannot_be(browser: Open, changed: dict[str, str], said: str) -> None:
    admin = browser("admin")
    typed = {"to": "2024-08-01", "reason": SCRIPT, "reference": SCRIPT, **changed}
    answer = admin.post(EXTEND, typed)
    assert answer.status_code == 422
    assert said in plain(answer)
    assert no_script(answer)


def test_what_the_cde_grants_needs_its_reference(browser: Open) -> None:
    admin = browser("admin")
    process = admin.context.process(PROCESS)
    of_cde = next(
        one.id
        for one in process.activities
        if (receiver := process.receiver_of(one, "3")) is not None and receiver.authority == "cde"
    )
    here = f"/p/{PROCESS}/leas/{ELM}/excuse/{of_cde}"
    assert "Reference for the CDE" in plain(admin.get(here))
    assert admin.post(here, {"reason": "agreed"}).status_code == 422
    assert admin.post(here, {"reason": "agreed", "reference": "mail of May 2"}).status_code == 303
    excuse = read_case(act_on(admin.context, PROCESS, ELM)).excuse_on(of_cde, TODAY)
    assert excuse is not None
    assert (excuse.grantor, excuse.reference) == ("cde", "mail of May 2")


def test_an_unknown_activity_is_not_there(browser: Open) -> None:
    admin = browser("admin")
    for path in ("extend", "excuse"):
        assert admin.get(f"/p/{PROCESS}/leas/{BIRCH}/{path}/no-such").status_code == 404


def wide(browser: Browser, **changed: str) -> dict[str, str]:
    typed = {
        "activity": "parent-input",
        "whose": OURS,
        "to": "2024-08-01",
        "grantor": granted_by(browser),
        "reason": "a flood",
        "reference": "letter 7",
    }
    return {**typed, **changed}


def test_a_selpa_gets_more_time_and_who_is_left_out_is_named(browser: Open) -> None:
    admin = browser("admin")
    assert admin.get(ALL).status_code == 200
    shown = admin.post(ALL, wide(admin))
    assert "Nothing has been granted yet." in plain(shown)
    assert "Birch Hollow" in plain(shown)
    assert due_of(admin, BIRCH) == "2024-07-10"
    sure = wide(admin, sure=hidden(shown, "sure"), asked=hidden(shown, "asked"))
    assert admin.post(ALL, sure).status_code == 303
    assert due_of(admin, BIRCH) == "2024-08-01"
    assert due_of(admin, OTHER) == "2024-07-10"


def test_what_changed_since_it_was_shown_is_shown_again(browser: Open) -> None:
    admin = browser("admin")
    shown = admin.post(ALL, wide(admin))
    withdraw(act_on(admin.context, PROCESS, BIRCH, by="a colleague"), on=TODAY, reason="merged")
    sure = wide(admin, sure=hidden(shown, "sure"), asked=hidden(shown, "asked"))
    answer = admin.post(ALL, sure)
    assert answer.status_code == 409
    assert "Something changed since you previewed it" in plain(answer)
    assert due_of(admin, DOGWOOD) == "2024-07-10"


@pytest.mark.parametrize("whose", [THEIRS, "*", "", "9999"])
def test_a_selpa_administrator_grants_within_their_selpas_alone(browser: Open, whose: str) -> None:
    admin = browser("admin")
    answer = admin.post(ALL, wide(admin, whose=whose))
    assert answer.status_code == 422
    assert "For which LEAs: choose one." in plain(answer)


def test_the_system_administrator_grants_to_the_cohort(browser: Open) -> None:
    system = browser("system")
    shown = system.post(ALL, wide(system, whose="*"))
    system.post(ALL, wide(system, whose="*", sure=hidden(shown, "sure")))
    assert due_of(system, BIRCH) == due_of(system, OTHER) == "2024-08-01"


def test_a_refused_grant_stands_in_the_log(browser: Open) -> None:
    admin = browser("admin")
    admin.post(EXTEND, {"to": "2024-08-01", "reason": ""})
    (entry,) = audit_log.entries(admin.context, text="say why it is granted", limit=5)
    assert (entry.action, entry.outcome, entry.cds_code) == ("extend", "refused", BIRCH)


def test_a_button_pressed_twice_grants_once(context: AppContext, browser: Open) -> None:
    """Two of the same at the same time: the first is recorded and stays."""
    admin, again = browser("admin"), browser("nobody")
    again.client.cookies.update(dict(admin.client.cookies))
    typed = {"to": "2024-08-01", "reason": "a fire", "reference": "letter 7"}
    shown = admin.post(EXTEND, {**typed, "seen": hidden(admin.get(EXTEND), "seen")})
    sure = {name: hidden(shown, name) for name in ("seen", "sure", "csrf")}
    with ThreadPoolExecutor(2) as both:
        sent = [
            both.submit(one.client.post, EXTEND, data={**typed, **sure}) for one in (admin, again)
        ]
    answers = sorted((one.result() for one in sent), key=lambda one: one.status_code)
    assert [one.status_code for one in answers] == [303, 422]
    # The second says who was first: the same person, a moment ago.
    assert f"{PEOPLE['admin'].lower()} recorded an extension" in plain(answers[1])
    assert "Due now: Thu, August 1, 2024" in plain(answers[1])
    assert len(read_case(act_on(context, PROCESS, BIRCH)).extensions) == 1
    assert due_of(admin, BIRCH) == "2024-08-01"
