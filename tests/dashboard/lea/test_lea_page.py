"""The page of one LEA: what it says, to whom it offers what, and that no day breaks it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest

from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.deadlines.exception import excuse
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.lea.lea_overview import about_lea
from cimflow.monitoring.notices.owed import notices_on
from cimflow.monitoring.roster import import_roster, lea_facts
from cimflow.monitoring.roster.withdrawal import withdraw
from cimflow.monitoring.submissions import review
from cimflow.monitoring.submissions.record import Document, record
from cimflow.monitoring.submissions.review import Decision
from cimflow.process.contacts import Contact
from cimflow.store.database import session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import QueuedRow
from cimflow.store.people import contacts
from cimflow.store.runs import runs
from tests import factories
from tests.dashboard.conftest import (
    BIRCH,
    DOGWOOD,
    ELM,
    NOON,
    OURS,
    PEOPLE,
    PROCESS,
    Browser,
    roster_row,
)

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
WITHIN = f"/p/{PROCESS}/leas"
SCRIPT = "<script>alert(1)</script>"
ESCAPED = "&lt;script&gt;"


def page(person: Browser, cds: str, **query: str) -> str:
    answer = person.get(f"{WITHIN}/{cds}", **query)
    assert answer.status_code == 200
    return answer.text


def words(html: str) -> str:
    """The text of a page as it is read, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def received(context: AppContext, activity: str, cds: str, on: str, **more: Any) -> None:
    record(
        act_on(context, PROCESS, cds, by=PEOPLE["admin"]),
        activity,
        received_on=factories.day(on),
        **more,
    )


def test_the_top_says_where_it_stands_and_the_one_next_step(browser: Open) -> None:
    shown = words(page(browser("admin"), BIRCH))
    assert "Birch Hollow" in shown
    assert "Targeted Level 2, Valley View SELPA, CDS code 99000020000000" in shown
    assert "things overdue" in shown
    assert "The next due date is Thu, October 10, 2024." in shown


NEXT: dict[str, tuple[str, str, str, str]] = {
    # who, LEA, words of the button, where it leads
    "the overdue root first": (
        "admin", BIRCH, "Record Student Record Review: self-review", "receive/srr-self-review"),
    "a lead is told what to file": (
        "lead", BIRCH, "Submit Student Record Review: self-review", "receive/srr-self-review"),
    "for the SELPA a fact first": (
        "admin", DOGWOOD, "Record Indicator 8 (Parent Involvement)", "facts"),
    "with us: its filing date": (
        "system", ELM, "Record Student Record Review: self-review", "receive/srr-self-review"),
}  # fmt: skip


@pytest.mark.parametrize("case", NEXT)
def test_the_next_step_is_a_button_to_the_page_where_it_is_done(browser: Open, case: str) -> None:
    who, cds, button, where = NEXT[case]
    shown = page(browser(who), cds)
    assert f'href="{WITHIN}/{cds}/{where}">{button}</a>' in shown


def test_a_reader_is_told_the_next_step_and_given_no_button(browser: Open) -> None:
    shown = page(browser("reader"), BIRCH)
    assert "Next: Record" in shown or "Next: Submit" in shown
    for way in ("receive", "extend", "excuse", "facts", "void", "review"):
        assert f"{BIRCH}/{way}" not in shown


def test_a_lead_files_and_decides_nothing(browser: Open) -> None:
    shown = page(browser("lead"), BIRCH)
    assert f"{BIRCH}/receive/data-drill-down" in shown
    for way in ("extend", "excuse", "facts", "void", "review"):
        assert f"{BIRCH}/{way}" not in shown


def test_what_came_is_shown_with_its_versions_and_contents(
    context: AppContext, browser: Open
) -> None:
    received(
        context, "team-creation", BIRCH, "07-03", contents=factories.complete("team-creation", "2")
    )
    shown = page(browser("admin"), BIRCH)
    assert "2 versions and contents" in words(shown)
    assert "Members of the CIM Team" in shown
    assert f"{BIRCH}/versions/team-creation?old=1&amp;new=2" in shown
    assert f"{BIRCH}/void/team-creation/2" in shown


def test_a_void_version_is_struck_out_in_words(context: AppContext, browser: Open) -> None:
    review.void(
        act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]),
        "team-creation",
        version=1,
        note="wrong LEA",
    )
    shown = page(browser("admin"), BIRCH)
    assert "<s>1</s>" in shown
    said = f"void since Thu, July 11, 2024, withdrawn by {PEOPLE['admin']}: “wrong LEA”"
    assert said in shown
    assert f"{BIRCH}/void/team-creation/1" not in shown


def test_a_document_can_be_downloaded(context: AppContext, browser: Open) -> None:
    received(context, "data-drill-down", BIRCH, "07-03", document=Document("drill.pdf", "a" * 64))
    shown = page(browser("lead"), BIRCH)
    assert f'href="{WITHIN}/{BIRCH}/documents/data-drill-down/1">drill.pdf</a>' in shown


