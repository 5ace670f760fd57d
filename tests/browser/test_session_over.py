"""A form that is sent when the session is over: what was typed is not lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Pages

pytestmark = pytest.mark.slow
FORM = "/p/targeted-2024/leas/99100830000000/void/team-creation/1"


@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_that_the_page_names_keeps_what_was_typed(
    open_page: Callable[..., Page], pages: Pages, scripts: bool
) -> None:
    page = open_page(scripts=scripts)
    page.goto(FORM)
    page.fill("[name=note]", "wrong district")
    page.context.clear_cookies()
    page.get_by_role("button", name="Withdraw version 1").click()
    expect(page.get_by_text("Nothing was recorded.")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in another tab").click()
    other = opened.value
    other.goto(pages.link())
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/p/**")
    page.go_back()
    assert page.input_value("[name=note]") == "wrong district"
    page.get_by_role("button", name="Withdraw version 1").click()
    expect(page.get_by_text("is withdrawn")).to_be_visible()
