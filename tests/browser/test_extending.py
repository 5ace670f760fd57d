"""Giving more time: what would change is shown first, then the new date is in force."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.process.case import Extension
from tests.browser.conftest import Pages

PROCESS, PINYON, DATA = "targeted-2024", "99101090000000", "data-drill-down"
WHY = "The data tool was down until Tuesday."


def granted(pages: Pages) -> tuple[Extension, ...]:
    """The dates that the store holds for the LEA."""
    return read_case(act_on(pages.context, PROCESS, PINYON)).extensions


def test_a_due_date_is_extended(open_page: Callable[..., Page], pages: Pages) -> None:
    page = open_page()
    row = page.get_by_role("row").filter(has_text="Pinyon Wash Elementary")
    row.get_by_role("button", name=re.compile("^missing")).click()
    page.locator(".cf-why:popover-open").get_by_role("link", name="Open Data Drill Down").click()
    data = page.locator(f"#{DATA}")
    data.get_by_role("link", name="Extend").click()
    page.get_by_label("New due date").fill("2024-07-24")
    page.get_by_label("Why").fill(WHY)
    page.get_by_role("button", name="Preview changes").click()

    shown = page.get_by_role("status").filter(has_text="What would change")
    expect(shown).to_contain_text("due Wed, July 24, 2024 instead of Wed, July 10, 2024")
    expect(shown).to_contain_text("It is no longer overdue.")
    assert granted(pages) == ()
    page.get_by_role("button", name="Grant the extension").click()

    expect(page.get_by_role("status").first).to_contain_text("is now due Wed, July 24, 2024")
    expect(data).to_contain_text("Due date changed from Wed, July 10, 2024 to Wed, July 24, 2024")
    expect(data).to_contain_text(WHY)
    (extension,) = granted(pages)
    assert (extension.to, extension.grantor, extension.reason) == (
        dt.date(2024, 7, 24), "selpa", WHY,
    )  # fmt: skip
    assert audit_log.entries(pages.context, limit=1)[0].action == "extend"
    page.get_by_role("link", name="Back to the cohort").click()
    expect(row.get_by_role("button", name=re.compile("^missing"))).to_have_count(0)
    expect(row.get_by_role("button", name=re.compile("^due Jul 24"))).to_have_count(1)
