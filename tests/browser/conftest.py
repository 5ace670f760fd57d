"""The pages in a real browser: Debian's Chromium, on a copy of the sample SELPA.

The browser is that of ``CIMFLOW_TEST_BROWSER``, or the Chromium on the PATH. Where there is none
these tests say that they are skipped.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from cimflow.cli.sample import ADMINISTRATOR, load_sample
from cimflow.dashboard.app import create_app
from cimflow.dashboard.site import open_site
from cimflow.monitoring import signin
from cimflow.monitoring.office import Office, open_office
from cimflow.settings import read_settings
from flows.surroundings import any_free_port

SKIPPED = "no Chromium on the PATH and no CIMFLOW_TEST_BROWSER: nothing is tried in a browser"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Role = Literal["button", "link", "radio", "textbox"]
NOW = dt.datetime(2024, 7, 11, 17, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for these tests; each gets a context of its own.

    It ends with them: Playwright keeps an event loop on this thread, which other tests need free.
    """
    found = os.environ.get("CIMFLOW_TEST_BROWSER") or shutil.which("chromium")
    if found is None:
        pytest.skip(SKIPPED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the sample SELPA, loaded once and copied for each test."""
    folder = tmp_path_factory.mktemp("sample")
    load_sample(read_settings({"CIMFLOW_HOME": str(folder / "home")}, working_directory=folder))
    return folder / "home"


@dataclass
class Pages:
    """The pages of a home, served on a port of their own."""

    office: Office
    base: str
    at: list[dt.datetime] = field(default_factory=lambda: [NOW])

    def link(self, email: str = ADMINISTRATOR) -> str:
        """A one-time link, as the system administrator prints it."""
        return signin.make_link(self.office, email, base_url=self.base, made_by="test")


@contextlib.contextmanager
def served(office: Office) -> Iterator[Pages]:
    """Serve the pages of an office until the block ends."""
    port = any_free_port()
    site = open_site(office, port=port)
    config = uvicorn.Config(create_app(site), port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the pages did not start"
        time.sleep(0.01)
    yield Pages(office, site.base_url)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def pages(sample_home: Path, tmp_path: Path) -> Iterator[Pages]:
    """The pages of a copy of the sample."""
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    settings = read_settings({"CIMFLOW_HOME": str(home)}, working_directory=tmp_path)
    office = open_office(settings, clock=lambda: NOW)
    with served(office) as found:
        yield found
    office.engine.dispose()


@pytest.fixture
def open_page(chromium: Browser, pages: Pages) -> Iterator[Callable[..., Page]]:
    """``open_page()`` is a page of someone signed in; any script error or refused style fails."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def opens(
        email: str | None = ADMINISTRATOR, *, scripts: bool = True, width: int = 1280
    ) -> Page:
        context = chromium.new_context(
            base_url=pages.base,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(10_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type == "error" and "status of" not in said.text
                else None
            ),
        )
        if email is not None:
            page.goto(pages.link(email))
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/p/**")
        return page

    yield opens
    for context in opened:
        context.close()
    assert complaints == []


FOCUS_IS_SEEN = """() => {
  const at = document.activeElement;
  if (at === document.body) return true;  // the browser's own frame has it, after the last stop
  getComputedStyle(at).top;
  document.getAnimations().forEach((one) => one.finish());  // such as the skip link's way in
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = at instanceof SVGElement ? at.querySelector("rect") : null;
  if (box) return parseFloat(getComputedStyle(box).strokeWidth) >= 4;
  const seen = at.matches("[type=radio], [type=checkbox]") && at.labels.length ? at.labels[0] : at;
  const is_drawn = seen === at ? drawn(at) : drawn(seen, "::before") || drawn(at);
  const {left, right, top, bottom} = seen.getBoundingClientRect();
  const is_there = right > left && right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
  return is_drawn && is_there;
}"""
"""Whether what has the focus is drawn so, and within the window."""


def tab_to(page: Page, role: Role, name: str, *, at_most: int = 120) -> None:
    """Press Tab until something of that role and name has the focus, as a person does.

    Every stop on the way is seen to have it.
    """
    wanted = page.get_by_role(role, name=name).and_(page.locator(":focus"))
    for _ in range(at_most):
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")
        if wanted.count():
            return
    raise AssertionError(f"{role} {name!r} is not reached with Tab")
