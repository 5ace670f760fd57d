"""Student files in, the shareable report out; nothing of a student stays."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest

from cimflow.monitoring.access import audit_log
from cimflow.monitoring.drill_down import reports
from tests.dashboard.conftest import BIRCH, ELM, PROCESS, Browser
from tests.drilldown.students import COLUMNS, as_csv, student

HERE = f"/p/{PROCESS}/leas/{BIRCH}/drill-down"
PLANTED = "PLANTED-STUDENT-9731"
Open = Callable[[str], Browser]
pytestmark = pytest.mark.slow


def students(count: int = 40, cds: str = BIRCH) -> list[dict[str, str]]:
    return [
        student(
            student_id=f"{PLANTED}-{cds}-{at}", cds_code=cds, school_code=f"199910{at % 2}",
            age=6 + at % 2, suspension_days=at % 3, school_name="<script>alert(1)</script>",
        )
        for at in range(count)
    ]  # fmt: skip


def send(person: Browser, *files: tuple[str, bytes], **form: str) -> httpx.Response:
    """Send the form of the page, as a browser without JavaScript does."""
    return person.client.post(
        HERE,
        data={"csrf": person.csrf(), "definition": "dashboard", "data_as_of": "2024-06-30", **form},
        files=[("files", one) for one in files] or [("files", ("", b""))],
    )


def kept_in(home: Path) -> bytes:
    return b"".join(one.read_bytes() for one in home.rglob("*") if one.is_file())


@pytest.mark.parametrize("who", ["admin", "lead"])
def test_the_report_is_made_and_shown_and_the_files_are_gone(browser: Open, who: str) -> None:
    person = browser(who)
    assert "No report has been created yet" in person.get(HERE).text
    rows = [*students(), *students(20, cds=ELM)]
    answer = send(person, ("students.csv", as_csv(rows).encode()))
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    page = person.get(HERE)
    assert "40 rows of students were counted" in page.text
    assert "data as of Sunday, June 30, 2024" in page.text
    assert re.search(r'<th scope="row">Age 7</th><td class="dd-number">', page.text)
    assert "<script>alert" not in page.text
    rates = person.get(f"{HERE}/rates.csv")
    assert (rates.status_code, rates.headers["content-type"]) == (200, "application/octet-stream")
    assert ELM not in rates.text
    kept = kept_in(person.context.settings.home)
    assert PLANTED.encode() not in kept
    assert list((reports.folder_of(person.context) / "uploads").iterdir()) == []


def test_the_audit_log_does_not_tell_how_many_were_counted(browser: Open) -> None:
    """With the shown total of the school age, the number of all would give the others away."""
    admin = browser("admin")
    send(admin, ("students.csv", as_csv(students()).encode()))
    (entry,) = [
        one for one in audit_log.entries(admin.context, limit=50) if one.action == "drill-down"
    ]
    assert not re.search(r"\d", entry.detail)


def test_what_was_wrong_in_the_files_is_told_to_who_sent_them(browser: Open) -> None:
    admin = browser("admin")
    rows = [{**one, "age": "99"} for one in students()]
    send(admin, ("students.csv", as_csv(rows).encode()))
    page = admin.get(HERE).text
    assert "Problems in the files: students.csv, age: " in page.replace("<wbr>", "")
    assert "What was wrong in them" not in admin.get(HERE).text


def test_a_reader_sees_the_report_and_no_form(browser: Open) -> None:
    send(browser("admin"), ("students.csv", as_csv(students()).encode()))
    page = browser("reader").get(HERE)
    assert "Required reports" in page.text
    assert '<input class="cf-file"' not in page.text


# what is sent, what the page says
REFUSED: list[tuple[list[tuple[str, bytes]], str]] = [
    ([], "Student files: choose the file"),
    ([("students.csv", b"")], "is empty"),
    ([("students.csv", b"\x00\x01")], "is not text"),
    ([("students.csv", b"%PDF-1.7")], "is a PDF"),
    ([("../../etc/passwd", b"one,two\n1,2\n")], "passwd: has no header"),
    ([("students.csv", as_csv(students(5), [one for one in COLUMNS if one != "grade"]).encode())], "grade: this column is missing"),
    ([("students.csv", as_csv(students(5, cds=ELM)).encode())], f"has no students from LEA {BIRCH}"),
    ([("bomb.xlsx", b"PK\x03\x04" + bytes(100))], "bomb.xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_what_cannot_be_counted_is_explained_and_nothing_stays(
    browser: Open, files: list[tuple[str, bytes]], says: str
) -> None:
    admin = browser("admin")
    before = {one.name for one in (reports.folder_of(admin.context) / "reports" / BIRCH).iterdir()}
    answer = send(admin, *files)
    assert answer.status_code == 422
    assert says in answer.text.replace("&#39;", "'")
    assert PLANTED not in answer.text
    assert {one.name for one in (reports.folder_of(admin.context) / "reports" / BIRCH).iterdir()} == before  # fmt: skip
    uploads = reports.folder_of(admin.context) / "uploads"
    assert not uploads.exists() or list(uploads.iterdir()) == []


def test_while_one_is_counted_the_next_is_asked_to_wait(browser: Open) -> None:
    admin = browser("admin")
    with reports._one_at_a_time:
        answer = send(admin, ("students.csv", as_csv(students()).encode()))
    assert answer.status_code == 422
    assert "Another file is being counted" in answer.text


def test_what_a_crash_left_is_removed_by_the_next_upload(browser: Open) -> None:
    admin = browser("admin")
    left = reports.folder_of(admin.context) / "uploads" / "tmp-of-a-crash"
    left.mkdir(parents=True)
    (left / "students.csv").write_text(PLANTED, encoding="utf-8")

    os.utime(left, (0, 0))
    send(admin, ("students.csv", as_csv(students()).encode()))
    assert not left.exists()


def test_another_selpas_reports_are_not_there(browser: Open) -> None:
    send(browser("admin"), ("students.csv", as_csv(students()).encode()))
    assert browser("other-admin").get(f"{HERE}/rates.csv").status_code == 404
