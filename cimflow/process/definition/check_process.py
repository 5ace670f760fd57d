"""Whether what a process file says fits together, and its calendar: every error at once.

``parse_process`` has already refused what is no process file at all. Here is asked what only the
whole can answer: ids that point nowhere, circles, dates that cannot be kept, boxes nobody fills.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator

from cimflow.process.definition.check_fields import (
    Complaint,
    field_complaints,
    no_such,
    unknown_levels,
)
from cimflow.process.definition.errors import ConfigError
from cimflow.process.definition.prerequisites import CycleError, in_order
from cimflow.process.definition.process_file import (
    Activity,
    Box,
    Condition,
    Due,
    FactDefinition,
    LevelRule,
    Prerequisite,
    Process,
    levels_in_words,
)
from cimflow.process.definition.working_calendar import WorkingCalendar

UNKNOWN = "unknown"
START = "start"
"""What ``after`` may name besides a date fact: the start of the process."""


def check_process(
    process: Process, *, file: str, calendar_ids: Collection[str] | None = None
) -> list[ConfigError]:
    """Everything in a process file that does not fit together.

    Args:
        process: the parsed file.
        file: its name, for the errors.
        calendar_ids: the calendars there are; None leaves the calendar unchecked.
    """
    complaints = (
        *_header(process, calendar_ids),
        *_duplicates("levels", (one.id for one in process.levels)),
        *_duplicates("receivers", (one.id for one in process.receivers)),
        *_duplicates("facts", (one.id for one in process.facts)),
        *_duplicates("steps", (one.number for one in process.steps)),
        *_duplicates("activities", (one.id for one in process.activities)),
        *_duplicates("boxes", (one.number for one in process.boxes)),
        *(one for fact in process.facts for one in _fact(fact, process)),
        *(one for activity in process.activities for one in _activity(activity, process)),
        *(one for activity in process.activities for one in field_complaints(activity, process)),
        *_cycles(process),
        *_dates_out_of_order(process),
        *(one for box in process.boxes for one in _box(box, process)),
    )
    return [ConfigError(file, key, message) for key, message in dict.fromkeys(complaints)]


def check_coverage(process: Process, calendar: WorkingCalendar, *, file: str) -> list[ConfigError]:
    """A process must not run beyond the days of which its calendar speaks."""
    days = [process.start, *(day for day in (one.due_on for one in process.steps) if day)]
    for activity in process.activities:
        dues = (known_due(rule.due, process) for rule in activity.rules)
        days += [day for day in dues if day is not None and day >= process.start]
    outside = sorted({day for day in days if not calendar.covers_from <= day <= calendar.covers_to})
    spoken = f"{calendar.covers_from} to {calendar.covers_to}"
    return [
        ConfigError(file, "process.calendar", f"{calendar.id!r} covers {spoken} only, not {day}")
        for day in outside
    ]


def check_calendar(calendar: WorkingCalendar, *, file: str) -> list[ConfigError]:
    """A calendar needs days on which the office is open, and speaks only of days it covers."""
    complaints: list[Complaint] = []
    if calendar.covers_from > calendar.covers_to:
        complaints.append(("covers_to", "is before covers_from"))
    if not set(calendar.weekend) < set(range(7)):
        message = "days are numbered from Monday = 0 to Sunday = 6; at least one must be worked"
        complaints.append(("weekend", message))
    days = [one.on for one in calendar.holidays]
    complaints += _duplicates("holidays", days)
    complaints += [
        (f"holidays[{day}]", f"is outside {calendar.covers_from} to {calendar.covers_to}")
        for day in days
        if not calendar.covers_from <= day <= calendar.covers_to
    ]
    return [ConfigError(file, key, message) for key, message in complaints]


def known_due(due: Due | None, process: Process) -> dt.date | None:
    """The due date as far as the file alone tells it."""
    if due is None:
        return None
    if due.after == START:
        return process.start + dt.timedelta(days=due.days)
    return due.on


def _header(process: Process, calendar_ids: Collection[str] | None) -> Iterator[Complaint]:
    calendar = process.process.calendar
    if calendar_ids is not None and calendar not in calendar_ids:
        there = ", ".join(sorted(calendar_ids)) or "none"
        yield "process.calendar", f"there is no calendar {calendar!r} (there are: {there})"
    for name in ("levels", "steps", "activities"):
        if not getattr(process, name):
            yield name, "there are none"


def _duplicates(where: str, ids: Iterable[Hashable]) -> Iterator[Complaint]:
    for one, times in Counter(ids).items():
        if times > 1:
            yield f"{where}[{one}]", f"appears {times} times; each may appear only once"


def _fact(fact: FactDefinition, process: Process) -> Iterator[Complaint]:
    key = f"facts[{fact.id}]"
    if fact.id == START:
        yield f"{key}.id", "'start' means the start of the process; choose another word"
    if fact.kind == "choice" and UNKNOWN not in fact.values:
        yield f"{key}.values", "'unknown' must be one of them: unknown is never treated as no"
    if fact.kind == "date" and fact.values:
        yield f"{key}.values", "a date has no list of values"
    yield from _duplicates(f"{key}.values", fact.values)
    if fact.needed_when is not None:
        yield from _condition(fact.needed_when, f"{key}.needed_when", process)


def _condition(condition: Condition, key: str, process: Process) -> Iterator[Complaint]:
    fact = process.fact_by_id.get(condition.fact)
    if fact is None:
        yield f"{key}.fact", no_such("fact", condition.fact, process.fact_by_id)
    elif fact.kind != "choice":
        yield f"{key}.fact", f"{fact.id!r} is a date and cannot equal a word"
    elif condition.equals == UNKNOWN:
        yield f"{key}.equals", "an unknown fact cannot decide anything"
    elif fact.values and condition.equals not in fact.values:
        yield f"{key}.equals", f"{condition.equals!r} is not a value of the fact {fact.id!r}"


def _activity(activity: Activity, process: Process) -> Iterator[Complaint]:
    key = f"activities[{activity.id}]"
    if activity.step not in {one.number for one in process.steps}:
        yield f"{key}.step", f"there is no step {activity.step}"
    if not activity.rules:
        yield f"{key}.rules", "there are none, so no LEA would have to do it"
    for level, times in Counter(level for one in activity.rules for level in one.levels).items():
        if times > 1:
            yield (
                f"{key}.rules",
                f"level {level!r} appears in {times} rules; each may appear in only one",
            )
    for rule in activity.rules:
        yield from _rule(rule, f"{key}.rules[{levels_in_words(rule.levels)}]", process)
    for number, group in enumerate(activity.prerequisites, start=1):
        yield from _prerequisite(group, f"{key}.prerequisites[#{number}]", process)
    for level in process.level_by_id:
        hard = set(activity.prerequisites_at(level, "hard"))
        for both in sorted(hard & set(activity.prerequisites_at(level, "soft"))):
            yield f"{key}.prerequisites", f"{both!r} is both hard and soft at level {level!r}"


def _rule(rule: LevelRule, key: str, process: Process) -> Iterator[Complaint]:
    yield from unknown_levels(rule.levels, f"{key}.levels", process)
    if not rule.levels:
        yield f"{key}.levels", "there are none"
    if rule.receiver is not None and rule.receiver not in process.receiver_by_id:
        yield f"{key}.receiver", no_such("receiver", rule.receiver, process.receiver_by_id)
    if rule.requirement == "required" and rule.receiver is None:
        yield f"{key}.receiver", "a required activity needs a receiver"
    if rule.requirement == "required" and rule.due is None:
        yield (
            f"{key}.due",
            "a required activity needs a due entry, even if it is only { unknown = true }",
        )
    if rule.when is not None:
        yield from _condition(rule.when, f"{key}.when", process)
    if rule.due is not None:
        yield from _due(rule.due, f"{key}.due", process)


def _due(due: Due, key: str, process: Process) -> Iterator[Complaint]:
    for word, name in (("fact", due.fact), ("after", due.after)):
        if name is None or (word == "after" and name == START):
            continue
        fact = process.fact_by_id.get(name)
        if fact is None:
            yield f"{key}.{word}", no_such("fact", name, process.fact_by_id)
        elif fact.kind != "date":
            yield f"{key}.{word}", f"the fact {name!r} is not a date"
    if due.days and due.after is None:
        yield f"{key}.days", "days belong to 'after'"
    day = known_due(due, process)
    if day is not None and day < process.start:
        yield key, f"{day} is before the start of the process, {process.start}"


def _prerequisite(group: Prerequisite, key: str, process: Process) -> Iterator[Complaint]:
    yield from unknown_levels(group.levels or (), f"{key}.levels", process)
    if not group.activities:
        yield f"{key}.activities", "there are none"
    for one in group.activities:
        if one not in process.activity_by_id:
            yield f"{key}.activities", no_such("activity", one, process.activity_by_id)


def _cycles(process: Process) -> Iterator[Complaint]:
    """Each circle once, with the levels at which it runs."""
    levels: dict[tuple[str, ...], list[str]] = {}
    for level in process.level_by_id:
        try:
            in_order(process, level)
        except CycleError as error:
            levels.setdefault(_from_its_first(error.args[1], process), []).append(level)
    for circle, at in levels.items():
        path = " after ".join([*circle, circle[0]])
        yield (
            f"activities[{circle[0]}].prerequisites",
            f"they run in a circle at {levels_in_words(at)}: {path}",
        )


def _from_its_first(nodes: list[str], process: Process) -> tuple[str, ...]:
    """A circle as graphlib tells it (first equals last, each before the next), told backward."""
    circle = list(reversed(nodes[:-1]))
    position = [one.id for one in process.activities]
    first = circle.index(min(circle, key=position.index))
    return tuple(circle[first:] + circle[:first])


def _dates_out_of_order(process: Process) -> Iterator[Complaint]:
    """A hard prerequisite due after what waits for it cannot be kept.

    Where a prerequisite has no known date, those before it are compared instead.
    """
    for level in process.level_by_id:
        for activity in process.activities:
            rule = activity.rule_at(level)
            if rule is None or rule.due is None:
                continue
            for before in _dated_before(activity, level, process, seen=set()):
                if _is_later(before, activity, level, process):
                    yield (
                        f"activities[{activity.id}].rules[{levels_in_words(rule.levels)}].due",
                        f"at level {level!r} it is due before {before.id!r}, which must come first",
                    )


def _dated_before(
    activity: Activity, level: str, process: Process, seen: set[str]
) -> Iterator[Activity]:
    for one in activity.prerequisites_at(level, "hard"):
        before = process.activity_by_id.get(one)
        if before is None or one in seen:
            continue
        seen.add(one)
        rule = before.rule_at(level)
        if rule is not None and rule.due is not None and not _is_open(rule.due, process):
            yield before
        else:
            yield from _dated_before(before, level, process, seen)


def _is_open(due: Due, process: Process) -> bool:
    return known_due(due, process) is None and due.after is None


def _is_later(before: Activity, activity: Activity, level: str, process: Process) -> bool:
    first, then = before.rule_at(level), activity.rule_at(level)
    if first is None or then is None or first.due is None or then.due is None:
        return False
    if first.due.after is not None and first.due.after == then.due.after:
        return first.due.days > then.due.days
    one, other = known_due(first.due, process), known_due(then.due, process)
    return one is not None and other is not None and one > other


def _box(box: Box, process: Process) -> Iterator[Complaint]:
    key = f"boxes[{box.number}]"
    if box.activity is None and not box.not_applicable:
        yield key, "is neither used by an activity nor not_applicable"
    if box.activity is not None and box.not_applicable:
        yield key, "is both used by an activity and not_applicable"
    if box.activity is not None and box.activity not in process.activity_by_id:
        yield f"{key}.activity", no_such("activity", box.activity, process.activity_by_id)
    if box.only_if_more and box.activity is None:
        yield f"{key}.only_if_more", "belongs to a box that an activity uses"
