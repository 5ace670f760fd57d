"""Takes the pictures of the pages for README and docs, from the sample; run by hand when they change.

It is started so: ``uv run python -m tests.browser.pictures``. Look at each one afterwards.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from cimflow.cli.sample_home import load_sample
from cimflow.drilldown.model.config_file import load_drill_down_config
from cimflow.drilldown.synthetic import synthetic_students
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.drill_down.reports import report_from_upload
from cimflow.settings import read_settings
from tests.browser.conftest import Pages, copy_of, launched, served, sign_in, tab_to

FOLDER = Path(__file__).parents[2] / "docs" / "images"
GRID = "/p/targeted-2024"
CHESTNUT_CODE = "99100260000000"
CHESTNUT = f"{GRID}/leas/{CHESTNUT_CODE}"


def main() -> None:
    """Serve a sample of its own, and take every picture."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        load_sample(read_settings({"CIMFLOW_HOME": "first"}, working_directory=folder))
        with (
            copy_of(folder / "first", folder) as context,
            served(context) as pages,
            launched() as chromium,
        ):
            make_report(context)
            take_all(chromium, pages)


def make_report(context: AppContext) -> None:
    """A report of synthetic students for the page of the Data Drill Down."""
    table = synthetic_students({CHESTNUT_CODE: 900}, load_drill_down_config(), seed=1).to_csv(
        index=False
    )
    files = [("students.csv", io.BytesIO(table.encode()))]
    process, day = "targeted-2024", dt.date(2024, 6, 30)
    report_from_upload(
        act_on(context, process, CHESTNUT_CODE), files, definition="dashboard", as_of=day
    )


def take_all(chromium: Browser, pages: Pages) -> None:
    """Each window with what it shows."""
    page = window(chromium, pages, 1280, 900)
    take(page, GRID, "grid")
    take(window(chromium, pages, 1280, 1105), CHESTNUT, "lea")
    take(window(chromium, pages, 320, 1000), CHESTNUT, "narrow")
    take(window(chromium, pages, 640, 450, device_scale_factor=2), GRID, "zoom")
    dark = window(chromium, pages, 1280, 900, forced_colors="active", color_scheme="dark")
    take(dark, CHESTNUT, "forced-colors")
    report = window(chromium, pages, 1280, 900)
    report.goto(f"{CHESTNUT}/drill-down")
    report.get_by_text("Chronic absenteeism rate", exact=True).first.click()
    heading = report.get_by_role("heading", name="Chronic absenteeism rate: Race/ethnicity")
    heading.first.scroll_into_view_if_needed()
    report.evaluate("scrollBy(0, 380)")
    report.screenshot(path=FOLDER / "drill-down.png")
    page.goto(GRID)
    tab_to(page, "button", "returned")
    page.keyboard.press("Enter")
    page.screenshot(
        path=FOLDER / "focus.png", clip={"x": 0, "y": 265, "width": 1280, "height": 540}
    )


def window(chromium: Browser, pages: Pages, width: int, height: int, **more: Any) -> Page:
    """A window of that size, with the administrator signed in."""
    context = chromium.new_context(
        base_url=pages.base, viewport={"width": width, "height": height}, **more
    )
    page = context.new_page()
    sign_in(page, pages.link())
    return page


def take(page: Page, address: str, name: str) -> None:
    """What the window shows of a page."""
    page.goto(address)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
