"""Importing the roster and the contacts a SELPA keeps; its progress is in ``import_progress``.

Each import is first a list of differences (what a dry run shows), then one transaction that makes
exactly those. A second import of the same file finds no difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from cimflow.intake.spreadsheets.contacts import ContactRow
from cimflow.intake.spreadsheets.roster import RosterRow
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.roster.import_diff import Difference, note_import, refuse_other
from cimflow.monitoring.roster.import_scope import (
    contact_problem,
    refuse_other_selpas,
    roster_problem,
)
from cimflow.process.case import Case, Fact, RosterEntry
from cimflow.process.contacts import Contact
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Connection
from cimflow.store.people import contacts

FROM_ROSTER = "roster"


def import_roster(
    context: AppContext,
    rows: Sequence[RosterRow],
    *,
    actor: Actor,
    dry_run: bool = False,
    file: str = "roster",
    expect: str | None = None,
    only_selpas: frozenset[str] | None = None,
) -> list[Difference]:
    """Make the roster's new and changed rows hold; rows that say nothing new change nothing.

    A row holds from its ``effective_on``; without one from the process's start, or, once the
    process is live, from today. What the roster said before and someone has since corrected with
    ``set-fact`` is not said again by the same file.

    Here and in the other imports: ``expect`` is the ``digest`` of the differences that the person
    was shown, ``only_selpas`` are the SELPAs for which they may speak.

    Raises:
        IntakeErrors: every row of another SELPA, with row and field.
        ChangedMeanwhile: the differences are no longer those that were expected.
    """
    differences: list[Difference] = []
    with session.deciding(context.engine) as conn:
        refuse_other_selpas(conn, rows, only_selpas, roster_problem, file)
        for process_id in dict.fromkeys(one.process for one in rows):
            read = cases.load_cases(conn, process_id)
            said = cases.facts_recorded_by(conn, process_id, FROM_ROSTER)
            start, today = context.process(process_id).start, context.today(process_id)
            go_live = cases.go_live_of(conn, process_id)
            live = go_live is not None and go_live <= today
            default = max(start, today) if live else start
            for row in rows:
                if row.process == process_id:
                    case = read.get(row.cds_code)
                    differences += _place(
                        context, conn, row, case, default, live=live, by=actor.email
                    )
                    differences += _tell_facts(context, conn, row, case, said, default, live=live)
        refuse_other(differences, expect)
        if differences:
            for process_id in dict.fromkeys(one.process for one in differences):
                act_on(context, process_id).ask_for_run(conn, "roster imported")
            note_import(context, conn, actor, "roster", differences)
        if dry_run:
            conn.rollback()
    return differences


def _place(
    context: AppContext,
    conn: Connection,
    row: RosterRow,
    case: Case | None,
    default: dt.date,
    *,
    live: bool,
    by: str,
) -> list[Difference]:
    standing = _standing_roster_entry(case, row.effective_on)
    day = row.effective_on or default
    if standing is not None and row.effective_on is None and not live:
        day = max(day, standing.holds_on)
    # An optional column that the file does not have says nothing: what is known stays.
    known = standing or _standing_roster_entry(case, None)
    identified_for, unmet = row.identified_for, row.unmet_indicators
    if identified_for is None:
        identified_for = known.identified_for if known is not None else ""
    if unmet is None:
        unmet = known.unmet_indicators if known is not None else ()
    new = RosterEntry(
        holds_on=day,
        level=row.level,
        selpa_code=row.selpa_code,
        selpa_name=row.selpa_name,
        lea_name=row.lea_name,
        identified_for=identified_for,
        unmet_indicators=unmet,
    )
    if standing is not None and _content(standing) == _content(new):
        return []
    cases.add_roster_entry(
        conn, row.process, row.cds_code, new, learnt_at=context.now(), recorded_by=by
    )
    if standing is None:
        after = f"{row.lea_name}, level {row.level}, SELPA {row.selpa_code}"
        return [Difference(row.process, row.cds_code, "in the cohort", "", after, day)]
    return [
        Difference(row.process, row.cds_code, what, was, now, day)
        for what, was, now in zip(
            ("level", "SELPA code", "SELPA name", "name", "identified for", "unmet indicators"),
            _content(standing),
            _content(new),
            strict=True,
        )
        if was != now
    ]


def _standing_roster_entry(case: Case | None, effective_on: dt.date | None) -> RosterEntry | None:
    """What a row is compared with; a row with a day of its own may bring an LEA back on it."""
    if case is None:
        return None
    if effective_on is not None:
        return case.roster_entry_on(effective_on)
    return case.latest_roster_entry()


def _content(one: RosterEntry) -> tuple[str, ...]:
    return (
        one.level,
        one.selpa_code,
        one.selpa_name,
        one.lea_name,
        one.identified_for,
        "; ".join(one.unmet_indicators),
    )


def _tell_facts(
    context: AppContext,
    conn: Connection,
    row: RosterRow,
    case: Case | None,
    said: Mapping[tuple[str, str], str],
    default: dt.date,
    *,
    live: bool,
) -> list[Difference]:
    differences = []
    for name, value in row.facts.items():
        if said.get((row.cds_code, name)) == value:
            continue
        day = row.effective_on or default
        known = [one for one in case.facts if one.name == name] if case is not None else []
        if known and row.effective_on is None and not live:
            day = max(day, *(one.holds_on for one in known))
        cases.add_fact(
            conn,
            row.process,
            row.cds_code,
            Fact(name, value, day),
            learnt_at=context.now(),
            recorded_by=FROM_ROSTER,
        )
        standing = max(known, key=lambda one: (one.holds_on, one.seq)).value if known else ""
        if standing != value:
            differences.append(Difference(row.process, row.cds_code, name, standing, value, day))
    return differences


def import_contacts(
    context: AppContext,
    rows: Sequence[ContactRow],
    *,
    actor: Actor,
    dry_run: bool = False,
    file: str = "contacts",
    expect: str | None = None,
    only_selpas: frozenset[str] | None = None,
) -> list[Difference]:
    """Make the file's holders the holders of each role it names.

    For every scope, code and role in the file, the file says who holds it: others cease to. Roles
    that the file does not name stay as they are.

    Raises:
        IntakeErrors: every row of another SELPA, with row and field.
        ChangedMeanwhile: the differences are no longer those that were expected.
    """
    wanted = [Contact(one.scope, one.code, one.role, one.name, one.email) for one in rows]
    named = {(one.scope, one.code, one.role) for one in wanted}
    with session.deciding(context.engine) as conn:
        refuse_other_selpas(conn, rows, only_selpas, contact_problem, file)
        standing = contacts.load_contacts(conn)
        ended = [
            one
            for one in standing
            if (one.scope, one.code, one.role) in named and one not in wanted
        ]
        added = [one for one in wanted if one not in standing]
        differences = [
            *(Difference("", one.code, one.role, f"{one.name} <{one.email}>", "") for one in ended),
            *(Difference("", one.code, one.role, "", f"{one.name} <{one.email}>") for one in added),
        ]
        refuse_other(differences, expect)
        if not dry_run and (ended or added):
            contacts.change_contacts(
                conn, added=added, ended=ended, learnt_at=context.now(), recorded_by=actor.email
            )
            note_import(context, conn, actor, "contacts", differences)
    return differences
