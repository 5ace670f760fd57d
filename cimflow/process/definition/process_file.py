"""What a process file says: steps, activities, who must, by when, after what, with which fields.

These types know the grammar of ``config/processes/*.toml`` and nothing of any year: every level,
activity, date and role name is a value of the file. ``toml_reader`` reads tables by these
annotations, and so refuses what they do not name; ``parse_process`` turns a whole file into a
:class:`Process`. What a field of an artifact is, ``artifact_fields`` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cimflow.process.definition.artifact_fields import CrossCheck, FieldDefinition
from cimflow.process.definition.entry import Entry, Id, LevelId, Rule
from cimflow.process.definition.toml_reader import DATE, Checked, shown


def _is_time_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{name!r} is not an IANA time zone such as 'America/Los_Angeles'"
        ) from None


TimeZone = Annotated[str, Checked(_is_time_zone)]
RequirementWord = Literal["required", "recommended", "optional", "not-applicable"]
Authority = Literal["selpa", "cde"]
DuePolicy = Literal["stands", "next-working-day", "previous-working-day"]


class Source(Entry):
    """The official document that the process file renders."""

    title: str
    publisher: str
    dated: dt.date | None = None


class Level(Rule):
    """A differentiated monitoring level; its id is the text of the roster's ``level`` column."""

    id: LevelId
    title: str


class Receiver(Entry):
    """Where an artifact is filed: the receiver of record.

    ``is_external`` is true for systems outside our sight (a state portal): there an artifact that
    is only at the SELPA is not filed. ``authority`` grants extensions and exceptions, and reviews.
    """

    id: Id
    title: str
    authority: Authority
    is_external: bool = False


class FactDefinition(Rule):
    """Something about an LEA that decides a requirement or a date, and who can know it.

    A ``choice`` fact has ``values`` with ``unknown`` among them; unknown is never read as no.
    A ``date`` fact has none; ``needed_when`` says when its absence is a problem to be shown.
    """

    id: Id
    title: str
    kind: Literal["choice", "date"] = "choice"
    values: tuple[str, ...] = ()
    known_by: Authority
    in_roster: bool = False
    needed_when: Condition | None = None

    @property
    def column(self) -> str:
        """The roster column of this fact: its id with underscores."""
        return self.id.replace("-", "_")


class Condition(Entry):
    """True where the fact has the value ``equals``; unknown where the fact is unknown."""

    fact: Id
    equals: str


class Due(Entry):
    """When an activity is due: exactly one of a date, a fact, an offset, a projection, unknown.

    ``on`` is a date. ``fact`` names a date fact that *is* the due date (unknown until it is set).
    ``after`` names a date fact, or ``start``, that ``days`` are added to. ``projected`` is a date
    that the source only expects. The last three are shown; projected and unknown are never chased.
    """

    on: dt.date | None = None
    fact: Id | None = None
    after: Id | None = None
    days: int = 0
    projected: dt.date | None = None
    unknown: bool = False

    @classmethod
    def full_form(cls, value: Any) -> Any:
        """``due = 2024-07-10`` is short for ``due = { on = 2024-07-10 }``."""
        if isinstance(value, Mapping):
            return value
        if type(value) is not dt.date:
            raise ValueError(f"{shown(value)} is not {DATE}")
        return {"on": value}

    def __post_init__(self) -> None:
        said = [self.on, self.fact, self.after, self.projected, self.unknown or None]
        if sum(one is not None for one in said) != 1:
            ways = "'fact', 'after' (with 'days'), 'projected', 'unknown'"
            raise ValueError(f"give a date, or exactly one of {ways}")


class Step(Entry):
    """A step of the process, in order, with the day by which its activities are due."""

    number: int
    title: str
    due: Due | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.due is not None and (self.due.fact or self.due.after):
            raise ValueError("a step's due entry must be a date, 'projected', or 'unknown'")

    @property
    def due_on(self) -> dt.date | None:
        """The day, where it is certain; what is projected or unknown stands at the activities."""
        return self.due.on if self.due is not None else None


