"""An LEA's level, names, facts, withdrawal and coming into the cohort, by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.roster import lea_facts
from tests import factories
from tests.dashboard.conftest import BIRCH, DOGWOOD, OTHER, OURS, PROCESS, THEIRS, Browser
from tests.dashboard.forms import ESCAPED, SCRIPT, hidden, no_script, plain, wrong_at

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
TODAY = factories.day("07-11")
AT_BIRCH = f"/p/{PROCESS}/leas/{BIRCH}"
NEW = f"/p/{PROCESS}/new-lea"
NEW_CDS = "99000040000000"


def roster_entry(page: object, **changed: str) -> dict[str, str]:
    """The form of Birch Hollow as it stands, with changes."""
    typed = {
        "level": "2",
        "lea_name": "Birch Hollow",
        "identified_for": "Elements 5a",
        "unmet_indicators": "",
        "on": "2024-07-11",
        "seen": hidden(page, "seen"),  # type: ignore[arg-type]
    }
    return {**typed, **changed}


def new_lea(**changed: str) -> dict[str, str]:
    typed = {
        "cds_code": NEW_CDS,
        "lea_name": "Fir Peak",
        "level": "1",
        "selpa_code": OURS,
        "on": "2024-07-11",
    }
    return {**typed, **changed}


def test_a_new_level_holds_from_its_day_and_the_old_one_stays(browser: Open) -> None:
    admin = browser("admin")
    page = admin.get(f"{AT_BIRCH}/roster-entry")
    answer = admin.post(f"{AT_BIRCH}/roster-entry", roster_entry(page, level="3"))
    assert answer.status_code == 303
    case = read_case(act_on(admin.context, PROCESS, BIRCH))
    assert [(one.holds_on, one.level) for one in case.roster_entries][-1] == (TODAY, "3")
    assert case.level_judging(factories.day("07-10")) == "2"
    after = plain(admin.get(f"{AT_BIRCH}/roster-entry"))
    assert "Birch Hollow was changed: level: 2 → 3" in after


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"lea_name": ""}, "Name: is blank"),
        ({"lea_name": "Birch\r\nHollow"}, "Name: contains a line break"),
        ({"lea_name": "B" * 201}, "Name: is longer than 200 characters"),
        ({"level": "9"}, "is not one of the levels 1, 2, 3"),
        ({"on": "soon"}, "Starting on: write the day such as 2024-07-11."),
        ({"on": "2204-07-11"}, "is it a typo?"),
        ({"on": "2023-07-11"}, "is before the start"),
        ({"selpa_code": THEIRS}, "only the system administrator can move an LEA"),
        ({"selpa_name": "Renamed"}, "only the system administrator can rename a SELPA"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(
    browser: Open, changed: dict[str, str], said: str
) -> None:
    admin = browser("admin")
    before = read_case(act_on(admin.context, PROCESS, BIRCH))
    page = admin.get(f"{AT_BIRCH}/roster-entry")
    typed = roster_entry(page, identified_for=SCRIPT, **changed)
    answer = admin.post(f"{AT_BIRCH}/roster-entry", typed)
    assert answer.status_code == 422
    assert said in plain(answer)
    assert no_script(answer)
    assert ESCAPED in answer.text
    assert read_case(act_on(admin.context, PROCESS, BIRCH)) == before


def test_the_system_administrator_moves_an_lea_to_another_selpa(browser: Open) -> None:
    system = browser("system")
    page = system.get(f"{AT_BIRCH}/roster-entry")
    moved = {"selpa_code": THEIRS, "selpa_name": "Far Away SELPA"}
    assert system.post(f"{AT_BIRCH}/roster-entry", roster_entry(page, **moved)).status_code == 303
    assert browser("admin").get(f"{AT_BIRCH}/roster-entry").status_code == 404
    assert browser("other-admin").get(f"{AT_BIRCH}/roster-entry").status_code == 200


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("roster-entry", {"lea_name": "Birch Hollow Union", "level": "2", "on": "2024-07-11"}),
        ("facts", {"fact": "indicator-8", "value": "met", "on": "2024-07-11"}),
        ("withdraw", {"reason": "it merged", "on": "2024-07-11"}),
        ("excuse/parent-input", {"reason": "it merged", "on": "2024-07-11"}),
        ("extend/parent-input", {"reason": "a fire", "to": "2024-08-01"}),
    ],
)
def test_the_second_of_two_people_is_told(browser: Open, path: str, typed: dict[str, str]) -> None:
    admin = browser("admin")
    seen = hidden(admin.get(f"{AT_BIRCH}/{path}"), "seen")
    lea_facts.set_fact(
        act_on(admin.context, PROCESS, BIRCH, by="a colleague"), "final-findings", "no", on=TODAY
    )
    before = read_case(act_on(admin.context, PROCESS, BIRCH))
    answer = admin.post(f"{AT_BIRCH}/{path}", {**typed, "seen": seen})
    assert answer.status_code == 422
    assert "Something changed while this page was open" in plain(answer)
    assert "a colleague recorded a fact" in plain(answer)
    assert next(iter(typed.values())) in answer.text
    assert read_case(act_on(admin.context, PROCESS, BIRCH)) == before
    again = {**typed, "seen": hidden(answer, "seen")}
    assert admin.post(f"{AT_BIRCH}/{path}", again).status_code in {200, 303}


def test_a_fact_is_entered_from_a_day_on(browser: Open) -> None:
    admin = browser("admin")
    here = f"/p/{PROCESS}/leas/{DOGWOOD}/facts"
    page = admin.get(here)
    text = plain(page)
    assert "The SELPA can look this up." in text
    assert "Only the CDE knows this." in text
    typed = {"fact": "indicator-8", "value": "unmet", "on": "2024-07-01"}
    answer = admin.post(here, {**typed, "seen": hidden(page, "seen")})
    assert answer.status_code == 303
    fact = read_case(act_on(admin.context, PROCESS, DOGWOOD)).fact_on("indicator-8", TODAY)
    assert fact is not None
    assert (fact.value, fact.holds_on) == ("unmet", factories.day("07-01"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"fact": "indicator-8", "value": SCRIPT}, "is not one of"),
        ({"fact": SCRIPT, "value": "met"}, "no such fact"),
        ({"fact": "corrective-actions-due", "value": "soon"}, "is not a date"),
        ({"fact": "indicator-8", "value": "met", "on": "2024-07-12"}, "is after today"),
    ],
)
def test_a_fact_that_cannot_be(browser: Open, typed: dict[str, str], said: str) -> None:
    admin = browser("admin")
    answer = admin.post(f"{AT_BIRCH}/facts", typed)
    assert answer.status_code == 422
    assert said in plain(answer)
    assert no_script(answer)


def test_a_day_that_was_known_is_not_known_after_all(browser: Open) -> None:
    admin = browser("admin")
    known = {"fact": "corrective-actions-due", "value": "2025-06-30"}
    assert admin.post(f"{AT_BIRCH}/facts", known).status_code == 303
    assert "The date is not known after all" in plain(admin.get(f"{AT_BIRCH}/facts"))
    unknown = {"fact": "corrective-actions-due", "value": "unknown"}
    assert admin.post(f"{AT_BIRCH}/facts", unknown).status_code == 303
    fact = read_case(act_on(admin.context, PROCESS, BIRCH)).fact_on("corrective-actions-due", TODAY)
    assert fact is not None
    assert fact.value == "unknown"


def test_an_lea_leaves_and_comes_back_and_its_history_stays(browser: Open) -> None:
    admin = browser("admin")
    page = admin.get(f"{AT_BIRCH}/withdraw")
    typed = {"on": "2024-07-11", "reason": SCRIPT, "seen": hidden(page, "seen")}
    assert admin.post(f"{AT_BIRCH}/withdraw", {**typed, "reason": ""}).status_code == 422
    assert admin.post(f"{AT_BIRCH}/withdraw", typed).status_code == 303
    assert read_case(act_on(admin.context, PROCESS, BIRCH)).roster_entry_on(TODAY) is None
    roster = admin.get(f"/p/{PROCESS}/roster")
    assert "has left the cohort" in plain(roster)
    assert "out of the cohort starting Thu, July 11, 2024." in plain(roster)
    back = admin.get(f"{AT_BIRCH}/roster-entry")
    assert no_script(back)
    assert "puts it back in the cohort" in plain(back)
    assert admin.post(f"{AT_BIRCH}/roster-entry", roster_entry(back)).status_code == 303
    case = read_case(act_on(admin.context, PROCESS, BIRCH))
    assert case.roster_entry_on(TODAY) is not None
    assert case.submissions


def test_a_new_lea_comes_into_the_cohort(browser: Open) -> None:
    admin = browser("admin")
    assert admin.get(NEW).status_code == 200
    answer = admin.post(NEW, new_lea())
    assert answer.headers["location"] == f"/p/{PROCESS}/leas/{NEW_CDS}/contacts"
    entry = read_case(act_on(admin.context, PROCESS, NEW_CDS)).roster_entries[0]
    assert (entry.lea_name, entry.selpa_name) == ("Fir Peak", "Valley View SELPA")
    assert "No lead is listed" in plain(admin.get(answer.headers["location"]))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"cds_code": "9900004000000"},
            "If its leading zero was removed, it is 09900004000000: type that.",
        ),
        ({"cds_code": SCRIPT}, "is not a CDS code"),
        ({"cds_code": BIRCH}, "is already in the roster"),
        ({"cds_code": OTHER}, "is already in the roster"),
        ({"selpa_code": THEIRS, "selpa_name": "Far Away SELPA"}, "choose one of your own"),
        ({"selpa_code": ""}, "SELPA code: is blank"),
        ({"level": ""}, "Level: is blank"),
    ],
)
def test_a_new_lea_that_cannot_be(browser: Open, changed: dict[str, str], said: str) -> None:
    admin = browser("admin")
    answer = admin.post(NEW, new_lea(**changed))
    assert answer.status_code == 422
    assert said in plain(answer)
    assert no_script(answer)
    assert "Fir Peak" in answer.text


@pytest.mark.parametrize(
    ("path", "typed", "field", "said"),
    [
        ("roster-entry", {"level": "9", "lea_name": "B"}, "level", "Level: '9' is not one of"),
        ("roster-entry", {"level": "2"}, "lea_name", "Name: is blank."),
        ("withdraw", {"on": "soon", "reason": "it merged"}, "on", "First day out of the cohort: "),
        ("withdraw", {"on": "2024-07-11"}, "reason", "Why: say why the LEA is leaving"),
        ("facts", {"fact": "corrective-actions-due", "value": "soon"},
         "corrective-actions-due-value", "What is known: 'soon' is not a date"),
        ("facts", {"fact": "indicator-8", "value": "maybe"},
         "indicator-8-value", "What is known: 'maybe' is not one of"),
        ("facts", {"fact": "indicator-8", "value": "met", "on": "2024-07-12"},
         "indicator-8-on", "Effective date: "),
    ],
)  # fmt: skip
def test_a_refusal_stands_at_its_field(
    browser: Open, path: str, typed: dict[str, str], field: str, said: str
) -> None:
    answer = browser("admin").post(f"{AT_BIRCH}/{path}", typed)
    assert answer.status_code == 422
    assert said in wrong_at(answer, field)


def test_every_refusal_of_a_new_lea_stands_at_its_field(browser: Open) -> None:
    answer = browser("admin").post(NEW, {"cds_code": "7", "level": "", "selpa_code": THEIRS})
    assert answer.status_code == 422
    for field, title in (("cds_code", "CDS code"), ("lea_name", "Name"), ("level", "Level")):
        assert wrong_at(answer, field).startswith(f"{title}: ")
    assert not wrong_at(answer, "on")


def test_what_the_roster_says_again_is_no_change(context: AppContext, browser: Open) -> None:
    admin = browser("admin")
    before = read_case(act_on(context, PROCESS, BIRCH))
    answer = admin.post(
        f"{AT_BIRCH}/roster-entry", roster_entry(admin.get(f"{AT_BIRCH}/roster-entry"))
    )
    assert answer.status_code == 303
    assert read_case(act_on(context, PROCESS, BIRCH)) == before
