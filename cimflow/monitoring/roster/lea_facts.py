"""Facts, extensions, exceptions, withdrawals: dated, with who said so and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cimflow.intake.spreadsheets.roster import fact_value
from cimflow.intake.tables.row_reader import LONGEST_NOTE, line_problem
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import case_in
from cimflow.monitoring.errors import ChangedMeanwhile, Refused
from cimflow.monitoring.input_checks import activity_asked_for, refuse_far_off, refuse_unlikely
from cimflow.monitoring.runs.run_requests import ask_for_run
from cimflow.process.case import Case, Excuse, Extension, Fact, Withdrawal
from cimflow.process.definition.process_file import Activity
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Connection


@dataclass(frozen=True, slots=True)
class Granted:
    """Whose date moved, and whose could not be moved by this grantor, with the reason."""

    extended: tuple[str, ...]
    left_out: tuple[str, ...]


def set_fact(
    context: AppContext,
    process_id: str,
    name: str,
    value: str,
    cds_code: str,
    *,
    on: dt.date | None = None,
    by: str = "",
    seen: int | None = None,
) -> bool:
    """Say what is known of an LEA from a day on; returns False where it was known already.

    ``seen``, here and in the other changes, as in ``case_in``.

    Raises:
        Refused: the process names no such fact, or the value is not one it can have.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    process = context.process(process_id)
    if name not in process.fact_by_id:
        known = ", ".join(process.fact_by_id) or "none"
        raise Refused(f"{name}: no such fact in {process_id}; there are: {known}")
    try:
        accepted = fact_value(process, process.fact_by_id[name], value.strip())
    except ValueError as error:
        raise Refused(f"{name}: {error}") from None
    day = on or context.today(process_id)
    refuse_unlikely(context, process_id, "on", day)
    with session.deciding(context.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=process.zone)
        standing = case.fact_on(name, day)
        if standing is not None and standing.value == accepted:
            return False
        cases.add_fact(
            conn,
            process_id,
            cds_code,
            Fact(name, accepted, day),
            learnt_at=context.now(),
            recorded_by=by,
        )
        ask_for_run(context, conn, process_id, cds_code, f"{name} is {accepted}")
    return True


def extend(
    context: AppContext,
    process_id: str,
    activity_id: str,
    *,
    to: dt.date,
    grantor: str,
    reason: str,
    reference: str = "",
    on: dt.date | None = None,
    lea: str | None = None,
    selpa: str | None = None,
    by: str = "",
    seen: int | None = None,
    expect: Collection[str] | None = None,
    dry_run: bool = False,
) -> Granted:
    """Grant a new due date to one LEA, to a SELPA's, or (with neither) to the whole cohort.

    The grantor is the receiver of the activity: in a wider grant, LEAs that answer to another
    receiver are left out and named. ``seen`` counts for a grant to one LEA only; ``expect`` are
    the CDS codes that a dry run named, and no others are granted it.

    Raises:
        Refused: nobody could be granted it, or the grant itself is not well-formed.
        ChangedMeanwhile: more is recorded of the LEA than was seen, or it would be others.
    """
    activity = activity_asked_for(context, process_id, activity_id)
    day = on or context.today(process_id)
    _check_grant(context, process_id, grantor, reason, reference, day)
    refuse_far_off(context, process_id, "to", to)
    if to < day:
        raise Refused(f"to: the new date {to} is before the day of the grant, {day}")
    scope = "lea" if lea is not None else "selpa" if selpa is not None else "cohort"
    new = Extension(activity_id, to, day, grantor, reason, reference)
    with session.deciding(context.engine) as conn:
        asked = _cases_asked_for(context, conn, process_id, day, lea, selpa, seen)
        left_out = {
            cds: problem
            for cds, case in asked.items()
            if (problem := _cannot_grant(context, activity, case, grantor, day)) is not None
        }
        if len(left_out) == len(asked):
            raise Refused(*dict.fromkeys(left_out.values()))
        granted = [
            cds for cds in asked if cds not in left_out and not _stands_already(asked[cds], new)
        ]
        if expect is not None and set(expect) != set(granted):
            raise ChangedMeanwhile(
                "The grant would now reach other LEAs than were shown; look again, then decide"
            )
        if dry_run:
            return Granted(tuple(granted), tuple(left_out.values()))
        cases.add_extension(
            conn, process_id, granted, new, scope=scope, learnt_at=context.now(), recorded_by=by
        )
        for cds in granted:
            ask_for_run(context, conn, process_id, cds, f"{activity_id} extended to {to}")
    return Granted(tuple(granted), tuple(left_out.values()))


def _stands_already(case: Case, new: Extension) -> bool:
    """The same grant said twice is one grant."""
    standing = case.extension_on(new.activity, new.on)
    return standing is not None and (standing.to, standing.on, standing.grantor) == (
        new.to,
        new.on,
        new.grantor,
    )


