"""The Data Drill Down's report as a file: axe finds nothing, it fits, it asks nobody for anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from cimflow.cli.main import run
from cimflow.drilldown.model.config_file import load_drill_down_config
from cimflow.drilldown.synthetic import synthetic_students
from tests.browser.test_every_page import STICKS_OUT

LEA = "99100910130013"


@pytest.fixture(scope="module", params=["internal", "shareable"])
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    students = folder / "students.csv"
    synthetic_students({LEA: 250}, load_drill_down_config(), seed=3).to_csv(students, index=False)
    asked = ["drilldown", "run", str(students), "--out", str(folder / "out")]
    assert run([*asked, "--audience", request.param, "--as-of", "2024-06-30"]) == 0
    return folder / "out" / LEA / "report.html"


@pytest.mark.parametrize("width", [1280, 640, 320])
def test_the_report_is_well_at_every_width(chromium: Browser, report: Path, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900})
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda one: asked.append(one.url))
    page.goto(report.as_uri())
    assert asked == [report.as_uri()]
    assert page.evaluate(STICKS_OUT) == []
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:100]) for one in found] == []
    context.close()


def test_a_chart_says_in_words_what_it_shows(chromium: Browser, report: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    charts = page.get_by_role("img")
    assert charts.count() > 5
    name = charts.first.get_attribute("aria-labelledby")
    assert name is not None
    title, words = (page.locator(f"#{one}").text_content() for one in name.split())
    assert title
    assert "groups, from" in str(words)
    context.close()
