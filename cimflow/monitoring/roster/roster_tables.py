"""The roster and the contacts as tables, in the columns that their import takes.

What is exported and imported again changes nothing: the latest of each is said, and where it only
begins on a later day, that day with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from cimflow.intake.spreadsheets.contacts import COLUMNS as CONTACT_COLUMNS
from cimflow.intake.spreadsheets.progress import COLUMNS as PROGRESS_COLUMNS
from cimflow.intake.spreadsheets.progress import OPTIONAL as PROGRESS_OPTIONAL
from cimflow.intake.spreadsheets.roster import COLUMNS as ROSTER_COLUMNS
from cimflow.intake.spreadsheets.roster import UNKNOWN
from cimflow.monitoring.app_context import AppContext
from cimflow.process.case import Case
from cimflow.process.contacts import EVERY_LEA, Contact
from cimflow.process.definition.process_file import Process
from cimflow.store.database import session
from cimflow.store.people import contacts

EXAMPLE_CDS = "99999990000000"
"""No county has the number 99, so nobody's LEA is changed by the example."""


def roster_rows(process: Process, cases: Iterable[Case], today: dt.date) -> list[list[str]]:
    """One row per LEA that is in the cohort or is yet to come into it, with a header."""
    rows = [_roster_header(process)]
    for case in cases:
        if case.has_left_by(today):
            continue
        latest = case.latest_roster_entry()
        rows.append(
            [
                case.cds_code,
                latest.lea_name,
                latest.selpa_code,
                latest.selpa_name,
                process.id,
                latest.level,
                *(_latest_fact(case, fact.id) for fact in process.facts),
                latest.identified_for,
                "; ".join(latest.unmet_indicators),
                latest.holds_on.isoformat() if latest.holds_on > today else "",
            ]
        )
    return rows


def _roster_header(process: Process) -> list[str]:
    facts = [fact.column for fact in process.facts]
    return [*ROSTER_COLUMNS, *facts, "identified_for", "unmet_indicators", "effective_on"]


def _latest_fact(case: Case, name: str) -> str:
    known = [one for one in case.facts if one.name == name]
    return max(known, key=lambda one: (one.holds_on, one.seq)).value if known else ""


def contact_rows(found: Sequence[Contact]) -> list[list[str]]:
    """One row per person and role, with a header."""
    return [
        list(CONTACT_COLUMNS),
        *([one.scope, one.code, one.role, one.name, one.email] for one in found),
    ]


def contacts_within(
    context: AppContext,
    *,
    cds_codes: Collection[str],
    selpa_codes: Collection[str],
    every_lea: bool = False,
) -> list[Contact]:
    """Who holds a role now in these LEAs and SELPAs; ``every_lea``: also who is there for all."""
    with session.reading(context.engine) as conn:
        found = contacts.load_contacts(conn)
    return [
        one
        for one in found
        if (one.scope == "selpa" and one.code in selpa_codes)
        or (one.scope in {"lea", "cde"} and one.code in cds_codes)
        or (one.code == EVERY_LEA and every_lea)
    ]


def example_rows(kind: str, process: Process, selpa: tuple[str, str]) -> list[list[str]]:
    """A small file of a kind of import, with an invented LEA, to be filled in."""
    if kind == "roster":
        return [
            _roster_header(process),
            [
                EXAMPLE_CDS,
                "Example Union Elementary",
                *selpa,
                process.id,
                process.levels[0].id,
                *(UNKNOWN if fact.in_roster else "" for fact in process.facts),
                "Why it was identified",
                "First indicator; Second indicator",
                "",
            ],
        ]
    if kind == "contacts":
        return [
            list(CONTACT_COLUMNS),
            ["lea", EXAMPLE_CDS, "lea-lead", "Robin Example", "robin@example.org"],
            ["selpa", selpa[0], "selpa-admin", "Kim Example", "kim@example.org"],
        ]
    day = process.start.isoformat()
    first = process.activities[0].id
    return [
        [*PROGRESS_COLUMNS, *PROGRESS_OPTIONAL],
        [EXAMPLE_CDS, first, day, day, "", "", "A note that may stay blank"],
    ]
