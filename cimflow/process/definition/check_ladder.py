"""Whether the ladder of notices holds together, and whether it reaches everyone it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from cimflow.process.contacts import LEAD, NOT_SUPERIORS, ROLES
from cimflow.process.definition.check_fields import Complaint
from cimflow.process.definition.errors import ConfigError
from cimflow.process.definition.notice_ladder import Ladder, Rung
from cimflow.process.definition.process_file import Activity, LevelRule, Process
from cimflow.process.definition.rung_kinds import RUNG_KINDS, RungKind, is_ours


def check_rungs(
    ladder: Ladder, *, file: str, levels: Collection[str] | None = None
) -> list[ConfigError]:
    """Everything wrong with the ladder by itself.

    Args:
        ladder: the parsed file.
        file: its name, for the errors.
        levels: the levels of all processes together; None leaves the rungs' levels unchecked.
    """
    complaints: list[Complaint] = [*_numbers(ladder), *_roles(ladder)]
    for rung_id, times in Counter(one.id for one in ladder.rungs).items():
        if times > 1:
            complaints.append(
                (f"rungs[{rung_id}]", f"appears {times} times; each may appear only once")
            )
    for rung in ladder.rungs:
        complaints += _rung(rung, levels)
    return [ConfigError(file, key, message) for key, message in complaints]


def check_ladder(ladder: Ladder, process: Process, *, file: str) -> list[ConfigError]:
    """Every activity that is required of anyone has a ladder at every level."""
    complaints = [
        one
        for activity in process.activities
        for rule in activity.rules
        if rule.requirement == "required"
        for level in rule.levels
        for one in _unreached(ladder, activity, rule, level, process)
    ]
    return [ConfigError(file, key, message) for key, message in dict.fromkeys(complaints)]


def _numbers(ladder: Ladder) -> Iterator[Complaint]:
    positive = {
        "resubmit_within_working_days": ladder.resubmit_within_working_days,
        "lead_hears_days_before": ladder.lead_hears_days_before,
        "caps.per_person_per_hour": ladder.caps.per_person_per_hour,
        "caps.per_hour": ladder.caps.per_hour,
    }
    for key, value in positive.items():
        if value < 1:
            yield key, f"is {value}; it must be at least 1"
    if ladder.working_hours.opens >= ladder.working_hours.closes:
        yield "working_hours.closes", "must be later than opens"
    for domain in ladder.hold_domains:
        if "@" in domain or "." not in domain.strip("."):
            yield "hold_domains", f"{domain!r} is not a domain such as cde.ca.gov"


def _roles(ladder: Ladder) -> Iterator[Complaint]:
    for role in ladder.hold_roles:
        if role not in ROLES:
            yield "hold_roles", f"{role!r} is not one of {', '.join(ROLES)}"


def _rung(rung: Rung, levels: Collection[str] | None) -> Iterator[Complaint]:
    key = f"rungs[{rung.id}]"
    if is_ours(rung.id):
        yield f"{key}.id", "is reserved by cimflow; choose another"
    if not rung.roles:
        yield f"{key}.roles", "there are none, so no one would be notified"
    if rung.row.days == "before" and rung.days >= 0:
        yield f"{key}.days", "must be below 0: it counts back from a due date"
    if rung.row.days == "after" and rung.days < 1:
        yield f"{key}.days", "must be at least 1"
    if rung.row.days == "none" and rung.days:
        yield f"{key}.days", f"does not belong to {rung.kind!r}, which follows an event"
    for role in rung.roles:
        for level in role.levels or ():
            if levels is not None and level not in levels:
                yield f"{key}.roles", f"no process has a level {level!r}"


def _unreached(
    ladder: Ladder, activity: Activity, rule: LevelRule, level: str, process: Process
) -> Iterator[Complaint]:
    where = f"{activity.id!r} of {process.id} at level {level!r}"
    decides = process.fact_by_id.get(rule.when.fact) if rule.when is not None else None
    receiver = process.receiver_by_id.get(rule.receiver or "")
    at_selpa = receiver is not None and receiver.authority == "selpa"
    for kind in RUNG_KINDS.values():
        if kind.wanted_where == "required" and not _tells(ladder, kind, level, {LEAD}):
            yield "rungs", f"no {kind.id} rung tells the lead about {where}"
        if kind.wanted_where == "nowhere" or _tells(ladder, kind, level):
            continue
        if kind.wanted_where == "fact-decides" and decides and decides.known_by == "selpa":
            yield "rungs", f"no {kind.id} rung asks for {decides.id!r}, which decides {where}"
        if kind.wanted_where == "selpa-reviews" and activity.approval == "required" and at_selpa:
            yield "rungs", f"no {kind.id} rung reminds the SELPA to review {where}"


def _tells(
    ladder: Ladder, kind: RungKind, level: str, roles: Collection[str] = NOT_SUPERIORS
) -> bool:
    """Whether some rung of a kind names one of the roles at a level."""
    return any(
        rung.names(role, level) for rung in ladder.rungs if rung.kind == kind.id for role in roles
    )
