"""What leaves in your name: going live, with who would get what first; releasing what is held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from cimflow.monitoring.act import act_on
from cimflow.monitoring.notices import delivery, go_live
from cimflow.monitoring.notices.ledger import rows_of
from cimflow.store.database import session
from cimflow.store.notices import ledger
from tests.browser.conftest import Pages

PROCESS = "targeted-2024"
TODAY = dt.date(2024, 7, 11)
THURSDAY = "Thu, July 11, 2024"


def states(pages: Pages, ids: list[int]) -> list[str]:
    """How some notices stand in the ledger."""
    by_id = {one.id: one.state for one in rows_of(act_on(pages.context, PROCESS))}
    return [by_id[one] for one in ids]


def hold_the_notices_of(pages: Pages, recipient: str) -> list[int]:
    """Live, and what is queued to someone is held, as after the restore of a backup."""
    go_live.go_live(act_on(pages.context, PROCESS, by="test"), TODAY)
    delivery.prepare(act_on(pages.context, PROCESS), TODAY, mode="live")
    ids = [one.id for one in rows_of(act_on(pages.context, PROCESS)) if one.recipient == recipient]
    with session.transaction(pages.context.engine) as conn:
        ledger.hold(conn, ids, "a backup was restored")
    return ids


def test_going_live_with_who_would_get_what_shown_first(
    open_page: Callable[..., Page], pages: Pages
) -> None:
    page = open_page()
    rehearsal = page.get_by_text("Rehearsal: no email is sent.")
    expect(rehearsal).to_be_visible()
    page.get_by_role("link", name="Go live").click()
    page.get_by_label("Starting on").fill("2024-07-12")
    page.get_by_role("button", name="Show who would get what").click()
    expect(
        page.get_by_role("heading", name="On Fri, July 12, 2024 these would go out")
    ).to_be_visible()
    page.get_by_label("Starting on").fill("2024-07-11")
    page.get_by_role("button", name="Show who would get what").click()

    lead = page.get_by_role("region", name="Marisol Eddings")
    expect(lead).to_contain_text("marisol.eddings@example.org")
    expect(lead.get_by_role("listitem")).to_have_text(
        ["Data Drill Down, Birch Hollow Union Elementary: returned by the reviewer"]
    )
    people = page.get_by_role("main").get_by_role("region")
    told = {one.splitlines()[-1] for one in people.locator("p").all_inner_texts()}
    page.get_by_role("button", name=f"Go live on {THURSDAY}").click()
    expect(page).to_have_url(re.compile("go-live"))  # the box is not ticked: it stays here
    assert go_live.live_from(act_on(pages.context, PROCESS)) is None
    page.get_by_text("I have reviewed who would get what.").click()
    page.get_by_role("button", name=f"Go live on {THURSDAY}").click()

    expect(page.get_by_role("status").first).to_contain_text(f"is live from {THURSDAY}")
    expect(rehearsal).to_have_count(0)
    assert go_live.live_from(act_on(pages.context, PROCESS)) == TODAY
    delivery.prepare(act_on(pages.context, PROCESS), TODAY, mode="live")
    owed = {one.recipient for one in rows_of(act_on(pages.context, PROCESS))}
    assert owed == {one.rpartition(", ")[2] for one in told}


def test_a_held_notice_is_read_and_released(open_page: Callable[..., Page], pages: Pages) -> None:
    ids = hold_the_notices_of(pages, "ignacio.farrow@example.org")
    page = open_page()
    page.get_by_role("link", name="Notices", exact=True).click()
    page.get_by_role("link", name=f"Held ({len(ids)})").click()
    row = page.get_by_role("row").filter(has_text="CIM Team Creation")
    row.get_by_role("link", name="Read the email to ignacio.farrow@example.org").click()
    mail = page.get_by_role("region", name="Text of the email")
    expect(mail).to_contain_text("Ignacio Farrow")
    expect(mail).to_contain_text("Chestnut Bend Unified")
    page.go_back()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Send selected").click()

    expect(page.get_by_text(f"{len(ids)} notices to 1 person.")).to_be_visible()
    assert set(states(pages, ids)) == {"held"}
    page.get_by_role("button", name=f"Send {len(ids)} notices").click()
    expect(page.get_by_role("status").first).to_contain_text(
        f"{len(ids)} notices will be checked again"
    )
    expect(page.get_by_role("link", name="Held (0)")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Ignacio Farrow")).to_have_count(len(ids))
    assert set(states(pages, ids)) == {"queued"}
