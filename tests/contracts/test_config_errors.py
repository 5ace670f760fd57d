"""Each mistake in a configuration file gives its error, and all are told at once.

Every row makes one mistake in a copy of the shipped process file and names the key and the words
of the error. The message says what a person can do; the key says where.
"""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cimflow.process.definition.check_ladder import check_ladder, check_rungs
from cimflow.process.definition.check_process import check_calendar, check_coverage, check_process
from cimflow.process.definition.errors import ConfigError, ConfigErrors
from cimflow.process.definition.notice_ladder import parse_ladder
from cimflow.process.definition.parse_process import parse_process
from cimflow.process.definition.working_calendar import parse_calendar
from tests.factories import calendar, ladder, process

CONFIG = Path(__file__).parents[2] / "config"
Data = dict[str, Any]
Spoil = Callable[[Data], object]


def data_of(name: str) -> Data:
    return tomllib.loads((CONFIG / name).read_text(encoding="utf-8"))


def errors_in(data: Data) -> list[ConfigError]:
    """What ``check-config`` says of a process file with this content."""
    try:
        parsed = parse_process(data, file="p.toml")
    except ConfigErrors as error:
        return list(error.errors)
    found = check_process(parsed, file="p.toml", calendar_ids={"california-state"})
    return found + check_coverage(parsed, calendar(), file="p.toml")


def activity(data: Data, activity_id: str) -> Data:
    return _named(data["activities"], activity_id)


def field(data: Data, activity_id: str, field_id: str) -> Data:
    return _named(activity(data, activity_id)["fields"], field_id)


def rule(data: Data, activity_id: str, number: int = 0) -> Data:
    return dict_at(activity(data, activity_id)["rules"], number)


def before(data: Data, activity_id: str, number: int = 0) -> Data:
    return dict_at(activity(data, activity_id)["prerequisites"], number)


def check(data: Data, activity_id: str, number: int = 0) -> Data:
    return dict_at(activity(data, activity_id)["checks"], number)


def box(data: Data, number: int) -> Data:
    return dict_at(data["boxes"], number - 1)


def dict_at(entries: list[Data], number: int) -> Data:
    return entries[number]


def _named(entries: list[Data], one: str) -> Data:
    return next(entry for entry in entries if entry["id"] == one)


def put(entry: Callable[[Data], Data], **changes: Any) -> Spoil:
    """Set keys of an entry; None takes a key away."""

    def spoil(data: Data) -> None:
        here = entry(data)
        for key, value in changes.items():
            if value is None:
                del here[key]
            else:
                here[key] = value

    return spoil


def head(data: Data) -> Data:
    return dict_at([data["process"]], 0)


def indicator(data: Data) -> Data:
    return dict_at(data["facts"], 0)


def plan_due(data: Data) -> Data:
    return rule(data, "improvement-plan")


TEAM = "activities[team-creation]"
PLAN = "activities[improvement-plan]"
DATA = "activities[data-drill-down]"

