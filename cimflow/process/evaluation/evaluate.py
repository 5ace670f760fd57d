"""The heart of cimflow: what is owed, done or missing in one case on one day, and why.

``evaluate`` folds one pure function, ``evaluate_activity``, over the graph of prerequisites.
Prefect runs the same function node by node; the answers are equal because the function is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from cimflow.process.case import Case, RosterEntry, Submission
from cimflow.process.definition.prerequisites import in_order
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.definition.working_calendar import WorkingCalendar
from cimflow.process.evaluation.applicability import Asked, Requirement, asked_of
from cimflow.process.evaluation.due_dates import DueInForce, due_in_force
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.judge_version import findings_of, was_good_by
from cimflow.process.evaluation.reasons import because
from cimflow.process.evaluation.status import (
    OVERDUE,
    SATISFIES,
    SOON_DAYS,
    ActivityStatus,
    CaseState,
    CaseStatus,
    State,
)

_STATE_OF_REQUIREMENT: dict[Requirement, State] = {
    "not-applicable": "NotApplicable",
    "optional": "Optional",
    "recommended": "Recommended",
    "undetermined": "Undetermined",
    "not-yet": "NotYet",
}


def evaluate(
    case: Case, process: Process, on: dt.date, calendar: WorkingCalendar
) -> CaseStatus | None:
    """The status of a case at the end of a day, or None while the LEA is not in the cohort."""
    roster_entry = case.roster_entry_on(on)
    if roster_entry is None:
        return None
    done: dict[str, ActivityStatus] = {}
    for activity in _order(process, roster_entry.level):
        done[activity.id] = evaluate_activity(activity, done, case, process, on, calendar)
    return case_status([done[one.id] for one in process.activities], case, roster_entry, on)


_ORDERS: dict[tuple[int, str], tuple[Process, tuple[Activity, ...]]] = {}


def _order(process: Process, level: str) -> tuple[Activity, ...]:
    """The order at a level, worked out once; the process is kept, so its id stays its own."""
    key = (id(process), level)
    if key not in _ORDERS:
        _ORDERS[key] = (process, in_order(process, level))
    return _ORDERS[key][1]


def case_status(
    activities: list[ActivityStatus], case: Case, roster_entry: RosterEntry, on: dt.date
) -> CaseStatus:
    """The state of a case from the states of its activities."""
    return CaseStatus(
        process=case.process,
        cds_code=case.cds_code,
        name=roster_entry.lea_name,
        selpa_code=roster_entry.selpa_code,
        selpa_name=roster_entry.selpa_name,
        level=roster_entry.level,
        on=on,
        state=_state_of_case(activities),
        activities=tuple(activities),
    )


def _state_of_case(activities: list[ActivityStatus]) -> CaseState:
    if any(one.overdue for one in activities):
        return "Overdue"
    required = [one for one in activities if one.requirement == "required"]
    wanting = {"DueSoon", "Returned", "Incomplete"}
    if any(one.state in wanting for one in required):
        return "AtRisk"
    if any(one.state == "Undetermined" for one in activities):
        return "AtRisk"
    if all(one.settled for one in required):
        return "Complete"
    return "OnTrack"


def evaluate_activity(
    activity: Activity,
    upstream: Mapping[str, ActivityStatus],
    case: Case,
    process: Process,
    on: dt.date,
    calendar: WorkingCalendar,
) -> ActivityStatus:
    """The status of one activity on a day, from the statuses of its prerequisites.

    Args:
        activity: what the process file says of it.
        upstream: the status of every prerequisite, by id; others may be there and are not read.
        case: all that is known of the LEA; it must be in the cohort on ``on``.
        process: the whole process file, for facts, receivers and titles.
        on: the day, to its end in the process's time zone.
        calendar: working days, for due dates whose policy moves them.
    """
    roster_entry = case.roster_entry_on(on)
    if roster_entry is None:
        msg = f"{case.cds_code} is not in the cohort on {on}"
        raise ValueError(msg)
    asked = asked_of(activity, case, process, on, roster_entry.level)
    due = due_in_force(activity.id, asked.rule, case, process, on, calendar)
    versions = case.versions_on(activity.id, on)
    latest = versions[-1] if versions else None
    excused = case.excuse_on(activity.id, on) is not None
    findings = findings_of(activity, latest, case, process, on) if latest else ()
    roots = roots_of(activity, upstream, process, roster_entry.level)
    state = _state(asked, due, latest, findings, case, on, excused=excused, blocked=bool(roots))
    settled = _is_settled(activity, state)
    required = asked.requirement == "required"
    after_due = due.binding is not None and on > due.binding
    return ActivityStatus(
        id=activity.id,
        state=state,
        requirement=asked.requirement,
        support=asked.rule.support if asked.rule else None,
        due=due.on,
        due_kind=due.kind,
        late=(
            required
            and not excused
            and due.binding is not None
            and on > due.binding
            and not was_good_by(due.binding, activity, versions, case, process, on)
        ),
        overdue=required and after_due and state in OVERDUE,
        settled=settled,
        days_left=(due.on - on).days if due.on is not None else None,
        blocked_by=roots if required and not excused and latest is None else (),
        findings=findings,
        because=because(activity, asked, due, latest, case, roster_entry, state, on),
        roots=roots,
        version=latest.version if latest else None,
        binding_due=due.binding,
        receiver=asked.rule.receiver if asked.rule else None,
    )


def _state(
    asked: Asked,
    due: DueInForce,
    latest: Submission | None,
    findings: tuple[Finding, ...],
    case: Case,
    on: dt.date,
    *,
    excused: bool,
    blocked: bool,
) -> State:
    """The first state that fits, in the order of the contract."""
    if excused:
        return "Excused"
    if latest is not None:
        return _state_of_version(latest, findings, case, on)
    if asked.requirement != "required":
        return _STATE_OF_REQUIREMENT[asked.requirement]
    days_left = None if due.binding is None else (due.binding - on).days
    if days_left is not None and days_left < 0:
        return "Missing"
    if blocked:
        return "Blocked"
    if days_left is not None and days_left <= SOON_DAYS:
        return "DueSoon"
    return "Upcoming"


def _state_of_version(
    version: Submission, findings: tuple[Finding, ...], case: Case, on: dt.date
) -> State:
    """A review outranks findings; findings of severity error leave a version incomplete."""
    review = case.review_on(version, on)
    if review is not None:
        return "Approved" if review.decision == "approved" else "Returned"
    if any(one.severity == "error" for one in findings):
        return "Incomplete"
    return "Submitted"


def _is_settled(activity: Activity, state: State) -> bool:
    """Nothing is owed on it now; where approval is required, Submitted waits for the reviewer."""
    if state == "Submitted":
        return activity.approval == "receipt"
    return state in {"Excused", "NotApplicable", "Approved"}


def roots_of(
    activity: Activity, upstream: Mapping[str, ActivityStatus], process: Process, level: str
) -> tuple[str, ...]:
    """The unsatisfied hard prerequisites that have none themselves, or have something filed.

    In file order: the first is the one to do first.
    """
    found: set[str] = set()
    for one in activity.prerequisites_at(level, "hard"):
        before = upstream[one]
        if before.state in SATISFIES:
            continue
        if before.is_filed or not before.roots:
            found.add(one)
        else:
            found.update(before.roots)
    return tuple(one.id for one in process.activities if one.id in found) if found else ()
