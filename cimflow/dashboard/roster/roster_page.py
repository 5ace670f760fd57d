"""The LEAs of the viewer's SELPAs with their contacts, and the same as files for the import."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.web.downloads import csv_file, xlsx_file
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.cohort.standing import Standing
from cimflow.monitoring.roster.roster_tables import contact_rows, contacts_within, roster_rows
from cimflow.process.case import Case, RosterEntry
from cimflow.process.contacts import LEAD, ROLES, Contact

router = APIRouter()
Oversees = Annotated[PageRequest, Depends(open_to(Allows.OVERSEES))]
ROWS_A_PAGE = 50
LONGEST_FIND = 100
NEEDED = tuple(one for one in ROLES if one in {"lea-lead", "lea-director", "superintendent"})
"""The roles that every LEA should have somebody in."""


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One LEA with what the roster and the contacts say of it. ``when`` where it is not in now."""

    cds_code: str
    roster_entry: RosterEntry
    when: str
    facts: tuple[tuple[str, str], ...]
    leads: tuple[Contact, ...]
    missing: tuple[str, ...]
    may_change: bool


@router.get(addresses.roster.pattern)
def show_roster(request: Oversees) -> Response:
    """The LEAs, fifty at a time."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    theirs = cases_of(request, standing)
    held = contacts_within(
        request.context, cds_codes=theirs.keys(), selpa_codes=(), every_lea=False
    )
    find = request.asked("find")[:LONGEST_FIND]
    lines = [
        one for one in (_line(request, standing, case, held) for case in theirs.values())
        if _fits(one, find)
    ]  # fmt: skip
    lines.sort(key=lambda one: (one.roster_entry.selpa_name, one.roster_entry.lea_name.casefold()))
    pages = max(1, math.ceil(len(lines) / ROWS_A_PAGE))
    asked = request.asked("page", "1")
    page = min(int(asked) if asked.isdecimal() and 0 < len(asked) < 6 else 1, pages)
    return request.render(
        "roster/roster.html.j2",
        process=request.process,
        lines=lines[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE],
        found=len(lines),
        total=len(theirs),
        without_lead=sum(LEAD in one.missing for one in lines),
        selpas=_selpas(lines, request),
        find=find,
        page=page,
        pages=pages,
        rows_a_page=ROWS_A_PAGE,
        role_titles=ROLE_TITLES,
    )


def cases_of(request: PageRequest, standing: Standing) -> Mapping[str, Case]:
    """The LEAs of the SELPAs that a person reads, also those that have left, by CDS code."""
    viewer = request.who
    return {
        cds: case
        for cds, case in standing.cases.items()
        if viewer.is_system or standing.selpa_of[cds] in viewer.reads
    }


def _line(request: PageRequest, standing: Standing, case: Case, held: list[Contact]) -> RosterLine:
    cds = case.cds_code
    latest = case.latest_roster_entry()
    ours = [one for one in held if one.code == cds and one.scope == "lea"]
    known = ((one.title, case.fact_on(one.id, request.today)) for one in request.process.facts)
    return RosterLine(
        cds_code=cds,
        roster_entry=case.roster_entry_on(request.today) or latest,
        when=_when(case, request.today),
        facts=tuple((title, fact.value) for title, fact in known if fact is not None),
        leads=tuple(one for one in ours if one.role == LEAD),
        missing=tuple(role for role in NEEDED if all(one.role != role for one in ours)),
        may_change=request.who.may_change(selpa_code=standing.selpa_of[cds]),
    )


def _when(case: Case, today: dt.date) -> str:
    if case.has_left_by(today):
        return "has left the cohort"
    return "" if case.roster_entry_on(today) is not None else "is yet to come into the cohort"


def _fits(one: RosterLine, find: str) -> bool:
    entry = one.roster_entry
    texts = (
        one.cds_code,
        entry.lea_name,
        entry.selpa_name,
        entry.identified_for,
        *(text for lead in one.leads for text in (lead.name, lead.email)),
    )
    return not find or any(find.casefold() in text.casefold() for text in texts)


def _selpas(lines: list[RosterLine], request: PageRequest) -> list[tuple[str, str, bool]]:
    """The SELPAs that are shown: code, name, and whether the person may change its contacts."""
    found = {one.roster_entry.selpa_code: one.roster_entry.selpa_name for one in lines}
    return [
        (code, name, request.who.may_change(selpa_code=code))
        for code, name in sorted(found.items(), key=lambda one: one[1])
        if request.who.is_system or code in request.who.reads
    ]


def _roster(request: PageRequest) -> list[list[str]]:
    standing = request.web_app.standings.on(request.process_id, request.today)
    return roster_rows(request.process, cases_of(request, standing).values(), request.today)


def _contacts(request: PageRequest) -> list[list[str]]:
    standing = request.web_app.standings.on(request.process_id, request.today)
    theirs = cases_of(request, standing)
    found = contacts_within(
        request.context,
        cds_codes=theirs.keys(),
        selpa_codes={
            standing.selpa_of[cds] for cds in theirs
        } | request.who.reads,
        every_lea=request.who.is_system,
    )  # fmt: skip
    return contact_rows(found)


@router.get(addresses.roster_csv.pattern)
def export_roster_csv(request: Oversees) -> Response:
    """The roster, in the columns of its import."""
    return csv_file(_roster(request), f"roster-{request.process_id}-{request.today}")


@router.get(addresses.roster_xlsx.pattern)
def export_roster_xlsx(request: Oversees) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_roster(request), f"roster-{request.process_id}-{request.today}")


@router.get(addresses.contacts_csv.pattern)
def export_contacts_csv(request: Oversees) -> Response:
    """The contacts, in the columns of their import."""
    return csv_file(_contacts(request), f"contacts-{request.process_id}-{request.today}")


@router.get(addresses.contacts_xlsx.pattern)
def export_contacts_xlsx(request: Oversees) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_contacts(request), f"contacts-{request.process_id}-{request.today}")
