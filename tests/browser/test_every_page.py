"""Every page there is: no finding of axe, no sideways scroll, the focus seen, well without scripts.

The addresses come from the routes of the application (``every_page``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import FOCUS_IS_SEEN, Pages, copy_of, served, sign_in
from tests.browser.every_page import addresses, fill

LEAD = "renata.voskuil@example.org"
NARROW = (640, 320)
"""A window of 1280 at 200 percent, and the narrowest that WCAG asks for (1.4.10)."""
STICKS_OUT = """() => {
  const found = [];
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const last = [...document.querySelectorAll("main *, header *, footer *")].filter((one) =>
      one.getBoundingClientRect().right > innerWidth && !one.closest(".cf-scroll, [popover]"));
    found.push(`${wide} px too wide: ${last.slice(0, 3).map((one) => one.outerHTML.slice(0, 90))}`);
  }
  for (const one of document.querySelectorAll("main *, header *")) {
    const style = getComputedStyle(one);
    if (!["auto", "scroll"].includes(style.overflowX) || one.scrollWidth <= one.clientWidth) continue;
    const named = one.getAttribute("role") === "region" && one.getAttribute("aria-label");
    if (one.tabIndex !== 0 || !named) found.push(`nobody can scroll ${one.outerHTML.slice(0, 90)}`);
  }
  return found;
}"""
OPEN_ALL = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  document.querySelector("[popover]")?.showPopover();
}"""
"""What folds is unfolded, and one reason stands open."""
UNSEEN = """(isSeen) => {
  const seen = eval(isSeen), found = [];
  const stops = [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex='0']")];
  for (const one of [...stops, ...stops.reverse()]) {
    one.focus();
    if (document.activeElement === one && !seen()) found.push(one.outerHTML.slice(0, 120));
  }
  return found;
}"""


@dataclass(frozen=True)
class All:
    """The pages of a sample with some of everything, and the addresses of those that are shown."""

    pages: Pages
    addresses: list[str]


@pytest.fixture(scope="module")
def everything(
    chromium: Browser, sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[All]:
    """Every address answers; what is downloaded is no page, and is left out from here on."""
    with copy_of(sample_home, tmp_path_factory.mktemp("all")) as context:
        filled = fill(context)
        with served(context) as pages, chromium.new_context(base_url=pages.base) as window:
            sign_in(window.new_page(), pages.link())
            shown = []
            for address in addresses(filled):
                answer = window.request.get(address)
                assert answer.ok, f"{address}: {answer.status}"
                is_page = answer.headers["content-type"].startswith("text/html")
                assert is_page or "attachment" in answer.headers["content-disposition"], address
                shown += [address] if is_page else []
            yield All(pages, shown)


def walk(
    chromium: Browser, everything: All, *, width: int = 1280, scripts: bool = True
) -> Iterator[Page]:
    """Each page in turn, in one window of a person who is signed in."""
    with chromium.new_context(
        base_url=everything.pages.base,
        bypass_csp=True,
        java_script_enabled=scripts,
        viewport={"width": width, "height": 900},
    ) as context:
        page = context.new_page()
        sign_in(page, everything.pages.link())
        for address in everything.addresses:
            page.goto(address)
            if scripts:
                page.evaluate(OPEN_ALL)
            yield page


def findings(page: Page) -> list[str]:
    """What axe finds on a page."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]
    ]


def test_axe_finds_nothing(chromium: Browser, everything: All) -> None:
    assert [one for page in walk(chromium, everything) for one in findings(page)] == []


@pytest.mark.parametrize("width", NARROW)
def test_nothing_sticks_out_of_a_narrow_window(
    chromium: Browser, everything: All, width: int
) -> None:
    found = [
        f"{page.url}: {one}"
        for page in walk(chromium, everything, width=width)
        for one in page.evaluate(STICKS_OUT)
    ]
    assert found == []


def test_whatever_has_the_focus_shows_it(chromium: Browser, everything: All) -> None:
    found = []
    for page in walk(chromium, everything, width=700):  # the grid scrolls under its first column
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")  # from here on the focus is the keyboard's
        found += [f"{page.url}: {one}" for one in page.evaluate(UNSEEN, FOCUS_IS_SEEN)]
    assert found == []


def test_every_page_says_what_it_is_without_scripts(chromium: Browser, everything: All) -> None:
    for page in walk(chromium, everything, scripts=False):
        assert page.get_by_role("heading", level=1).is_visible(), page.url


def test_axe_finds_nothing_before_the_sign_in_nor_for_a_lead(
    chromium: Browser, everything: All
) -> None:
    pages = everything.pages
    found = []
    with chromium.new_context(base_url=pages.base, bypass_csp=True) as context:
        page = context.new_page()
        for address in ("/sign-in", pages.link(), "/no-such-page"):
            page.goto(address)
            found += findings(page)
        sign_in(page, pages.link(LEAD))
        found += findings(page)
        theirs = "/p/targeted-2024/leas/99100910130013"
        for address in (theirs, f"{theirs}/receive/consolidation", "/p/targeted-2024/people"):
            page.goto(address)
            found += findings(page)
    assert found == []


ANSWERS: tuple[tuple[str, dict[str, str], str], ...] = (
    ("leas/99101090000000/receive/data-drill-down", {}, "Record it"),
    ("leas/99100910130013/review/improvement-plan", {}, "Record the decision"),
    (
        "leas/99101090000000/extend/data-drill-down",
        {"New due date": "2024-07-24", "Why": "The tool was down."},
        "Preview changes",
    ),
    ("leas/99101090000000/withdraw", {}, "Withdraw it from the cohort"),
    ("leas/99101090000000/roster-entry", {"Name of the LEA": ""}, "Save"),
    ("new-lea", {}, "Add the LEA"),
    ("import/contacts", {}, "Preview changes"),
    ("go-live?from=2024-07-15", {}, "Show who would get what"),
    ("people", {"Work email address": "nobody"}, "Give the role"),
)
"""A form that is sent: its page, what is typed, the button."""


def test_axe_finds_nothing_in_what_a_form_answers(chromium: Browser, pages: Pages) -> None:
    found = []
    with chromium.new_context(base_url=pages.base, bypass_csp=True) as context:
        page = context.new_page()
        sign_in(page, pages.link())
        for path, typed, button in ANSWERS:
            page.goto(f"/p/targeted-2024/{path}")
            for label, text in typed.items():
                page.get_by_label(label).fill(text)
            page.locator("form").evaluate_all("all => all.forEach(one => one.noValidate = true)")
            with page.expect_navigation():
                page.get_by_role("button", name=button).click()
            found += findings(page)
    assert found == []
