"""The shipped configuration says what the guidance of 2024 says, and holds together."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from cimflow import resources
from cimflow.process.contacts import ROLES
from cimflow.process.definition.check_process import check_process
from cimflow.process.definition.entry import Rule
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.parse_process import parse_process, unfilled_places
from tests.factories import calendar, ladder, process

CONFIG = Path(__file__).parents[2] / "config"

# One row per activity: its step, then level by level the requirement, support, due date, receiver.
R, REC, OPT = "required", "recommended", "optional"
IND, AST, NO = "independent", "assisted", None
STEP_1, STEP_2, STEP_3 = "2024-07-10", "2024-10-10", "2024-12-06"
L1_TO_3 = ("1", "2", "3")
ASKED = {
    "team-creation": (1, (R, IND, STEP_1, "selpa"), (R, AST, STEP_1, "stepwell")),
    "srr-self-review": (1, (R, IND, "2024-06-30", "secms"), (R, IND, "2024-06-30", "secms")),
    "srr-summary": (1, (R, IND, STEP_1, "selpa"), (R, IND, STEP_1, "stepwell")),
    "data-drill-down": (1, (R, IND, STEP_1, "selpa"), (R, AST, STEP_1, "stepwell")),
    "parent-input": (1, (R, NO, STEP_1, "selpa"), (R, IND, STEP_1, "stepwell")),
    "infrastructure-analysis": (1, (OPT, NO, None, "selpa"), (OPT, NO, None, "selpa")),
    "educational-benefit-review": (1, (OPT, NO, None, "selpa"), (OPT, NO, None, "selpa")),
    "consolidation": (1, (REC, NO, STEP_1, "selpa"), (R, IND, STEP_1, "stepwell")),
    "prioritization": (2, (OPT, NO, STEP_2, "selpa"), (R, IND, STEP_2, "stepwell")),
    "root-cause-analysis": (2, (R, IND, STEP_2, "selpa"), (R, AST, STEP_2, "stepwell")),
    "initiative-inventory": (2, (OPT, NO, None, "selpa"), (OPT, NO, None, "selpa")),
    "theory-of-action": (2, (OPT, NO, None, "selpa"), (OPT, NO, None, "selpa")),
    "improvement-plan": (3, (R, IND, STEP_3, "selpa"), (R, AST, STEP_3, "stepwell")),
    "srr-corrective-actions": (2, (R, NO, None, "secms"), (R, NO, None, "secms")),
}

# Hard prerequisites, then soft ones; where they differ, at Levels 1 and 2, then at Level 3.
TEAM = ("team-creation",)
GATHERED = ("srr-summary", "data-drill-down", "parent-input")
BEFORE: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    "team-creation": (((), ()), ((), ())),
    "srr-self-review": (((), TEAM), ((), TEAM)),
    "srr-summary": ((("srr-self-review",), TEAM), (("srr-self-review",), TEAM)),
    "data-drill-down": (((), TEAM), ((), TEAM)),
    "parent-input": (((), TEAM), ((), TEAM)),
    "infrastructure-analysis": (((), TEAM), ((), TEAM)),
    "educational-benefit-review": (((), TEAM), ((), TEAM)),
    "consolidation": (((), (*GATHERED, *TEAM)), (GATHERED, TEAM)),
    "prioritization": (((), ("consolidation",)), (("consolidation",), ())),
    "root-cause-analysis": (
        ((), ("prioritization", "data-drill-down", "srr-summary")),
        (("prioritization",), ()),
    ),
    "initiative-inventory": (((), ("root-cause-analysis",)), ((), ("root-cause-analysis",))),
    "theory-of-action": (((), ("root-cause-analysis",)), ((), ("root-cause-analysis",))),
    "improvement-plan": ((("root-cause-analysis",), ()), (("root-cause-analysis",), ())),
    "srr-corrective-actions": ((("srr-self-review",), ()), (("srr-self-review",), ())),
}

BOXES = {
    "team-creation": [1],
    "parent-input": [7],
    "data-drill-down": [10],
    "srr-summary": [11],
    "consolidation": [13, 14, 15],
    "prioritization": [16, 17],
    "root-cause-analysis": [19, 20, 21, 22],
    "improvement-plan": [27, 28],
}
MARKED_NA = [2, 3, 4, 5, 6, 8, 9, 12, 18, 23, 24, 25, 26]


def test_the_shipped_files_are_in_order() -> None:
    assert resources.check_files() == []
    assert list(resources.load_processes()) == ["targeted-2024"]


def test_the_activities_stand_in_order() -> None:
    assert list(process().activity_by_id) == list(ASKED)


@pytest.mark.parametrize("level", L1_TO_3)
@pytest.mark.parametrize("activity_id", ASKED)
def test_what_each_level_is_asked_for(activity_id: str, level: str) -> None:
    step, low, high = ASKED[activity_id]
    activity = process().activity_by_id[activity_id]
    rule = activity.rule_at(level)
    assert rule is not None
    due = rule.due.on.isoformat() if rule.due is not None and rule.due.on is not None else None
    assert activity.step == step
    assert (rule.requirement, rule.support, due, rule.receiver) == (high if level == "3" else low)


@pytest.mark.parametrize("level", L1_TO_3)
@pytest.mark.parametrize("activity_id", BEFORE)
def test_what_comes_before(activity_id: str, level: str) -> None:
    low, high = BEFORE[activity_id]
    activity = process().activity_by_id[activity_id]
    found = tuple(activity.prerequisites_at(level, kind) for kind in ("hard", "soft"))
    assert found == (high if level == "3" else low)


def test_conditions() -> None:
    conditions = {
        (activity.id, level): (rule.when.fact, rule.when.equals)
        for activity in process().activities
        for rule in activity.rules
        if rule.when is not None
        for level in rule.levels
    }
    assert conditions == {
        ("parent-input", "1"): ("indicator-8", "unmet"),
        ("parent-input", "2"): ("indicator-8", "unmet"),
        ("srr-corrective-actions", "1"): ("final-findings", "yes"),
        ("srr-corrective-actions", "2"): ("final-findings", "yes"),
        ("srr-corrective-actions", "3"): ("final-findings", "yes"),
    }


def test_the_corrective_actions_are_due_when_the_cde_says() -> None:
    rule = process().activity_by_id["srr-corrective-actions"].rule_at("1")
    assert rule is not None
    assert rule.due is not None
    assert rule.due.fact == "corrective-actions-due"


def test_facts() -> None:
    facts = {one.id: (one.kind, one.values, one.known_by, one.in_roster) for one in process().facts}
    assert facts == {
        "indicator-8": ("choice", ("met", "unmet", "unknown"), "selpa", True),
        "final-findings": ("choice", ("yes", "no", "unknown"), "cde", False),
        "corrective-actions-due": ("date", (), "cde", False),
    }


def test_receivers() -> None:
    found = {one.id: (one.authority, one.is_external) for one in process().receivers}
    assert found == {"selpa": ("selpa", False), "stepwell": ("cde", True), "secms": ("cde", True)}


def test_only_the_plan_needs_approval() -> None:
    approved = [one.id for one in process().activities if one.approval == "required"]
    assert approved == ["improvement-plan"]


def test_boxes() -> None:
    boxes = process().boxes
    assert [one.number for one in boxes] == list(range(1, 29))
    assert [one.number for one in boxes if one.not_applicable] == MARKED_NA
    assert [one.number for one in boxes if one.only_if_more] == [20, 21, 22]
    used = {one.activity: [] for one in boxes if one.activity is not None}
    for one in boxes:
        if one.activity is not None:
            used[one.activity].append(one.number)
    assert used == BOXES


def test_no_due_date_moves_off_a_day_off() -> None:
    """June 30, 2024 is a Sunday, and stands."""
    assert process().process.due_on_non_working_day == "stands"


def test_every_rule_rests_on_a_sentence_or_says_that_it_is_ours() -> None:
    """The grammar asks for one of both; here: most are the guidance's own words."""
    rules = list(_rules(process()))
    quoted = [one for one in rules if one.quote]
    assert all(one.quote or one.reading for one in rules)
    assert len(quoted) / len(rules) > 0.8


