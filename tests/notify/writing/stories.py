"""The stories that the approved mails tell: invented people and LEAs, and the words of 2024.

Each function is one mail. The words of the activities are repeated here, so that a change of a
process file does not change what was approved about the mails.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cimflow.notify.writing.mail_values import (
    Addressee,
    DigestDue,
    DigestHead,
    DigestLea,
    Letter,
    MailItem,
    ProcessWords,
    Root,
)
from cimflow.process.escalation.look_ahead import Hears
from cimflow.process.evaluation.findings import Finding

TARGETED = ProcessWords(
    "targeted-2024",
    "Targeted 2024 CIM Cohort",
    "Requirements and Guidance for the Targeted 2024 CIM Cohort, CIM Steps 1, 2, and 3",
    "California Department of Education, Special Education Division",
)
LEAD = Addressee("Maria Ortega", "maria.ortega@elm-crossing.example.org")
SUPERINTENDENT = Addressee("Dr. Rosa Lindqvist", "lindqvist@elm-crossing.example.org")
ADMIN = Addressee("Dana Whitfield", "dana.whitfield@valley-selpa.example.org")
DIRECTOR = Addressee("Samuel Okafor", "okafor@valley-selpa.example.org")
ELM, BIRCH, DOGWOOD, FIR = (
    {"lea": "99100000000001", "lea_name": "Elm Crossing Unified", "lead_name": "Maria Ortega"},
    {"lea": "99100000000002", "lea_name": "Birch Hollow Elementary", "lead_name": "Ken Tanaka"},
    {"lea": "99100000000003", "lea_name": "Dogwood Union", "lead_name": "Ana Silva"},
    {"lea": "99100000000004", "lea_name": "Fir Peak Charter", "lead_name": "Lou Brandt"},
)


def day(month: int, number: int) -> dt.date:
    return dt.date(2024, month, number)


STEPWELL: dict[str, Any] = {"receiver": "Stepwell", "receiver_is_external": True}
SELPA: dict[str, Any] = {"receiver": "SELPA"}
SELF_REVIEW: dict[str, Any] = {
    "activity": "srr-self-review",
    "title": "Student Record Review: self-review",
    "step": 1,
    "due": day(6, 30),
    "receiver": "SECMS",
    "receiver_is_external": True,
    "what_to_do": "Review the student records, then enter and submit your findings and supporting"
    " documentation in SECMS.",
    "quote": "The LEA must complete and submit its self-review findings and supporting"
    " documentation in SECMS by June 30, 2024.",
}
TEAM: dict[str, Any] = {
    "activity": "team-creation",
    "title": "CIM Team Creation",
    "step": 1,
    "due": day(7, 10),
    "what_to_do": "Put together your CIM Team and submit the list of members with the name, title,"
    " role, and email address of each.",
    "quote": "Document completion of the CIM Team Creation activity to the SELPA by July 10, 2024.",
}
SUMMARY: dict[str, Any] = {
    "activity": "srr-summary",
    "title": "Student Record Review: summary",
    "step": 1,
    "due": day(7, 10),
    "what_to_do": "Write a summary of what your self-review of student records found,"
    " including any areas of concern.",
    "quote": "Targeted Level 3 LEAs will enter and submit their summaries in Stepwell by July 10,"
    " 2024, for review by the CDE.",
}
DRILL_DOWN: dict[str, Any] = {
    "activity": "data-drill-down",
    "title": "Data Drill Down",
    "step": 1,
    "due": day(7, 10),
    "what_to_do": "Gather and analyze your data, then submit the summary: your sources, data reports,"
    " findings, positive trends, and patterns of concern.",
    "quote": "Submit documentation of the summarization to the SELPA by July 10, 2024.",
}
PARENTS: dict[str, Any] = {
    "activity": "parent-input",
    "title": "Parent Input",
    "step": 1,
    "due": day(7, 10),
    "what_to_do": "Ask parents of students with special needs for their input, then submit the"
    " summary: who you asked and how, how many took part, and what you learned.",
    "quote": "It is also required activity for any Targeted Level 1 or 2 LEA that did not meet the"
    " statewide target on Element/Indicator 8–Parent Involvement.",
}
CONSOLIDATION: dict[str, Any] = {
    "activity": "consolidation",
    "title": "Consolidation",
    "step": 1,
    "due": day(7, 10),
    "quote": "Submit to the CDE via Stepwell by July 10, 2024.",
}
CAUSES: dict[str, Any] = {
    "activity": "root-cause-analysis",
    "title": "Root Cause Analysis",
    "step": 2,
    "due": day(10, 10),
    "what_to_do": "For each problem area you chose, find at least one root cause. Submit each"
    " root cause with the problem area it explains and the data behind it.",
    "quote": "Document completion of the Root Cause Analysis activity to the SELPA by October 10,"
    " 2024.",
}
PLAN: dict[str, Any] = {
    "activity": "improvement-plan",
    "title": "Plan for Improvement (CIM Plan)",
    "step": 3,
    "due": day(12, 6),
    "what_to_do": "Complete your Plan for Improvement, addressing the root causes you found, and"
    " submit it. It is done when it has been approved.",
    "quote": "Document completion of the Plan for Improvement activity to the SELPA by December 6,"
    " 2024.",
}
INDICATOR_8: dict[str, Any] = {
    "fact": "indicator-8",
    "fact_title": "Indicator 8 (Parent Involvement)",
    "fact_values": ("met", "unmet"),
    "fact_hint": "The Targeted Review Data sheet linked to the LEA's March 2024 Annual"
    " Determination Letter will show whether the target for Element/Indicator 8 was met or unmet.",
}
NOT_FILED = Finding("not-filed", "error", "filed_on", "we have it, but no date of filing")
ON_SELF_REVIEW = (Root("srr-self-review", "Student Record Review: self-review", day(6, 30)),)
DIRECTOR_AND_SUPERINTENDENT = ("lea-lead", "lea-director", "superintendent", "selpa-admin")
SELPA_DIRECTOR = ("lea-lead", "selpa-admin", "selpa-director", "fmta-consultant")
LEAD_AND_ADMIN = ("lea-lead", "selpa-admin")


def item(*parts: dict[str, Any], **others: Any) -> MailItem:
    """A row to the lead of Elm Crossing about something overdue, unless said otherwise."""
    values: dict[str, Any] = {
        "process": TARGETED,
        "role": "lea-lead",
        "rung": "overdue-1",
        "kind": "overdue",
        **ELM,
    }
    for part in parts:
        values |= part
    return MailItem(**(values | others))


def letter(on: dt.date, *items: MailItem, to: Addressee = LEAD, **others: Any) -> Letter:
    values: dict[str, Any] = {
        "recipient": to,
        "selpa_code": "9901",
        "selpa_name": "Valley SELPA",
        "answer_to": (ADMIN,),
        "items": items,
        "on": on,
    }
    return Letter(**(values | others))


def overdue_to_the_lead() -> Letter:
    """Level 3, the day after Step 1 was due: one root, what waits for it, one only with us."""
    soon = Hears(day(7, 17), DIRECTOR_AND_SUPERINTENDENT)
    return letter(
        day(7, 11),
        item(CONSOLIDATION, STEPWELL, roots=ON_SELF_REVIEW, next=soon),
        item(SUMMARY, STEPWELL, roots=ON_SELF_REVIEW, next=soon),
        item(PARENTS, STEPWELL, next=soon),
        item(
            TEAM,
            STEPWELL,
            state="Incomplete",
            findings=(NOT_FILED,),
            version=1,
            received_on=day(7, 8),
            next=soon,
        ),
        item(DRILL_DOWN, STEPWELL, next=soon),
        item(SELF_REVIEW, waits_below=("Prioritization", "Root Cause Analysis"), next=soon),
    )


def overdue_where_the_root_was_told_before() -> Letter:
    """The root has its own ladder and no row today; and the mail is late."""
    told = (replace(ON_SELF_REVIEW[0], lead_was_told=True),)
    soon = Hears(day(7, 18), DIRECTOR_AND_SUPERINTENDENT)
    return letter(
        day(7, 15),
        item(SUMMARY, STEPWELL, roots=told, next=soon, delayed=True),
        item(CONSOLIDATION, STEPWELL, roots=told, next=soon, delayed=True),
        base_url="https://cim.valley-selpa.example.org",
    )


def overdue_to_the_superintendent() -> Letter:
    """A week on: one screen, and nothing of which the lead has not heard."""
    week = {
        "rung": "overdue-7",
        "role": "superintendent",
        "next": Hears(day(7, 24), SELPA_DIRECTOR),
    }
    return letter(
        day(7, 17),
        item(SELF_REVIEW, week, waits_below=("Prioritization",)),
        item(SUMMARY, STEPWELL, week, roots=ON_SELF_REVIEW),
        item(DRILL_DOWN, STEPWELL, week),
        item(TEAM, STEPWELL, week, state="Incomplete", findings=(NOT_FILED,), version=1),
        to=SUPERINTENDENT,
    )


def monday_to_the_administrator() -> Letter:
    """The digest, then what is new since the last mail at four LEAs."""
    to_admin = {"role": "selpa-admin"}
    soon = Hears(day(7, 17), DIRECTOR_AND_SUPERINTENDENT)
    digest = DigestHead(
        process=TARGETED,
        total=14,
        counts=(("Overdue", 2), ("AtRisk", 2), ("OnTrack", 9), ("Complete", 1)),
        leas=(
            DigestLea(
                "99100000000001",
                "Elm Crossing Unified",
                "Overdue",
                ("Student Record Review: self-review", "Data Drill Down"),
            ),
            DigestLea("99100000000002", "Birch Hollow Elementary", "Overdue", ("Parent Input",)),
            DigestLea("99100000000003", "Dogwood Union", "AtRisk", (), ("Parent Input",)),
            DigestLea("99100000000004", "Fir Peak Charter", "AtRisk"),
        ),
        due_next=(
            DigestDue(day(10, 10), "Root Cause Analysis", 13),
            DigestDue(day(12, 6), "Plan for Improvement (CIM Plan)", 14),
        ),
        to_review=1,
        held=3,
        uncertain=1,
        problems=("Hazel Grove: no lead is listed",),
    )
    return letter(
        day(7, 15),
        item(SELF_REVIEW, to_admin, rung="overdue-7", next=soon),
        item(SUMMARY, STEPWELL, to_admin, roots=ON_SELF_REVIEW, next=soon),
        item(DRILL_DOWN, STEPWELL, to_admin, next=soon),
        item(
            BIRCH,
            PARENTS,
            SELPA,
            to_admin,
            next=Hears(day(7, 18), DIRECTOR_AND_SUPERINTENDENT),
        ),
        item(
            DOGWOOD,
            PARENTS,
            SELPA,
            INDICATOR_8,
            to_admin,
            rung="fact-7",
            kind="fact",
            state="Undetermined",
            due=day(7, 22),
        ),
        item(
            FIR,
            PLAN,
            SELPA,
            to_admin,
            rung="review-7",
            kind="review",
            state="Submitted",
            version=2,
            filed_on=day(7, 8),
        ),
        to=ADMIN,
        digests=(digest,),
    )


def stand_down() -> Letter:
    """To the superintendent who was told: it is over."""
    return letter(
        day(7, 22),
        item(
            DRILL_DOWN,
            rung="stand-down",
            kind="stand-down",
            role="superintendent",
            state="Submitted",
            outcome="filed",
            over_since=day(7, 19),
            told_on=day(7, 17),
        ),
        to=SUPERINTENDENT,
    )


def returned() -> Letter:
    """The reviewer sent the plan back."""
    return letter(
        day(12, 9),
        item(
            BIRCH,
            PLAN,
            SELPA,
            rung="returned",
            kind="returned",
            state="Returned",
            version=1,
            received_on=day(12, 5),
            filed_on=day(12, 5),
            returned_on=day(12, 6),
            reviewer_note="The second root cause has no qualitative data yet.\n\nOne sentence from"
            " the parent survey is enough – see section 3.",
            answer_by=day(12, 20),
            next=Hears(day(12, 23), LEAD_AND_ADMIN),
        ),
        to=Addressee("Ken Tanaka", "tanaka@birch-hollow.example.org"),
    )


def incomplete() -> Letter:
    """What came has errors, and is not yet in the portal either."""
    return letter(
        day(7, 8),
        item(
            TEAM,
            STEPWELL,
            rung="incomplete",
            kind="incomplete",
            state="Incomplete",
            version=2,
            received_on=day(7, 3),
            findings=(
                NOT_FILED,
                Finding("missing-field", "error", "members.2.email", "email address is missing"),
                Finding(
                    "not-covered",
                    "error",
                    "members.role",
                    "site administrator is missing",
                ),
                Finding("missing-field", "warning", "lead", "the team's lead is missing"),
            ),
            next=Hears(day(7, 11), LEAD_AND_ADMIN),
        ),
    )


def extended() -> Letter:
    """More time was granted."""
    return letter(
        day(7, 16),
        item(
            BIRCH,
            PARENTS,
            SELPA,
            rung="extended",
            kind="extended",
            state="DueSoon",
            due=day(7, 26),
            due_before=day(7, 10),
            granted_on=day(7, 15),
            granted_by="Valley SELPA",
            grant_reason="The parent survey closes on July 19.",
            next=Hears(day(7, 29), LEAD_AND_ADMIN),
        ),
        to=Addressee("Ken Tanaka", "tanaka@birch-hollow.example.org"),
    )


def opened() -> Letter:
    """A fact learnt late makes something required after its due date."""
    return letter(
        day(7, 23),
        item(
            DOGWOOD,
            PARENTS,
            SELPA,
            rung="opened",
            kind="opened",
            opened_on=day(7, 22),
            opened_because="Indicator 8 (Parent Involvement) is recorded as unmet",
            answer_by=day(8, 5),
            next=Hears(day(8, 6), LEAD_AND_ADMIN),
        ),
        to=Addressee("Ana Silva", "silva@dogwood.example.org"),
    )


def reminder() -> Letter:
    """A month ahead: two on one day, one of them waiting for another."""
    month = {
        "rung": "reminder-30",
        "kind": "reminder",
        "state": "Upcoming",
        "next": Hears(day(10, 11), LEAD_AND_ADMIN),
    }
    on_causes = (Root("root-cause-analysis", "Root Cause Analysis", day(10, 10)),)
    return letter(
        day(9, 10),
        item(CAUSES, SELPA, month, BIRCH),
        item(PLAN, SELPA, month, BIRCH, state="Blocked", roots=on_causes),
        to=Addressee("Ken Tanaka", "tanaka@birch-hollow.example.org"),
    )


def fact_and_review() -> Letter:
    """What only the SELPA's administrator can do."""
    to_admin = {"role": "selpa-admin"}
    return letter(
        day(6, 10),
        item(
            DOGWOOD,
            PARENTS,
            SELPA,
            INDICATOR_8,
            to_admin,
            rung="fact-30",
            kind="fact",
            state="Undetermined",
        ),
        item(
            FIR,
            PLAN,
            SELPA,
            to_admin,
            rung="review-7",
            kind="review",
            state="Submitted",
            version=1,
            filed_on=day(6, 3),
        ),
        to=ADMIN,
    )


