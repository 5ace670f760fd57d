"""Signing in by a link, and finding who is missing what."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Pages, tab_to


def test_signing_in_by_a_link_that_a_mail_scanner_opened_before(
    open_page: Callable[..., Page], pages: Pages
) -> None:
    page, link = open_page(None), pages.link()
    assert page.request.get(link).ok  # the scanner
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alder Basin SELPA")
    page.get_by_role("button", name="Sign out").click()
    page.goto(link)
    expect(page.get_by_text("This link was already used")).to_be_visible()


def test_who_is_missing_what_for_july_10_and_why(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.get_by_role("link", name=re.compile("Missing for Wed, July 10, 2024")).click()
    rows = page.get_by_role("row")
    expect(rows.nth(2)).to_be_visible()
    cell = page.get_by_role("button", name=re.compile("^missing .*why")).first
    cell.click()
    why = page.locator(".cf-why:popover-open")
    expect(why).to_contain_text("it was due Wed, July 10, 2024")
    page.keyboard.press("Escape")
    expect(why).to_have_count(0)


def test_the_same_with_the_keyboard_alone(open_page: Callable[..., Page], pages: Pages) -> None:
    page = open_page(None)
    page.goto(pages.link())
    tab_to(page, "button", "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/**")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the main content")
    page.keyboard.press("Enter")
    tab_to(page, "link", "Missing for Wed, July 10, 2024")
    page.keyboard.press("Enter")
    page.wait_for_url("**due=2024-07-10**")
    tab_to(page, "button", "missing")
    page.keyboard.press("Enter")
    expect(page.locator(".cf-why:popover-open")).to_contain_text("Missing since")


def test_typing_a_name_narrows_the_grid_and_the_address(open_page: Callable[..., Page]) -> None:
    page = open_page()
    found = page.get_by_role("status")
    # A screen reader says what is put into a place that was there, not a place that is new.
    found.evaluate("one => one.setAttribute('data-was-there', '')")
    page.get_by_label("Name or CDS code").press_sequentially("elm")
    page.wait_for_url("**find=elm**")
    expect(page.get_by_role("rowheader")).to_have_count(1)
    said = "1 of 14 LEAs: name or CDS code with “elm” Show all"
    expect(found).to_have_text(said, use_inner_text=True)
    expect(found).to_have_attribute("data-was-there", "")
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", re.compile("find=elm"))
    due = page.get_by_role("link", name=re.compile("Missing for Wed, July 10, 2024"))
    expect(due).to_have_attribute("href", re.compile("find=elm&due=2024-07-10"))
    page.reload()
    expect(page.get_by_role("rowheader")).to_have_text(["Elm Crossing Unified"])


def test_last_june_can_be_opened_by_its_address(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/p/targeted-2024?as_of=2024-06-20")
    expect(page.get_by_label("As of Thu, June 20, 2024 (Pacific)")).to_have_value("2024-06-20")
    page.goto("/p/targeted-2024?as_of=2024-10-11")
    expect(page.get_by_role("link", name=re.compile("Missing for Thu, October 10"))).to_be_visible()


def test_without_javascript_the_filters_work_too(open_page: Callable[..., Page]) -> None:
    page = open_page(scripts=False)
    page.get_by_label("State").select_option("Overdue")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text(re.compile(r"7 of 14 LEAs"))).to_be_visible()
