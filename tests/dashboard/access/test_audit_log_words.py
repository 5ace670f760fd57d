"""The audit log in words: every deed has some, and no code or bare date is left on the page."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from cimflow import resources
from cimflow.dashboard.access.audit_log_words import (
    DEEDS,
    OF_NO_DEED,
    PAGES,
    Codes,
    page_of,
    sentence_of,
)
from cimflow.dashboard.app import ROUTERS
from cimflow.monitoring.access.audit_log import AuditEntry
from tests import factories

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
    ("void", "done", "withdrew a record made in error, for Birch Hollow"),
    ("void", "refused", "tried to withdraw a record made in error, for Birch Hollow, and was refused"),
    ("placement", "failed",
     "tried to change what the roster says, for Birch Hollow, and it failed"),
    ("csrf", "refused",
     "sent a form that was not from an open page, for Birch Hollow, and was refused"),
    ("refused", "refused", "was turned away at the page “Facts”, for Birch Hollow"),
    ("failed", "failed", "met an error at the page “Facts”, for Birch Hollow"),
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


def test_every_action_that_is_noted_has_words() -> None:
    """Also the actions of whoever adds a form next."""
    noted = re.compile(
        r'(?:\.note\(conn, |note_refusal\(|attempt\(request, |submit\(request, |action=|_note\(context, conn, |actor,\n\s+)\s*"([a-z-]+)"'
    )
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("dashboard", "monitoring")
        for path in (Path(resources.__file__).parent / folder).rglob("*.py")
    ]
    found = {one for source in sources for one in noted.findall(source)}
    assert {"void", "filed", "give-role", "csrf", "run-now"} <= found
    assert found - OF_NO_DEED <= set(DEEDS)


def test_every_page_has_a_name() -> None:
    paths = [route.path for router in ROUTERS for route in router.routes]  # type: ignore[attr-defined]
    named = {path: page_of(f"GET {path}") for path in paths}
    assert {path for path, name in named.items() if not name} == {"/", "/sign-out"}
    assert set(named.values()) - {""} <= set(PAGES.values())
