"""A year in six invented LEAs, day by day: every change of state and every notice, as one file.

The approved file is ``tests/approved/replay-2024.txt``. A difference is either a mistake or a
decision; after reading it line by line, rewrite the file with::

    CIMFLOW_APPROVE=1 python -m pytest tests/process/escalation/test_golden_replay.py

The ledger is the simplest there can be: on each working day what is owed, not known and not
waiting is sent; what is held stays held. So a notice stands in the file on the day it goes out.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cimflow.process.case import Case
from cimflow.process.contacts import Contact, ContactBook
from cimflow.process.escalation.notice import Notice, Told
from cimflow.process.escalation.owed import owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from tests.factories import (
    SCOPE,
    START,
    approved,
    calendar,
    complete,
    contacts,
    excused,
    extended,
    fact,
    filed,
    ladder,
    make_case,
    placed,
    process,
    receipt,
    returned,
    with_us,
    withdrawn,
)

APPROVED = Path(__file__).parents[2] / "approved" / "replay-2024.txt"
LAST_DAY = dt.date(2024, 12, 31)
GO_LIVE = dt.date(2024, 4, 15)  # a Monday, before anything is due


@dataclass
class Story:
    """One LEA's year: what happens, and who is there to be told."""

    name: str
    told_in_one_line: str
    case: Case
    people: list[Contact]
    ledger: list[Told] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


def story(name: str, told_in_one_line: str, case: Case, *, without: tuple[str, ...] = ()) -> Story:
    return Story(name, told_in_one_line, case, contacts(without=without, cds_code=case.cds_code))


def stories() -> list[Story]:
    """All three levels; between them every kind of event."""
    no_lead = complete("team-creation", lead=None)
    gap = complete("improvement-plan", "2", covers_all_components=False)
    return [
        story(
            "Alder Elementary",
            "Level 1, Indicator 8 met: all on time; the SELPA takes nine days to approve the plan",
            make_case(
                "1",
                approved("improvement-plan", "12-11"),
                fact("final-findings", "no", "10-16"),
                filed={
                    "team-creation": "04-26",
                    "srr-self-review": "06-20",
                    "srr-summary": "07-03",
                    "data-drill-down": "07-08",
                    "root-cause-analysis": "10-07",
                    "improvement-plan": "12-02",
                },
                cds_code="99100000000011",
            ),
        ),
        story(
            "Birch Unified",
            "Level 2, Indicator 8 unknown until July 8, then unmet; a plan with a gap is returned,"
            " filed again late, approved",
            make_case(
                "2",
                filed("team-creation", "05-20", contents=no_lead),
                receipt("srr-self-review", "06-28"),
                receipt("srr-summary", "07-09"),
                receipt("data-drill-down", "07-12"),
                fact("indicator-8", "unmet", "07-08"),
                receipt("parent-input", "07-30"),
                filed("root-cause-analysis", "10-02"),
                filed("improvement-plan", "12-03", contents=gap),
                returned("improvement-plan", "12-05", note="section 4 is empty"),
                filed("improvement-plan", "12-19", version=2),
                approved("improvement-plan", "12-20", version=2),
                indicator_8="unknown",
                cds_code="99100000000022",
            ),
        ),
        story(
            "Cedar Union",
            "Level 3: its work reaches us before it reaches Stepwell; the CDE sets corrective"
            " actions in October",
            make_case(
                "3",
                filed("team-creation", "06-03", filed_on="06-10"),
                filed("srr-self-review", "06-27", filed_on="07-02"),
                filed("srr-summary", "07-08"),
                with_us("data-drill-down", "07-09"),
                filed("data-drill-down", "07-22", version=2),
                filed("parent-input", "07-08"),
                filed("consolidation", "07-10"),
                filed("prioritization", "09-30"),
                filed("root-cause-analysis", "10-09"),
                fact("final-findings", "yes", "10-16"),
                fact("corrective-actions-due", "2024-12-13", "10-21"),
                filed("srr-corrective-actions", "12-12"),
                filed("improvement-plan", "12-05"),
                approved("improvement-plan", "12-16"),
                cds_code="99100000000033",
            ),
        ),
        story(
            "Dogwood High",
            "Level 3: nothing comes until August; an extension by the CDE; the rest late or never",
            make_case(
                "3",
                filed("team-creation", "07-29"),
                extended("srr-self-review", "08-16", on="07-23", grantor="cde"),
                filed("srr-self-review", "08-15"),
                filed("srr-summary", "08-20"),
                excused("parent-input", "08-21", grantor="cde"),
                filed("data-drill-down", "09-12"),
                cds_code="99100000000044",
            ),
        ),
        story(
            "Elm Charter",
            "Level 1, raised to Level 3 on August 1: what was done stays done, new duties open",
            make_case(
                "1",
                placed("3", "08-01"),
                filed("parent-input", "08-14"),
                filed("consolidation", "08-26"),
                filed("prioritization", "09-20"),
                filed("root-cause-analysis", "10-04"),
                filed("improvement-plan", "12-04"),
                filed={
                    "team-creation": "05-06",
                    "srr-self-review": "06-18",
                    "srr-summary": "06-25",
                    "data-drill-down": "07-02",
                },
                cds_code="99100000000055",
            ),
        ),
        story(
            "Fir Elementary",
            "Level 2, joins on April 22 with no lead named (the director is told instead);"
            " a list voided in June; withdrawn on September 16",
            make_case(
                "2",
                receipt("team-creation", "05-13", voided_on="06-17"),
                receipt("srr-self-review", "06-21"),
                withdrawn("09-16"),
                since="04-22",
                cds_code="99100000000066",
            ),
            without=("lea-lead",),
        ),
    ]


