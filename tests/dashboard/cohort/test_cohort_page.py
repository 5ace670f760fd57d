"""The grid: who is shown to whom, what is chosen, and the files of exactly that."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable

import openpyxl
import pytest

from cimflow.dashboard.cohort.grid_filter import Wanted
from cimflow.monitoring.act import Actor
from cimflow.monitoring.roster import import_roster
from tests.dashboard.conftest import BIRCH, ELM, OURS, PROCESS, THEIRS, Browser, roster_row

pytestmark = pytest.mark.slow

GRID = f"/p/{PROCESS}"
ALL = {"Elm Crossing Unified", "Birch Hollow", "Dogwood Union", "Far Ridge Elementary"}


def shown(text: str) -> set[str]:
    """The LEAs that stand in the grid (or the file), not in what waits above it."""
    grid = text.partition('id="grid"')[2] or text
    return {name for name in ALL if name in grid}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("system", ALL),
        ("admin", ALL - {"Far Ridge Elementary"}),
        ("reader", ALL - {"Far Ridge Elementary"}),
        ("lead", {"Birch Hollow"}),
        ("other-admin", {"Far Ridge Elementary"}),
    ],
)
@pytest.mark.parametrize("path", ["", "/print", "/status.csv"])
def test_each_sees_what_is_theirs(
    who: str, sees: set[str], path: str, browser: Callable[[str], Browser]
) -> None:
    assert shown(browser(who).get(GRID + path).text) == sees


@pytest.mark.parametrize(
    ("who", "waits"), [("system", True), ("admin", True), ("reader", True), ("lead", False)]
)
@pytest.mark.parametrize("page", [GRID, f"{GRID}/leas/{BIRCH}"])
def test_the_selpa_reads_what_it_waits_for_and_the_lead_what_to_do(
    who: str, waits: bool, page: str, browser: Callable[[str], Browser]
) -> None:
    assert ("Waiting for the LEA to" in browser(who).get(page).text) is waits


@pytest.mark.parametrize(
    ("query", "sees"),
    [
        ({"level": "3"}, {"Elm Crossing Unified"}),
        ({"state": "Overdue", "level": "2"}, {"Birch Hollow", "Far Ridge Elementary"}),
        ({"state": "Complete"}, set()),
        ({"selpa": "9902"}, {"Far Ridge Elementary"}),
        ({"find": "HOLLOW"}, {"Birch Hollow"}),
        ({"find": ELM}, {"Elm Crossing Unified"}),
        ({"activity": "parent-input"}, ALL - {"Far Ridge Elementary"}),
        ({"due": "2024-07-10"}, ALL),
        ({"due": "2024-07-10", "as_of": "2024-03-01"}, set()),
        ({"sort": "no-such-order", "page": "99999", "level": "1"}, {"Dogwood Union"}),
        ({"page": "-1", "show": "needs"}, ALL),
    ],
)
def test_what_is_chosen_is_shown_and_exported(
    query: dict[str, str], sees: set[str], browser: Callable[[str], Browser]
) -> None:
    system = browser("system")
    assert shown(system.get(GRID, **query).text) == sees
    rows = list(csv.DictReader(io.StringIO(system.get(f"{GRID}/status.csv", **query).text)))
    assert {one["lea_name"] for one in rows} == sees


def test_the_csv_and_the_workbook_hold_the_same(browser: Callable[[str], Browser]) -> None:
    admin = browser("admin")
    text = admin.get(f"{GRID}/status.csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"{GRID}/status.xlsx").content))
    rows = [[cell or "" for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows == list(csv.reader(io.StringIO(text)))


def test_a_name_that_is_a_formula_or_a_script_is_neither(
    browser: Callable[[str], Browser],
) -> None:
    admin = browser("admin")
    trick = "=HYPERLINK(1)<script>alert(1)</script>"
    import_roster.import_roster(
        admin.context, [roster_row("99000040000000", trick, "1", OURS, "met")], actor=Actor("test")
    )
    page = admin.get(GRID).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    rows = csv.DictReader(io.StringIO(admin.get(f"{GRID}/status.csv").text))
    assert f"'{trick}" in {one["lea_name"] for one in rows}


def test_the_day_of_the_address_is_shown_and_kept(browser: Callable[[str], Browser]) -> None:
    page = browser("admin").get(GRID, as_of="2024-06-20").text
    assert "As of Thu, June 20, 2024 (Pacific)" in page
    assert f"/leas/{ELM}?as_of=2024-06-20" in page
    assert "Still open for Wed, July 10, 2024" in page


def test_missing_for_a_day_is_counted(browser: Callable[[str], Browser]) -> None:
    assert "Missing for Wed, July 10, 2024: 3 of 3" in browser("admin").get(GRID).text


def words(page: str) -> str:
    """What a page says, without its elements."""
    main = page.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


FILTERS = [
    # asked for; whose page it is; what is counted; who is missing something for July 10; in words
    ({}, "Cohort", "of 4 LEAs", "4 of 4", "4 LEAs"),
    ({"selpa": OURS}, "Valley View SELPA", "of 3 LEAs", "3 of 3", "3 of 4 LEAs: Valley View SELPA"),
    (
        {"selpa": THEIRS, "level": "3"},
        "Far Away SELPA",
        "of 1 LEA",
        "1 of 1",
        "0 of 4 LEAs: Far Away SELPA, level 3",
    ),
    ({"level": "3"}, "Cohort", "of 4 LEAs", "4 of 4", "1 of 4 LEAs: level 3"),
    (
        {"state": "Overdue", "show": "needs"},
        "Cohort",
        "of 4 LEAs",
        "4 of 4",
        "4 of 4 LEAs: overdue, needs attention",
    ),
    (
        {"activity": "parent-input", "due": "2024-07-10"},
        "Cohort",
        "of 4 LEAs",
        "4 of 4",
        "3 of 4 LEAs: Parent Input still open, something open for Wed, July 10, 2024",
    ),
    (
        {"find": "zzz<b>"},
        "Cohort",
        "of 4 LEAs",
        "4 of 4",
        "0 of 4 LEAs: name or CDS code with “zzz<b>”",
    ),
    ({"selpa": "9999"}, "Cohort", "of 4 LEAs", "4 of 4", "0 of 4 LEAs: SELPA 9999"),
    ({"due": "soon"}, "Cohort", "of 4 LEAs", "4 of 4", "0 of 4 LEAs: something open for soon"),
    ({"sort": "name"}, "Cohort", "of 4 LEAs", "4 of 4", "4 LEAs"),
]


@pytest.mark.parametrize(("query", "whose", "counted", "missing", "said"), FILTERS)
@pytest.mark.parametrize("path", ["", "/print"])
def test_counts_are_of_the_chosen_selpa_and_the_filter_is_said(
    path: str,
    query: dict[str, str],
    whose: str,
    counted: str,
    missing: str,
    said: str,
    browser: Callable[[str], Browser],
) -> None:
    page = browser("system").get(GRID + path, **query).text
    assert f">{whose}{', as of' if path else '<'}" in page
    assert "<b>" not in page
    text = words(page)
    assert f"{counted} Missing for" in text
    assert f"Missing for Wed, July 10, 2024: {missing}" in text
    stands = whose if "selpa" in query and whose != "Cohort" else "the cohort"
    assert f"Status of {stands}" in text
    assert (f"Showing {said}." if path else f" {said} ") in text
    if said.startswith("0"):
        assert "No LEAs match" in text
        assert "<table" not in page


def test_a_week_is_of_the_chosen_selpa(browser: Callable[[str], Browser]) -> None:
    system = browser("system")
    assert "1 filed, 0 returned" in system.get(GRID).text
    assert "1 filed, 0 returned" in system.get(GRID, selpa=OURS).text
    assert "0 filed, 0 returned" in system.get(GRID, selpa=THEIRS).text


def test_a_count_chooses_one_thing_more_and_keeps_the_rest(
    browser: Callable[[str], Browser],
) -> None:
    page = html.unescape(
        browser("system").get(GRID, selpa=OURS, find="o", as_of="2024-07-11", page="1").text
    )
    kept = f"{GRID}?as_of=2024-07-11&selpa={OURS}&find=o"
    assert f'href="{kept}&due=2024-07-10"' in page
    assert f'href="{kept}&state=Overdue"' in page
    other = html.unescape(browser("system").get(GRID, due="2024-12-06", state="AtRisk").text)
    assert f'href="{GRID}?state=AtRisk&due=2024-07-10"' in other
    assert f'href="{GRID}?state=Overdue&due=2024-12-06"' in other


def test_what_a_filter_changes_is_taken_over_without_a_new_page(
    browser: Callable[[str], Browser],
) -> None:
    page = browser("system").get(GRID).text
    found = re.search(r'hx-select-oob="([^"]+)"', page)
    assert found
    taken = {one.partition(":")[0].removeprefix("#") for one in found[1].split(",")}
    assert taken == {"found", "take", "whose", "totals", "since", "kept"}
    assert all(page.count(f'id="{one}"') == 1 for one in taken)


def test_before_anyone_is_in_the_cohort_the_page_says_what_to_do(
    browser: Callable[[str], Browser],
) -> None:
    page = browser("admin").get(GRID, as_of="2020-01-01").text
    assert "No LEA was in the cohort on this day" in page
    assert "Import a roster" in page


def test_2260_leas_come_a_page_at_a_time(browser: Callable[[str], Browser]) -> None:
    admin = browser("admin")
    rows = [
        roster_row(f"{99_100_000_000_000 + number}", f"LEA {number:04d}", "1", OURS, "met")
        for number in range(120)
    ]
    import_roster.import_roster(admin.context, rows, actor=Actor("test"))
    first, last = admin.get(GRID), admin.get(GRID, page="3")
    assert first.text.count('<th scope="row"') == 50
    assert "Page 1 of 3" in first.text
    assert last.text.count('<th scope="row"') == 23
    assert admin.get(f"{GRID}/print").text.count('<th scope="row"') == 123


def test_what_is_as_usual_does_not_stand_in_the_address() -> None:
    assert Wanted.of({"show": "all", "sort": "urgency", "level": "2"}).as_query() == {"level": "2"}
