"""Contacts by hand: added, changed, ended; nobody's page but one's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.roster import contacts
from tests.dashboard.conftest import BIRCH, OURS, PROCESS, THEIRS, Browser
from tests.dashboard.forms import ESCAPED, SCRIPT, hidden, no_script, plain, wrong_at

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
LEA = f"/p/{PROCESS}/leas/{BIRCH}/contacts"
SELPA = f"/p/{PROCESS}/selpas/{OURS}/contacts"
LEAD = {"role": "lea-lead"}
OLD = {
    "old_name": f"lea-lead of {BIRCH}",
    "old_email": f"lea-lead.{BIRCH}@example.org",
}
ANN = {"name": "Ann Lee", "email": "ann.lee@example.org"}


def held(
    context: AppContext, scope: str = "lea", code: str = BIRCH, role: str = "lea-lead"
) -> set[str]:
    return {one.contact.email for one in contacts.holders(context, [(scope, code)]).of(role)}


def post(browser: Browser, path: str, **typed: str):  # type: ignore[no-untyped-def]
    seen = hidden(browser.get(path), "seen")
    return browser.post(path, {"seen": seen, **typed})


def test_a_lead_is_added_changed_and_ended(browser: Open) -> None:
    admin = browser("admin")
    context = admin.context
    assert post(admin, LEA, do="add", **LEAD, **ANN).status_code == 303
    assert held(context) == {OLD["old_email"], ANN["email"]}
    changed = {"name": "Ann Lee", "email": "ann@example.org"}
    old = {"old_name": ANN["name"], "old_email": ANN["email"]}
    assert post(admin, LEA, do="change", **LEAD, **changed, **old).status_code == 303
    assert held(context) == {OLD["old_email"], "ann@example.org"}
    assert post(admin, LEA, do="end", **LEAD, **OLD).status_code == 303
    assert held(context) == {"ann@example.org"}
    page = plain(admin.get(LEA))
    assert "Previous contacts" in page
    assert "selpa-admin.9901@example.org" in page


def test_who_is_named_for_every_lea_is_named_here(browser: Open) -> None:
    page = plain(browser("admin").get(LEA))
    assert "A Consultant , consultant@example.org for every LEA." in page
    assert "Nobody yet" not in page


def test_without_a_lead_the_page_warns_and_says_who_is_told(browser: Open) -> None:
    admin = browser("admin")
    assert "This is the only lead." in plain(admin.get(LEA))
    assert post(admin, LEA, do="end", **LEAD, **OLD).status_code == 303
    page = plain(admin.get(LEA))
    assert f"lea-director of {BIRCH} is told instead" in page
    assert f"notices go to lea-director of {BIRCH} instead" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Name: is blank"),
        ({"name": "Ann\r\nLee"}, "Name: contains a line break"),
        ({"name": "A" * 201}, "longer than 200"),
        ({"email": SCRIPT}, "is not an email address"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "is not an email address"),
        ({"role": "selpa-admin"}, "choose one of the roles on this page"),
        ({"role": SCRIPT}, "choose one of the roles on this page"),
        ({"email": OLD["old_email"].upper()}, "already holds this role"),
    ],
)
def test_a_contact_that_cannot_be(browser: Open, changed: dict[str, str], said: str) -> None:
    admin = browser("admin")
    answer = post(admin, LEA, **{"do": "add", **LEAD, **ANN, **changed})
    assert answer.status_code == 422
    assert said in plain(answer)
    assert no_script(answer)
    assert held(admin.context) == {OLD["old_email"]}


def test_what_was_typed_is_kept_and_stays_text(browser: Open) -> None:
    typed = {"name": SCRIPT, "email": "no-address"}
    answer = post(browser("admin"), LEA, do="add", **LEAD, **typed)
    assert ESCAPED in answer.text
    assert "no-address" in answer.text


def test_a_refusal_stands_at_its_field_of_the_person_it_is_about(browser: Open) -> None:
    admin = browser("admin")
    added = post(admin, LEA, do="add", **LEAD, name="", email="no-address")
    assert wrong_at(added, "lea-lead-new-name") == "Name: is blank."
    assert "is not an email address" in wrong_at(added, "lea-lead-new-email")
    assert not wrong_at(added, "lea-lead-1-name")
    again = post(admin, LEA, do="add", **LEAD, name="Ann", email=OLD["old_email"])
    assert "already holds this role" in wrong_at(again, "lea-lead-new-email")
    changed = post(admin, LEA, do="change", **LEAD, **OLD, name="", email=OLD["old_email"])
    assert wrong_at(changed, "lea-lead-1-name") == "Name: is blank."
    assert not wrong_at(changed, "lea-lead-new-name")


def test_the_second_of_two_people_is_told(browser: Open) -> None:
    admin = browser("admin")
    seen = hidden(admin.get(LEA), "seen")
    assert post(admin, LEA, do="add", **LEAD, **ANN).status_code == 303
    bo = {"name": "Bo Ray", "email": "bo@example.org"}
    answer = admin.post(LEA, {"do": "add", **LEAD, **bo, "seen": seen})
    assert answer.status_code == 422
    assert "Someone changed these contacts while your page was open" in plain(answer)
    assert "bo@example.org" in answer.text
    assert "Ann Lee" in answer.text
    assert bo["email"] not in held(admin.context)


def test_someone_who_does_not_hold_the_role_cannot_be_ended(browser: Open) -> None:
    admin = browser("admin")
    answer = post(admin, LEA, do="end", **LEAD, old_name="Nobody", old_email="no@example.org")
    assert answer.status_code == 422
    assert "no longer holds this role" in plain(answer)


def test_a_selpas_contacts_are_for_its_administrators(browser: Open) -> None:
    admin = browser("admin")
    assert post(admin, SELPA, do="add", role="selpa-admin", **ANN).status_code == 303
    assert ANN["email"] in held(admin.context, "selpa", OURS, "selpa-admin")
    assert admin.get(f"/p/{PROCESS}/selpas/{THEIRS}/contacts").status_code == 404
    other = browser("other-admin")
    assert other.post(SELPA, {"do": "add", "role": "selpa-admin", **ANN}).status_code == 404


def test_who_is_there_for_every_lea_is_the_system_administrators(browser: Open) -> None:
    admin, system = browser("admin"), browser("system")
    consultant = {"do": "add", "role": "fmta-consultant", **ANN}
    assert "fmta-consultant" not in admin.get(SELPA).text
    assert post(admin, SELPA, **consultant).status_code == 422
    assert post(system, SELPA, **consultant).status_code == 303
    assert ANN["email"] in held(system.context, "cde", "*", "fmta-consultant")
    assert post(admin, LEA, **{**consultant, "email": "own@example.org"}).status_code == 303
    assert held(system.context, "cde", BIRCH, "fmta-consultant") == {"own@example.org"}
