"""Review: the queue, what changed since the return, and a decision bound to what was read."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import httpx2 as httpx
import pytest

from cimflow.monitoring.access import audit_log, permissions
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.submissions.receive import Came, receive
from cimflow.monitoring.submissions.record import record
from cimflow.process.case import Review
from tests.dashboard.conftest import BIRCH, DOGWOOD, ELM, OTHER, PEOPLE, PROCESS, Browser
from tests.dashboard.filings import LEAS, SCRIPT, plan, rows_and_files

pytestmark = pytest.mark.slow

PLAN = "improvement-plan"
TEAM = "team-creation"
Open = Callable[[str], Browser]
TODAY = dt.date(2024, 7, 11)
ADDRESS = f"{LEAS}/{BIRCH}/review/{PLAN}"


def came(
    context: AppContext, cds: str = BIRCH, by: str = PEOPLE["admin"], **changes: object
) -> int:
    """A plan came, with its contents; the number of its version."""
    filled_in = Came("form", "plan.json", plan(**changes))
    return receive(act_on(context, PROCESS, cds, by=by), PLAN, filled_in).version


def hidden(page: httpx.Response) -> dict[str, str]:
    """What the form carries about the version that was read."""
    found = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    return {name: found[name] for name in ("seen", "version", "sha256")}


def decide(person: Browser, address: str = ADDRESS, **form: str) -> httpx.Response:
    return person.post(address, {**hidden(person.get(address)), **form})


def decisions(context: AppContext, cds: str = BIRCH) -> tuple[Review, ...]:
    return read_case(act_on(context, PROCESS, cds)).reviews


def in_words(answer: httpx.Response) -> str:
    return html.unescape(answer.text)


def test_the_queue_shows_what_waits_and_to_whom(browser: Open, context: AppContext) -> None:
    came(context)
    came(context, ELM)
    came(context, OTHER)
    page = in_words(browser("admin").get(f"/p/{PROCESS}/review"))
    ours, cdes = page.split("Waiting for the CDE")[:2]
    assert "Birch Hollow" in ours.split("Waiting for your SELPA")[1]
    assert f'href="{ADDRESS}"' in ours
    assert "Elm Crossing Unified" in cdes
    assert "Far Ridge" not in page


def test_a_reader_sees_the_queue_without_buttons(browser: Open, context: AppContext) -> None:
    came(context)
    page = browser("reader").get(f"/p/{PROCESS}/review").text
    assert "Birch Hollow" in page
    assert f'href="{ADDRESS}"' not in page
    assert "Waiting for an administrator" in page


def test_an_empty_queue_says_what_to_do(browser: Open) -> None:
    page = browser("other-admin").get(f"/p/{PROCESS}/review").text
    assert "Nothing is waiting for your SELPA" in page
    assert "See who still has something due" in page


def test_what_waits_says_how_long(browser: Open, context: AppContext) -> None:
    record(act_on(context, PROCESS, BIRCH, by="test"), PLAN, received_on=dt.date(2024, 7, 2))
    page = browser("admin").get(f"/p/{PROCESS}/review").text
    assert "<td>Tue, July 2, 2024</td>" in page
    assert "<td>9 days</td>" in page


def test_what_needs_no_approval_can_still_be_returned(browser: Open) -> None:
    page = browser("admin").get(f"/p/{PROCESS}/review").text
    others = page.split("Other filings that can still be approved or returned")[1]
    assert f'href="{LEAS}/{BIRCH}/review/{TEAM}"' in others


def test_a_plan_is_returned_received_again_and_approved(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    came(context, format="Form of last year")
    page = admin.get(ADDRESS)
    assert "Form of last year" in page.text
    returned = decide(admin, decision="return", note="Use the form of this year.\nPlease.")
    assert returned.headers["location"] == f"{LEAS}/{BIRCH}#{PLAN}"
    came(context)
    again = in_words(admin.get(ADDRESS))
    assert "What the reviewer said about version 1" in again
    assert "Use the form of this year.\nPlease." in again
    assert "<td>Form of last year</td><td>Form of the SELPA</td>" in again
    decide(admin, decision="approve", despite_findings="yes")
    first, second = decisions(context)
    assert (first.version, first.decision, second.version, second.decision) == (
        1, "returned", 2, "approved",
    )  # fmt: skip
    assert (second.on, second.by) == (TODAY, PEOPLE["admin"])


def test_who_reviews_what_they_recorded_is_noted(browser: Open, context: AppContext) -> None:
    came(context)
    decide(browser("admin"), decision="return", note="Page 2.")
    entry = audit_log.entries(context, limit=1)[0]
    assert entry.action == "review"
    assert entry.detail == f"{PLAN}, version 1: returned, reviewed what they recorded themselves"


def test_who_reviews_what_the_lea_sent_is_noted_without_that(
    browser: Open, context: AppContext
) -> None:
    came(context, by=PEOPLE["lead"])
    decide(browser("admin"), decision="return", note="Page 2.")
    assert audit_log.entries(context, limit=1)[0].detail == f"{PLAN}, version 1: returned"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Your decision: choose one."),
        ({"decision": "return"}, "Note: say what needs to change; the LEA reads it in the email."),
        ({"decision": "approve"}, "This version has errors."),
        ({"decision": "return", "note": "x", "on": "2024-07-12"}, "is after today"),
        ({"decision": "return", "note": "x", "on": "soon"}, "write the day such as"),
        ({"decision": "return", "note": "x" * 5001}, "at most 5000 characters"),
        ({"decision": "return", "note": "x", "told_by": "x" * 201}, "at most 200 characters"),
        ({"decision": "return", "note": "x", "told_by": "x\0y"}, "characters that are not text"),
        ({"decision": "return", "note": "x", "version": "one"}, "could not be read"),
        ({"decision": "return", "note": "x", "version": "7"}, "version 7 is not the latest"),
        ({"decision": "return", "note": "x", "sha256": "0" * 64}, "is not the latest"),
    ],
)
def test_what_is_not_decided_keeps_what_was_typed(
    browser: Open, context: AppContext, form: dict[str, str], said: str
) -> None:
    came(context, root_causes_addressed=None)
    before = rows_and_files(context)
    answer = decide(browser("admin"), **{"note": "", **form})
    assert answer.status_code == 422
    assert said in in_words(answer)
    tokens = r'value="[\w-]{20,}"'  # of the session: random, so sometimes with two hyphens
    assert "--" not in re.sub(rf"usa-[\w-]+|cf-[\w-]+|/assets\S+|{tokens}", "", answer.text)
    if len(form.get("note", "")) == 1:
        assert f'maxlength="5000" aria-describedby="note-hint">{form["note"]}</textarea>' in (
            answer.text
        )
    assert rows_and_files(context) == before
    assert audit_log.entries(context, limit=1)[0].outcome == "refused"


def test_errors_are_approved_only_in_words(browser: Open, context: AppContext) -> None:
    came(context, root_causes_addressed=None)
    admin = browser("admin")
    assert "Approve even though it has errors" in admin.get(ADDRESS).text
    assert decide(admin, decision="approve").status_code == 422
    assert decide(admin, decision="approve", despite_findings="yes").status_code == 303
    assert [one.decision for one in decisions(context)] == ["approved"]


def test_a_version_that_came_meanwhile_is_not_approved(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    came(context)
    form = hidden(admin.get(ADDRESS))
    came(context, format="Another form")
    before = rows_and_files(context)
    ticked = {"decision": "approve", "despite_findings": "yes", "note": "Well done."}
    answer = admin.post(ADDRESS, {**form, **ticked})
    assert answer.status_code == 422
    assert "Something changed while this page was open" in answer.text
    assert "Version 2" in answer.text
    assert "Well done." in answer.text
    assert re.search(r'id="despite_findings"[^>]* checked', answer.text) is None
    assert rows_and_files(context) == before


def test_two_people_review_at_once(browser: Open, context: AppContext) -> None:
    came(context)
    first, second = browser("admin"), browser("system")
    form = hidden(second.get(ADDRESS))
    decide(first, decision="return", note="Page 2.")
    before = rows_and_files(context)
    answer = second.post(ADDRESS, {**form, "decision": "return", "note": "Page 3."})
    assert answer.status_code == 422
    assert f"{PEOPLE['admin']} recorded a review" in answer.text
    assert "Page 3.</textarea>" in answer.text
    assert rows_and_files(context) == before


def test_the_answer_of_the_cde_is_recorded(browser: Open, context: AppContext) -> None:
    record(
        act_on(context, PROCESS, ELM, by="test"),
        PLAN,
        received_on=TODAY,
        filed_on=dt.date(2024, 7, 9),
    )
    admin, address = browser("admin"), f"{LEAS}/{ELM}/review/{PLAN}"
    assert "Who at the CDE told you?" in admin.get(address).text
    untold = decide(admin, address, decision="approve")
    assert "Who at the CDE told you: say who at the CDE gave this answer." in untold.text
    both = in_words(decide(admin, address, decision="return"))
    assert "Note: say what needs to change" in both, "all reasons are told together"
    assert "Who at the CDE told you: say who" in both
    decide(admin, address, decision="approve", told_by="A Consultant", on="2024-07-10")
    (given,) = decisions(context, ELM)
    assert (given.decision, given.on) == ("approved", dt.date(2024, 7, 10))
    assert given.note == "Answer of the CDE, told by A Consultant."
    assert "as told by A Consultant" in audit_log.entries(context, limit=1)[0].detail


@pytest.mark.parametrize("how", ["contact", "role given by hand"])
def test_nobody_approves_the_filing_of_their_own_lea(
    browser: Open, context: AppContext, how: str
) -> None:
    """A district with a SELPA of its own: the same person administers it and is of the LEA."""
    came(context)
    person = f"lea-director.{BIRCH}@example.org"
    if how == "contact":
        permissions.give_role(context, person, "selpa-administrator", "9901", actor=Actor("test"))
    else:
        person = PEOPLE["admin"]
        permissions.give_role(context, person, "lea-lead", BIRCH, actor=Actor("test"))
        permissions.give_role(
            context, "else@example.org", "selpa-administrator", "9901", actor=Actor("test")
        )
    own = browser(person)
    page = own.get(ADDRESS).text
    assert "no one approves a filing of their own LEA" in page
    assert 'value="approve"' not in page
    assert ("else@example.org" if how != "contact" else PEOPLE["admin"]) in page
    before = rows_and_files(context)
    answer = decide(own, decision="approve", despite_findings="yes")
    assert answer.status_code == 422
    assert rows_and_files(context) == before
    assert decide(own, decision="return", note="Page 2.").status_code == 303


def test_nothing_to_review_says_what_to_do(browser: Open) -> None:
    page = browser("admin").get(f"{LEAS}/{DOGWOOD}/review/{PLAN}")
    assert page.status_code == 200
    assert "Record it as received" in page.text


def test_what_stands_in_it_is_readable_and_harmless(browser: Open, context: AppContext) -> None:
    came(context, format=SCRIPT)
    page = browser("admin").get(ADDRESS).text
    assert SCRIPT not in page
    assert html.escape(SCRIPT, quote=True).replace("&#x27;", "&#39;") in page
    assert "The plan covers all components" in page
    assert ">yes<" in page
