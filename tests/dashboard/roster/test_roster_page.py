"""The roster page, and its exports: what goes out and comes in again changes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from cimflow.intake.spreadsheets.contacts import ContactRow
from cimflow.intake.spreadsheets.roster import RosterRow
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.roster import import_roster
from tests.dashboard.conftest import BIRCH, OURS, PROCESS, Browser, roster_row
from tests.dashboard.forms import SCRIPT, no_script, plain

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
ROSTER = f"/p/{PROCESS}/roster"
FORMULA = "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("system", {"Birch Hollow", "Far Ridge Elementary"}),
        ("admin", {"Birch Hollow"}),
        ("reader", {"Birch Hollow"}),
        ("other-admin", {"Far Ridge Elementary"}),
    ],
)
def test_each_sees_the_leas_of_their_selpas(browser: Open, who: str, sees: set[str]) -> None:
    person = browser(who)
    for address in (ROSTER, f"{ROSTER}.csv"):
        text = person.get(address).text
        assert {one for one in ("Birch Hollow", "Far Ridge Elementary") if one in text} == sees


def test_a_reader_is_offered_no_change(browser: Open) -> None:
    text = browser("reader").get(ROSTER).text
    for path in ("import", "new-lea", "roster-entry", f"leas/{BIRCH}/contacts"):
        assert path not in text.replace("contacts.csv", "")


def test_contacts_that_are_missing_are_named(browser: Open, context: AppContext) -> None:
    rename(context, "Fir Peak", "99000040000000")
    text = plain(browser("admin").get(ROSTER))
    assert "1 without a lead" in text
    assert "Lead of the LEA, Director of special education, Superintendent" in text


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("birch", {"Birch Hollow"}),
        (f"lea-lead.{BIRCH}@", {"Birch Hollow"}),
        ("99000010", {"Elm Crossing Unified"}),
        (SCRIPT, set()),
    ],
)
def test_finding(browser: Open, find: str, found: set[str]) -> None:
    page = browser("admin").get(ROSTER, find=find)
    names = ("Birch Hollow", "Elm Crossing Unified", "Dogwood Union")
    assert {one for one in names if one in page.text} == found
    assert no_script(page)


def rename(context: AppContext, name: str, cds: str = BIRCH) -> None:
    import_roster.import_roster(
        context, [roster_row(cds, name, "2", OURS, "unmet")], actor=Actor("test")
    )


def test_fifty_leas_a_page(browser: Open, context: AppContext) -> None:
    rows: list[RosterRow] = [
        roster_row(f"9900{number:04}000000", f"School {number:03}", "1", OURS, "met")
        for number in range(100, 160)
    ]
    import_roster.import_roster(context, rows, actor=Actor("test"))
    admin = browser("admin")
    assert "Page 1 of 2" in plain(admin.get(ROSTER))
    assert "School 159" in admin.get(ROSTER, page="2").text
    assert "School 159" in admin.get(ROSTER, page="99999").text


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["roster", "contacts"])
@pytest.mark.parametrize("who", ["admin", "system"])
def test_what_is_exported_and_imported_again_changes_nothing(
    browser: Open, context: AppContext, who: str, kind: str, suffix: str
) -> None:
    rename(context, FORMULA)
    row = ContactRow(2, "lea", BIRCH, "lea-lead", "+Ann =Lee", f"lea-lead.{BIRCH}@example.org")
    import_roster.import_contacts(context, [row], actor=Actor("test"))
    person = browser(who)
    file = person.get(f"/p/{PROCESS}/{kind}.{suffix}").content
    answer = person.post(
        f"/p/{PROCESS}/import/{kind}", {}, files={"file": (f"again.{suffix}", file)}
    )
    assert answer.status_code == 200
    assert "0 differences" in plain(answer)


def test_no_name_runs_as_a_formula(browser: Open, context: AppContext) -> None:
    rename(context, FORMULA)
    admin = browser("admin")
    assert f"'{FORMULA}" in admin.get(f"{ROSTER}.csv").text
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"{ROSTER}.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert f"'{FORMULA}" in {cell.value for cell in cells}
    assert all(cell.data_type != "f" for cell in cells)


def test_a_script_in_a_name_stays_text(browser: Open, context: AppContext) -> None:
    rename(context, SCRIPT)
    admin = browser("admin")
    for path in (
        "roster",
        "people",
        "extend",
        *(f"leas/{BIRCH}/{one}" for one in ("roster-entry", "facts", "contacts", "withdraw")),
        *(f"leas/{BIRCH}/{one}/parent-input" for one in ("extend", "excuse")),
    ):
        page = admin.get(f"/p/{PROCESS}/{path}")
        assert page.status_code == 200
        assert no_script(page)