def test_an_extension_says_from_which_date_to_which(context: AppContext, browser: Open) -> None:
    extend(
        act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]),
        "data-drill-down",
        to=factories.day("07-24"),
        on=factories.day("07-09"),
        grantor="selpa",
        reason="staff illness",
    )
    shown = words(page(browser("admin"), BIRCH))
    assert (
        "Due date changed from Wed, July 10, 2024 to Wed, July 24, 2024: granted Tue, July 9, 2024"
        " by the SELPA. Reason: staff illness" in shown
    )


def test_what_the_reviewer_said_stands_at_the_activity(context: AppContext, browser: Open) -> None:
    review.review(
        act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]),
        "team-creation",
        Decision(
            approve=False, on=factories.day("07-10"), note="The site administrator is missing."
        ),
    )
    assert "The site administrator is missing." in page(browser("lead"), BIRCH)


def test_the_rule_stands_behind_every_state(browser: Open) -> None:
    shown = page(browser("lead"), BIRCH)
    assert shown.count("Why? The rule, quote") == len(factories.process().activities)
    assert "<blockquote>" in shown


def test_a_missing_lead_is_a_problem_with_what_to_do(context: AppContext, browser: Open) -> None:
    lead = Contact("lea", BIRCH, "lea-lead", f"lea-lead of {BIRCH}", PEOPLE["lead"])
    with session.transaction(context.engine) as conn:
        contacts.change_contacts(conn, [], [lead], learnt_at=NOON, recorded_by="test")
    shown = page(browser("admin"), BIRCH)
    assert "No lead is named; lea-director of 99000020000000 stands in for the lead." in shown
    assert f'href="/p/{PROCESS}/roster">Add a lead</a>' in shown


def test_planned_notices_are_only_those_to_the_lea_for_its_lead(browser: Open) -> None:
    admin = words(page(browser("admin"), BIRCH))
    lead = words(page(browser("lead"), BIRCH))
    assert "overdue, 1 day after the due date, to lea-lead of" in admin
    assert "overdue, 1 day after the due date, to lea-lead of" in lead
    assert "to selpa-admin of 9901" in admin
    assert "to selpa-admin of 9901" not in lead


def test_runs_are_a_strip_with_words(context: AppContext, browser: Open) -> None:
    with session.transaction(context.engine) as conn:
        for number, state in enumerate(("AtRisk", "Failed")):
            runs.record_run(
                conn,
                runs.RunState(
                    run_id=str(number), flow="lea-status", process=PROCESS, cds_code=BIRCH,
                    selpa_code=OURS, level="2", on=dt.date(2024, 7, 10 + number), mode="live",
                    state=state, fingerprint="f", started_at=NOON + dt.timedelta(minutes=number),
                ),
            )  # fmt: skip
    shown = page(browser("reader"), BIRCH)
    assert "Stopped early Jul 11 At risk Jul 10" in words(shown)
    at_risk = rf'cf-run--warn" href="{WITHIN}/{BIRCH}\?as_of=2024-07-10" title="At risk, Thu,'
    assert re.search(at_risk, shown)


def test_the_ledger_says_what_was_rehearsed(context: AppContext, browser: Open) -> None:
    on = dt.date(2024, 7, 11)
    found = notices_on(act_on(context, PROCESS, BIRCH), on).owed
    with session.transaction(context.engine) as conn:
        ledger.queue(
            conn, f"rehearsal:{on}", PROCESS,
            [QueuedRow(one, OURS, "held", "rehearsal") for one in found], on=on, queued_at=NOON,
        )  # fmt: skip
        ledger.queue(
            conn, "live", PROCESS, [QueuedRow(found[0], OURS, "held", "a person looks first")],
            on=on, queued_at=NOON,
        )  # fmt: skip
    shown = words(page(browser("admin"), BIRCH))
    assert "held in rehearsal" in shown
    assert "(rehearsal)" not in shown
    assert "held (a person looks first)" in shown


def test_what_is_planned_begins_with_what_the_next_sweep_owes(context: AppContext) -> None:
    on = dt.date(2024, 7, 11)
    case = read_case(act_on(context, PROCESS, BIRCH))
    planned = about_lea(context, case, on, plan=True).planned
    owed = {
        one.key for one in notices_on(act_on(context, PROCESS, BIRCH), on).owed if not one.waits
    }
    assert {one.notice.key for one in planned if one.on == on} == owed
    assert len({one.notice.key for one in planned}) == len(planned), "nobody is told twice"
    assert {one.on for one in planned} > {on}, "and what follows if nothing comes"


@pytest.mark.parametrize("who", ["lead", "reader", "admin", "system"])
@pytest.mark.parametrize("day", ["2024-01-01", "2024-03-15", "2024-07-10", "2025-12-31"])
def test_any_day_has_a_page(browser: Open, who: str, day: str) -> None:
    shown = page(browser(who), BIRCH, as_of=day)
    assert f"as_of={day}" in shown, "the way back keeps the day"


def test_before_its_first_day_the_page_says_so(browser: Open) -> None:
    shown = page(browser("admin"), BIRCH, as_of="2024-01-01")
    assert "It was not in the cohort yet on this day." in shown
    assert "View its first day" in shown


