"""Two versions side by side: whichever are chosen, and what is said of receipts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.submissions.record import Document, record
from tests import factories
from tests.dashboard.conftest import BIRCH, PEOPLE, PROCESS, Browser

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
HERE = f"/p/{PROCESS}/leas/{BIRCH}/versions"


@pytest.fixture
def versions(context: AppContext) -> AppContext:
    """Version 1 is a receipt, 2 and 3 are itemised, and differ in one field."""
    contents = factories.complete("team-creation", "2")
    for day, lead in (("07-03", "Ana"), ("07-05", "Ben")):
        record(act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]), "team-creation", received_on=factories.day(day), contents={**contents, "lead": lead})  # fmt: skip
    return context


def words(person: Browser, path: str, **query: str) -> str:
    answer = person.get(path, **query)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_the_last_two_are_compared_unless_told_otherwise(
    versions: AppContext, browser: Open
) -> None:
    shown = words(browser("lead"), f"{HERE}/team-creation")
    assert "1 difference Where What In version 2 In version 3 Team lead changed Ana Ben" in shown


def test_any_two_can_be_compared(versions: AppContext, browser: Open) -> None:
    shown = words(browser("lead"), f"{HERE}/team-creation", old="3", new="2")
    assert "Team lead changed Ben Ana" in shown


def test_a_receipt_and_contents_have_nothing_to_compare(
    versions: AppContext, browser: Open
) -> None:
    shown = words(browser("lead"), f"{HERE}/team-creation", old="1", new="2")
    assert "they cannot be compared field by field" in shown


@pytest.mark.parametrize(
    ("second", "said"),
    [("c", "they are different"), ("a", "they are identical")],
)
def test_two_documents_are_the_same_or_not(
    context: AppContext, browser: Open, second: str, said: str
) -> None:
    for day, mark in (("07-03", "a"), ("07-05", second)):
        record(act_on(context, PROCESS, BIRCH, by=PEOPLE["admin"]), "data-drill-down", received_on=factories.day(day), document=Document("a.pdf", mark * 64))  # fmt: skip
    assert said in words(browser("admin"), f"{HERE}/data-drill-down")


def test_nothing_to_compare_says_what_to_do(browser: Open) -> None:
    assert "There is only version 1" in words(browser("admin"), f"{HERE}/team-creation")
    assert "Nothing has been received for this activity yet." in words(
        browser("admin"), f"{HERE}/data-drill-down"
    )


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("no-such-activity", {}, 404),
        ("team-creation", {"old": "9"}, 400),
        ("team-creation", {"new": "<script>"}, 400),
        ("team-creation", {"as_of": "soon"}, 400),
    ],
)
def test_what_is_not_there_is_said(
    browser: Open, path: str, query: dict[str, str], status: int
) -> None:
    answer = browser("admin").get(f"{HERE}/{path}", **query)
    assert answer.status_code == status
    assert "<script>" not in answer.text
