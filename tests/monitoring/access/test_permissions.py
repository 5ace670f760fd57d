"""Who may see and change what; whoever is not in the table of allowed things may nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from cimflow.monitoring.access import audit_log, permissions
from cimflow.monitoring.access.held_roles import held_roles
from cimflow.monitoring.access.permissions import (
    give_role,
    is_of_lea,
    viewer_of,
)
from cimflow.monitoring.act import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea_owner import selpa_of, selpas_of
from cimflow.process.case import RosterEntry
from cimflow.store import cases
from cimflow.store.database import session
from tests.monitoring.access.signing_in import (
    BY,
    ELM,
    FIR,
    OAK,
    PEOPLE,
    PROCESS,
    SELPA_OF,
    START,
    YEW,
    context,
    end_contact,
)

__all__ = ["context"]
ADA, DAN, LEE, SUE = PEOPLE[:4]
LEAD = {"role": "lea-lead"}

ALLOWED = [
    # who                  role                      sees                  changes         files for
    ("ada@example.org",    "selpa-administrator",    {ELM, FIR},           {"S1"},         {ELM, FIR}),
    (" ADA@EXAMPLE.ORG ",  "selpa-administrator",    {ELM, FIR},           {"S1"},         {ELM, FIR}),
    ("dan@example.org",    "selpa-reader",           {OAK, YEW},           set(),          set()),
    ("lee@example.org",    "lea-lead",               {ELM},                set(),          {ELM}),
    ("sue@example.org",    "lea-lead",               {FIR},                set(),          {FIR}),
    ("root@example.org",   "system-administrator",   {ELM, FIR, OAK, YEW}, {"S1", "S2"},   {ELM, FIR, OAK, YEW}),
    ("given@example.org",  "selpa-administrator",    {OAK, YEW, ELM},      {"S2"},         {OAK, YEW, ELM}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("email", "role", "sees", "changes", "files"), ALLOWED, ids=[one[0] for one in ALLOWED]
)
def test_what_is_theirs(
    context: AppContext, email: str, role: str, sees: set[str], changes: set[str], files: set[str]
) -> None:
    give_role(context, "Root@example.org", "system-administrator", "", actor=Actor("test"))
    give_role(context, "given@example.org", "selpa-administrator", "S2", actor=Actor("test"))
    give_role(context, "given@example.org", "lea-lead", ELM, actor=Actor("test"))

    viewer = viewer_of(context, email)

    assert viewer is not None
    assert (viewer.email, viewer.role) == (email.strip().lower(), role)
    pairs = SELPA_OF.items()
    assert {cds for cds, selpa in pairs if viewer.may_see(selpa_code=selpa, cds_code=cds)} == sees
    assert {one for one in ("S1", "S2") if viewer.may_change(selpa_code=one)} == changes
    assert {
        cds for cds, selpa in pairs if viewer.may_file_for(selpa_code=selpa, cds_code=cds)
    } == files
    for cds, selpa in pairs:
        assert bool(viewer.role_for(selpa_code=selpa, cds_code=cds)) is (cds in sees)


NOBODY = [
    "stranger@example.org",
    "tom@example.org",  # a superintendent where there is a lead or a director
    "cy@example.org",  # the CDE's consultant
    "ann@example.org",  # her LEA has a lead, whatever his address
    "eßa@example.org",  # no plain address: another person's could be made to look like it
    "essa@example.org",  # ... and is not his
    "nowhere@example.org",  # the lead of an LEA that is in no roster
    "",
    "@",
    "a b@example.org",
    "lee@example.org\nx",
    "lee\0@example.org",
    "lee@example.org, ada@example.org",
]


@pytest.mark.parametrize("email", NOBODY)
def test_nobody_else_is_known(context: AppContext, email: str) -> None:
    viewer = viewer_of(context, email)
    assert viewer is None


def test_the_kelvin_sign_is_no_k(context: AppContext) -> None:
    """In lower case it is one; whoever owns that address is not the person of the other."""
    give_role(context, "kim@example.org", "selpa-reader", "S1", actor=Actor("test"))
    assert viewer_of(context, "KIM@example.org") is not None
    assert viewer_of(context, "\u212aim@example.org") is None
    with pytest.raises(Refused, match="not an email address"):
        give_role(context, "\u212aim@example.org", "selpa-reader", "S1", actor=Actor("test"))


def test_acting_as_the_role_that_allows_most_here(context: AppContext) -> None:
    give_role(context, "dan@example.org", "lea-lead", OAK, actor=Actor("test"))
    give_role(context, "dan@example.org", "selpa-administrator", "S1", actor=Actor("test"))
    dan = viewer_of(context, "dan@example.org")
    assert dan is not None
    asked = {"S1": ELM, "S2": OAK, "S3": YEW}
    seen = [dan.role_for(selpa_code=selpa, cds_code=cds) for selpa, cds in asked.items()]
    assert seen == ["selpa-administrator", "lea-lead", ""]
    assert dan.role_for(selpa_code="S2", cds_code=YEW) == "selpa-reader"
    assert dan.role == "selpa-administrator"


def test_access_ends_with_the_contact_and_the_stand_in_takes_over(context: AppContext) -> None:
    end_contact(context, LEE)
    assert viewer_of(context, "lee@example.org") is None
    sue = viewer_of(context, "sue@example.org")
    assert sue is not None
    assert sue.leads == {ELM, FIR}


def test_access_ends_with_the_role(context: AppContext) -> None:
    assert give_role(context, "x@example.org", "lea-lead", ELM, actor=Actor("test"))
    assert not give_role(context, "X@example.org", "lea-lead", ELM, actor=Actor("test"))
    assert [(one.email, one.role, one.code) for one in permissions.roles(context)] == [
        ("x@example.org", "lea-lead", ELM)
    ]
    assert viewer_of(context, "x@example.org") is not None
    assert permissions.end_role(context, "X@Example.org", "lea-lead", ELM, actor=Actor("test"))
    assert not permissions.end_role(context, "x@example.org", "lea-lead", ELM, actor=Actor("test"))
    assert viewer_of(context, "x@example.org") is None
    said = [(one.actor, one.action, one.cds_code) for one in audit_log.entries(context, limit=9)]
    assert said == [("test", "end-role", ELM), ("test", "give-role", ELM)]


WRONG = [
    ("x@example.org", "king", "", "no such role"),
    ("x@example.org", "system-administrator", "S1", "do not give a SELPA"),
    ("x@example.org", "selpa-reader", "", "SELPA's code"),
    ("x@example.org", "lea-lead", "", "CDS code"),
    ("x@example.org", "lea-lead", "99999990000000", "99999990000000: no LEA"),
    ("x@example.org", "selpa-administrator", "S9", "S9: no LEA"),
    ("x example.org", "system-administrator", "", "not an email address"),
]


@pytest.mark.parametrize(("email", "role", "code", "line"), WRONG)
def test_what_is_no_role_is_not_given(
    context: AppContext, email: str, role: str, code: str, line: str
) -> None:
    with pytest.raises(Refused, match=line):
        give_role(context, email, role, code, actor=Actor("test"))
    assert permissions.roles(context) == []


OF_ELM = [
    ("lee@example.org", True),
    ("TOM@example.org", True),
    ("given@example.org", True),
    ("ada@example.org", False),
    ("stranger@example.org", False),
    ("", False),
]


@pytest.mark.parametrize(("email", "is_of"), OF_ELM)
def test_a_person_of_the_lea_is_known_as_such_in_any_role(
    context: AppContext, email: str, is_of: bool
) -> None:
    """Such a person never approves its filing, even as the SELPA's administrator."""
    give_role(context, "given@example.org", "lea-lead", ELM, actor=Actor("test"))
    give_role(context, "given@example.org", "lea-lead", OAK, actor=Actor("test"))
    assert is_of_lea(context, email, ELM) is is_of
    assert not is_of_lea(context, email, YEW)