def test_an_lea_that_left_keeps_its_history(context: AppContext, browser: Open) -> None:
    withdraw(
        act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]),
        on=factories.day("07-08"),
        reason="merged",
    )
    shown = page(browser("admin"), BIRCH)
    assert "It has left the cohort" in shown
    assert "Left the cohort: “merged”" in shown
    assert f"{WITHIN}/{BIRCH}?as_of=2024-07-07" in shown


def test_the_history_says_what_was_said_and_taken_back_and_by_whom(
    context: AppContext, browser: Open
) -> None:
    admin = PEOPLE["admin"]
    act = act_on(context, PROCESS, BIRCH, by=admin)
    lea_facts.set_fact(act, "indicator-8", "met", on=factories.day("07-09"))
    extend(
        act, "data-drill-down", to=factories.day("07-24"), on=factories.day("07-10"),
        grantor="selpa", reason="staff illness",
    )  # fmt: skip
    excuse(act, "parent-input", grantor="selpa", reason="no parents", reference="A 1")
    review.void(act, "team-creation", version=1, note=f"wrong {SCRIPT}")
    learnt = f"recorded by {admin}, Thu, July 11, 2024, 12:00 pm Pacific"
    for who in ("admin", "lead"):
        shown = page(browser(who), BIRCH)
        assert SCRIPT not in shown
        history = words(shown[shown.index('id="history"') :])
        void = "CIM Team Creation: version 1, received Tue, July 2, 2024, withdrawn, recorded by mistake"
        due = "Data Drill Down: due Wed, July 24, 2024, granted by the SELPA"
        fact = "Indicator 8 (Parent Involvement)"
        for line in (
            f"Thu, July 11, 2024: {void}: “wrong {ESCAPED}alert(1)&lt;/script&gt;” {learnt}",
            f"Thu, July 11, 2024: Parent Input: excused by the SELPA: “no parents (A 1)” {learnt}",
            f"Wed, July 10, 2024: {due}: “staff illness” {learnt}",
            f"Tue, July 9, 2024: {fact}: met instead of unmet {learnt}",
            f"Fri, March 15, 2024: {fact}: unmet recorded by roster,",
        ):
            assert line in history
    facts = words(browser("admin").get(f"{WITHIN}/{BIRCH}/facts").text)
    assert f"Met since Tue, July 9, 2024 {learnt} Unmet since" in facts


def test_a_fact_that_is_a_day_is_told_with_its_weekday(browser: Open) -> None:
    admin = browser("admin")
    address = f"{WITHIN}/{BIRCH}/facts"
    form = {"fact": "corrective-actions-due", "value": "2024-11-15", "on": "2024-07-11"}
    assert admin.post(address, form).status_code == 303
    facts = words(admin.get(address).text)
    assert (
        "Date by which the CDE wants the corrective actions documented: Fri, November 15" in facts
    )
    assert "Fri, November 15, 2024 since Thu, July 11, 2024" in facts
    shown = words(page(admin, BIRCH))
    assert "Fri, November 15, 2024 , since Thu, July 11, 2024" in shown
    assert "2024-11-15" not in shown


def test_a_change_of_level_in_the_middle_is_history(context: AppContext, browser: Open) -> None:
    row = roster_row(BIRCH, "Birch Hollow", "3", OURS, "unmet")
    row = dataclasses.replace(row, effective_on=factories.day("07-05"))
    import_roster.import_roster(context, [row], actor=Actor("test"))
    admin = browser("admin")
    assert "Targeted Level 3, Valley View" in words(page(admin, BIRCH))
    assert "Targeted Level 3 instead of Targeted Level 2" in words(page(admin, BIRCH))
    assert "Targeted Level 2, Valley View" in words(page(admin, BIRCH, as_of="2024-07-04"))


def test_script_in_every_text_comes_out_as_text(context: AppContext, browser: Open) -> None:
    row = roster_row(BIRCH, f"Birch {SCRIPT}", "2", OURS, "unmet")
    import_roster.import_roster(
        context,
        [dataclasses.replace(row, selpa_name=f"S {SCRIPT}", identified_for=SCRIPT)],
        actor=Actor(f"by {SCRIPT}"),
    )
    contents = factories.complete("team-creation", "2")
    contents["members"][0]["name"] = SCRIPT
    received(context, "team-creation", BIRCH, "07-04", contents=contents)
    received(
        context, "data-drill-down", BIRCH, "07-04", document=Document(f"{SCRIPT}.pdf", "b" * 64)
    )
    review.review(act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]), "team-creation", Decision(approve=False, on=factories.day("07-10"), note=SCRIPT))  # fmt: skip
    admin = browser("admin")
    for shown in (
        page(admin, BIRCH),
        admin.get(f"{WITHIN}/{BIRCH}/versions/team-creation").text,
    ):
        assert "<script>alert" not in shown
        assert ESCAPED in shown


def test_the_page_carries_no_style_and_no_script_of_its_own(browser: Open) -> None:
    shown = page(browser("admin"), BIRCH)
    assert " style=" not in shown
    assert re.findall(r"<script(?![^>]* src=)", shown) == []
    assert re.findall(r" on[a-z]+=", shown) == []
