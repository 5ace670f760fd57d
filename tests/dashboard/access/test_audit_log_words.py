"""The audit log in words: every deed has some, and no code or bare date is left on the page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from cimflow import resources
from cimflow.dashboard.access.audit_log_words import (
    DEEDS,
    OF_NO_DEED,
    PAGES,
    Codes,
    page_of,
    sentence_of,
)
from cimflow.dashboard.app import ROUTERS, _in_words
from cimflow.dashboard.web.errors import BadRequest, NotHere, NotSignedIn, PageError, TooLarge
from cimflow.intake.errors import IntakeErrors
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.errors import Refused
from cimflow.store.database.errors import StoreError
from tests import factories
from tests.dashboard.noted_actions import noted_in

LEA = "99000020000000"
CODES = Codes(
    factories.process(),
    resources.load_ladder(),
    leas={LEA: "Birch Hollow"},
    selpas={"9901": "Valley View SELPA"},
)


def entry(action: str, outcome: str, request: str = "") -> AuditEntry:
    at = dt.datetime(2024, 7, 11, 19, tzinfo=dt.UTC)
    role = "selpa-administrator"
    return AuditEntry(at, "Ann", role, action, outcome, None, LEA, "9901", "", request, "")


SENTENCES = [
    # action, how it ended, what the page says
    ("void", "done", "withdrew a record made by mistake, for Birch Hollow"),
    ("void", "refused", "tried to withdraw a record made by mistake, for Birch Hollow, and was refused"),
    ("placement", "failed",
     "tried to change the roster, for Birch Hollow, and it failed"),
    ("csrf", "refused",
     "sent a form from a page that was no longer open, for Birch Hollow, and was refused"),
    ("refused", "refused", "was refused on the page “Facts”, for Birch Hollow"),
    ("failed", "failed", "ran into an error on the page “Facts”, for Birch Hollow"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "outcome", "said"), SENTENCES)
def test_an_entry_is_a_sentence(action: str, outcome: str, said: str) -> None:
    request = "POST /p/{process_id}/leas/{cds_code}/facts"
    found = sentence_of(entry(action, outcome, request), {LEA: "Birch Hollow"})
    assert found == f"Ann, as SELPA administrator, {said}"


DETAILS = {
    "srr-summary to 2024-08-02: illness": (
        "Student Record Review: summary to Fri, August 2, 2024: illness"),
    "consolidation, version 2: approved": "Consolidation, version 2: approved",
    "team-creation: the consolidation of two schools": (
        "CIM Team Creation: the consolidation of two schools"),
    "indicator-8 is met": "Indicator 8 (Parent Involvement) is met",
    "ann@example.org: selpa-reader of 9901": "ann@example.org: SELPA reader of Valley View SELPA",
    f"run request 3: lea:{LEA}": "run request 3: Birch Hollow",
    "roster-2024-07-11.csv, 2024-13-40": "roster-2024-07-11.csv, 2024-13-40",
    "mail to lea-lead.9901@example.org": "mail to lea-lead.9901@example.org",
}  # fmt: skip


@pytest.mark.parametrize("detail", DETAILS)
def test_a_detail_is_told_without_its_codes(detail: str) -> None:
    assert CODES.in_words(detail) == DETAILS[detail]


NOTED = noted_in(
    [Path(resources.__file__).parent / folder for folder in ("dashboard", "monitoring")]
)
OF_OLD_ENTRIES = {"placement"}
"""Nothing notes it today; homes of before December 2026 have entries of it."""


def test_every_action_that_is_noted_has_words() -> None:
    """Also the actions of the person who adds a form next."""
    assert {"void", "filed", "give-role", "csrf", "run-now", "release-notice"} <= NOTED.actions
    assert NOTED.actions - OF_NO_DEED <= set(DEEDS)


def test_no_action_hides_from_the_test() -> None:
    """The page of an error looks its action up; those are tried one by one below."""
    assert NOTED.hidden == ["app: action"]
    # A search for text found 24 actions in 110 files, before the acts noted what they do.
    assert NOTED.looked_through >= 110
    assert len(NOTED.actions) >= 31
    assert len(NOTED.files) >= 40
    assert NOTED.calls >= 60


ERRORS: list[Exception] = [
    PageError(), NotSignedIn(), NotHere(), TooLarge(), BadRequest(), Refused.saying("no"),
    IntakeErrors.of_file("roster.csv", "is empty"), RequestValidationError([]),
    HTTPException(404), HTTPException(405), HTTPException(400), StoreError("no answer"),
    ValueError("a bug"),
]  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda one: type(one).__name__)
def test_the_action_of_every_page_of_an_error_has_words(error: Exception) -> None:
    *_, action = _in_words(error)
    assert action in DEEDS or action in OF_NO_DEED


def test_there_are_no_words_for_what_nothing_notes() -> None:
    noted = NOTED.actions | {_in_words(one)[-1] for one in ERRORS}
    assert set(DEEDS) - noted == OF_OLD_ENTRIES


def test_every_page_has_a_name() -> None:
    paths = [route.path for router in ROUTERS for route in router.routes]  # type: ignore[attr-defined]
    named = {path: page_of(f"GET {path}") for path in paths}
    assert {path for path, name in named.items() if not name} == {"/", "/sign-out"}
    assert set(named.values()) - {""} <= set(PAGES.values())
