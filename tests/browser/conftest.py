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

from cimflow.cli.sample_home import ADMINISTRATOR, load_sample
from cimflow.dashboard.app import create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.access.sign_in import make_link
from cimflow.monitoring.app_context import AppContext, open_app_context
from cimflow.settings import read_settings
from flows.local.prefect_settings import any_free_port

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


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """Chromium until the block ends; where there is none, the test says that it is skipped.

    Playwright keeps an event loop on this thread, which other tests need free: keep it short.
    """
    found = os.environ.get("CIMFLOW_TEST_BROWSER") or shutil.which("chromium")
    if found is None:
        pytest.skip(SKIPPED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for these tests, ended with them; each gets a context of its own."""
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the sample SELPA, loaded once and copied for each test."""
    folder = tmp_path_factory.mktemp("sample")
    load_sample(read_settings({"CIMFLOW_HOME": str(folder / "home")}, working_directory=folder))
    return folder / "home"


@dataclass
class Pages:
    """The pages of a home, served on a port of their own."""

    context: AppContext
    base: str
    at: list[dt.datetime] = field(default_factory=lambda: [NOW])

    def link(self, email: str = ADMINISTRATOR) -> str:
        """A one-time link, as the system administrator prints it."""
        return make_link(self.context, email, base_url=self.base, made_by="test")


@contextlib.contextmanager
def served(context: AppContext) -> Iterator[Pages]:
    """Serve the pages of an office until the block ends."""
    port = any_free_port()
    web_app = open_web_app(context, port=port)
    config = uvicorn.Config(create_app(web_app), port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the pages did not start"
        time.sleep(0.01)
    yield Pages(context, web_app.base_url)
    server.should_exit = True
    thread.join(10)


@contextlib.contextmanager
def copy_of(sample_home: Path, folder: Path) -> Iterator[AppContext]:
    """The office of a copy of the sample, in a folder that is there."""
    shutil.copytree(sample_home, folder / "home")
    settings = read_settings({"CIMFLOW_HOME": str(folder / "home")}, working_directory=folder)
    context = open_app_context(settings, clock=lambda: NOW)
    yield context
    context.engine.dispose()


@pytest.fixture
def pages(sample_home: Path, tmp_path: Path) -> Iterator[Pages]:
    """The pages of a copy of the sample."""
    with copy_of(sample_home, tmp_path) as context, served(context) as found:
        yield found


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
            sign_in(page, pages.link(email))
        return page

    yield opens
    for context in opened:
        context.close()
    assert complaints == []


def sign_in(page: Page, link: str) -> None:
    """Open a link, and choose the button behind it."""
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/p/**")


FOCUS_IS_SEEN = """() => {
  const at = document.activeElement;
  if (at === document.body) return true;  // the browser's own frame has it, after the last stop
  getComputedStyle(at).top;
  document.getAnimations().forEach((one) => one.finish());  // such as the skip link's way in
  const hides = at.matches("[type=radio], [type=checkbox]") && at.labels.length;
  const seen = hides ? at.labels[0] : at;  // USWDS draws the label instead
  const drawn = (one, part) => {
    const style = getComputedStyle(one, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = at instanceof SVGElement ? at.querySelector("rect") : null;
  const is_drawn = box
    ? parseFloat(getComputedStyle(box).strokeWidth) >= 4
    : drawn(at) || (hides && drawn(seen, "::before"));
  const {left, right, top, bottom, width} = seen.getBoundingClientRect();
  const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const is_on_top = [left + 2, left + width / 2, right - 2].some((x) => {
    const there = document.elementFromPoint(x, y);
    return there && (seen.contains(there) || there === seen.parentElement);
  });
  return is_drawn && is_on_top;
}"""
"""Whether what has the focus is drawn so, within the window and not under something else."""


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
