"""What strangers send: scripts, tricks in names, bodies without end, another site's name."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cimflow.dashboard.submissions.document_download import disposition
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from tests.dashboard.conftest import BIRCH, ELM, PROCESS, Browser
from tests.dashboard.filings import FORM_OF_THE_PAGE, LEAS, SCRIPT, as_pdf, rows_and_files

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
INPUT, TEAM = "parent-input", "team-creation"
RECEIVE = f"{LEAS}/{BIRCH}/receive/{INPUT}"
MIB = 1024 * 1024

FORMS = {
    RECEIVE: ("how", "received_on", "filed_on", "seen"),
    f"{LEAS}/{ELM}/receive/{INPUT}": ("how", "received_on", "filed_on", "seen"),
    f"{LEAS}/{ELM}/filed/{TEAM}": ("on", "seen"),
    f"{LEAS}/{BIRCH}/void/{TEAM}/1": ("note", "seen"),
    f"{LEAS}/{BIRCH}/review/{TEAM}": ("decision", "note", "told_by", "on", "version", "sha256"),
    f"{LEAS}/{ELM}/review/{TEAM}": ("decision", "note", "told_by", "on", "version", "sha256"),
}
INPUTS = ['"><script>alert(1)</script>', SCRIPT, "' onfocus=alert(1) x='"]


@pytest.mark.parametrize("typed", INPUTS)
@pytest.mark.parametrize("address", FORMS)
def test_what_is_typed_never_becomes_part_of_the_page(
    browser: Open, address: str, typed: str
) -> None:
    admin = browser("admin")
    form = dict.fromkeys(FORMS[address], typed)
    answer = admin.post(address, form)
    page = admin.get(f"{LEAS}/{BIRCH}/received/{TEAM}/1") if answer.is_redirect else answer
    assert typed not in page.text
    assert "<script>alert" not in page.text


NAMES = [
    ("../../etc/passwd.pdf", "passwd.pdf"),
    ("C:\\Users\\x\\plan.pdf", "plan.pdf"),
    ("plan.pdf\x00.exe", None),
    ("plan\u202efdp.exe", None),
    ("<img src=x onerror=alert(1)>.pdf", None),
    ('a"; filename=b.html', None),
    ("..", None),
    ("", None),
    ("con.pdf", None),
    ("x" * 500 + ".pdf", None),
    ("年度計画.pdf", "年度計画.pdf"),
]


@pytest.mark.parametrize(("name", "kept_as"), NAMES, ids=[repr(one[0])[:24] for one in NAMES])
def test_tricks_in_a_file_name(
    browser: Open, context: AppContext, name: str, kept_as: str | None
) -> None:
    admin = browser("admin")
    form = {**FORM_OF_THE_PAGE, "seen": ""}
    answer = admin.post(RECEIVE, form, files={"file": (name, as_pdf())})
    home = Path(context.settings.home)
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in rows_and_files(context)[1])
    assert not list(home.parent.rglob("passwd*"))
    if answer.status_code == 422:
        return
    came = read_case(act_on(context, PROCESS, BIRCH)).submissions[-1]
    assert came.document.isprintable()
    assert not set('/\\"<>|\x00\u202e') & set(came.document)
    assert kept_as in {None, came.document}
    back = admin.get(f"{LEAS}/{BIRCH}/documents/{INPUT}/{came.version}")
    assert back.content == as_pdf()
    assert back.headers["content-disposition"].startswith('attachment; filename="')
    page = admin.get(f"{LEAS}/{BIRCH}/received/{INPUT}/{came.version}").text
    assert html.escape(came.document) in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("plan.pdf", "attachment; filename=\"plan.pdf\"; filename*=UTF-8''plan.pdf"),
        ("a/b\\c.pdf", "attachment; filename=\"c.pdf\"; filename*=UTF-8''c.pdf"),
        ('a".pdf', "attachment; filename=\"a_.pdf\"; filename*=UTF-8''a%22.pdf"),
        ("a\r\nx: y.pdf", "attachment; filename=\"ax_ y.pdf\"; filename*=UTF-8''ax%3A%20y.pdf"),
        ("Año.pdf", "attachment; filename=\"Ano.pdf\"; filename*=UTF-8''A%C3%B1o.pdf"),
        ("計画", "attachment; filename=\"document\"; filename*=UTF-8''%E8%A8%88%E7%94%BB"),
    ],
)
def test_the_name_of_a_download(name: str, header: str) -> None:
    assert disposition(name) == header


def test_a_body_that_is_too_large(browser: Open, context: AppContext) -> None:
    admin = browser("admin")
    before = rows_and_files(context)
    file = {"file": ("a.pdf", as_pdf() + bytes(26 * MIB))}
    answer = admin.post(RECEIVE, FORM_OF_THE_PAGE, files=file)
    assert answer.status_code == 413
    assert "This file is too large" in answer.text
    assert "Nothing was recorded" in answer.text
    assert rows_and_files(context) == before


def test_a_body_without_end_that_does_not_say_its_length(
    browser: Open, context: AppContext
) -> None:
    admin = browser("admin")
    before = rows_and_files(context)
    taken = 0

    def body() -> Iterator[bytes]:
        nonlocal taken
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        for _ in range(40):
            taken += 1
            yield bytes(MIB)

    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = admin.client.post(RECEIVE, content=body(), headers=kind)
    assert answer.status_code == 413
    assert "Nothing was recorded" in answer.text
    assert rows_and_files(context) == before


def test_a_form_of_another_kind_stays_small(browser: Open, context: AppContext) -> None:
    before = rows_and_files(context)
    answer = browser("admin").post(f"{LEAS}/{BIRCH}/void/{TEAM}/1", {"note": "x" * MIB})
    assert answer.status_code == 413
    assert rows_and_files(context) == before


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_under_another_name(browser: Open, context: AppContext, method: str) -> None:
    admin = browser("admin")
    before = rows_and_files(context)
    answer = admin.client.request(method, RECEIVE, headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert "evil.example" not in answer.text
    assert rows_and_files(context) == before


def test_a_body_that_is_no_form(browser: Open, context: AppContext) -> None:
    before = rows_and_files(context)
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = browser("admin").client.post(RECEIVE, content=b"no form at all", headers=kind)
    assert answer.status_code in {400, 403}
    assert rows_and_files(context) == before


def test_several_files_in_the_place_of_one(browser: Open, context: AppContext) -> None:
    before = rows_and_files(context)
    files = [("file", ("a.pdf", as_pdf("a"))), ("file", ("b.pdf", as_pdf("b")))]
    answer = browser("admin").post(RECEIVE, FORM_OF_THE_PAGE, files=files)
    assert answer.status_code == 400
    assert rows_and_files(context) == before
