"""The audit log: who reads which entries, filters, exports."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest

from cimflow.monitoring.access import audit_log, permissions
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from tests.dashboard.conftest import BIRCH, OTHER, OURS, PEOPLE, PROCESS, THEIRS, Browser
from tests.dashboard.forms import SCRIPT, hidden, no_script, plain

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
LOG = f"/p/{PROCESS}/audit"


def note(context: AppContext, detail: str, selpa: str | None = OURS, outcome: str = "done") -> None:
    audit_log.note(
        context,
        Actor("ann@example.org", "selpa-administrator"),
        "record",
        detail,
        outcome=outcome,  # type: ignore[arg-type]
        selpa_code=selpa,
        cds_code=BIRCH if selpa == OURS else None,
    )


@pytest.mark.parametrize(
    ("who", "reads"),
    [("system", {"ours", "theirs", "nobodys"}), ("admin", {"ours"}), ("other-admin", {"theirs"})],
)
def test_each_reads_the_entries_of_their_selpas(
    browser: Open, context: AppContext, who: str, reads: set[str]
) -> None:
    for detail, selpa in (("ours", OURS), ("theirs", THEIRS), ("nobodys", None)):
        note(context, f"entry-{detail}", selpa)
    person = browser(who)
    for address in (LOG, f"{LOG}.csv"):
        text = person.get(address).text
        assert {one for one in ("ours", "theirs", "nobodys") if f"entry-{one}" in text} == reads
    found = person.get(LOG, text="entry-")
    assert {one for one in ("ours", "theirs", "nobodys") if f"entry-{one}" in found.text} == reads


def test_an_entry_is_a_sentence(browser: Open, context: AppContext) -> None:
    note(context, "SRR summary, version 2")
    text = plain(browser("admin").get(LOG))
    assert "Thu, July 11, 2024, 12:00 pm Pacific" in text
    assert (
        "ann@example.org, as SELPA administrator, recorded a submission, for Birch Hollow:"
        " SRR summary, version 2" in text
    )


def test_the_page_has_words_and_the_files_have_the_codes_beside_them(browser: Open) -> None:
    admin = browser("admin")
    address = f"/p/{PROCESS}/leas/{BIRCH}/void/team-creation/1"
    seen = hidden(admin.get(address), "seen")
    assert admin.post(address, {"note": "of 2024-07-01", "seen": seen}).status_code == 303
    said = (
        f"{PEOPLE['admin']}, as SELPA administrator, withdrew a record made by mistake,"
        " for Birch Hollow: CIM Team Creation, version 1: of Mon, July 1, 2024"
    )
    page = plain(admin.get(LOG))
    assert said in page
    assert "process_id" not in page
    rows = csv.DictReader(admin.get(f"{LOG}.csv").text.splitlines())
    first = next(iter(rows))
    assert first["detail"] == "team-creation, version 1: of 2024-07-01"
    assert first["request"].startswith("POST /p/{process_id}/")
    assert first["in_words"] == said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "first"}, {"first"}),
        ({"outcome": "refused"}, {"second"}),
        ({"outcome": "<x>"}, {"first", "second"}),
        ({"since": "2024-07-12"}, {"second"}),
        ({"until": "2024-07-11"}, {"first"}),
        ({"since": "2024-07-13"}, set()),
        ({"text": SCRIPT}, set()),
    ],
)
def test_filters_hold_for_the_page_and_its_files(
    browser: Open, context: AppContext, query: dict[str, str], found: set[str]
) -> None:
    admin = browser("admin")
    note(context, "the-first")
    admin.clock.pass_by(hours=13)  # past midnight, Pacific
    admin.sign_in("admin")
    note(context, "the-second", outcome="refused")
    for address in (LOG, f"{LOG}.csv"):
        page = admin.get(address, **query)
        assert {one for one in ("first", "second") if f"the-{one}" in page.text} == found
        if address == LOG:
            assert no_script(page)


def test_a_day_that_is_none(browser: Open) -> None:
    assert browser("admin").get(LOG, since="soon").status_code == 400
    assert browser("admin").get(f"{LOG}.csv", until="9999-12-31").status_code == 400


def test_a_hundred_entries_a_page(browser: Open, context: AppContext) -> None:
    for number in range(101):
        note(context, f"number-{number:03}")
    admin = browser("admin")
    assert "number-100" in admin.get(LOG).text
    assert "number-000" not in admin.get(LOG).text
    assert "number-000" in admin.get(LOG, page="2").text
    assert "number-000" in admin.get(f"{LOG}.csv").text


def test_no_entry_runs_as_a_formula_or_a_script(browser: Open, context: AppContext) -> None:
    note(context, "=HYPERLINK(1)")
    note(context, SCRIPT)
    admin = browser("admin")
    assert no_script(admin.get(LOG))
    assert "'=HYPERLINK(1)" in admin.get(f"{LOG}.csv").text
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"{LOG}.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert all(cell.data_type != "f" for cell in cells)


def test_what_is_refused_is_seen_by_the_selpa_it_concerns(browser: Open) -> None:
    lead, admin = browser("lead"), browser("admin")
    lead.get(f"/p/{PROCESS}/leas/{BIRCH}/roster-entry")
    page = plain(admin.get(LOG, outcome="refused"))
    assert "as Lead of an LEA, was refused on the page “Level and names”, for Birch Hollow" in page
    assert dt.date(2024, 7, 11).strftime("July %d") in page


def test_who_holds_two_roles_acts_in_the_one_that_the_lea_knows(browser: Open) -> None:
    both = browser("lead")
    permissions.give_role(
        both.context, PEOPLE["lead"], "selpa-administrator", THEIRS, actor=Actor("test")
    )
    for cds in (BIRCH, OTHER):
        both.post(f"/p/{PROCESS}/leas/{cds}/receive/team-creation", {"way": "nothing"})
        both.post(f"/p/{PROCESS}/leas/{cds}/review/team-creation", {"decision": "approve"})
    acted = {
        (one.cds_code, one.acting_as)
        for one in audit_log.entries(both.context, limit=50)
        if one.actor == PEOPLE["lead"] and one.cds_code is not None
    }
    assert acted == {(BIRCH, "lea-lead"), (OTHER, "selpa-administrator")}
