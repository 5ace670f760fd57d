"""Imports: shown first, then done as shown; errors all together; nobody else's LEA."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.cohort.evaluate import read_case, read_cases
from cimflow.monitoring.roster import import_roster
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.people import contacts
from tests.dashboard.conftest import (
    BIRCH,
    ELM,
    OTHER,
    OURS,
    PEOPLE,
    PROCESS,
    THEIRS,
    Browser,
    roster_row,
)
from tests.dashboard.forms import SCRIPT, hidden, no_script, plain, wrong_at

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
HEADER = "cds_code,lea_name,selpa_code,selpa_name,process,level"
CONTACTS = "scope,code,role,name,email"
PROGRESS = "cds_code,activity,received_on"


def at(kind: str) -> str:
    return f"/p/{PROCESS}/import/{kind}"


def row(cds: str = BIRCH, name: str = "Birch Hollow", level: str = "3", selpa: str = OURS) -> str:
    return f"{cds},{name},{selpa},Valley View SELPA,{PROCESS},{level}"


def send(browser: Browser, kind: str, *lines: str, **more: str):  # type: ignore[no-untyped-def]
    data = "\n".join(lines).encode()
    return browser.post(at(kind), more, files={"file": ("mine.csv", data)})


def confirm(browser: Browser, kind: str, page, **changed: str):  # type: ignore[no-untyped-def]
    names = ("data", "name", "repair_cds", "expect")
    return browser.post(f"{at(kind)}/confirm", {one: hidden(page, one) for one in names} | changed)


def level_of(browser: Browser, cds: str) -> str:
    return read_case(act_on(browser.context, PROCESS, cds)).roster_entries[-1].level


@pytest.mark.parametrize("kind", ["roster", "contacts", "progress"])
def test_the_page_explains_and_gives_an_example_that_can_be_read(browser: Open, kind: str) -> None:
    system = browser("system")
    assert system.get(at(kind)).status_code == 200
    example = system.get(f"{at(kind)}/example.csv").content
    answer = system.post(at(kind), files={"file": ("example.csv", example)})
    # The example's LEA is in nobody's roster: of its progress only that is wrong.
    assert answer.status_code == (422 if kind == "progress" else 200)
    assert system.get(at("nothing")).status_code == 404


def test_the_differences_are_shown_and_then_made(browser: Open) -> None:
    admin = browser("admin")
    page = send(admin, "roster", f"{HEADER},phone", f"{row()},555")
    text = plain(page)
    assert "Birch Hollow 99000020000000 level 2 3" in text
    assert "Not used: phone" in text
    assert "Nothing has been changed yet." in text
    assert level_of(admin, BIRCH) == "2"
    assert confirm(admin, "roster", page).status_code == 303
    assert level_of(admin, BIRCH) == "3"
    entry, *_ = audit_log.entries(admin.context, text="from a file", limit=5)
    assert (entry.actor, entry.selpa_code) == (PEOPLE["admin"], OURS)
    assert (entry.acting_as, entry.outcome) == ("selpa-administrator", "done")


def test_contacts_and_progress_are_imported_alike(browser: Open) -> None:
    admin = browser("admin")
    page = send(admin, "contacts", CONTACTS, f"lea,{BIRCH},lea-lead,Ann Lee,ann@example.org")
    assert confirm(admin, "contacts", page).status_code == 303
    with session.reading(admin.context.engine) as conn:
        held = {one.name for one in contacts.load_contacts(conn) if one.code == BIRCH}
    assert "Ann Lee" in held
    page = send(admin, "progress", PROGRESS, f"{BIRCH},parent-input,2024-07-03")
    assert confirm(admin, "progress", page).status_code == 303
    assert read_case(act_on(admin.context, PROCESS, BIRCH)).versions_on(
        "parent-input", admin.context.today(PROCESS)
    )


def test_what_changed_since_it_was_shown_is_shown_again(browser: Open) -> None:
    admin = browser("admin")
    page = send(admin, "roster", HEADER, row(), row(ELM, "Elm Crossing Unified", "2"))
    colleague = [roster_row(ELM, "Elm Crossing Unified", "2", OURS, "met")]
    import_roster.import_roster(admin.context, colleague, actor=Actor("a colleague"))
    answer = confirm(admin, "roster", page)
    assert answer.status_code == 409
    assert "Something changed since you looked" in plain(answer)
    assert level_of(admin, BIRCH) == "2"
    assert confirm(admin, "roster", answer).status_code == 303
    assert level_of(admin, BIRCH) == "3"


@pytest.mark.parametrize("expect", ["0" * 64, SCRIPT])
def test_a_forged_digest_changes_nothing(browser: Open, expect: str) -> None:
    admin = browser("admin")
    page = send(admin, "roster", HEADER, row())
    answer = confirm(admin, "roster", page, expect=expect)
    assert answer.status_code == 409
    assert no_script(answer)
    assert level_of(admin, BIRCH) == "2"
    assert confirm(admin, "roster", page, expect="").status_code == 422


def test_another_file_than_was_shown_changes_nothing(browser: Open) -> None:
    admin = browser("admin")
    page = send(admin, "roster", HEADER, row())
    other = base64.b64encode("\n".join((HEADER, row(level="1"))).encode()).decode()
    assert confirm(admin, "roster", page, data=other).status_code == 409
    assert confirm(admin, "roster", page, data="no base64!").status_code == 422
    assert level_of(admin, BIRCH) == "2"


def test_all_errors_are_shown_by_row_and_column_and_nothing_is_changed(browser: Open) -> None:
    admin = browser("admin")
    page = send(admin, "roster", HEADER, row(), row("12", SCRIPT, "9"), row(ELM, "Elm", "7"))
    assert page.status_code == 422
    text = plain(page)
    for said in ("3 cds_code", "3 level", "4 level", "choose it again"):
        assert said in text
    assert no_script(page)
    assert level_of(admin, BIRCH) == "2"


@pytest.mark.parametrize(
    ("kind", "lines", "said"),
    [
        ("roster", (HEADER, row(OTHER, "Far Ridge", "2")), "not in your SELPA"),
        ("roster", (HEADER, row(selpa=THEIRS)), "is not your SELPA"),
        ("roster", (HEADER, row(), row(OTHER, "Far Ridge", "2")), "3 cds_code"),
        ("contacts", (CONTACTS, f"selpa,{THEIRS},selpa-admin,A,a@example.org"), "not your SELPA"),
        ("contacts", (CONTACTS, f"lea,{OTHER},lea-lead,A,a@example.org"), "not in your SELPA"),
        ("contacts", (CONTACTS, "cde,*,fmta-consultant,A,a@example.org"), "every LEA"),
        ("progress", (PROGRESS, f"{OTHER},parent-input,2024-07-03"), "not in your SELPA"),
    ],
)
def test_another_selpas_lea_is_refused_by_its_row(
    browser: Open, kind: str, lines: tuple[str, ...], said: str
) -> None:
    admin = browser("admin")
    before = read_cases(act_on(admin.context, PROCESS))
    page = send(admin, kind, *lines)
    assert page.status_code == 422
    assert said in plain(page)
    # And not by going round the page that shows it either.
    data = base64.b64encode("\n".join(lines).encode()).decode()
    forged = {"data": data, "name": "mine.csv", "expect": "0" * 64}
    assert admin.post(f"{at(kind)}/confirm", forged).status_code == 422
    assert read_cases(act_on(admin.context, PROCESS)) == before


def test_a_zero_that_a_spreadsheet_ate_is_put_back_when_asked(browser: Open) -> None:
    system = browser("system")
    eaten = row("1000040000000", "Fir Peak", "1")
    refused = send(system, "roster", HEADER, eaten)
    assert refused.status_code == 422
    assert (
        "if so, it is 01000040000000, and the box “Repair CDS codes” accepts that" in refused.text
    )
    assert "--repair-cds" not in refused.text
    page = send(system, "roster", HEADER, eaten, repair_cds="yes")
    assert "01000040000000" in page.text
    assert confirm(system, "roster", page).status_code == 303
    assert "01000040000000" in read_cases(act_on(system.context, PROCESS))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("page.csv", b"<!doctype html><script>alert('x')</script>", "is a web page"),
        ("big.csv", b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        ("../../etc/passwd", b"no,header\n1,2\n", "has no header"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "old Excel file"),
        ("bad.xlsx", b"PK\x03\x04rubbish", "cannot be read as an Excel workbook"),
    ],
)
def test_a_file_that_is_none(browser: Open, name: str, data: bytes, said: str) -> None:
    page = browser("admin").post(at("roster"), files={"file": (name, data)})
    assert page.status_code == 422
    assert said in plain(page)
    assert no_script(page)
    assert "../" not in plain(page)


def test_no_file_is_said_in_words(browser: Open) -> None:
    page = browser("admin").post(at("roster"))
    assert wrong_at(page, "file").startswith("File: choose a file first")


def test_a_line_break_in_a_name_is_refused(browser: Open) -> None:
    page = send(browser("admin"), "contacts", CONTACTS,
                f'lea,{BIRCH},lea-lead,"Ann\nLee",ann@example.org')  # fmt: skip
    assert "contains a line break" in plain(page)


def test_a_large_file_travels_to_the_confirmation(browser: Open) -> None:
    system = browser("system")
    many = [row(f"99{number:05}0000000", f"School {number}", "1") for number in range(100, 2400)]
    page = send(system, "roster", HEADER, *many)
    assert "2300 differences" in plain(page)
    assert "300 more differences are not shown here" in plain(page)
    names = ("data", "name", "repair_cds", "expect")
    form = {one: hidden(page, one) for one in names}
    # As a browser sends it: in parts.
    answer = system.post(f"{at('roster')}/confirm", form, files={"none": ("", b"")})
    assert answer.status_code == 303
    with session.reading(system.context.engine) as conn:
        assert len(cases.load_cases(conn, PROCESS)) == 2304