def _check_grant(
    context: AppContext, process_id: str, grantor: str, reason: str, reference: str, day: dt.date
) -> None:
    lines = []
    if not reason.strip():
        lines.append("reason: say why it is granted")
    if grantor == "cde" and not reference.strip():
        lines.append("reference: what the CDE grants needs its reference (a letter, a mail)")
    lines += [f"{word}: {problem}" for word, text in (("reason", reason), ("reference", reference))
              if (problem := line_problem(text, longest=LONGEST_NOTE)) is not None]  # fmt: skip
    if lines:
        raise Refused(*lines)
    refuse_unlikely(context, process_id, "on", day)


def _cases_asked_for(
    context: AppContext,
    conn: Connection,
    process_id: str,
    day: dt.date,
    lea: str | None,
    selpa: str | None,
    seen: int | None,
) -> Mapping[str, Case]:
    if lea is not None:
        zone = context.process(process_id).zone
        case = case_in(conn, process_id, lea, seen=seen, zone=zone)
        if case.roster_entry_on(day) is None and case.roster_entry_on(dt.date.max) is None:
            raise Refused(f"{lea}: this LEA has left the cohort")
        return {lea: case}
    found: dict[str, Case] = {}
    for cds, case in cases.load_cases(conn, process_id).items():
        roster_entry = case.roster_entry_on(day)
        if roster_entry is not None and selpa in (None, roster_entry.selpa_code):
            found[cds] = case
    if not found:
        whose = f"SELPA {selpa}" if selpa is not None else process_id
        raise Refused(f"{whose}: no LEA is in the cohort on {day}")
    return found


def _cannot_grant(
    context: AppContext, activity: Activity, case: Case, grantor: str, day: dt.date
) -> str | None:
    """Why this grantor cannot move this LEA's date, or None."""
    level = case.level_judging(day)
    rule = activity.rule_at(level)
    if rule is not None and rule.due is None:
        return f"{case.cds_code}: {activity.id} has no due date at level {level}"
    return _not_the_receiver(context, activity, case, grantor, day)


def _not_the_receiver(
    context: AppContext, activity: Activity, case: Case, grantor: str, day: dt.date
) -> str | None:
    level = case.level_judging(day)
    receiver = context.process(case.process).receiver_of(activity, level)
    if receiver is None:
        return f"{case.cds_code}: {activity.id} is not asked at level {level}"
    if receiver.authority != grantor:
        return (
            f"{case.cds_code}: {activity.id} at level {level} answers to the"
            f" {receiver.authority.upper()}, so the {grantor.upper()} cannot grant this"
        )
    return None


def excuse(
    context: AppContext,
    process_id: str,
    activity_id: str,
    cds_code: str,
    *,
    grantor: str,
    reason: str,
    reference: str = "",
    on: dt.date | None = None,
    by: str = "",
    seen: int | None = None,
) -> bool:
    """Put an exception on record: from ``on`` the activity is not owed. False if it stood already.

    Raises:
        Refused: the grantor is not the activity's receiver, or the reason or reference is missing.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = activity_asked_for(context, process_id, activity_id)
    day = on or context.today(process_id)
    _check_grant(context, process_id, grantor, reason, reference, day)
    with session.deciding(context.engine) as conn:
        asked = _cases_asked_for(context, conn, process_id, day, cds_code, None, seen)
        case = asked[cds_code]
        problem = _not_the_receiver(context, activity, case, grantor, day)
        if problem is not None:
            raise Refused(problem)
        if case.excuse_on(activity_id, day) is not None:
            return False
        cases.add_excuse(
            conn,
            process_id,
            cds_code,
            Excuse(activity_id, day, grantor, reason, reference),
            learnt_at=context.now(),
            recorded_by=by,
        )
        ask_for_run(context, conn, process_id, cds_code, f"{activity_id} excused")
    return True


def withdraw(
    context: AppContext,
    process_id: str,
    cds_code: str,
    *,
    on: dt.date,
    reason: str,
    by: str = "",
    seen: int | None = None,
) -> None:
    """Take an LEA out of the cohort from a day on; its history stays.

    Raises:
        Refused: it is not in the cohort on that day, the day is years away, or no reason is given.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    if not reason.strip():
        raise Refused("reason: say why the LEA leaves the cohort")
    problem = line_problem(reason, longest=LONGEST_NOTE)
    if problem is not None:
        raise Refused(f"reason: {problem}")
    refuse_far_off(context, process_id, "on", on)
    zone = context.process(process_id).zone
    with session.deciding(context.engine) as conn:
        case = case_in(conn, process_id, cds_code, seen=seen, zone=zone)
        if case.roster_entry_on(on) is None:
            raise Refused(f"{cds_code}: this LEA is not in the cohort on {on}")
        cases.add_withdrawal(
            conn,
            process_id,
            cds_code,
            Withdrawal(on, reason),
            learnt_at=context.now(),
            recorded_by=by,
        )
        ask_for_run(context, conn, process_id, cds_code, "withdrawn")
