"""What a process file says: steps, activities, who must, by when, after what, with which fields.

These types know the grammar of ``config/processes/*.toml`` and nothing of any year: every level,
activity, date and role name is a value of the file. ``parse_process`` turns the parsed TOML into a
frozen :class:`Process`, or raises :class:`ConfigErrors` with every error found, each with its key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from cimflow.process.errors import ConfigError, ConfigErrors


def _is_time_zone(name: str) -> str:
    if name not in available_timezones():
        msg = f"{name!r} is not an IANA time zone such as 'America/Los_Angeles'"
        raise ValueError(msg)
    return name


def _plain_day(value: object) -> object:
    """A date as TOML knows it: no text, no number, no time of day."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    msg = f"{value!r} is no date; write it as 2024-07-10, without quotation marks"
    raise ValueError(msg)


ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
FIELD_ID_PATTERN = r"^[a-z][a-z0-9_]*$"
LEVEL_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=60)]
FieldId = Annotated[str, StringConstraints(pattern=FIELD_ID_PATTERN, max_length=60)]
LevelId = Annotated[str, StringConstraints(pattern=LEVEL_ID_PATTERN, max_length=20)]
Day = Annotated[dt.date, BeforeValidator(_plain_day)]
TimeZone = Annotated[str, AfterValidator(_is_time_zone)]
Severity = Literal["error", "warning"]
RequirementWord = Literal["required", "recommended", "optional", "not-applicable"]
Authority = Literal["selpa", "cde"]
DuePolicy = Literal["stands", "next-working-day", "previous-working-day"]


class Entry(BaseModel):
    """A table of the process file: unknown keys are errors, nothing changes after parsing."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Rule(Entry):
    """An entry that rests on the guidance: the sentence quoted, or our reading of it, or both."""

    quote: str = ""
    reading: str = ""

    @model_validator(mode="after")
    def _rests_on_something(self) -> Rule:
        if not (self.quote.strip() or self.reading.strip()):
            msg = "needs a 'quote' (the sentence of the source) or a 'reading' (ours)"
            raise ValueError(msg)
        return self


class Source(Entry):
    """The official document that the process file renders."""

    title: str
    publisher: str
    dated: Day | None = None


class Level(Rule):
    """A differentiated monitoring level; its id is the text of the roster's ``level`` column."""

    id: LevelId
    title: str


class Receiver(Entry):
    """Where an artifact is filed: the receiver of record.

    ``is_external`` is true for systems outside our sight (a state portal): there an artifact that
    is only with us is not filed. ``authority`` grants extensions and exceptions, and reviews.
    """

    id: Id
    title: str
    authority: Authority
    is_external: bool = False


class Step(Entry):
    """A step of the process, in order, with the day by which its activities are due."""

    number: int
    title: str
    due: Day | None = None
    note: str = ""


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

    on: Day | None = None
    fact: Id | None = None
    after: Id | None = None
    days: int = 0
    projected: Day | None = None
    unknown: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain_date(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Due) else {"on": _plain_day(value)}

    @model_validator(mode="after")
    def _says_one_thing(self) -> Due:
        said = [self.on, self.fact, self.after, self.projected, self.unknown or None]
        if sum(one is not None for one in said) != 1:
            ways = "'fact', 'after' (with 'days'), 'projected', 'unknown'"
            msg = f"give a date, or exactly one of {ways}"
            raise ValueError(msg)
        return self


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


FieldKind = Literal[
    "text",
    "email",
    "date",
    "whole-number",
    "number",
    "yes-no",
    "choice",
    "texts",
    "choices",
    "references",
    "references-or-entries",
    "group",
    "list",
]


