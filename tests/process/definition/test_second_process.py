"""Another process altogether runs through the same engine, from its file to its notices.

Other levels, receivers, facts, fields, checks, edges and boxes; due dates that count from an event,
move off a day off, or are only projected; another calendar and another ladder. Nothing here is
known to the code.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cimflow.process.case import Case
from cimflow.process.contacts import ContactBook
from cimflow.process.definition.check_ladder import check_ladder, check_rungs
from cimflow.process.definition.check_process import check_coverage, check_process
from cimflow.process.definition.notice_ladder import Ladder, parse_ladder
from cimflow.process.definition.parse_process import parse_process
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.working_calendar import WorkingCalendar, parse_calendar
from cimflow.process.escalation.owed import Owed, owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.contents import ContentsRefused, read_contents
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from tests.factories import Event, approved, contacts, extended, fact, filed, make_case, with_us

FILE = Path(__file__).with_name("second_process.toml")
KITCHENS: Process = parse_process(
    tomllib.loads(FILE.read_text(encoding="utf-8")), file="second_process.toml"
)
SIX_DAYS: WorkingCalendar = parse_calendar(
    {
        "id": "six-day-week",
        "title": "Kitchens",
        "source": "Invented",
        "covers_from": dt.date(2031, 1, 1),
        "covers_to": dt.date(2031, 12, 31),
        "weekend": [6],
        "holidays": [{"on": dt.date(2031, 4, 2), "name": "Soup Day"}],
    },
    file="six-day-week.toml",
)
LADDER: Ladder = parse_ladder(
    {
        "resubmit_within_working_days": 6,
        "lead_hears_days_before": 2,
        "hold_domains": [],
        "hold_roles": [],
        "caps": {},
        "working_hours": {"opens": dt.time(6), "closes": dt.time(12)},
        "sweep_hold": {},
        "rungs": [
            {"id": "nudge", "kind": "reminder", "days": -5, "roles": ["lea-lead"]},
            {"id": "late-3", "kind": "overdue", "days": 3, "roles": ["lea-lead", "selpa-admin"]},
            {
                "id": "late-10",
                "kind": "overdue",
                "days": 10,
                "roles": ["lea-lead", {"role": "lea-director", "levels": ["B"]}],
            },
            {"id": "ask", "kind": "fact", "days": -10, "roles": ["selpa-admin"]},
            {"id": "read-4", "kind": "review", "days": 4, "roles": ["selpa-admin"]},
        ],
    },
    file="ladder.toml",
)

MENU: dict[str, Any] = {
    "dishes": [{"copy": "d1", "course": "soup"}, {"copy": "d2", "course": "main", "spicy": False}],
    "json": ["winter"],
    "salt": 2,
}
START = "2031-03-03"


def kitchen(level: str, *events: Event) -> Case:
    case = make_case(level, *events, since=START, indicator_8=None)
    return replace(case, process=KITCHENS.id)


def status_on(case: Case, on: str) -> CaseStatus:
    status = evaluate(case, KITCHENS, dt.date.fromisoformat(on), SIX_DAYS)
    assert status is not None
    return status


def owed_on(case: Case, on: str) -> Owed:
    day = dt.date.fromisoformat(on)
    setting = Setting(KITCHENS, LADDER, SIX_DAYS, ContactBook(contacts()), on=day, asked_on=day)
    return owed(case, evaluate(case, KITCHENS, day, SIX_DAYS), (), setting)


def told(case: Case, on: str) -> list[str]:
    return [
        f"{one.rung} {one.activity} {one.role}{' waits' if one.waits else ''}"
        for one in owed_on(case, on).notices
    ]


def menu(on: str, **changes: Any) -> Event:
    contents = read_contents(KITCHENS.activity_by_id["menu-survey"], MENU | changes)
    return filed("menu-survey", on, contents=contents)


# ------------------------------------------------------------------------------------------ file


def test_the_files_fit_together() -> None:
    assert check_process(KITCHENS, file="p", calendar_ids={"six-day-week"}) == []
    assert check_coverage(KITCHENS, SIX_DAYS, file="p") == []
    assert check_rungs(LADDER, file="l", levels=KITCHENS.level_by_id) == []
    assert check_ladder(LADDER, KITCHENS, file="l") == []


# ----------------------------------------------------------------------------------------- states

OVEN = fact("own-oven", "has-one", START)
GUESTS = fact("guests-announced", "announced", START)
VISIT = fact("visited-on", "2031-04-20", "2031-04-20")


@pytest.mark.parametrize(
    ("case", "on", "state", "activities"),
    [
        (
            # 30 days after March 3 is April 2, a holiday: the due date is April 3.
            kitchen("A"),
            "2031-03-10",
            "AtRisk",
            {
                "menu-survey": ("Upcoming", "required", "2031-04-03", "relative", 24),
                "oven-photo": ("Undetermined", "undetermined", "2031-05-05", "date", 56),
                "visit-report": ("NotApplicable", "not-applicable", None, "none", None),
                "cookbook": ("Recommended", "recommended", "2031-06-30", "date", 112),
                "golden-spoon": ("Upcoming", "required", "2031-05-31", "projected", 82),
            },
        ),
        (
            kitchen("A", OVEN, menu("2031-03-20")),
            "2031-05-05",
            "AtRisk",
            {
                "menu-survey": ("Submitted", "required", "2031-04-03", "relative", -32),
                "oven-photo": ("DueSoon", "required", "2031-05-05", "date", 0),
            },
        ),
        (
            kitchen("A", OVEN, menu("2031-03-20")),
            "2031-05-06",
            "Overdue",
            {"oven-photo": ("Missing", "required", "2031-05-05", "date", -1)},
        ),
        (
            # What is only projected is never late.
            kitchen("A", fact("own-oven", "has-none", START), menu("2031-03-20")),
            "2031-12-01",
            "OnTrack",
            {
                "oven-photo": ("NotApplicable", "not-applicable", "2031-05-05", "date", -210),
                "golden-spoon": ("Upcoming", "required", "2031-05-31", "projected", -184),
                "cookbook": ("Recommended", "recommended", "2031-06-30", "date", -154),
            },
        ),
        (
            kitchen("B"),
            "2031-03-10",
            "OnTrack",
            {
                "visit-report": ("NotYet", "not-yet", None, "unknown", None),
                "cookbook": ("Blocked", "required", "2031-06-30", "date", 112),
                "oven-photo": ("NotApplicable", "not-applicable", None, "none", None),
            },
        ),
        (
            # 14 days after April 20 is Sunday, May 4; it moves to Monday.
            kitchen("B", GUESTS, VISIT, menu("2031-03-20")),
            "2031-04-20",
            "OnTrack",
            {"visit-report": ("Upcoming", "required", "2031-05-05", "relative", 15)},
        ),
        (
            # Before the visit was known of, nobody could say when the report is due.
            kitchen("B", GUESTS, VISIT, menu("2031-03-20")),
            "2031-04-19",
            "OnTrack",
            {"visit-report": ("Upcoming", "required", None, "unknown", None)},
        ),
        (
            kitchen("B", GUESTS, VISIT, extended("visit-report", "2031-05-20", on="2031-05-01")),
            "2031-05-08",
            "Overdue",
            {
                "menu-survey": ("Missing", "required", "2031-04-03", "relative", -35),
                "visit-report": ("Blocked", "required", "2031-05-20", "date", 12),
            },
        ),
        (
            # The pantry has not got it, as far as we know.
            kitchen("A", OVEN, with_us("oven-photo", "2031-03-20", contents={"taken_on": START})),
            "2031-03-21",
            "AtRisk",
            {"oven-photo": ("Incomplete", "required", "2031-05-05", "date", 45)},
        ),
    ],
)
def test_states(case: Case, on: str, state: str, activities: dict[str, tuple[object, ...]]) -> None:
    status = status_on(case, on)
    found = {
        one.id: (
            one.state,
            one.requirement,
            one.due.isoformat() if one.due else None,
            one.due_kind,
            one.days_left,
        )
        for one in status.activities
        if one.id in activities
    }
    assert found == activities
    assert status.state == state


def test_what_blocks_is_named_and_the_rule_is_quoted() -> None:
    cookbook = status_on(kitchen("B"), "2031-03-10").activity("cookbook")
    assert cookbook.blocked_by == ("menu-survey",)
    assert cookbook.because.quote == "Large kitchens bind a cookbook."
    assert cookbook.support == "independent"


def test_a_kitchen_that_has_done_everything_is_complete() -> None:
    case = kitchen(
        "B",
        fact("guests-announced", "not-announced", START),
        menu("2031-03-20"),
        filed("cookbook", "2031-06-01", contents={"recipes": ["d1"]}),
        approved("cookbook", "2031-06-05"),
        filed("golden-spoon", "2031-05-31", contents={"comes": True}),
    )
    assert status_on(case, "2031-06-04").state == "OnTrack"
    assert status_on(case, "2031-06-05").state == "Complete"


# -------------------------------------------------------------------------------------- artifacts


def dishes(*courses: str) -> list[dict[str, str]]:
    return [
        {"copy": f"d{number}", "course": course} for number, course in enumerate(courses, start=1)
    ]


@pytest.mark.parametrize(
    ("level", "changes", "expected"),
    [
        ("A", {}, []),
        ("A", {"dishes": dishes("soup", "sweet")}, ["error not-covered dishes.course"]),
        ("A", {"dishes": dishes("soup", "main", "sweet", "sweet")}, ["warning too-many dishes"]),
        ("B", {"dishes": dishes("soup", "main", "sweet", "sweet")}, []),
        ("A", {"dishes": MENU["dishes"] + MENU["dishes"][:1]}, ["error duplicate-id dishes.copy"]),
        ("A", {"salt": 6}, ["error out-of-range salt"]),
        ("A", {"salt": None}, ["error missing-field salt"]),
        ("A", {"salt": None, "pepper": 1}, ["error missing-field salt"]),
        ("A", {"salt": None, "pepper": 1, "chili": 0.5}, []),
        ("A", {"json": []}, ["error missing-field json"]),
    ],
)
def test_artifacts(level: str, changes: dict[str, Any], expected: list[str]) -> None:
    status = status_on(kitchen(level, menu("2031-03-20", **changes)), "2031-03-20")
    found = status.activity("menu-survey").findings
    assert [f"{one.severity} {one.code} {one.field}" for one in found] == expected


def test_a_cookbook_holds_what_is_on_the_menu() -> None:
    cookbook = filed("cookbook", "2031-06-01", contents={"recipes": ["d1", "d9"]})
    found = status_on(kitchen("B", menu("2031-03-20"), cookbook), "2031-06-01")
    assert [one.code for one in found.activity("cookbook").findings] == ["unknown-reference"]


def test_what_the_file_does_not_know_is_refused() -> None:
    with pytest.raises(ContentsRefused, match=r"dishes\.1\.course: 'salad' is not one of"):
        read_contents(KITCHENS.activity_by_id["menu-survey"], {"dishes": dishes("salad")})


# ---------------------------------------------------------------------------------------- notices


@pytest.mark.parametrize(
    ("case", "on", "expected"),
    [
        (kitchen("A"), "2031-03-28", []),
        (kitchen("A"), "2031-03-29", ["nudge menu-survey lea-lead"]),
        # 3 days after April 3 is a Sunday: on Monday.
        (kitchen("B"), "2031-04-05", []),
        (kitchen("B"), "2031-04-07", ["late-3 menu-survey lea-lead", "late-3 menu-survey selpa-admin"]),
        # 10 days after is a Sunday again. The director, at Level B only, waits for the lead.
        (
            kitchen("B"),
            "2031-04-14",
            [
                "late-3 menu-survey selpa-admin",
                "late-10 menu-survey lea-lead",
                "late-10 menu-survey lea-director waits",
            ],
        ),
        (kitchen("A"), "2031-04-14", ["late-3 menu-survey selpa-admin", "late-10 menu-survey lea-lead"]),
        # Nobody knows of an oven: asked for ten days before the photo is due.
        (kitchen("A", menu("2031-03-20")), "2031-04-24", []),
        (kitchen("A", menu("2031-03-20")), "2031-04-25", ["ask oven-photo selpa-admin"]),
        # The town hall reviews the cookbook, four days after it came.
        (
            kitchen("B", menu("2031-03-20"), filed("cookbook", "2031-05-19", contents={"recipes": ["d1"]})),
            "2031-05-23",
            ["read-4 cookbook selpa-admin"],
        ),
        # Projected: nobody is reminded, nobody is chased.
        (kitchen("A", fact("own-oven", "has-none", START), menu("2031-03-20")), "2031-08-01", []),
    ],
)  # fmt: skip
def test_notices(case: Case, on: str, expected: list[str]) -> None:
    assert sorted(told(case, on)) == sorted(expected)


def test_a_fact_that_is_needed_and_absent_is_a_problem() -> None:
    problems = owed_on(kitchen("B", GUESTS, menu("2031-03-20")), "2031-03-21").problems
    assert [one.code for one in problems] == ["missing-fact"]
    assert "visited-on" in problems[0].message