def several_leas_to_the_selpa_director() -> Letter:
    """Two weeks on, at two LEAs."""
    to_director = {"role": "selpa-director", "rung": "overdue-14"}
    return letter(
        day(7, 25),
        item(DRILL_DOWN, STEPWELL, to_director),
        item(SELF_REVIEW, to_director),
        item(
            BIRCH, PARENTS, SELPA, to_director, state="Returned", returned_on=day(7, 9), version=1
        ),
        to=DIRECTOR,
    )


def many_things_to_a_stand_in() -> Letter:
    """No lead is named, so the director is told: overdue, returned, more time, coming due, over."""
    to_stand_in = {"stands_in": True, "lead_name": ""}
    return letter(
        day(9, 26),
        item(
            PARENTS,
            SELPA,
            to_stand_in,
            rung="overdue-monthly",
            kind="overdue-monthly",
            due=day(8, 9),
            due_before=day(7, 10),
        ),
        item(
            DRILL_DOWN,
            SELPA,
            to_stand_in,
            rung="returned",
            kind="returned",
            state="Returned",
            version=3,
            returned_on=day(9, 25),
        ),
        item(CAUSES, SELPA, to_stand_in, rung="reminder-14", kind="reminder", state="DueSoon"),
        item(
            TEAM,
            SELPA,
            to_stand_in,
            rung="extended",
            kind="extended",
            due=day(10, 4),
            due_before=day(7, 10),
            granted_on=day(9, 25),
            granted_by="Valley SELPA",
        ),
        to=Addressee("", "director@elm-crossing.example.org"),
        answer_to=(),
    )


def rehearsal() -> Letter:
    """Marked as one in the subject and in the first line."""
    return replace(stand_down(), mode="rehearsal:2024-07-22")


STORIES: dict[str, Callable[[], Letter]] = {
    one.__name__.replace("_", "-"): one
    for one in (
        overdue_to_the_lead,
        overdue_where_the_root_was_told_before,
        overdue_to_the_superintendent,
        monday_to_the_administrator,
        stand_down,
        returned,
        incomplete,
        extended,
        opened,
        reminder,
        fact_and_review,
        several_leas_to_the_selpa_director,
        many_things_to_a_stand_in,
        rehearsal,
    )
}