MISTAKES: list[tuple[str, Spoil, str, str]] = [
    # what is no process file at all
    ("unknown key at the top", lambda d: d.update(colour="red"), "colour", "unknown key"),
    ("unknown key of an activity", put(lambda d: activity(d, "team-creation"), dues=1), f"{TEAM}.dues", "unknown key"),
    ("unknown key of a rule", put(lambda d: rule(d, "team-creation", 1), deu=1), f"{TEAM}.rules[level 3].deu", "unknown key"),
    ("unknown key of a field", put(lambda d: field(d, "team-creation", "lead"), require=True), f"{TEAM}.fields[lead].require", "unknown key"),
    ("no title", put(lambda d: activity(d, "team-creation"), title=None), f"{TEAM}.title", "is missing"),
    ("no source", lambda d: d.pop("source"), "source", "is missing"),
    ("neither quote nor reading", put(lambda d: box(d, 1), quote=None), "boxes[1]", "needs a 'quote'"),
    ("a blank quote", put(lambda d: box(d, 1), quote="  "), "boxes[1]", "needs a 'quote'"),
    ("a date in quotation marks", put(lambda d: rule(d, "team-creation"), due="2024-07-10"), f"{TEAM}.rules[levels 1, 2].due", "without quotation marks"),
    ("a time of day", put(head, start=dt.datetime(2024, 3, 15, 8)), "process.start", "is not a date"),
    ("a table as a date", put(head, start={"on": dt.date(2024, 3, 15)}), "process.start", "a table with 'on' is not a date"),
    ("a step due on an offset", put(lambda d: d["steps"][2], due={"after": "start", "days": 3}), "steps[3]", "entry must be a date"),
    ("a step due on a list", put(lambda d: d["steps"][2], due=[1]), "steps[3].due", "a list is not a date"),
    ("a year as a date", put(head, start=2024), "process.start", "is not a date"),
    ("a placeholder", put(lambda d: rule(d, "team-creation"), due="FILL IN: the last day"), f"{TEAM}.rules[levels 1, 2].due", "must still be filled in: the last day"),
    ("a placeholder in a text", put(head, title="FILL IN: the name"), "process.title", "must still be filled in: the name"),
    ("two ways to be due", put(lambda d: rule(d, "team-creation"), due={"unknown": True, "after": "start"}), f"{TEAM}.rules[levels 1, 2].due", "exactly one of"),
    ("an impossible word", put(lambda d: rule(d, "team-creation"), requirement="mandatory"), f"{TEAM}.rules[levels 1, 2].requirement", "'required'"),
    ("an id with spaces", put(head, id="Targeted 2024"), "process.id", "lowercase letters, digits, and hyphens"),
    ("a field id with a hyphen", put(lambda d: field(d, "team-creation", "lead"), id="the-lead"), f"{TEAM}.fields[the-lead].id", "lowercase letters, digits, and underscores"),
    ("no such time zone", put(head, time_zone="Pacific"), "process.time_zone", "America/Los_Angeles"),
    ("a choice without choices", put(lambda d: field(d, "team-creation", "lead"), kind="choice"), f"{TEAM}.fields[lead]", "'choices'"),
    ("a list without fields", put(lambda d: field(d, "team-creation", "members"), fields=None), f"{TEAM}.fields[members]", "'fields'"),
    ("a number in quotation marks", put(lambda d: activity(d, "team-creation"), step="1"), f"{TEAM}.step", "'1' is not a whole number"),
    ("true as a number", put(lambda d: box(d, 1), number=True), "boxes[True].number", "true is not a whole number"),
    ("a number as a text", put(head, title=2024), "process.title", "2024 is not text"),
    ("a word as yes or no", put(lambda d: field(d, "team-creation", "lead"), required="yes"), f"{TEAM}.fields[lead].required", "is not yes or no"),
    ("a text as a limit", put(lambda d: field(d, "parent-input", "response_rate"), maximum="high"), "activities[parent-input].fields[response_rate].maximum", "'high' is not a number"),
    ("a text for a list", put(lambda d: rule(d, "team-creation"), levels="1"), f"{TEAM}.rules[#1].levels", "must be a list"),
    ("a text for a table", lambda d: d.update(source="the CDE"), "source", "must be a table of keys"),
    ("a list of texts for tables", lambda d: d.update(steps=["one"]), "steps[#1]", "must be a table of keys"),
    ("an id without end", put(head, id="x" * 61), "process.id", "longer than 60 characters"),
    # ids that stand twice
    ("a level twice", lambda d: d["levels"].append(d["levels"][0]), "levels[1]", "appears 2 times"),
    ("a receiver twice", lambda d: d["receivers"].append(d["receivers"][0]), "receivers[selpa]", "appears 2 times"),
    ("a fact twice", lambda d: d["facts"].append(d["facts"][0]), "facts[indicator-8]", "appears 2 times"),
    ("a step twice", lambda d: d["steps"].append(d["steps"][0]), "steps[1]", "appears 2 times"),
    ("an activity twice", lambda d: d["activities"].append(d["activities"][0]), TEAM, "appears 2 times"),
    ("a box twice", lambda d: d["boxes"].append(d["boxes"][0]), "boxes[1]", "appears 2 times"),
    ("a field twice", lambda d: activity(d, "team-creation")["fields"].append(field(d, "team-creation", "lead")), f"{TEAM}.fields[lead]", "appears 2 times"),
    ("a field of a list twice", lambda d: field(d, "team-creation", "members")["fields"].append({"id": "name", "kind": "text"}), f"{TEAM}.fields[members].fields[name]", "appears 2 times"),
    ("a level in two rules", put(lambda d: rule(d, "team-creation", 1), levels=["2", "3"]), f"{TEAM}.rules", "level '2' appears in 2 rules"),
    # ids that point nowhere
    ("no such calendar", put(head, calendar="nevada"), "process.calendar", "no calendar 'nevada' (there are: california-state)"),
    ("no such step", put(lambda d: activity(d, "team-creation"), step=9), f"{TEAM}.step", "no step 9"),
    ("no such level", put(lambda d: rule(d, "team-creation", 1), levels=["3", "4"]), f"{TEAM}.rules[levels 3, 4].levels", "no level '4' (there are: 1, 2, 3)"),
    ("no such receiver", put(lambda d: rule(d, "team-creation"), receiver="county"), f"{TEAM}.rules[levels 1, 2].receiver", "no receiver 'county'"),
    ("no such fact in a condition", put(lambda d: rule(d, "parent-input"), when={"fact": "indicator-9", "equals": "unmet"}), "activities[parent-input].rules[levels 1, 2].when.fact", "no fact 'indicator-9'"),
    ("no such fact for a date", put(lambda d: rule(d, "srr-corrective-actions"), due={"fact": "letter-came"}), "activities[srr-corrective-actions].rules[levels 1, 2, 3].due.fact", "no fact 'letter-came'"),
    ("no such fact to count from", put(plan_due, due={"after": "letter-came", "days": 9}), f"{PLAN}.rules[levels 1, 2].due.after", "no fact 'letter-came'"),
    ("no such fact to need", put(lambda d: d["facts"][2], needed_when={"fact": "findings", "equals": "yes"}), "facts[corrective-actions-due].needed_when.fact", "no fact 'findings'"),
    ("no such prerequisite", put(lambda d: before(d, "srr-summary"), activities=["srr"]), "activities[srr-summary].prerequisites[#1].activities", "no activity 'srr'"),
    ("no such level of a prerequisite", put(lambda d: before(d, "consolidation", 1), levels=["1", "B"]), "activities[consolidation].prerequisites[#2].levels", "no level 'B'"),
    ("no such activity of a box", put(lambda d: box(d, 1), activity="team"), "boxes[1].activity", "no activity 'team'"),
    ("no such upstream", put(lambda d: check(d, "improvement-plan"), upstream="causes"), f"{PLAN}.checks[refers-to root_causes_addressed].upstream", "no activity 'causes'"),
    ("no such field upstream", put(lambda d: check(d, "improvement-plan"), upstream_field="causes.id"), f"{PLAN}.checks[refers-to root_causes_addressed].upstream_field", "'root-cause-analysis' has no field 'causes.id'"),
    ("no field upstream", put(lambda d: check(d, "improvement-plan"), upstream_field=None), f"{PLAN}.checks[refers-to root_causes_addressed].upstream_field", "is missing"),
    ("no such field to check", put(lambda d: check(d, "team-creation"), field="members.rank"), f"{TEAM}.checks[covers members.rank].field", "has no field 'members.rank'"),
    ("no such field to explain in", put(lambda d: check(d, "team-creation"), or_explained_in="excuses.role"), f"{TEAM}.checks[covers members.role].or_explained_in", "has no field 'excuses.role'"),
    ("explained in no list", put(lambda d: check(d, "team-creation"), or_explained_in="lead"), f"{TEAM}.checks[covers members.role].or_explained_in", "a field of a list"),
    ("no such field to be within", put(lambda d: check(d, "prioritization", 2), within="ranking"), "activities[prioritization].checks[refers-to to_explore].within", "has no field 'ranking'"),
    ("no such level of a field", put(lambda d: field(d, "improvement-plan", "link"), levels=["9"]), f"{PLAN}.fields[link].levels", "no level '9'"),
    ("no such level of a field in a group", lambda d: field(d, "data-drill-down", "reports")["fields"][3].update(levels=["9"]), f"{DATA}.fields[reports].fields[copied_on].levels", "no level '9'"),
    ("no such level of a check", put(lambda d: check(d, "consolidation"), levels=["9"]), "activities[consolidation].checks[at-least-one problem_areas.relates_to_identification].levels", "no level '9'"),
    ("no such sibling", put(lambda d: field(d, "data-drill-down", "reports"), unless_all=["idc"]), f"{DATA}.fields[reports].unless_all", "no yes-no field 'idc'"),
    # duties that nobody could meet
    ("required, but never due", put(lambda d: rule(d, "team-creation"), due=None), f"{TEAM}.rules[levels 1, 2].due", "needs a due entry"),
    ("required on a condition, but never due", put(lambda d: rule(d, "parent-input"), due=None), "activities[parent-input].rules[levels 1, 2].due", "needs a due entry"),
    ("required, but filed nowhere", put(lambda d: rule(d, "team-creation"), receiver=None), f"{TEAM}.rules[levels 1, 2].receiver", "needs a receiver"),
    ("required of no level", put(lambda d: rule(d, "team-creation"), levels=[]), f"{TEAM}.rules[level none].levels", "there are none"),
    ("no rules", put(lambda d: activity(d, "team-creation"), rules=[]), f"{TEAM}.rules", "no LEA would have to do it"),
    ("no fields", put(lambda d: activity(d, "theory-of-action"), fields=[]), "activities[theory-of-action].fields", "there are none"),
    ("due before the start", put(lambda d: rule(d, "team-creation"), due=dt.date(2023, 7, 10)), f"{TEAM}.rules[levels 1, 2].due", "2023-07-10 is before the start"),
    ("due beyond the calendar", put(plan_due, due=dt.date(2042, 12, 6)), "process.calendar", "not 2042-12-06"),
    ("due before its hard prerequisite", put(plan_due, due=dt.date(2024, 10, 9)), f"{PLAN}.rules[levels 1, 2].due", "due before 'root-cause-analysis'"),
    ("relative, due before its hard prerequisite", put(plan_due, due={"after": "start", "days": 30}), f"{PLAN}.rules[levels 1, 2].due", "due before 'root-cause-analysis'"),
    ("due before what comes before an undated one", lambda d: (put(lambda e: rule(e, "prioritization", 1), due={"unknown": True})(d), put(lambda e: rule(e, "root-cause-analysis", 1), due=dt.date(2024, 7, 1))(d)), "activities[root-cause-analysis].rules[level 3].due", "due before 'consolidation'"),
    ("after itself", put(lambda d: before(d, "srr-summary"), activities=["srr-summary"]), "activities[srr-summary].prerequisites", "in a circle at levels 1, 2, 3: srr-summary after srr-summary"),
    ("a circle at one level", lambda d: (put(lambda e: before(e, "theory-of-action"), activities=["initiative-inventory"])(d), put(lambda e: before(e, "initiative-inventory"), activities=["theory-of-action"], levels=["3"])(d)), "activities[initiative-inventory].prerequisites", "in a circle at level 3: initiative-inventory after theory-of-action after initiative-inventory"),
    ("both hard and soft", put(lambda d: before(d, "srr-summary", 1), activities=["srr-self-review"]), "activities[srr-summary].prerequisites", "'srr-self-review' is both hard and soft at level '1'"),
    ("a prerequisite of nothing", put(lambda d: before(d, "srr-summary"), activities=[]), "activities[srr-summary].prerequisites[#1].activities", "there are none"),
    # facts
    ("a fact that cannot be unknown", put(indicator, values=["met", "unmet"]), "facts[indicator-8].values", "'unknown' must be one of them"),
    ("a fact without values", put(indicator, values=None), "facts[indicator-8].values", "'unknown' must be one of them"),
    ("a value twice", put(indicator, values=["met", "unmet", "met", "unknown"]), "facts[indicator-8].values[met]", "appears 2 times"),
    ("a date with values", put(lambda d: d["facts"][2], values=["soon", "unknown"]), "facts[corrective-actions-due].values", "a date has no list"),
    ("a fact called start", put(lambda d: d["facts"][2], id="start"), "facts[start].id", "choose another word"),
    ("a condition on no value", put(lambda d: rule(d, "parent-input"), when={"fact": "indicator-8", "equals": "missed"}), "activities[parent-input].rules[levels 1, 2].when.equals", "'missed' is not a value"),
    ("a condition on unknown", put(lambda d: rule(d, "parent-input"), when={"fact": "indicator-8", "equals": "unknown"}), "activities[parent-input].rules[levels 1, 2].when.equals", "an unknown fact cannot decide"),
    ("a condition on a date", put(lambda d: rule(d, "parent-input"), when={"fact": "corrective-actions-due", "equals": "unmet"}), "activities[parent-input].rules[levels 1, 2].when.fact", "is a date"),
    ("due on a fact that is not a date", put(plan_due, due={"fact": "indicator-8"}), f"{PLAN}.rules[levels 1, 2].due.fact", "is not a date"),
    ("days from nowhere", put(plan_due, due={"on": dt.date(2024, 12, 6), "days": 3}), f"{PLAN}.rules[levels 1, 2].due.days", "belong to 'after'"),
    # boxes
    ("a box nobody fills", put(lambda d: box(d, 1), activity=None), "boxes[1]", "neither used"),
    ("a box both used and NA", put(lambda d: box(d, 1), not_applicable=True), "boxes[1]", "both used"),
    ("a box NA, if there is more", put(lambda d: box(d, 2), only_if_more=True), "boxes[2].only_if_more", "belongs to a box that an activity uses"),
    # fields and checks
    ("one of one", put(lambda d: field(d, "parent-input", "response_rate"), one_of=None), "activities[parent-input].fields[participants].one_of", "only one alternative in 'participation'"),
    ("one of, but not needed", put(lambda d: field(d, "parent-input", "response_rate"), required=False), "activities[parent-input].fields[response_rate].required", "one_of"),
    ("an alternative to nothing", put(lambda d: field(d, "team-creation", "lead"), alternative="mail"), f"{TEAM}.fields[lead].alternative", "one_of"),
    ("bounds of a text", put(lambda d: field(d, "team-creation", "lead"), minimum=1), f"{TEAM}.fields[lead].minimum", "belong to numbers"),
    ("bounds that exclude everything", put(lambda d: field(d, "parent-input", "response_rate"), minimum=2), "activities[parent-input].fields[response_rate].minimum", "more than the maximum"),
    ("a text that must be true", put(lambda d: field(d, "team-creation", "lead"), must_be=True), f"{TEAM}.fields[lead].must_be", "yes-no"),
    ("a choice twice", lambda d: field(d, "team-creation", "members")["fields"][2]["choices"].append("other"), f"{TEAM}.fields[members].fields[role].choices", "'other' appears 2 times"),
    ("entries without an id", lambda d: field(d, "root-cause-analysis", "root_causes")["fields"][2]["fields"].pop(0), "activities[root-cause-analysis].fields[root_causes].fields[problem_areas].fields", "needs a field 'id'"),
    ("to cover a word that cannot be chosen", lambda d: check(d, "team-creation")["values"].append("mayor"), f"{TEAM}.checks[covers members.role].values", "'mayor' is not among the choices"),
    ("to cover nothing", put(lambda d: check(d, "team-creation"), values=None), f"{TEAM}.checks[covers members.role].values", "needs either"),
    ("to refer to nothing", put(lambda d: check(d, "prioritization", 2), within=None), "activities[prioritization].checks[refers-to to_explore].within", "needs either"),
    ("at most, without a number", put(lambda d: check(d, "root-cause-analysis", 3), count=None), "activities[root-cause-analysis].checks[at-most root_causes].count", "is missing"),
    ("at least one text", put(lambda d: check(d, "consolidation"), field="problem_areas.statement"), "activities[consolidation].checks[at-least-one problem_areas.statement].field", "yes-no field"),
    ("an option of another check", put(lambda d: check(d, "team-creation"), count=4), f"{TEAM}.checks[covers members.role].count", "does not belong to 'covers'"),
    ("upstream of itself", put(lambda d: check(d, "improvement-plan"), upstream="improvement-plan"), f"{PLAN}.checks[refers-to root_causes_addressed].upstream", "use within"),
    ("no levels", lambda d: d["levels"].clear(), "levels", "there are none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "key", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_named_with_its_key(spoil: Spoil, key: str, words: str) -> None:
    data = data_of("processes/targeted-2024.toml")
    spoil(data)
    found = errors_in(data)
    assert all(one.file == "p.toml" for one in found)
    assert [one for one in found if one.key == key and words in one.message], [*map(str, found)]


@pytest.mark.parametrize(
    ("spoil", "key"), [row[1:3] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_gives_no_other_error_elsewhere(spoil: Spoil, key: str) -> None:
    """But for what the mistake really breaks elsewhere too: words and ids that are gone."""
    data = data_of("processes/targeted-2024.toml")
    spoil(data)
    keys = {one.key for one in errors_in(data)}
    widely_used = {"levels", "facts[start].id"}
    assert key in widely_used or len(keys) == 1, keys


def test_the_shipped_file_has_none() -> None:
    assert errors_in(data_of("processes/targeted-2024.toml")) == []


def test_mistakes_of_one_kind_are_told_together() -> None:
    """First what is no process file; then, when it is one, all that does not fit together."""
    unreadable = data_of("processes/targeted-2024.toml")
    put(lambda d: activity(d, "team-creation"), dues=1)(unreadable)
    put(head, start="soon", id="x y")(unreadable)
    put(lambda d: rule(d, "team-creation"), due="FILL IN: day")(unreadable)
    assert {one.key for one in errors_in(unreadable)} == {
        f"{TEAM}.dues",
        "process.start",
        "process.id",
        f"{TEAM}.rules[levels 1, 2].due",
    }
    misfit = data_of("processes/targeted-2024.toml")
    put(lambda d: rule(d, "team-creation"), due=None, receiver=None)(misfit)
    put(lambda d: box(d, 1), activity=None)(misfit)
    put(lambda d: before(d, "srr-summary"), activities=["srr-summary", "nowhere"])(misfit)
    put(indicator, values=["met", "unmet"])(misfit)
    assert {one.key for one in errors_in(misfit)} == {
        f"{TEAM}.rules[levels 1, 2].due",
        f"{TEAM}.rules[levels 1, 2].receiver",
        "boxes[1]",
        "activities[srr-summary].prerequisites",
        "activities[srr-summary].prerequisites[#1].activities",
        "facts[indicator-8].values",
    }


def test_equal_due_dates_are_no_mistake() -> None:
    data = data_of("processes/targeted-2024.toml")
    put(plan_due, due=dt.date(2024, 10, 10))(data)
    assert errors_in(data) == []


def test_a_soft_prerequisite_may_be_due_later() -> None:
    data = data_of("processes/targeted-2024.toml")
    put(lambda d: rule(d, "consolidation"), due=dt.date(2024, 11, 1))(data)
    assert errors_in(data) == []


# -------------------------------------------------------------------------------------- notices


def rung(data: Data, rung_id: str) -> Data:
    return _named(data["rungs"], rung_id)


LADDER_MISTAKES: list[tuple[str, Spoil, str, str]] = [
    ("unknown key", put(lambda d: rung(d, "overdue-1"), day=1), "rungs[overdue-1].day", "unknown key"),
    ("no such role", put(lambda d: rung(d, "overdue-1"), roles=["principal"]), "rungs[overdue-1].roles[#1].role", "'principal' is not one of"),
    ("no such kind", put(lambda d: rung(d, "overdue-1"), kind="late"), "rungs[overdue-1].kind", "'overdue'"),
    ("an unfilled caps table", put(lambda d: d["caps"], per_hour="many"), "caps.per_hour", "not a whole number"),
    ("a rung twice", lambda d: d["rungs"].append(rung(d, "overdue-1")), "rungs[overdue-1]", "appears 2 times"),
    ("to nobody", put(lambda d: rung(d, "overdue-1"), roles=[]), "rungs[overdue-1].roles", "no one would be notified"),
    ("no such level", put(lambda d: rung(d, "overdue-1"), roles=[{"role": "lea-lead", "levels": ["7"]}]), "rungs[overdue-1].roles", "no process has a level '7'"),
    ("a reminder after the due date", put(lambda d: rung(d, "reminder-7"), days=7), "rungs[reminder-7].days", "below 0"),
    ("overdue before it is due", put(lambda d: rung(d, "overdue-1"), days=-1), "rungs[overdue-1].days", "at least 1"),
    ("days of an event", put(lambda d: rung(d, "opened"), days=3), "rungs[opened].days", "follows an event"),
    ("a word of ours", put(lambda d: rung(d, "opened"), id="stand-down"), "rungs[stand-down].id", "choose another"),
    ("no time to resubmit", put(lambda d: d, resubmit_within_working_days=0), "resubmit_within_working_days", "at least 1"),
    ("no mail ever", put(lambda d: d["caps"], per_hour=0), "caps.per_hour", "at least 1"),
    ("closed before it opens", put(lambda d: d["working_hours"], closes=dt.time(7)), "working_hours.closes", "later than opens"),
    ("an address as a domain", put(lambda d: d, hold_domains=["x@cde.ca.gov"]), "hold_domains", "is not a domain"),
    ("no such role to hold", put(lambda d: d, hold_roles=["consultant"]), "hold_roles", "'consultant' is not one of"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "key", "words"),
    [row[1:] for row in LADDER_MISTAKES],
    ids=[row[0] for row in LADDER_MISTAKES],
)
def test_a_mistake_in_the_ladder_is_named(spoil: Spoil, key: str, words: str) -> None:
    data = data_of("notices.toml")
    spoil(data)
    try:
        found = check_rungs(
            parse_ladder(data, file="n.toml"), file="n.toml", levels=process().level_by_id
        )
    except ConfigErrors as error:
        found = list(error.errors)
    assert [(one.file, one.key) for one in found] == [("n.toml", key)]
    assert words in found[0].message


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ("reminder", "no reminder rung tells the lead about 'team-creation'"),
        ("overdue", "no overdue rung tells the lead about 'srr-corrective-actions'"),
        ("fact", "no fact rung asks for 'indicator-8', which decides 'parent-input'"),
        ("review", "no review rung reminds the SELPA to review 'improvement-plan'"),
    ],
)
def test_every_duty_at_every_level_has_a_ladder(gone: str, words: str) -> None:
    data = data_of("notices.toml")
    data["rungs"] = [one for one in data["rungs"] if one["kind"] != gone]
    found = check_ladder(parse_ladder(data, file="n.toml"), process(), file="n.toml")
    assert any(words in one.message for one in found)


def test_a_ladder_that_forgets_one_level_is_named_for_that_level() -> None:
    data = data_of("notices.toml")
    for one in data["rungs"]:
        if one["kind"] == "reminder":
            one["roles"] = [{"role": "lea-lead", "levels": ["1", "3"]}]
    found = check_ladder(parse_ladder(data, file="n.toml"), process(), file="n.toml")
    assert found
    assert all("at level '2'" in one.message for one in found)


def test_the_shipped_ladder_reaches_everyone() -> None:
    assert check_ladder(ladder(), process(), file="n.toml") == []


# ------------------------------------------------------------------------------------- calendars


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"weekend": [0, 1, 2, 3, 4, 5, 6]}, "weekend", "at least one must be worked"),
        ({"weekend": [6, 7]}, "weekend", "Monday = 0"),
        ({"covers_to": dt.date(2023, 1, 1)}, "covers_to", "before covers_from"),
    ],
)
def test_a_mistake_in_a_calendar_is_named(changes: Data, key: str, words: str) -> None:
    data = copy.deepcopy(data_of("calendars/california-state.toml")) | changes
    found = check_calendar(parse_calendar(data, file="c.toml"), file="c.toml")
    assert [one for one in found if one.key == key and words in one.message]


def test_a_holiday_twice_and_one_outside_are_named() -> None:
    data = data_of("calendars/california-state.toml")
    data["holidays"] += [data["holidays"][0], {"on": dt.date(2031, 1, 1), "name": "New Year"}]
    found = check_calendar(parse_calendar(data, file="c.toml"), file="c.toml")
    assert {one.key for one in found} == {"holidays[2024-01-01]", "holidays[2031-01-01]"}