def _rules(here: object) -> Iterator[Rule]:
    if isinstance(here, Rule):
        yield here
    parts = [getattr(here, one.name) for one in fields(here)] if is_dataclass(here) else here
    if isinstance(parts, str | int | float | dt.date | None):
        return
    for one in parts:
        yield from _rules(one)


def test_what_a_district_reads_is_short_and_plain() -> None:
    for activity in process().activities:
        assert activity.what_to_do.endswith(".")
        assert len(activity.what_to_do) < 160
        assert len(activity.short) <= 15


# -------------------------------------------------------------------------------------- template


def test_the_template_names_every_place_to_fill_in() -> None:
    text = (CONFIG / "processes/template.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    with pytest.raises(ConfigErrors) as caught:
        parse_process(data, file="template.toml")
    entries = [line for line in text.splitlines() if ' = "FILL IN: ' in line and line[0] != "#"]
    keys = [one.key for one in caught.value.errors]
    assert len(entries) == len(keys) == len(set(keys)) == 25
    assert all("still be filled in" in one.message for one in caught.value.errors)
    assert "process.start" in keys
    assert "activities[team-creation].rules[level 3].due" in keys


def test_no_date_of_another_year_is_left_in_the_template() -> None:
    data = tomllib.loads((CONFIG / "processes/template.toml").read_text(encoding="utf-8"))
    assert [one for one in _values(data) if isinstance(one, dt.date)] == []


def test_the_template_is_a_process_once_it_is_filled_in() -> None:
    data = tomllib.loads((CONFIG / "processes/template.toml").read_text(encoding="utf-8"))
    places = {one.key for one in unfilled_places(data, file="template.toml")}
    filled = _filled(data)
    filled["process"] |= {"id": "targeted-2025", "title": "Targeted 2025"}
    assert len(places) == 25
    parsed = parse_process(filled, file="template.toml")
    assert check_process(parsed, file="template.toml", calendar_ids={"california-state"}) == []
    assert list(parsed.activity_by_id) == list(ASKED)


def test_the_template_asks_for_the_same_fields_as_the_process_it_was_made_from() -> None:
    """What to quote is for a person to fill in; what is asked and checked is not."""
    shipped, template = (
        tomllib.loads((CONFIG / f"processes/{name}.toml").read_text(encoding="utf-8"))
        for name in ("targeted-2024", "template")
    )
    for ours, theirs in zip(shipped["activities"], template["activities"], strict=True):
        assert ours["id"] == theirs["id"]
        for part in ("fields", "checks"):
            assert _unquoted(theirs.get(part, [])) == _unquoted(ours.get(part, [])), ours["id"]


def _unquoted(here: Any) -> Any:
    if isinstance(here, dict):
        return {key: _unquoted(one) for key, one in here.items() if key not in {"quote", "reading"}}
    return [_unquoted(one) for one in here] if isinstance(here, list) else here


DAYS = {
    "the day of the Annual Determination Letter": dt.date(2025, 3, 14),
    "the last day for the self-review in SECMS": dt.date(2025, 6, 30),
    "the last day of Step 1": dt.date(2025, 7, 10),
    "the last day of Step 2": dt.date(2025, 10, 10),
    "the last day of Step 3": dt.date(2025, 12, 5),
    "the date on the guidance": dt.date(2025, 4, 1),
}


def _filled(here: Any) -> Any:
    if isinstance(here, dict):
        return {key: _filled(value) for key, value in here.items()}
    if isinstance(here, list):
        return [_filled(value) for value in here]
    if isinstance(here, str) and here.startswith("FILL IN: "):
        return DAYS.get(here.removeprefix("FILL IN: "), "as the guidance says")
    return here


def _values(here: Any) -> Iterator[Any]:
    if isinstance(here, dict | list):
        for one in here.values() if isinstance(here, dict) else here:
            yield from _values(one)
    else:
        yield here


# ------------------------------------------------------------------------------ ladder, calendar


LADDER = {
    "reminder-30": ("reminder", -30, "lea-lead"),
    "reminder-14": ("reminder", -14, "lea-lead"),
    "reminder-7": ("reminder", -7, "lea-lead"),
    "reminder-1": ("reminder", -1, "lea-lead"),
    "overdue-1": ("overdue", 1, "lea-lead selpa-admin"),
    "overdue-7": ("overdue", 7, "lea-lead lea-director superintendent selpa-admin"),
    "overdue-14": ("overdue", 14, "lea-lead selpa-admin selpa-director fmta-consultant"),
    "overdue-monthly": ("overdue-monthly", 0, "lea-lead selpa-admin"),
    "opened": ("opened", 0, "lea-lead"),
    "returned": ("returned", 0, "lea-lead"),
    "incomplete": ("incomplete", 0, "lea-lead"),
    "extended": ("extended", 0, "lea-lead"),
    "review-7": ("review", 7, "selpa-admin"),
    "fact-60": ("fact", -60, "selpa-admin"),
    "fact-30": ("fact", -30, "selpa-admin"),
    "fact-7": ("fact", -7, "selpa-admin"),
}


def test_the_ladder() -> None:
    found = {
        one.id: (one.kind, one.days, " ".join(role.role for role in one.roles))
        for one in ladder().rungs
    }
    assert found == LADDER


def test_only_level_3_has_a_consultant() -> None:
    (rung,) = (one for one in ladder().rungs if one.id == "overdue-14")
    named = {level: [role for role in ROLES if rung.names(role, level)] for level in L1_TO_3}
    assert named["1"] == named["2"] == ["lea-lead", "selpa-admin", "selpa-director"]
    assert named["3"] == [*named["1"], "fmta-consultant"]


def test_the_numbers_beside_the_ladder() -> None:
    one = ladder()
    assert (one.resubmit_within_working_days, one.lead_hears_days_before) == (10, 4)
    assert (one.hold_domains, one.hold_roles) == (("cde.ca.gov",), ("fmta-consultant",))
    assert (one.working_hours.opens, one.working_hours.closes) == (dt.time(8), dt.time(17))
    held = one.sweep_hold
    assert (held.more_than, held.times, held.of_last, held.after) == (25, 3, 10, 5)


def test_each_year_has_its_eleven_state_holidays() -> None:
    years = Counter(one.on.year for one in calendar().holidays)
    assert years == dict.fromkeys(range(2024, 2029), 11)
    assert (calendar().covers_from, calendar().covers_to) == (
        dt.date(2024, 1, 1),
        dt.date(2028, 12, 31),
    )


@pytest.mark.parametrize("year", range(2024, 2029))
def test_holidays_fall_where_the_law_puts_them(year: int) -> None:
    found = sorted(one.on for one in calendar().holidays if one.on.year == year)
    thanksgiving = _nth(year, 11, 3, 4)
    fixed = [(1, 1), (3, 31), (7, 4), (11, 11), (12, 25)]
    wanted = [_observed(dt.date(year, month, on)) for month, on in fixed]
    wanted += [_nth(year, 1, 0, 3), _nth(year, 2, 0, 3), _nth(year, 9, 0, 1)]
    wanted += [_last_monday_of_may(year), thanksgiving, thanksgiving + dt.timedelta(days=1)]
    assert found == sorted(wanted)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("2024-04-01", "Cesar Chavez Day fell on a Sunday"),
        ("2024-11-29", "the day after Thanksgiving"),
        ("2027-07-05", "Independence Day falls on a Sunday"),
        ("2028-11-10", "Veterans Day falls on a Saturday"),
    ],
)
def test_days_that_are_easily_got_wrong(on: str, why: str) -> None:
    assert not calendar().is_working(dt.date.fromisoformat(on)), why


def test_a_holiday_on_a_saturday_takes_no_friday() -> None:
    assert calendar().is_working(dt.date(2026, 7, 3))
    assert calendar().is_working(dt.date(2027, 12, 24))


def _observed(on: dt.date) -> dt.date:
    if on.weekday() == 6:
        return on + dt.timedelta(days=1)
    if on.weekday() == 5 and (on.month, on.day) == (11, 11):
        return on - dt.timedelta(days=1)
    return on


def _nth(year: int, month: int, weekday: int, which: int) -> dt.date:
    days = [dt.date(year, month, on) for on in range(1, 29)]
    return [one for one in days if one.weekday() == weekday][which - 1]


def _last_monday_of_may(year: int) -> dt.date:
    return max(one for one in (dt.date(year, 5, on) for on in range(25, 32)) if one.weekday() == 0)