class FieldDefinition(Entry):
    """One field of an artifact.

    ``required``: absent or blank is a finding of ``severity`` (at ``levels`` only, where given).
    ``must_be``: the one value of a yes-no field that is acceptable. ``one_of``: among the fields
    that share this name, those of one ``alternative`` (by default the field alone) must be filled.
    ``unless_all``: needed unless all these yes-no fields are true. ``fields``: of a group or list.
    """

    id: FieldId
    kind: FieldKind
    title: str = ""
    required: bool = True
    severity: Severity = "error"
    levels: tuple[str, ...] | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    must_be: bool | None = None
    one_of: FieldId | None = None
    alternative: FieldId | None = None
    unless_all: tuple[FieldId, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()
    quote: str = ""
    reading: str = ""

    @model_validator(mode="after")
    def _kind_has_its_parts(self) -> FieldDefinition:
        if (self.kind in {"choice", "choices"}) != bool(self.choices):
            msg = "'choices' belong to the kinds choice and choices, and are needed there"
            raise ValueError(msg)
        nested = {"group", "list", "references-or-entries"}
        if (self.kind in nested) != bool(self.fields):
            msg = "'fields' belong to the kinds group, list and references-or-entries"
            raise ValueError(msg)
        return self


class CrossCheck(Rule):
    """A named check over several values of an artifact, or against an artifact filed upstream.

    Paths are dotted (``members.role``). ``covers``: every one of ``values``, or of
    ``upstream_field``, occurs in ``field`` (or is explained in a complete entry of
    ``or_explained_in``); with ``if_filled`` only where ``field`` has any value. ``refers-to``:
    every value of ``field`` occurs in ``upstream_field`` of
    the ``upstream`` activity, or in the artifact's own ``within``. ``at-least-one``: some value of
    ``field`` is true. ``at-most``: no more than ``count`` entries. ``unique``: no value twice.
    """

    check: Literal["covers", "refers-to", "at-least-one", "at-most", "unique"]
    field: str
    values: tuple[str, ...] = ()
    or_explained_in: str | None = None
    if_filled: bool | None = None
    within: str | None = None
    upstream: Id | None = None
    upstream_field: str | None = None
    count: int | None = None
    levels: tuple[str, ...] | None = None
    severity: Severity = "error"


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
    start: Day
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


PLACEHOLDER = "FILL IN"
"""How a text of the template begins that a person must replace."""


def parse_process(data: dict[str, Any], *, file: str) -> Process:
    """Turn the parsed TOML of a process file into a Process.

    Raises:
        ConfigErrors: what is still to be filled in, and every unknown key, wrong type and
            impossible word, with file and key. Whether the ids fit together is asked by
            ``consistency.check_process``.
    """
    errors = unfilled_places(data, file=file)
    try:
        process = Process.model_validate(data)
    except ValidationError as error:
        unfilled = {one.key for one in errors}
        found = errors_with_keys(error, data, file=file)
        errors += [one for one in found if one.key not in unfilled]
    if errors:
        raise ConfigErrors(errors)
    return process


def errors_with_keys(
    error: ValidationError, data: dict[str, Any], *, file: str
) -> list[ConfigError]:
    """What pydantic found wrong, each with its key and in plain words."""
    return [
        ConfigError(file, _key_path(data, one["loc"]), _plain_message(one))
        for one in error.errors()
    ]


def unfilled_places(data: dict[str, Any], *, file: str) -> list[ConfigError]:
    """Every placeholder of the template that nobody has replaced yet."""
    return [
        ConfigError(file, _key_path(data, location), f"is still to be filled in: {what}")
        for location, what in _placeholders(data, ())
    ]


def _placeholders(
    here: object, location: tuple[int | str, ...]
) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if isinstance(here, str) and here.startswith(PLACEHOLDER):
        yield location, here.removeprefix(PLACEHOLDER).strip(" :")
    elif isinstance(here, dict):
        for key, value in here.items():
            yield from _placeholders(value, (*location, key))
    elif isinstance(here, list):
        for number, value in enumerate(here):
            yield from _placeholders(value, (*location, number))


def _key_path(data: object, location: tuple[int | str, ...]) -> str:
    """A key as a person finds it: entries of a list by their id, else counted from #1."""
    words: list[str] = []
    here: Any = data
    for part in location:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(part, int):
            words[-1:] = [f"{words[-1] if words else ''}[{_entry_name(here) or f'#{part + 1}'}]"]
        else:
            words.append(part)
    return ".".join(words) or "(file)"


def _entry_name(entry: object) -> str:
    """An entry by its id, its number, its check or its levels; empty where it has none."""
    if not isinstance(entry, dict):
        return ""
    if "check" in entry:
        return f"{entry['check']} {entry.get('field', '')}".strip()
    if "requirement" in entry and isinstance(entry.get("levels"), list):
        return levels_in_words(entry["levels"])
    return str(entry.get("id", entry.get("number", "")))


_LETTERS = {
    ID_PATTERN: "small letters, digits and hyphens",
    FIELD_ID_PATTERN: "small letters, digits and underscores",
    LEVEL_ID_PATTERN: "letters, digits and hyphens",
}


def _plain_message(error: Any) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return f"{error['input']!r} does not fit; write {_LETTERS[error['ctx']['pattern']]}"
    return str(error["msg"]).removeprefix("Value error, ")
