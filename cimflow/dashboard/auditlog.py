"""The audit log: who did what, as what, when, to whom, and how it ended; and the same as a file."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.doors import Allows, door
from cimflow.dashboard.environment import plural
from cimflow.dashboard.errors import BadRequest
from cimflow.dashboard.files import csv_file, xlsx_file
from cimflow.dashboard.visit import Visit
from cimflow.dashboard.wording import VIEWER_TITLES
from cimflow.monitoring import audit
from cimflow.monitoring.audit import AuditEntry

router = APIRouter()
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
ENTRIES_A_PAGE = 100
MOST_EXPORTED = 100_000
OUTCOMES = {"done": "Done", "refused": "Refused", "failed": "Failed"}
HEADER = (
    "at", "actor", "acting_as", "action", "outcome", "process", "selpa_code", "cds_code",
    "detail", "request", "remote",
)  # fmt: skip
ACTIONS: Mapping[str, str] = {
    "contacts": "changed contacts",
    "csrf": "sent a form that was not from an open page",
    "excuse": "put an exception on record",
    "export": "took a file along",
    "extend": "granted more time",
    "end-role": "ended a role",
    "foreign-origin": "sent a form from another site",
    "give-role": "gave a role",
    "go-live": "went live",
    "import": "imported a file",
    "link-asked": "asked for a sign-in link",
    "link-printed": "printed a sign-in link",
    "new-lea": "put an LEA into the cohort",
    "placement": "changed what the roster says",
    "record": "recorded something",
    "release": "released a notice",
    "resolve": "resolved an uncertain notice",
    "review": "decided on a filing",
    "set-fact": "entered a fact",
    "sign-in": "signed in",
    "sign-in-limited": "asked too often for a sign-in link",
    "sign-out": "signed out",
    "withdraw": "took an LEA out of the cohort",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the page shows it."""

    at: dt.datetime
    outcome: str
    sentence: str
    detail: str
    where: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are asked for."""

    text: str
    since: dt.date | None
    until: dt.date | None
    outcome: str

    @classmethod
    def of(cls, visit: Visit) -> Filter:
        """From the address.

        Raises:
            BadRequest: a day in it is none.
        """
        outcome = visit.asked("outcome")
        return cls(
            text=visit.asked("text")[:100],
            since=_day(visit.asked("since")),
            until=_day(visit.asked("until")),
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
        raise BadRequest("A day in the address is no date such as 2024-07-11.")
    return day


def _asked(visit: Visit, wanted: Filter) -> dict[str, Any]:
    """The filter as the service takes it: days begin at midnight of the process's zone."""
    zone = visit.process.zone

    def midnight(day: dt.date | None, *, after: int = 0) -> dt.datetime | None:
        if day is None:
            return None
        return dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), zone)

    return {
        "selpa_codes": None if visit.who.is_system else visit.who.administers,
        "since": midnight(wanted.since),
        "until": midnight(wanted.until, after=1),
        "text": wanted.text,
        "outcome": wanted.outcome,
    }


@router.get("/p/{process_id}/audit")
def show_audit(visit: Administers) -> Response:
    """The newest first, a hundred at a time."""
    wanted = Filter.of(visit)
    asked = _asked(visit, wanted)
    count = audit.count(visit.office, **asked)
    pages = max(1, math.ceil(count / ENTRIES_A_PAGE))
    number = visit.asked("page", "1")
    page = min(int(number) if number.isdecimal() and 0 < len(number) < 8 else 1, pages) or 1
    found = audit.entries(
        visit.office, **asked, limit=ENTRIES_A_PAGE, offset=(page - 1) * ENTRIES_A_PAGE
    )
    standing = visit.site.standings.on(visit.process_id, visit.today)
    names = {cds: one.name for cds, one in standing.statuses.items()}
    return visit.page(
        "audit.html.j2",
        process=visit.process,
        entries=[_entry(one, names) for one in found],
        wanted=wanted,
        outcomes=OUTCOMES,
        count=plural(count, "entry", "entries"),
        page=page,
        pages=pages,
    )


def _entry(one: AuditEntry, names: Mapping[str, str]) -> Entry:
    who = one.actor or "Somebody who is not signed in"
    role = VIEWER_TITLES.get(one.acting_as, one.acting_as)
    as_what = f", as {role}," if role else ""
    did = ACTIONS.get(one.action, f"did “{one.action}”")
    about = f", for {names.get(one.cds_code, one.cds_code)}" if one.cds_code else ""
    if one.outcome == "done":
        sentence = f"{who}{as_what} {did}{about}"
    elif one.action in ACTIONS:
        ended = "was refused" if one.outcome == "refused" else "it failed"
        sentence = f"{who}{as_what} tried “{_noun(one.action)}”{about}, and {ended}"
    else:
        ended = "was turned away" if one.outcome == "refused" else "met an error"
        sentence = f"{who}{as_what} {ended}{about}"
    return Entry(one.at, one.outcome, sentence, one.detail, one.request)


def _noun(action: str) -> str:
    return action.replace("-", " ")


def _rows(visit: Visit) -> list[list[str]]:
    wanted = Filter.of(visit)
    found = audit.entries(visit.office, **_asked(visit, wanted), limit=MOST_EXPORTED)
    zone = visit.process.zone
    return [
        list(HEADER),
        *(
            [
                one.at.astimezone(zone).isoformat(timespec="seconds"),
                *(str(getattr(one, name) or "") for name in HEADER[1:]),
            ]
            for one in found
        ),
    ]


@router.get("/p/{process_id}/audit.csv")
def export_audit_csv(visit: Administers) -> Response:
    """What the filter shows, all pages of it."""
    return csv_file(_rows(visit), f"audit-{visit.today}")


@router.get("/p/{process_id}/audit.xlsx")
def export_audit_xlsx(visit: Administers) -> Response:
    """The same as an Excel workbook."""
    return xlsx_file(_rows(visit), f"audit-{visit.today}")