class LevelRule(Rule):
    """What one activity asks at some levels: how strictly, with what support, to whom, by when.

    With ``when``, the requirement holds where the condition is true, and is not applicable where
    it is false.
    """

    levels: tuple[str, ...]
    requirement: RequirementWord
    support: Literal["independent", "assisted"] | None = None
    receiver: Id | None = None
    due: Due | None = None
    when: Condition | None = None


class Prerequisite(Rule):
    """``hard``: nothing can be filed sensibly before. ``soft``: advice, never a block."""

    activities: tuple[Id, ...]
    kind: Literal["hard", "soft"]
    levels: tuple[str, ...] | None = None


class Activity(Rule):
    """One unit of a step, proved by one artifact. ``short`` heads a narrow column."""

    id: Id
    title: str
    short: str = ""
    step: int
    what_to_do: str
    approval: Literal["receipt", "required"] = "receipt"
    rules: tuple[LevelRule, ...]
    prerequisites: tuple[Prerequisite, ...] = ()
    fields: tuple[FieldDefinition, ...]
    checks: tuple[CrossCheck, ...] = ()

    @cached_property
    def _rule_by_level(self) -> dict[str, LevelRule]:
        return {level: rule for rule in self.rules for level in rule.levels}

    def rule_at(self, level: str) -> LevelRule | None:
        """The rule of this activity at a level; None where the level does not do it."""
        return self._rule_by_level.get(level)

    def prerequisites_at(self, level: str, kind: str) -> tuple[str, ...]:
        """The ids of the activities that come before this one at a level."""
        return tuple(
            one
            for group in self.prerequisites
            if group.kind == kind and (group.levels is None or level in group.levels)
            for one in group.activities
        )


class Box(Rule):
    """A numbered box of the state's portal: filled by an activity, or to be marked NA."""

    number: int
    title: str
    activity: Id | None = None
    not_applicable: bool = False
    only_if_more: bool = False


class Header(Rule):
    """The process itself: its id, its start (day of the determination letter), zone, calendar."""

    id: Id
    title: str
    version: int
    start: dt.date
    time_zone: TimeZone
    calendar: Id
    due_on_non_working_day: DuePolicy = "stands"
    note: str = ""


class Process(Entry):
    """A whole process file."""

    process: Header
    source: Source
    levels: tuple[Level, ...]
    receivers: tuple[Receiver, ...]
    facts: tuple[FactDefinition, ...] = ()
    steps: tuple[Step, ...]
    activities: tuple[Activity, ...]
    boxes: tuple[Box, ...] = ()

    @property
    def id(self) -> str:
        """The id of the process, such as it stands in every row that belongs to it."""
        return self.process.id

    @property
    def start(self) -> dt.date:
        """The day from which the process runs."""
        return self.process.start

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which a day of this process begins and ends."""
        return ZoneInfo(self.process.time_zone)

    @cached_property
    def activity_by_id(self) -> dict[str, Activity]:
        """Activities by id, in file order."""
        return {one.id: one for one in self.activities}

    @cached_property
    def level_by_id(self) -> dict[str, Level]:
        """Levels by id, in file order."""
        return {one.id: one for one in self.levels}

    @cached_property
    def receiver_by_id(self) -> dict[str, Receiver]:
        """Receivers by id."""
        return {one.id: one for one in self.receivers}

    @cached_property
    def fact_by_id(self) -> dict[str, FactDefinition]:
        """Fact definitions by id."""
        return {one.id: one for one in self.facts}

    def receiver_of(self, activity: Activity, level: str) -> Receiver | None:
        """The receiver of record of an activity at a level."""
        rule = activity.rule_at(level)
        if rule is None or rule.receiver is None:
            return None
        return self.receiver_by_id.get(rule.receiver)


def levels_in_words(levels: Iterable[str]) -> str:
    """``level 3`` or ``levels 1, 2``."""
    listed = [str(one) for one in levels] or ["none"]
    return f"level{'' if len(listed) == 1 else 's'} {', '.join(listed)}"
