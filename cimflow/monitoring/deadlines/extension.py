"""A new due date for one LEA, a SELPA's, or the whole cohort, by the activity's receiver."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cimflow.monitoring.act import Act
from cimflow.monitoring.deadlines.grant import check_grant, not_the_receiver, refuse_if_left
from cimflow.monitoring.errors import ChangedMeanwhile, Refusal, Refused, refusal
from cimflow.monitoring.input_checks import refuse_far_off
from cimflow.process.case import Case, Extension
from cimflow.process.definition.process_file import Activity
from cimflow.store import cases
from cimflow.store.database.session import Connection


@dataclass(frozen=True, slots=True)
class Granted:
    """Whose date moved, and whose could not be moved by this grantor, with the reason."""

    extended: tuple[str, ...]
    left_out: tuple[Refusal, ...]


def extend(
    act: Act,
    activity_id: str,
    *,
    to: dt.date,
    grantor: str,
    reason: str,
    reference: str = "",
    on: dt.date | None = None,
    selpa: str | None = None,
    expect: Collection[str] | None = None,
    dry_run: bool = False,
) -> Granted:
    """Grant a new due date to the act's LEA, to a SELPA's, or (with neither) to the whole cohort.

    The grantor is the receiver of the activity: in a wider grant, LEAs that answer to another
    receiver are left out and named. ``expect`` are the CDS codes that a dry run named, and no
    others are granted it.

    Raises:
        Refused: nobody could be granted it, or the grant itself is not well-formed.
        ChangedMeanwhile: more is recorded of the LEA than was seen, or it would be others.
    """
    activity = act.activity(activity_id)
    day = on or act.today
    check_grant(act, grantor, reason, reference, day)
    refuse_far_off(act, "to", to)
    if to < day:
        raise Refused(refusal("before-the-grant", "to", to=to, day=day))
    scope = "lea" if act.lea is not None else "selpa" if selpa is not None else "cohort"
    new = Extension(activity_id, to, day, grantor, reason, reference)
    with act.deciding() as conn:
        asked = _cases_asked_for(act, conn, day, selpa)
        left_out = {
            cds: problem
            for cds, case in asked.items()
            if (problem := _cannot_grant(act, activity, case, grantor, day)) is not None
        }
        if len(left_out) == len(asked):
            raise Refused(*left_out.values())
        granted = [
            cds for cds in asked if cds not in left_out and not _stands_already(asked[cds], new)
        ]
        if expect is not None and set(expect) != set(granted):
            raise ChangedMeanwhile(refusal("reaches-others"))
        if not dry_run and granted:
            cases.add_extension(
                conn,
                act.process_id,
                granted,
                new,
                scope=scope,
                learnt_at=act.context.now(),
                recorded_by=act.by,
            )
            for cds in granted:
                act.about(cds).ask_for_run(conn, f"{activity_id} extended to {to}")
            of_how_many = "" if act.lea is not None else f" for {_leas(len(granted))}"
            act.note(
                conn, "extend", f"{activity_id} to {to}{of_how_many}: {reason}", selpa_code=selpa
            )
    return Granted(tuple(granted), tuple(left_out.values()))


def _leas(number: int) -> str:
    return "1 LEA" if number == 1 else f"{number} LEAs"


def _stands_already(case: Case, new: Extension) -> bool:
    """The same grant said twice is one grant."""
    standing = case.extension_on(new.activity, new.on)
    return standing is not None and (standing.to, standing.on, standing.grantor) == (
        new.to,
        new.on,
        new.grantor,
    )


def _cases_asked_for(
    act: Act, conn: Connection, day: dt.date, selpa: str | None
) -> Mapping[str, Case]:
    if act.lea is not None:
        case = act.case_as_seen(conn)
        refuse_if_left(case, day)
        return {act.lea: case}
    found: dict[str, Case] = {}
    for cds, case in cases.load_cases(conn, act.process_id).items():
        entry = case.roster_entry_on(day)
        if entry is not None and selpa in (None, entry.selpa_code):
            found[cds] = case
    if not found:
        whose = f"SELPA {selpa}" if selpa is not None else act.process_id
        raise Refused(refusal("nobody-in-cohort", whose=whose, day=day))
    return found


def _cannot_grant(
    act: Act, activity: Activity, case: Case, grantor: str, day: dt.date
) -> Refusal | None:
    """Why this grantor cannot move this LEA's date, or None."""
    level = case.level_judging(day)
    rule = activity.rule_at(level)
    if rule is not None and rule.due is None:
        return refusal("no-due-date", lea=case.cds_code, activity=activity.id, level=level)
    return not_the_receiver(act, activity, case, grantor, day)
