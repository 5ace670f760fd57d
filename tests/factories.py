"""Invented cases, contacts and artifacts for tests, each from one short call with defaults.

A case is told as a level and a list of events, in the order in which they were learnt::

    make_case("1", filed("team-creation", "06-20"), returned("team-creation", "06-25"))

Days are written ``07-10`` (of 2024) or ``2025-01-02``. CDS codes start with 99 (no county has that
number), names are invented, mail ends at example.org.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from cimflow.process.case import (
    Case,
    Excuse,
    Extension,
    Fact,
    Review,
    RosterEntry,
    Submission,
    Withdrawal,
)
from cimflow.process.contacts import Contact
from cimflow.process.definition.notice_ladder import Ladder, parse_ladder
from cimflow.process.definition.parse_process import parse_process
from cimflow.process.definition.process_file import Process
from cimflow.process.definition.working_calendar import WorkingCalendar, parse_calendar

CONFIG = Path(__file__).parents[1] / "config"
START = dt.date(2024, 3, 15)
LEA = "99100000000001"
SELPA = "9901"

COMPLETE: Mapping[str, Any] = {"complete": True}
"""Stands for the complete contents at the level in force; ``make_case`` fills it in."""


# ---------------------------------------------------------------------------------------- config


@cache
def process() -> Process:
    """The process file of the 2024 cohort, as shipped."""
    return parse_process(_toml("processes/targeted-2024.toml"), file="targeted-2024.toml")


@cache
def ladder() -> Ladder:
    """The shipped ladder of notices."""
    return parse_ladder(_toml("notices.toml"), file="notices.toml")


@cache
def calendar() -> WorkingCalendar:
    """The shipped calendar of state holidays."""
    return parse_calendar(_toml("calendars/california-state.toml"), file="california-state.toml")


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONFIG / name).read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------ days


def day(text: str | dt.date) -> dt.date:
    """``07-10`` is a day of 2024; a whole ISO date is itself."""
    if isinstance(text, dt.date):
        return text
    return dt.date.fromisoformat(text if len(text) > len("07-10") else f"2024-{text}")


# ---------------------------------------------------------------------------------------- events


def submission(
    activity: str,
    received: str,
    *,
    filed_on: str | None = "same day",
    contents: Mapping[str, Any] | None = COMPLETE,
    version: int = 1,
    voided_on: str | None = None,
) -> Submission:
    """One version of an artifact; complete, and filed on the day it came, unless told otherwise."""
    if filed_on == "same day":
        filed_on = received
    return Submission(
        activity=activity,
        version=version,
        received_on=day(received),
        filed_on=None if filed_on is None else day(filed_on),
        recorded_by="records@example.org",
        sha256="0" * 64,
        contents=contents,
        document="" if contents is not None else "letter.pdf",
        voided_on=None if voided_on is None else day(voided_on),
    )


def filed(activity: str, on: str, **more: Any) -> Submission:
    """A complete artifact, filed with the receiver of record."""
    return submission(activity, on, **more)


def receipt(activity: str, on: str, **more: Any) -> Submission:
    """A plain receipt: that it came, without its contents."""
    return submission(activity, on, contents=None, **more)


def with_us(activity: str, on: str, **more: Any) -> Submission:
    """An artifact that reached us, and not (yet) the receiver of record."""
    return submission(activity, on, filed_on=None, **more)


def returned(activity: str, on: str, *, version: int = 1, note: str = "see page 2") -> Review:
    """The reviewer sent a version back."""
    return Review(activity, version, "returned", day(on), "reviewer@example.org", note)


def approved(activity: str, on: str, *, version: int = 1) -> Review:
    """The reviewer approved a version."""
    return Review(activity, version, "approved", day(on), "reviewer@example.org")


def extended(activity: str, to: str, *, on: str, grantor: str = "selpa") -> Extension:
    """A new due date."""
    return Extension(activity, day(to), day(on), grantor, "staff illness")


def excused(activity: str, on: str, *, grantor: str = "selpa") -> Excuse:
    """An exception on record."""
    return Excuse(activity, day(on), grantor, "single-school district")


def fact(name: str, value: str, on: str = "03-15") -> Fact:
    """A value of a fact from a day on."""
    return Fact(name, value, day(on))


def placed(level: str, on: str, **more: Any) -> RosterEntry:
    """A roster row."""
    return RosterEntry(
        day(on), level, SELPA, "Harrow Valley SELPA", "Little Otter Elementary", **more
    )


def withdrawn(on: str) -> Withdrawal:
    """The LEA leaves the cohort."""
    return Withdrawal(day(on), "merged into another LEA")


_T = TypeVar("_T")
Event = RosterEntry | Fact | Submission | Review | Extension | Excuse | Withdrawal


def make_case(
    level: str = "3",
    *events: Event,
    since: str | dt.date = START,
    indicator_8: str | None = "met",
    filed: Mapping[str, str] | None = None,
    cds_code: str = LEA,
) -> Case:
    """A case: at ``level`` from ``since``, Indicator 8 as given (None: never said), and events.

    ``filed`` maps activities to the day on which a complete artifact was filed.
    """
    told: list[Event] = [placed(level, day(since).isoformat())]
    if indicator_8 is not None:
        told.append(fact("indicator-8", indicator_8, day(since).isoformat()))
    told += [submission(activity, on) for activity, on in (filed or {}).items()]
    told += events
    told = [dataclasses.replace(one, seq=number) for number, one in enumerate(told, start=1)]
    case = Case(
        process="targeted-2024",
        cds_code=cds_code,
        roster_entries=_only(RosterEntry, told),
        facts=_only(Fact, told),
        submissions=_only(Submission, told),
        reviews=_only(Review, told),
        extensions=_only(Extension, told),
        excuses=_only(Excuse, told),
        withdrawals=_only(Withdrawal, told),
    )
    return dataclasses.replace(
        case,
        submissions=tuple(
            dataclasses.replace(
                one, contents=complete(one.activity, case.level_judging(one.counts_on))
            )
            if one.contents is COMPLETE
            else one
            for one in case.submissions
        ),
    )


def _only(kind: type[_T], told: list[Event]) -> tuple[_T, ...]:
    return tuple(one for one in told if isinstance(one, kind))


def all_done_but(*left: str, on: str = "04-02") -> list[Event]:
    """Receipts for every activity but those ``left``, and the plan approved: nothing else is owed.

    Receipts, so that nothing in them refers to anything that is left.
    """
    done: list[Event] = [
        receipt(activity, on) for activity in REQUIRED_SOMEWHERE if activity not in left
    ]
    if "improvement-plan" not in left:
        done.append(approved("improvement-plan", on))
    return done


REQUIRED_SOMEWHERE = (
    "team-creation",
    "srr-self-review",
    "srr-summary",
    "data-drill-down",
    "parent-input",
    "consolidation",
    "prioritization",
    "root-cause-analysis",
    "improvement-plan",
)


# ------------------------------------------------------------------------------------- artifacts


def complete(activity: str, level: str = "3", **changes: Any) -> dict[str, Any]:
    """Contents of an artifact without any finding; ``changes`` replace fields, None removes one.

    Ids fit together: consolidation has areas p1 and p2, prioritization ranks both and explores p1,
    the root cause analysis finds r1 for p1, the plan addresses r1. At Levels 1 and 2 the root
    cause analysis states its problem area itself, since nothing else need be filed there.
    """
    contents = _CONTENTS.get(activity, _any_other)(level)
    contents |= changes
    return {name: value for name, value in contents.items() if value is not None}


TEAM = (
    ("Ana Ruiz", "Superintendent", "superintendent"),
    ("Bo Lindqvist", "Director of Instruction", "general-education-administrator"),
    ("Chi Okafor", "Director of Special Education", "special-education-administrator"),
    ("Dee Park", "Principal", "site-administrator"),
    ("Eli Stone", "Program Specialist", "selpa-representative"),
)


def _team(_level: str) -> dict[str, Any]:
    return {
        "members": [
            {"name": name, "title": title, "role": role, "email": f"{role}@example.org"}
            for name, title, role in TEAM
        ],
        "lead": "Chi Okafor",
    }


def _self_review(_level: str) -> dict[str, Any]:
    return {
        "students_reviewed": 20,
        "student_list_entered": True,
        "findings_entered": True,
        "supporting_documentation_submitted": True,
        "access_instructions_entered": True,
        "confirmation": "SECMS confirmation 4711",
    }


def _srr_summary(_level: str) -> dict[str, Any]:
    return {
        "findings_summary": "In 6 of 20 records goals lacked a baseline.",
        "areas_of_concern": "Measurable annual goals.",
    }


def _drill_down(_level: str) -> dict[str, Any]:
    return {
        "sources": [
            {
                "name": "State test results 2022-23",
                "kind": "quantitative",
                "origin": "general-education",
                "elements": ["academic", "attendance", "discipline"],
                "for_identification": True,
            },
            {
                "name": "Staff interviews",
                "kind": "qualitative",
                "origin": "special-education",
                "elements": ["placement", "engagement", "climate"],
                "for_identification": False,
            },
        ],
        "idc_loaded": True,
        "idc_reports_generated": True,
        "findings": [
            {
                "statement": "Mathematics fell in grades 6 to 8.",
                "data": "11 percent met the standard, 15 percent the year before.",
                "indicator": "3",
            }
        ],
        "positive_trends": "Attendance rose in both middle schools.",
        "patterns_of_concern": "Mathematics of students in separate classes.",
    }


def _parent_input(_level: str) -> dict[str, Any]:
    return {
        "target_group": "Parents of students with special needs",
        "methods": ["survey", "two evening meetings"],
        "participants": 42,
        "findings_summary": "Most feel heard; one in four wants clearer progress reports.",
        "trends": "More parents took part than in 2023.",
        "new_information": "Meetings at 4 p.m. exclude working parents.",
        "areas_to_address": "Times of meetings, plain language.",
    }


def _consolidation(_level: str) -> dict[str, Any]:
    return {
        "strengths": [{"area": "Attendance", "data": "Chronic absence fell by 4 points."}],
        "weaknesses": [{"area": "Mathematics", "data": "11 percent met the standard."}],
        "problem_areas": [
            {
                "id": "p1",
                "statement": "Grades 6 to 8 fall behind in mathematics.",
                "quantification": "11 percent against a target of 20.",
                "relates_to_identification": True,
            },
            {
                "id": "p2",
                "statement": "Goals lack baselines.",
                "quantification": "6 of 20 records.",
                "relates_to_identification": False,
            },
        ],
    }


def _prioritization(_level: str) -> dict[str, Any]:
    return {"ranked": ["p1", "p2"], "to_explore": ["p1"]}


def _root_causes(level: str) -> dict[str, Any]:
    area: Any = "p1"
    if level != "3":
        area = {"id": "p1", "statement": "Grades 6 to 8 fall behind in mathematics."}
    return {
        "root_causes": [
            {
                "id": "r1",
                "statement": "No common curriculum in separate classes.",
                "problem_areas": [area],
                "quantitative_data": "3 of 9 classes use the adopted curriculum.",
                "qualitative_data": "Teachers report choosing materials alone.",
            }
        ]
    }


def _plan(level: str) -> dict[str, Any]:
    contents: dict[str, Any] = {"root_causes_addressed": ["r1"]}
    if level == "3":
        return contents | {
            "mandatory_form": True,
            "link": "https://plans.example.org/little-otter",
            "confirmed_by": "Ana Ruiz",
        }
    return contents | {"format": "Form of the SELPA", "covers_all_components": True}


def _any_other(_level: str) -> dict[str, Any]:
    return {"title": "What was done", "summary": "All of it, by the date given."}


_CONTENTS = {
    "team-creation": _team,
    "srr-self-review": _self_review,
    "srr-summary": _srr_summary,
    "data-drill-down": _drill_down,
    "parent-input": _parent_input,
    "consolidation": _consolidation,
    "prioritization": _prioritization,
    "root-cause-analysis": _root_causes,
    "improvement-plan": _plan,
}


# -------------------------------------------------------------------------------------- contacts

ADDRESS = {
    "lea-lead": "lead@example.org",
    "lea-director": "director@example.org",
    "superintendent": "superintendent@example.org",
    "selpa-admin": "admin@example.org",
    "selpa-director": "selpa-director@example.org",
    "fmta-consultant": "consultant@example.org",
}
SCOPE = {
    "lea-lead": ("lea", LEA),
    "lea-director": ("lea", LEA),
    "superintendent": ("lea", LEA),
    "selpa-admin": ("selpa", SELPA),
    "selpa-director": ("selpa", SELPA),
    "fmta-consultant": ("cde", "*"),
}


def contact(role: str, email: str | None = None, *, code: str | None = None) -> Contact:
    """A holder of a role for the default LEA, its SELPA, or the CDE."""
    scope, default_code = SCOPE[role]
    return Contact(scope, code or default_code, role, f"The {role}", email or ADDRESS[role])


def contacts(*, without: tuple[str, ...] = (), cds_code: str = LEA) -> list[Contact]:
    """One holder of every role, but for those ``without``."""
    return [
        contact(role, code=cds_code if SCOPE[role][0] == "lea" else None)
        for role in ADDRESS
        if role not in without
    ]
