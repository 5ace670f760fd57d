"""Receiving: an artifact comes with an error, is corrected in its Excel form, and counts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from cimflow.monitoring.act import act_on
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.process.case import Submission
from tests import factories
from tests.browser.conftest import Pages

PROCESS, PINYON, DATA = "targeted-2024", "99101090000000", "data-drill-down"


def versions(pages: Pages) -> list[Submission]:
    """What the store holds of the LEA's data drill down."""
    submissions = read_case(act_on(pages.context, PROCESS, PINYON)).submissions
    return [one for one in submissions if one.activity == DATA]


def fill_in(form: Path, name: str, text: str) -> None:
    """Write a value into the line of a field, as a person does in Excel."""
    book = openpyxl.load_workbook(form)
    for row in book["Fields"].iter_rows():
        if row[0].value == name:
            row[3].value = text
    book.save(form)


def test_an_artifact_with_an_error_is_received_and_corrected(
    open_page: Callable[..., Page], pages: Pages, tmp_path: Path
) -> None:
    page = open_page()
    row = page.get_by_role("row").filter(has_text="Pinyon Wash Elementary")
    expect(row.get_by_role("button", name=re.compile("^missing"))).to_have_count(1)
    page.get_by_role("rowheader").get_by_role("link", name="Pinyon Wash Elementary").click()
    page.get_by_role("link", name="Record Data Drill Down").click()
    page.get_by_text("As the completed form", exact=True).click()
    sent = tmp_path / "data drill down.json"
    sent.write_text(json.dumps(factories.complete(DATA, "1", positive_trends=None)))
    page.get_by_label("The file").set_input_files(sent)
    page.get_by_label("Received on").fill("2024-07-10")
    page.get_by_role("button", name="Record it").click()

    found = page.get_by_role("heading", name="Findings")
    expect(found).to_have_text("Findings: 1 error")
    expect(page.get_by_text("Positive trends is missing", exact=True)).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role(
            "link", name="Download the Excel form, prefilled with what was submitted"
        ).click()
    form = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(form)
    fill_in(form, "positive_trends", "Attendance rose at both schools.")

    page.get_by_role("link", name="Submit a corrected version").click()
    expect(page.get_by_text("Version 1 was received on Wed, July 10, 2024")).to_be_visible()
    page.get_by_text("As the completed form", exact=True).click()
    page.get_by_label("The file").set_input_files(form)
    page.get_by_role("button", name="Record it").click()
    page.wait_for_url(f"**/leas/{PINYON}#{DATA}")
    expect(page.get_by_role("status").first).to_have_text(
        "Data Drill Down is recorded as version 2."
    )

    first, second = versions(pages)
    assert (first.contents or {}).get("positive_trends") is None
    assert (second.contents or {})["positive_trends"] == "Attendance rose at both schools."
    assert (second.contents or {})["findings"] == (first.contents or {})["findings"]
    page.get_by_role("link", name="Back to the cohort").click()
    expect(row.get_by_role("button", name=re.compile("^missing"))).to_have_count(0)
    expect(row.get_by_role("button", name=re.compile("^filed"))).to_have_count(4)


def test_a_list_of_students_is_not_taken(
    open_page: Callable[..., Page], pages: Pages, tmp_path: Path
) -> None:
    page = open_page()
    page.goto(f"/p/{PROCESS}/leas/{PINYON}/receive/{DATA}")
    sent = tmp_path / "students.csv"
    sent.write_text("Student Name,SSID\nAda Example,1234567890\nBen Example,1234567891\n")
    page.get_by_label("The file").set_input_files(sent)
    page.get_by_role("button", name="Record it").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("We can't accept this file")
    expect(said).to_contain_text("Nothing was kept.")
    assert versions(pages) == []
