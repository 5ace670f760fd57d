"""What a person's own settings ask for: less motion, their own colours; and what paper shows."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Pages, sign_in

GRID = "/p/targeted-2024"
HEMLOCK = f"{GRID}/leas/99100750000000"
LETTER_LANDSCAPE = 980
"""Pixels between the margins of a letter-size sheet, turned."""
MOVES = """() => [...document.querySelectorAll("*")].filter((one) => {
  const style = getComputedStyle(one);
  const seconds = style.transitionDuration.split(",").map(parseFloat);
  return Math.max(...seconds) > 0 || style.animationName !== "none";
}).map((one) => one.outerHTML.slice(0, 90))"""
COLOURS = """() => {
  const all = (choice) => [...document.querySelectorAll(choice)];
  const fill = (choice) => [...new Set(all(choice).map((one) => getComputedStyle(one).fill))];
  const body = getComputedStyle(document.body);
  return {
    paper: body.backgroundColor, ink: body.color,
    boxes: fill(".cf-dag__node rect"), words: fill(".cf-dag__node text, .cf-dag__heading"),
  };
}"""


def opened(chromium: Browser, pages: Pages, **settings: Any) -> Page:
    """A window of the administrator with these settings; it is closed with its browser."""
    page = chromium.new_context(base_url=pages.base, **settings).new_page()
    sign_in(page, pages.link())
    return page


def test_who_asks_for_less_motion_gets_none(chromium: Browser, pages: Pages) -> None:
    page = opened(chromium, pages, reduced_motion="reduce")
    for address in (GRID, HEMLOCK):
        page.goto(address)
        assert page.evaluate(MOVES) == []
    page.context.close()


def test_forced_colours_reach_the_picture_too(chromium: Browser, pages: Pages) -> None:
    page = opened(chromium, pages, forced_colors="active", color_scheme="dark")
    page.goto(HEMLOCK)
    found = page.evaluate(COLOURS)
    assert found["paper"] != found["ink"]
    assert found["boxes"] == [found["paper"]]
    assert found["words"] == [found["ink"]]
    page.context.close()


def test_paper_shows_the_grid_whole_and_nothing_to_press(chromium: Browser, pages: Pages) -> None:
    page = opened(chromium, pages, viewport={"width": LETTER_LANDSCAPE, "height": 700})
    page.goto(f"{GRID}/print")
    page.emulate_media(media="print")
    expect(page.get_by_role("rowheader")).to_have_count(14)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= LETTER_LANDSCAPE
    page.context.close()
