"""An LEA's level, SELPA and names, put in or changed by hand; what held before stays.

The rules for each field are those of the roster's import.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from cimflow.intake.tables import cells
from cimflow.intake.tables.row_reader import LONGEST_NOTE, one_line
from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refusal, Refused, refusal
from cimflow.process.case import RosterEntry
from cimflow.process.definition.process_file import Process
from cimflow.store import cases
from cimflow.store.database.session import Connection

LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class EntryAsTyped:
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


def place(act: Act, wanted: EntryAsTyped, *, may_move: bool) -> list[Changed]:
    """Change what the roster says of an LEA, from a day on; no change where it says so already.

    ``may_move``: whether it may come under another SELPA.

    Raises:
        ChangedMeanwhile: more has been learned since it was shown.
        Refused: a field cannot be, or the SELPA would change and may not.
    """
    new = checked(act.process, wanted)
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        held = case.latest_roster_entry(new.holds_on)
        if not may_move and new.selpa_code != held.selpa_code:
            raise Refused(refusal("only-system-moves", "selpa_code"))
        if not may_move and new.selpa_name != held.selpa_name:
            raise Refused(refusal("only-system-renames", "selpa_name"))
        found = _changes(held, new)
        if case.roster_entry_on(new.holds_on) is None:
            found.append(Changed("in the cohort", "", "again"))
        if found:
            _add(act, conn, new)
            act.ask_for_run(conn, "roster changed by hand")
            act.note(conn, "roster-entry", in_one_line(found))
    return found


def in_one_line(found: Sequence[Changed]) -> str:
    """What was changed, as the log and the page say it: ``level: 2 → 3; name: …``."""
    return "; ".join(f"{one.what}: {one.before or 'nothing'} → {one.after}" for one in found)


def add_lea(
    act: Act, code: str, wanted: EntryAsTyped, *, only_selpas: Collection[str] | None
) -> str:
    """Put an LEA into the cohort; returns its CDS code.

    ``code`` is the CDS code as typed; ``only_selpas`` are those under which it may come, None: any.

    Raises:
        Refused: a field cannot be, the SELPA is another's, or the LEA is in the roster already.
    """
    wrong: list[Refusal] = []
    cds_code = ""
    try:
        cds_code = cells.cds_code(code.strip(), repair=False)
    except ValueError as error:
        problem = str(error).replace(cells.REPAIR, "an import with the repair")
        wrong.append(refusal("unusable", "cds_code", problem=problem))
    try:
        new = checked(act.process, wanted)
    except Refused as error:
        raise Refused(*wrong, *error.reasons) from None
    if only_selpas is not None and new.selpa_code not in only_selpas:
        wrong.append(refusal("only-own-selpas", "selpa_code"))
    if wrong:
        raise Refused(*wrong)
    lea = act.about(cds_code)
    with act.deciding() as conn:
        if cds_code in cases.load_cases(conn, act.process_id, cds_code=cds_code):
            raise Refused(refusal("in-roster-already", "cds_code", lea=cds_code))
        elsewhere = cases.selpa_by_lea(conn).get(cds_code, new.selpa_code)
        if only_selpas is not None and elsewhere not in only_selpas:
            raise Refused(refusal("of-other-selpa", "cds_code", lea=cds_code))
        _add(lea, conn, new)
        lea.ask_for_run(conn, "added by hand")
        lea.note(conn, "new-lea", f"{new.lea_name}, level {new.level}")
    return cds_code


def _add(act: Act, conn: Connection, new: RosterEntry) -> None:
    cases.add_roster_entry(
        conn,
        act.process_id,
        act.cds_code,
        new,
        learnt_at=act.context.now(),
        recorded_by=act.by,
    )


def checked(process: Process, wanted: EntryAsTyped) -> RosterEntry:
    """A roster row of what was typed.

    Raises:
        Refused: with a reason for each field that cannot be.
    """
    wrong: list[Refusal] = []

    def read(field: str, parse: Callable[[str], str], *, needed: bool = False) -> str:
        text: str = getattr(wanted, field).strip()
        if not text:
            if needed:
                wrong.append(refusal("blank", field))
            return ""
        try:
            return parse(text)
        except ValueError as error:
            wrong.append(refusal("unusable", field, problem=str(error)))
            return ""

    short = partial(one_line, longest=LONGEST_CODE)
    note = partial(one_line, longest=LONGEST_NOTE)
    level = read("level", partial(cells.level, process=process), needed=True)
    name = read("lea_name", one_line, needed=True)
    code = read("selpa_code", short, needed=True)
    selpa = read("selpa_name", one_line, needed=True)
    why = read("identified_for", note)
    unmet = read("unmet_indicators", note)
    try:
        cells.refuse_far_off(wanted.on, process)
    except ValueError as error:
        wrong.append(refusal("unusable", "on", problem=str(error)))
    if wrong:
        raise Refused(*wrong)
    return RosterEntry(
        holds_on=wanted.on,
        level=level,
        selpa_code=code,
        selpa_name=selpa,
        lea_name=name,
        identified_for=why,
        unmet_indicators=tuple(dict.fromkeys(filter(None, map(str.strip, unmet.split(";"))))),
    )


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
