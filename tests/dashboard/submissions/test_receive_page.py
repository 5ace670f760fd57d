"""Recording what came: each way, each role, what is refused, and how an error is put right."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace

import httpx2 as httpx
import openpyxl
import pytest
from fastapi.testclient import TestClient
from jinja2 import Environment
from sqlalchemy import event

from cimflow.dashboard.app import create_app
from cimflow.dashboard.web.web_app_state import open_web_app
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.submissions.record import Document, record
from cimflow.process.case import Submission
from tests.dashboard.conftest import (
    BASE,
    BIRCH,
    ELM,
    PEOPLE,
    PROCESS,
    WITHDRAWN,
    Browser,
    Clock,
)
from tests.dashboard.filings import (
    FORM_OF_THE_PAGE,
    HTML,
    LEAS,
    PNG_THAT_IS_HTML,
    SCRIPT,
    STUDENTS,
    as_pdf,
    bomb,
    rows_and_files,
    team,
    with_macros,
    workbook,
)

pytestmark = pytest.mark.slow

TEAM, INPUT = "team-creation", "parent-input"
Open = Callable[[str], Browser]
TODAY = dt.date(2024, 7, 11)


def latest(context: AppContext, activity: str, cds: str = BIRCH) -> Submission | None:
    """The latest version of an activity, as known today."""
    versions = read_case(act_on(context, PROCESS, cds)).versions_on(activity, TODAY)
    return versions[-1] if versions else None


def seen_on(page: httpx.Response) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page.text)
    assert found is not None
    return found[1]


def send(
    person: Browser, activity: str, *file: object, cds: str = BIRCH, **form: str
) -> httpx.Response:
    """Open the form, fill it in and send it, as a browser without JavaScript does."""
    address = f"{LEAS}/{cds}/receive/{activity}"
    own = {**FORM_OF_THE_PAGE, "seen": seen_on(person.get(address)), **form}
    if person.who == "lead":
        del own["received_on"]
    attached = {"file": file} if file else {"file": ("", b"")}
    return person.post(address, own, files=attached)


def test_a_document_is_kept_as_it_came(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    answer = send(admin, INPUT, "Parent input.pdf", as_pdf(), received_on="2024-07-09")
    assert answer.headers["location"] == f"{LEAS}/{BIRCH}#{INPUT}"
    came = latest(context, INPUT)
    assert came is not None
    assert (came.document, came.received_on) == ("Parent input.pdf", dt.date(2024, 7, 9))
    assert came.recorded_by == PEOPLE["admin"]
    back = admin.get(f"{LEAS}/{BIRCH}/documents/{INPUT}/1")
    assert back.content == as_pdf()
    assert back.headers["content-type"] == "application/octet-stream"
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"].startswith("sandbox")
    assert back.headers["content-disposition"] == (
        "attachment; filename=\"Parent input.pdf\"; filename*=UTF-8''Parent%20input.pdf"
    )


def test_what_is_said_afterwards_counts_the_findings(browser: Open) -> None:
    admin = browser("admin")
    send(admin, INPUT, "a.pdf", as_pdf())
    assert "is recorded as version 1: 1 warning." in admin.get(f"/p/{PROCESS}").text


def test_the_plain_fact_needs_no_file(browser: Open, context: AppContext) -> None:
    answer = send(browser("admin"), INPUT, how="fact")
    assert answer.status_code == 303
    came = latest(context, INPUT)
    assert came is not None
    assert (came.document, came.contents) == ("", None)


def test_contents_with_an_error_are_corrected(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    wrong = send(admin, TEAM, "team.json", team(members=[]), how="form")
    assert wrong.headers["location"] == f"{LEAS}/{BIRCH}/received/{TEAM}/2"
    page = admin.get(wrong.headers["location"])
    assert "Members of the CIM Team is missing" in page.text
    assert "Members of the CIM Team:" not in page.text
    again = f'href="{LEAS}/{BIRCH}/receive/{TEAM}">Submit a corrected version</a>'
    assert again in page.text
    form = admin.get(f"{LEAS}/{BIRCH}/forms/{TEAM}/2")
    assert openpyxl.load_workbook(io.BytesIO(form.content)).sheetnames
    right = send(admin, TEAM, "team.json", team(), how="form")
    assert right.headers["location"] == f"{LEAS}/{BIRCH}#{TEAM}"
    came = latest(context, TEAM)
    assert came is not None
    assert came.version == 3


@pytest.mark.parametrize("suffix", ["xlsx", "toml"])
def test_the_form_that_is_offered_can_be_sent_back(browser: Open, suffix: str) -> None:
    admin = browser("admin")
    page = admin.get(f"{LEAS}/{BIRCH}/receive/{TEAM}")
    address = f"/p/{PROCESS}/forms/{TEAM}.{suffix}?level=2"
    assert f'href="{address}"' in page.text
    blank = admin.client.get(address)
    sent = send(admin, TEAM, f"form.{suffix}", blank.content, how="form")
    assert "/received/" in sent.headers["location"]


def test_the_same_sent_twice_is_one_version(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    for _ in range(2):
        send(admin, INPUT, "a.pdf", as_pdf())
    assert "was recorded before, as version 1" in admin.get(f"/p/{PROCESS}").text
    came = latest(context, INPUT)
    assert came is not None
    assert came.version == 1


def test_a_lead_hands_in_today_and_no_other_day(browser: Open, context: AppContext) -> None:
    lead = browser("lead")
    page = lead.get(f"{LEAS}/{BIRCH}/receive/{INPUT}").text
    assert "It will be recorded as received today, Thu, July 11, 2024" in page
    assert 'name="received_on"' not in page
    before = rows_and_files(context)
    address = f"{LEAS}/{BIRCH}/receive/{INPUT}"
    form = {"how": "document", "received_on": "2024-07-01"}
    refused = lead.post(address, form, files={"file": ("a.pdf", as_pdf())})
    assert refused.status_code == 422
    assert "what you submit is received today" in refused.text
    assert rows_and_files(context) == before
    assert send(lead, INPUT, "a.pdf", as_pdf()).status_code == 303
    came = latest(context, INPUT)
    assert came is not None
    assert came.received_on == TODAY


def test_with_us_is_not_filed(browser: Open, context: AppContext) -> None:
    """Elm Crossing is of a level whose receiver is a portal of the State."""
    admin = browser("admin")
    assert (
        "It counts from the day Stepwell has it" in admin.get(f"{LEAS}/{ELM}/receive/{INPUT}").text
    )
    sent = send(admin, INPUT, "a.pdf", as_pdf(), cds=ELM)
    page = admin.get(sent.headers["location"])
    assert f'href="{LEAS}/{ELM}/filed/{INPUT}">Record when it was filed in Stepwell' in page.text
    later = f"{LEAS}/{ELM}/filed/{INPUT}"
    form = admin.get(later)
    answer = admin.post(later, {"on": "2024-07-10", "seen": seen_on(form)})
    assert answer.headers["location"] == f"{LEAS}/{ELM}#{INPUT}"
    came = latest(context, INPUT, ELM)
    assert came is not None
    assert came.filed_on == dt.date(2024, 7, 10)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("", "Filed on: give the day."),
        ("2024-07-12", "is after today"),
        ("10 July", "write the day such as 2024-07-11"),
    ],
)
def test_a_filing_date_that_cannot_be(
    browser: Open, context: AppContext, on: str, said: str
) -> None:
    admin = browser("admin")
    before = rows_and_files(context)
    answer = admin.post(f"{LEAS}/{ELM}/filed/{TEAM}", {"on": on})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{on}"' in answer.text
    assert rows_and_files(context) == before


REFUSED = [
    ("document", "page.png", PNG_THAT_IS_HTML, "looks like a picture"),
    ("document", "letter.pdf", HTML, "a web page"),
    ("document", "run.pdf", b"MZ" + bytes(100), "is a program"),
    ("document", "bomb.xlsx", bomb(), "far too large when unpacked"),
    ("document", "macro.xlsx", with_macros(), "contains macros"),
    ("document", "students.csv", STUDENTS, "student"),
    (
        "document",
        "students.xlsx",
        workbook(
            ["Student Name", "SSID", "Birth Date"],
            ["Ada Example", "1234567890", "2012-05-01"],
            ["Ben Example", "1234567891", "2012-06-02"],
        ),
        "student",
    ),
    ("document", "empty.pdf", b"", "is empty"),
    ("document", "team.json", team(), "record it as contents"),
    ("form", "team.json", b"{", "cannot be read"),
    ("form", "team.json", b'{"no_such_field": 1}', "is not a field of this artifact"),
    ("form", "bomb.xlsx", bomb(), "far too large when unpacked"),
    ("document", "large.pdf", as_pdf() + bytes(25 * 1024 * 1024), "larger than 25 MB"),
]


@pytest.mark.parametrize(
    ("how", "name", "data", "said"), REFUSED, ids=[f"{one[0]}-{one[1]}" for one in REFUSED]
)
def test_a_refused_file_leaves_nothing(
    browser: Open, context: AppContext, how: str, name: str, data: bytes, said: str
) -> None:
    admin = browser("admin")
    before = rows_and_files(context)
    answer = send(admin, TEAM, name, data, how=how, received_on="2024-07-03")
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert "Nothing was kept." in answer.text
    assert "Choose the file again" in answer.text
    assert 'value="2024-07-03"' in answer.text
    assert re.search(rf'value="{how}"[^>]* checked', answer.text)
    assert rows_and_files(context) == before
    assert audit_log.entries(context, limit=1)[0].outcome == "refused"


def test_to_record_a_document_reads_its_lea_once(browser: Open, context: AppContext) -> None:
    """Each question is asked once: who sends, whose the LEA is, and what is known of it."""
    admin = browser("admin")
    page = admin.get(f"{LEAS}/{BIRCH}/receive/{INPUT}")
    form = {"csrf": admin.csrf(), "seen": seen_on(page), "how": "document"}
    asked: list[str] = []

    @event.listens_for(context.engine, "before_cursor_execute")
    def _note(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    sent = {"file": ("a.pdf", as_pdf())}
    answer = admin.client.post(f"{LEAS}/{BIRCH}/receive/{INPUT}", data=form, files=sent)
    event.remove(context.engine, "before_cursor_execute", _note)
    assert answer.status_code == 303
    assert sum("FROM extensions" in one for one in asked) == 1, "of each table of a case, once"
    whose = [one for one in asked if one.startswith("SELECT placements.process")]
    assert len(whose) == 2, "once by the rule of the route, and once in the transaction of the act"
    assert sum(one.startswith("BEGIN") for one in asked) == 4


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"how": "document"}, "The file: choose it, or say that it came without one."),
        ({"how": "form"}, "The file: choose the completed form first."),
        ({"how": ""}, "How it was received: choose one."),
        ({"how": SCRIPT}, "How it was received: choose one."),
        ({"how": "fact", "received_on": "2024-07-12"}, "is after today"),
        ({"how": "fact", "received_on": SCRIPT}, "write the day such as"),
        (
            {"how": "fact", "received_on": "2022-07-10"},
            "Received on: Sun, July 10, 2022 is long before",
        ),
        ({"how": "fact", "received_on": "10 July"}, "write the day such as 2024-07-11"),
        ({"how": "fact", "filed_on": "2024-07-01"}, "the SELPA is the receiver here"),
    ],
)
def test_a_form_that_is_not_filled_in_comes_back(
    browser: Open, context: AppContext, form: dict[str, str], said: str
) -> None:
    before = rows_and_files(context)
    answer = send(browser("admin"), INPUT, **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert SCRIPT not in answer.text
    assert rows_and_files(context) == before


@pytest.fixture
def sample(context: AppContext, clock: Clock, templates: Environment) -> Browser:
    """An administrator at the pages of a sample home, where the day stands still."""
    pinned = replace(context, settings=replace(context.settings, today=TODAY))
    app = create_app(replace(open_web_app(pinned, port=8400), templates=templates))
    client = TestClient(app, base_url=BASE, follow_redirects=False)
    return Browser(client, pinned, clock).sign_in("admin")


TO_COME = {
    # page: form with a day after the sample's, the field that says so
    f"{BIRCH}/receive/{INPUT}": ({"how": "fact", "received_on": "2025-07-09"}, "received_on"),
    f"{ELM}/receive/{INPUT}": ({"how": "fact", "filed_on": "2025-07-09"}, "filed_on"),
    f"{ELM}/filed/{TEAM}": ({"on": "2025-07-09"}, "on"),
    f"{BIRCH}/review/{TEAM}": (
        {"decision": "return", "note": "x", "on": "2025-07-09", "version": "1"}, "on"),
    f"{BIRCH}/excuse/{TEAM}": ({"reason": "x", "on": "2025-07-09"}, "on"),
    f"{BIRCH}/facts": (
        {"fact": "indicator-8", "value": "met", "on": "2025-07-09"}, "indicator-8-on"),
}  # fmt: skip


@pytest.mark.parametrize("path", TO_COME)
def test_a_day_to_come_is_refused_at_its_field_in_a_sample_home_too(
    sample: Browser, context: AppContext, path: str
) -> None:
    form, field = TO_COME[path]
    before = rows_and_files(context)
    answer = sample.post(f"{LEAS}/{path}", form)
    assert answer.status_code == 422
    wrong = re.search(rf'<span class="usa-error-message" id="{field}-wrong">([^<]*)<', answer.text)
    assert wrong is not None
    assert wrong[1].endswith(": Wed, July 9, 2025 is after today, Thu, July 11, 2024.")
    assert f'id="{field}"' in answer.text
    assert f'aria-describedby="{field}-wrong' in answer.text
    assert rows_and_files(context) == before


def test_a_version_of_a_day_to_come_is_shown_and_can_be_withdrawn(sample: Browser) -> None:
    """The command line of a sample home takes such days."""
    record(
        act_on(sample.context, PROCESS, BIRCH, by="test"), INPUT, received_on=dt.date(2025, 7, 9)
    )
    void = f"{LEAS}/{BIRCH}/void/{INPUT}/1"
    lea = sample.get(f"{LEAS}/{BIRCH}").text
    assert "Version 1 is recorded and counts from Wed, July 9, 2025." in lea
    assert f'href="{void}">Withdraw version 1, recorded by mistake' in lea
    assert "Next change (Wed, July 9, 2025)" in lea
    assert "counts from" not in sample.get(f"{LEAS}/{BIRCH}", as_of="2024-07-10").text
    form = sample.get(f"{LEAS}/{BIRCH}/receive/{INPUT}").text
    assert "Version 1 is also recorded and counts from Wed, July 9, 2025." in form
    assert f'href="{void}">Withdraw version 1</a>' in form
    page = sample.get(void)
    sent = sample.post(void, {"note": "2025 instead of 2024.", "seen": seen_on(page)})
    assert sent.status_code == 303
    assert "counts from" not in sample.get(f"{LEAS}/{BIRCH}").text


def test_a_file_and_the_word_that_there_is_none(browser: Open, context: AppContext) -> None:
    before = rows_and_files(context)
    answer = send(browser("admin"), INPUT, "a.pdf", as_pdf(), how="fact")
    assert "The file: a file is attached" in answer.text
    assert rows_and_files(context) == before


def test_the_second_of_two_is_told(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    address = f"{LEAS}/{BIRCH}/receive/{INPUT}"
    seen = seen_on(admin.get(address))
    record(act_on(context, PROCESS, BIRCH, by="colleague@example.org"), TEAM, received_on=TODAY)
    before = rows_and_files(context)
    form = {**FORM_OF_THE_PAGE, "received_on": "2024-07-10", "seen": seen}
    answer = admin.post(address, form, files={"file": ("a.pdf", as_pdf())})
    assert answer.status_code == 422
    assert "colleague@example.org recorded an artifact" in answer.text
    assert 'value="2024-07-10"' in answer.text
    assert rows_and_files(context) == before
    form["seen"] = seen_on(answer)
    assert admin.post(address, form, files={"file": ("a.pdf", as_pdf())}).status_code == 303


def test_a_record_made_in_error_is_withdrawn_and_kept(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    address = f"{LEAS}/{BIRCH}/void/{TEAM}/1"
    page = admin.get(address)
    answer = admin.post(address, {"note": "The wrong LEA.", "seen": seen_on(page)})
    assert answer.status_code == 303
    assert latest(context, TEAM) is None
    kept = next(
        one
        for one in read_case(act_on(context, PROCESS, BIRCH)).submissions
        if one.activity == TEAM
    )
    assert kept.voided_on == TODAY
    assert audit_log.entries(context, limit=1)[0].detail == f"{TEAM}, version 1: The wrong LEA."
    said = f"withdrawn on Thu, July 11, 2024 by {PEOPLE['admin']}: “The wrong LEA.”"
    for path in (f"void/{TEAM}/1", f"received/{TEAM}/1", f"versions/{TEAM}?old=1&new=1"):
        assert said in admin.get(f"{LEAS}/{BIRCH}/{path}").text


@pytest.mark.parametrize("note", ["", "   ", "x" * 5001, "a\x00b"])
def test_a_withdrawal_needs_a_reason(browser: Open, context: AppContext, note: str) -> None:
    before = rows_and_files(context)
    answer = browser("admin").post(f"{LEAS}/{BIRCH}/void/{TEAM}/1", {"note": note})
    assert answer.status_code == 422
    assert rows_and_files(context) == before


def test_a_document_that_is_not_kept_is_said_so(browser: Open, context: AppContext) -> None:
    document = Document("Old letter.pdf", "0" * 64)
    record(act_on(context, PROCESS, BIRCH), INPUT, document=document, received_on=TODAY)
    answer = browser("admin").get(f"{LEAS}/{BIRCH}/documents/{INPUT}/1")
    assert answer.status_code == 404
    assert "Old letter.pdf is not kept here" in answer.text


@pytest.mark.parametrize("who", ["other-admin", f"lea-lead.{ELM}@example.org", "nobody"])
def test_what_a_lead_sent_is_not_for_others(browser: Open, who: str) -> None:
    send(browser("lead"), INPUT, "a.pdf", as_pdf())
    answer = browser(who).get(f"{LEAS}/{BIRCH}/documents/{INPUT}/1")
    assert answer.status_code in {303, 404}
    assert as_pdf() not in answer.content


@pytest.mark.parametrize(
    "path",
    [
        f"{BIRCH}/receive/no-such-activity",
        f"{BIRCH}/received/{TEAM}/99",
        f"{BIRCH}/received/{TEAM}/one",
        f"{BIRCH}/documents/{TEAM}/²",
        f"{BIRCH}/void/{TEAM}/99999999999999999999",
        f"{BIRCH}/review/no-such-activity",
    ],
)
def test_what_there_is_not(browser: Open, path: str) -> None:
    assert browser("admin").get(f"{LEAS}/{path}").status_code == 404


def test_a_withdrawn_version_says_so(browser: Open) -> None:
    page = browser("admin").get(f"{LEAS}/{BIRCH}/received/{WITHDRAWN}/1").text
    assert "This record was withdrawn on" in page
    assert "Submit a corrected version" not in page
