"""Reviewing: a plan goes back with a note, comes again, shows what changed, and is approved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from cimflow.cli.sample_home import ADMINISTRATOR
from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.process.case import Review, Submission
from tests.browser.conftest import Pages, tab_to

PROCESS, JUNIPER, PLAN = "targeted-2024", "99100910130013", "improvement-plan"
LEAD = "renata.voskuil@example.org"
REVIEW_IT = re.compile("^Review ?: Plan for Improvement")
NOTE = "Please name the form of this year.\nThe rest is well done."


def held(pages: Pages) -> tuple[list[Submission], list[Review]]:
    """What the store holds of the plan: its versions, and the decisions on them."""
    case = read_case(act_on(pages.context, PROCESS, JUNIPER))
    return (
        [one for one in case.submissions if one.activity == PLAN],
        [one for one in case.reviews if one.activity == PLAN],
    )


def corrected(pages: Pages, folder: Path) -> Path:
    """The plan as the LEA sends it again: with another form named."""
    (first,), _ = held(pages)
    contents: dict[str, Any] = {**(first.contents or {}), "format": "Form of 2024"}
    path = folder / "plan.json"
    path.write_text(json.dumps(contents))
    return path


def test_a_plan_is_returned_received_again_compared_and_approved(
    open_page: Callable[..., Page], pages: Pages, tmp_path: Path
) -> None:
    page = open_page()
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("link", name=REVIEW_IT).click()
    page.get_by_text("Return it to the LEA", exact=True).click()
    page.get_by_label("Note").fill(NOTE)
    page.get_by_role("button", name="Record the decision").click()
    plan = page.locator(f"#{PLAN}")
    expect(plan).to_contain_text("returned")
    expect(plan).to_contain_text("Please name the form of this year.")

    lead = open_page(LEAD)
    lead.get_by_role("rowheader").get_by_role("link", name="Juniper Landing Charter").click()
    theirs = lead.locator(f"#{PLAN}")
    expect(theirs).to_contain_text("Please name the form of this year.")
    theirs.get_by_role("link", name="Submit a new version").click()
    expect(lead.get_by_text("The rest is well done.")).to_be_visible()
    lead.get_by_text("As the completed form", exact=True).click()
    lead.get_by_label("The file").set_input_files(corrected(pages, tmp_path))
    lead.get_by_role("button", name="Record it").click()
    expect(lead.get_by_role("status").first).to_contain_text("is recorded as version 2.")
    expect(theirs.get_by_role("link", name=REVIEW_IT)).to_have_count(0)

    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("link", name=REVIEW_IT).click()
    expect(
        page.get_by_role("heading", name="What the reviewer said about version 1")
    ).to_be_visible()
    changes = page.get_by_role("table", name="What changed from version 1 to version 2")
    expect(changes.get_by_role("row")).to_have_count(2)
    expect(changes.get_by_role("row").last).to_contain_text("Format of the plan")
    expect(changes.get_by_role("cell").last).to_have_text("Form of 2024")
    page.get_by_text("Approve it", exact=True).click()
    page.get_by_role("button", name="Record the decision").click()
    expect(plan).to_contain_text("approved")

    versions, decisions = held(pages)
    assert [(one.version, one.decision) for one in decisions] == [(1, "returned"), (2, "approved")]
    assert decisions[0].note == NOTE
    assert [one.recorded_by for one in versions] == [ADMINISTRATOR, LEAD]
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_text("Nothing is waiting for your SELPA")).to_be_visible()


def test_the_same_with_the_keyboard_alone(
    open_page: Callable[..., Page], pages: Pages, tmp_path: Path
) -> None:
    page = open_page(None)
    # A listener from the start: the browser must know that we choose before the key is pressed.
    page.on("filechooser", lambda _: None)
    page.goto(pages.link())
    tab_to(page, "button", "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**")
    follow(page, "Review Plan for Improvement")
    tab_to(page, "radio", "Approve it")  # one stop for both; the arrow keys choose
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Return it to the LEA")).to_be_checked()
    tab_to(page, "textbox", "Note")
    page.keyboard.type(NOTE)
    record(page, "Record the decision")

    follow(page, "Record a new version : Plan for Improvement")
    tab_to(page, "radio", "As a document")
    page.keyboard.press("ArrowDown")
    tab_to(page, "button", "The file")
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(corrected(pages, tmp_path))
    record(page, "Record it")

    follow(page, "Review it : Plan for Improvement")
    tab_to(page, "radio", "Approve it")
    page.keyboard.press("Space")
    record(page, "Record the decision")
    _, decisions = held(pages)
    assert [(one.version, one.decision) for one in decisions] == [(1, "returned"), (2, "approved")]
    assert decisions[0].note == NOTE


def follow(page: Page, link: str) -> None:
    """Open a link with the keyboard, and wait for the page of the plan behind it."""
    tab_to(page, "link", link)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/leas/{JUNIPER}/(receive|review)/{PLAN}$"))


def record(page: Page, button: str) -> None:
    """Send the form with the keyboard, and wait for the page of the LEA."""
    tab_to(page, "button", button)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leas/{JUNIPER}#{PLAN}")