def replay() -> str:
    told = stories()
    lines = [
        "The Targeted 2024 cohort, replayed. Each line: day, LEA, then a change of state or a notice.",
        f"Go-live {GO_LIVE}. Waiting notices appear on the day they go; held ones on the day they",
        "were first owed. Written by tests/process/escalation/test_golden_replay.py; read before approving.",
        "",
        *(f"{one.name:<17} {one.told_in_one_line}" for one in told),
    ]
    on = START
    while on <= LAST_DAY:
        today = [line for one in told for line in _one_day(one, on)]
        if today:
            lines += ["", f"{on} {on:%a}", *(f"  {line}" for line in today)]
        on += dt.timedelta(days=1)
    return "\n".join(lines) + "\n"


def _one_day(one: Story, on: dt.date) -> Iterator[str]:
    status = evaluate(one.case, process(), on, calendar())
    for what, before, now in _changes(one, status):
        yield f"{one.name:<17} state   {what:<26} {before} -> {now}"
    if on < GO_LIVE or not calendar().is_working(on):
        return
    for notice in _sent(one, status, on):
        flags = " ".join(flag for flag in ("held", "delayed") if getattr(notice, flag))
        to = f"{notice.role} ({notice.recipient.partition('@')[0]})"
        text = f"{one.name:<17} notice  {notice.activity:<26} {notice.rung:<15} {to}"
        yield f"{text}  {flags}".rstrip()


def _changes(one: Story, status: CaseStatus | None) -> Iterator[tuple[str, str, str]]:
    now = {"case": "not in the cohort"}
    if status is not None:
        now = {"case": f"{status.state} at level {status.level}"}
        now |= {
            activity.id: activity.state
            + (" late" if activity.late else "")
            + (f" by {', '.join(activity.blocked_by)}" if activity.state == "Blocked" else "")
            for activity in status.activities
        }
    for what in dict.fromkeys((*one.seen, *now)):
        before, after = one.seen.get(what, "-"), now.get(what, "-")
        if before != after:
            yield what, before, after
    one.seen = now


def _sent(one: Story, status: CaseStatus | None, on: dt.date) -> Iterator[Notice]:
    setting = Setting(
        process=process(),
        ladder=ladder(),
        calendar=calendar(),
        contacts=ContactBook(one.people),
        on=on,
        asked_on=on,
        go_live=GO_LIVE,
        first_sweep=GO_LIVE,
    )
    for notice in owed(one.case, status, one.ledger, setting).notices:
        if notice.waits or notice.key in {row.key for row in one.ledger}:
            continue
        state = "held" if notice.held else "sent"
        one.ledger.append(Told(notice.key, notice.role, state, on))
        yield notice


def test_the_year_is_as_approved() -> None:
    found = replay()
    if os.environ.get("CIMFLOW_APPROVE") == "1":
        APPROVED.write_text(found, encoding="utf-8", newline="\n")
    approved_text = APPROVED.read_text(encoding="utf-8")
    difference = difflib.unified_diff(
        approved_text.splitlines(), found.splitlines(), "approved", "found", lineterm="", n=1
    )
    assert found == approved_text, "\n" + "\n".join(difference)


def test_the_stories_are_about_six_leas_at_all_levels() -> None:
    told = stories()
    assert len({one.case.cds_code for one in told}) == 6
    assert {row.level for one in told for row in one.case.roster_entries} == {"1", "2", "3"}
    assert all(SCOPE[one.role][0] == one.scope for story in told for one in story.people)