def test_an_lea_belongs_to_the_selpa_of_its_latest_roster_entry(context: AppContext) -> None:
    soon, long_since = dt.date(2024, 8, 1), dt.date(2024, 5, 1)
    with session.transaction(context.engine) as conn:
        for cds, day in ((ELM, long_since), (FIR, soon), ("99000050000000", soon)):
            entry = RosterEntry(day, "2", "S2", "SELPA S2", "Moved")
            cases.add_roster_entry(conn, PROCESS, cds, entry, **BY)
        again = RosterEntry(START, "2", "S9", "SELPA S9", "Learnt later, but of an earlier day")
        cases.add_roster_entry(conn, PROCESS, ELM, again, **BY)
    expected = {ELM: "S2", FIR: "S1", OAK: "S2", YEW: "S2", "99000050000000": "S2"}
    assert selpas_of(context, PROCESS) == expected
    assert {cds: selpa_of(context, PROCESS, cds) for cds in expected} == expected
    assert selpa_of(context, PROCESS, "99999990000000") is None
    assert selpas_of(context, "no-such-process") == {}


def test_who_may_sign_in_and_why_is_what_each_of_them_finds(context: AppContext) -> None:
    give_role(context, "root@example.org", "system-administrator", "", actor=Actor("test"))
    found = held_roles(context)
    assert [(one.email, one.role, one.code, one.why) for one in found] == [
        (
            "root@example.org",
            "system-administrator",
            "",
            "given by test, Thu, July 11, 2024, 10:00 am Pacific",
        ),
        ("ada@example.org", "selpa-administrator", "S1", "contact selpa-admin"),
        ("dan@example.org", "selpa-reader", "S2", "contact selpa-director"),
        ("lee@example.org", "lea-lead", ELM, "contact lea-lead"),
        ("sue@example.org", "lea-lead", FIR, "contact lea-director, in place of a lead"),
    ]
    for one in found:
        viewer = viewer_of(context, one.email)
        assert viewer is not None
        assert viewer.role == one.role
    strangers = {permissions.key_of(one.email) for one in PEOPLE} - {one.email for one in found}
    assert [one for one in strangers if one and viewer_of(context, one)] == []
