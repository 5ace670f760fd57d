"""An LEA's level, SELPA and names, put in or changed by hand; what held before stays.

The rules for each field are those of the roster's import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from cimflow.intake.tables import cells
from cimflow.intake.tables.row_reader import LONGEST_NOTE, one_line
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import case_in
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.runs.run_requests import ask_for_run
from cimflow.process.case import Case, RosterEntry
from cimflow.process.definition.process_file import Process
from cimflow.store import cases
from cimflow.store.database import session

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Placing:
    """What somebody typed of an LEA; ``unmet_indicators`` with semicolons between them."""

    level: str
    lea_name: str
    selpa_code: str
    selpa_name: str
    on: dt.date
    identified_for: str = ""
    unmet_indicators: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that was changed: what it was, and what it is."""

    what: str
    before: str
    after: str


def place(
    context: AppContext,
    process_id: str,
    cds_code: str,
    wanted: Placing,
    *,
    may_move: bool,
    by: str,
    seen: int | None = None,
) -> list[Changed]:
    """Change what the roster says of an LEA, from a day on; no change where it says so already.

    Args:
        context: the composed application.
        process_id: the process.
        cds_code: the LEA.
        wanted: what it becomes.
        may_move: whether it may come under another SELPA.
        by: whose word it is.
        seen: what had been learnt of the LEA when the form was shown.

    Raises:
        ChangedMeanwhile: more has been learnt since.
        Refused: a field cannot be, or the SELPA would change and may not.
    """
    new = checked(context.process(process_id), wanted)
    with session.deciding(context.engine) as conn:
        zone = context.process(process_id).zone
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        held = _held_on(case, new.holds_on)
        if not may_move and new.selpa_code != held.selpa_code:
            raise Refused("SELPA: only the system administrator moves an LEA to another SELPA")
        if not may_move and new.selpa_name != held.selpa_name:
            raise Refused("SELPA: only the system administrator renames a SELPA")
        found = _changes(held, new)
        returns = case.roster_entry_on(new.holds_on) is None
        if not found and not returns:
            return []
        cases.add_roster_entry(
            conn, process_id, cds_code, new, learnt_at=context.now(), recorded_by=by
        )
        ask_for_run(context, conn, process_id, cds_code, "roster changed by hand")
    return [*found, *([Changed("in the cohort", "", "again")] if returns else [])]


def add_lea(
    context: AppContext,
    process_id: str,
    code: str,
    wanted: Placing,
    *,
    only_selpas: Collection[str] | None,
    by: str,
) -> str:
    """Put an LEA into the cohort; returns its CDS code.

    Args:
        context: the composed application.
        process_id: the process.
        code: its CDS code as typed.
        wanted: what it is.
        only_selpas: the SELPAs under which it may come; None: any.
        by: whose word it is.

    Raises:
        Refused: a field cannot be, the SELPA is another's, or the LEA is in the roster already.
    """
    lines = []
    cds_code = ""
    try:
        cds_code = cells.cds_code(code.strip(), repair=False)
    except ValueError as error:
        lines.append(f"CDS code: {error}".replace("--repair-cds", "an import with the repair"))
    try:
        new = checked(context.process(process_id), wanted)
    except Refused as error:
        raise Refused(*lines, *error.lines) from None
    if only_selpas is not None and new.selpa_code not in only_selpas:
        lines.append("SELPA: choose one of yours")
    if lines:
        raise Refused(*lines)
    with session.deciding(context.engine) as conn:
        if cds_code in cases.load_cases(conn, process_id, cds_code=cds_code):
            raise Refused(
                f"CDS code: {cds_code} is in the roster already, perhaps of another SELPA;"
                " look there, or ask the system administrator"
            )
        elsewhere = cases.selpa_by_lea(conn).get(cds_code, new.selpa_code)
        if only_selpas is not None and elsewhere not in only_selpas:
            raise Refused(
                f"CDS code: {cds_code} belongs to another SELPA in another process; ask the system"
                " administrator"
            )
        cases.add_roster_entry(
            conn, process_id, cds_code, new, learnt_at=context.now(), recorded_by=by
        )
        ask_for_run(context, conn, process_id, cds_code, "added by hand")
    return cds_code


def checked(process: Process, wanted: Placing) -> RosterEntry:
    """A roster row of what was typed.

    Raises:
        Refused: with a line for each field that cannot be.
    """
    lines: list[str] = []

    def read(title: str, text: str, parse: Callable[[str], str], *, needed: bool) -> str:
        if not text.strip():
            if needed:
                lines.append(f"{title}: is blank")
            return ""
        try:
            return parse(text.strip())
        except ValueError as error:
            lines.append(f"{title}: {error}")
            return ""

    level = read("level", wanted.level, partial(cells.level, process=process), needed=True)
    name = read("name", wanted.lea_name, one_line, needed=True)
    short = partial(one_line, longest=LONGEST_CODE)
    code = read("SELPA code", wanted.selpa_code, short, needed=True)
    selpa = read("SELPA name", wanted.selpa_name, one_line, needed=True)
    note = partial(one_line, longest=LONGEST_NOTE)
    why = read("identified for", wanted.identified_for, note, needed=False)
    unmet = read("unmet indicators", wanted.unmet_indicators, note, needed=False)
    try:
        cells.refuse_far_off(wanted.on, process)
    except ValueError as error:
        lines.append(f"from which day: {error}")
    if lines:
        raise Refused(*lines)
    return RosterEntry(
        holds_on=wanted.on,
        level=level,
        selpa_code=code,
        selpa_name=selpa,
        lea_name=name,
        identified_for=why,
        unmet_indicators=tuple(dict.fromkeys(filter(None, map(str.strip, unmet.split(";"))))),
    )


def _held_on(case: Case, on: dt.date) -> RosterEntry:
    """The roster row in force on a day, also of an LEA that has left; else the first to come."""
    held = [one for one in case.roster_entries if one.holds_on <= on]
    if held:
        return max(held, key=lambda one: (one.holds_on, one.seq))
    return min(case.roster_entries, key=lambda one: (one.holds_on, -one.seq))


def _changes(held: RosterEntry, new: RosterEntry) -> list[Changed]:
    pairs = (
        ("level", held.level, new.level),
        ("name", held.lea_name, new.lea_name),
        ("SELPA code", held.selpa_code, new.selpa_code),
        ("SELPA name", held.selpa_name, new.selpa_name),
        ("identified for", held.identified_for, new.identified_for),
        ("unmet indicators", "; ".join(held.unmet_indicators), "; ".join(new.unmet_indicators)),
    )
    return [Changed(what, was, now) for what, was, now in pairs if was != now]
