"""The audit log: who did what, as what, when, to whom, and how it ended; and the same as a file."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.access.audit_log_words import Codes, sentence_of
from cimflow.dashboard.lea.header_view import name_on
from cimflow.dashboard.web.downloads import csv_file, xlsx_file
from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.dashboard.web.templating import plural
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.access.audit_log import AuditEntry

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
ENTRIES_A_PAGE = 100
MOST_EXPORTED = 100_000
OUTCOMES = {"done": "Done", "refused": "Refused", "failed": "Failed"}
HEADER = (
    "at", "actor", "acting_as", "action", "outcome", "process", "selpa_code", "cds_code",
    "detail", "request", "remote", "in_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the page shows it."""

    at: dt.datetime
    outcome: str
    sentence: str
    detail: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for."""

    text: str
    since: dt.date | None
    until: dt.date | None
    outcome: str

    @classmethod
    def of(cls, request: PageRequest) -> Filter:
        """From the address.

        Raises:
            BadRequest: a day in it cannot be read.
        """
        outcome = request.asked("outcome")
        return cls(
            text=request.asked("text")[:100],
            since=_day(request.asked("since")),
            until=_day(request.asked("until")),
            outcome=outcome if outcome in OUTCOMES else "",
        )

    def as_query(self) -> dict[str, str]:
        """The same for an address; what is not asked for is empty."""
        return {
            "text": self.text,
            "since": self.since.isoformat() if self.since is not None else "",
            "until": self.until.isoformat() if self.until is not None else "",
            "outcome": self.outcome,
        }


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = dt.date.min
    if not 2000 <= day.year < 2100:
        raise BadRequest("A day in the address is not a date. Use a date such as 2024-07-11.")
    return day


def _asked(request: PageRequest, wanted: Filter) -> dict[str, Any]:
    """The filter as the service takes it: days begin at midnight of the process's zone."""
    zone = request.process.zone

    def midnight(day: dt.date | None, *, after: int = 0) -> dt.datetime | None:
        if day is None:
            return None
        return dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), zone)

    return {
        "selpa_codes": None if request.who.is_system else request.who.administers,
        "since": midnight(wanted.since),
        "until": midnight(wanted.until, after=1),
        "text": wanted.text,
        "outcome": wanted.outcome,
    }


@router.get(addresses.audit.pattern)
def show_audit(request: Administers) -> Response:
    """Newest first, a hundred at a time."""
    wanted = Filter.of(request)
    asked = _asked(request, wanted)
    count = audit_log.count(request.context, **asked)
    pages = max(1, math.ceil(count / ENTRIES_A_PAGE))
    number = request.asked("page", "1")
    page = min(int(number) if number.isdecimal() and 0 < len(number) < 8 else 1, pages) or 1
    found = audit_log.entries(
        request.context, **asked, limit=ENTRIES_A_PAGE, offset=(page - 1) * ENTRIES_A_PAGE
    )
    names, codes = _words(request)
    return request.render(
        "access/audit_log.html.j2",
        process=request.process,
        entries=[_entry(one, names, codes) for one in found],
        wanted=wanted,
        outcomes=OUTCOMES,
        count=plural(count, "entry", "entries"),
        page=page,
        pages=pages,
    )


def _entry(one: AuditEntry, names: Mapping[str, str], codes: Codes) -> Entry:
    return Entry(one.at, one.outcome, sentence_of(one, names), codes.in_words(one.detail))


def _words(request: PageRequest) -> tuple[dict[str, str], Codes]:
    """The names of LEAs, and the words for all codes."""
    standing = request.web_app.standings.on(request.process_id, request.today)
    rows = [one for case in standing.cases.values() for one in case.roster_entries]
    names = {cds: name_on(case, request.today) for cds, case in standing.cases.items()}
    selpas = {one.selpa_code: one.selpa_name for one in rows}
    return names, Codes(request.process, request.context.ladder, names, selpas)


def _rows(request: PageRequest) -> list[list[str]]:
    wanted = Filter.of(request)
    found = audit_log.entries(request.context, **_asked(request, wanted), limit=MOST_EXPORTED)
    zone = request.process.zone
    names, codes = _words(request)
    return [
        list(HEADER),
        *(
            [
                one.at.astimezone(zone).isoformat(timespec="seconds"),
                *(str(getattr(one, name) or "") for name in HEADER[1:-1]),
                ": ".join(
                    part for part in (sentence_of(one, names), codes.in_words(one.detail)) if part
                ),
            ]
            for one in found
        ),
    ]


@router.get(addresses.audit_csv.pattern)
def export_audit_csv(request: Administers) -> Response:
    """What the filter shows, all pages of it."""
    return csv_file(_rows(request), f"audit-{request.today}")


@router.get(addresses.audit_xlsx.pattern)
def export_audit_xlsx(request: Administers) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_rows(request), f"audit-{request.today}")
