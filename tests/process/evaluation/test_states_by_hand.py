"""States worked out by hand from the guidance and the design, before any code was run.

One row: what is known of an LEA, a day, and what must then be said of its activities. ``want``
compares everything there is to say: state, requirement, due date, days left, the flags late,
overdue and settled (those not named are false), what blocks it, and the codes of its findings.
These rows are never regenerated: where one fails, either the code or the reasoning is wrong.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any
from unittest.mock import ANY

import pytest

from cimflow.process.case import Case
from cimflow.process.evaluation.contents import read_contents
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus
from tests.factories import (
    START,
    approved,
    calendar,
    complete,
    day,
    excused,
    extended,
    fact,
    filed,
    make_case,
    placed,
    process,
    receipt,
    returned,
    submission,
    with_us,
    withdrawn,
)

TEAM = "team-creation"
SRR = "srr-self-review"
SRR_SUM = "srr-summary"
DATA = "data-drill-down"
PARENTS = "parent-input"
CONS = "consolidation"
PRIO = "prioritization"
ROOTS = "root-cause-analysis"
PLAN = "improvement-plan"
FIXES = "srr-corrective-actions"

# Everything on time at Level 3 (and what of it Level 1 must do, with Indicator 8 met).
ON_TIME_3 = {
    TEAM: "05-01",
    SRR: "06-14",
    SRR_SUM: "06-20",
    DATA: "06-20",
    PARENTS: "06-20",
    CONS: "06-28",
    PRIO: "09-20",
    ROOTS: "10-04",
    PLAN: "12-02",
}
ON_TIME_1 = {one: ON_TIME_3[one] for one in (TEAM, SRR, SRR_SUM, DATA, ROOTS, PLAN)}


def without(on_time: dict[str, str], *left: str) -> dict[str, str]:
    return {activity: on for activity, on in on_time.items() if activity not in left}


@dataclass(frozen=True)
class Row:
    name: str
    case: Case
    on: str
    case_state: str | None
    expect: dict[str, dict[str, Any]]


def want(
    state: str,
    *flags: str,
    requirement: str = "required",
    due: Any = "07-10",
    left: Any,
    blocked: tuple[str, ...] = (),
    findings: Any = frozenset(),
) -> dict[str, Any]:
    assert set(flags) <= {"late", "overdue", "settled"}
    return {
        "state": state,
        "requirement": requirement,
        "due": day(due) if isinstance(due, str) else due,
        "days_left": left,
        "late": "late" in flags,
        "overdue": "overdue" in flags,
        "settled": "settled" in flags,
        "blocked_by": blocked,
        "findings": {findings} if isinstance(findings, str) else findings,
    }


def said(status: ActivityStatus) -> dict[str, Any]:
    return {
        "state": status.state,
        "requirement": status.requirement,
        "due": status.due,
        "days_left": status.days_left,
        "late": status.late,
        "overdue": status.overdue,
        "settled": status.settled,
        "blocked_by": status.blocked_by,
        "findings": {one.code for one in status.findings},
    }


# ------------------------------------------------------------ levels, requirements, the first day

LEVELS = [
    Row(
        # 15 March to 10 July: 16 + 30 + 31 + 30 + 10 = 117 days; the SRR is due ten days earlier.
        # Nobody can summarize a review that is not done: hard prerequisite, Blocked.
        "Level 3, the day of the letter: everything is ahead, the summary waits for the review",
        make_case("3"),
        "03-15",
        "OnTrack",
        {
            TEAM: want("Upcoming", left=117),
            SRR: want("Upcoming", due="06-30", left=107),
            DATA: want("Upcoming", left=117),
            PARENTS: want("Upcoming", left=117),
            SRR_SUM: want("Blocked", left=117, blocked=(SRR,)),
        },
    ),
    Row(
        # Consolidation waits for srr-summary, data-drill-down and parent-input. srr-summary waits
        # itself for the review and nothing of it is filed, so the root is the review. All that
        # follows looks through to the same three roots, in file order.
        # 10 October: 117 + 21 + 31 + 30 + 10 = 209; 6 December: 209 + 21 + 30 + 6 = 266.
        "Level 3, the day of the letter: the whole chain names its roots, not its neighbours",
        make_case("3"),
        "03-15",
        "OnTrack",
        {
            CONS: want("Blocked", left=117, blocked=(SRR, DATA, PARENTS)),
            PRIO: want("Blocked", due="10-10", left=209, blocked=(SRR, DATA, PARENTS)),
            ROOTS: want("Blocked", due="10-10", left=209, blocked=(SRR, DATA, PARENTS)),
            PLAN: want("Blocked", due="12-06", left=266, blocked=(SRR, DATA, PARENTS)),
        },
    ),
    Row(
        # Table: consolidation recommended, prioritization optional at Levels 1 and 2, and the edges
        # into root cause analysis are advice there, so it is not Blocked. The plan is, at every
        # level, behind the root cause analysis.
        "Level 1, the day of the letter, Indicator 8 met",
        make_case("1", indicator_8="met"),
        "03-15",
        "OnTrack",
        {
            PARENTS: want(
                "NotApplicable", "settled", requirement="not-applicable", due=ANY, left=ANY
            ),
            CONS: want("Recommended", requirement="recommended", left=117),
            PRIO: want("Optional", requirement="optional", due="10-10", left=209),
            ROOTS: want("Upcoming", due="10-10", left=209),
            PLAN: want("Blocked", due="12-06", left=266, blocked=(ROOTS,)),
            "infrastructure-analysis": want(
                "Optional", requirement="optional", due=None, left=None
            ),
            "theory-of-action": want("Optional", requirement="optional", due=None, left=None),
        },
    ),
    Row(
        # The chart gives Levels 1 and 2 the same words in every line.
        "Level 2 owes what Level 1 owes",
        make_case("2", indicator_8="unmet"),
        "03-15",
        "OnTrack",
        {
            PARENTS: want("Upcoming", left=117),
            CONS: want("Recommended", requirement="recommended", left=117),
            PRIO: want("Optional", requirement="optional", due="10-10", left=209),
            PLAN: want("Blocked", due="12-06", left=266, blocked=(ROOTS,)),
        },
    ),
    Row(
        # "also required activity for any Targeted Level 1 or 2 LEA that did not meet ... 8".
        "Level 1 with Indicator 8 unmet owes parent input",
        make_case("1", indicator_8="unmet"),
        "07-11",
        "Overdue",
        {PARENTS: want("Missing", "late", "overdue", left=-1)},
    ),
    Row(
        # "required ... for all Targeted Level 3 LEAs": the indicator plays no part there.
        "Level 3 owes parent input even where Indicator 8 is met",
        make_case("3", indicator_8="met"),
        "06-01",
        None,
        {PARENTS: want("Upcoming", left=39)},
    ),
    Row(
        # Unknown, and the SELPA can look it up in the data sheet: undetermined, neither yes nor no.
        # Any Undetermined activity puts the case at risk.
        "Level 1 with Indicator 8 unknown: undetermined, and the case is at risk from the first day",
        make_case("1", indicator_8="unknown"),
        "03-15",
        "AtRisk",
        {PARENTS: want("Undetermined", requirement="undetermined", due=ANY, left=ANY)},
    ),
    Row(
        # A roster without the column says as little as the word "unknown".
        "Level 1 whose Indicator 8 nobody ever stated is the same as unknown",
        make_case("1", indicator_8=None),
        "03-15",
        "AtRisk",
        {PARENTS: want("Undetermined", requirement="undetermined", due=ANY, left=ANY)},
    ),
    Row(
        # Late and overdue need a requirement. Everything else is done, and still not Complete:
        # nobody knows whether parents had to be asked.
        "Indicator 8 still unknown after July 10: never late, but the case never completes",
        make_case("1", approved(PLAN, "12-05"), indicator_8="unknown", filed=ON_TIME_1),
        "12-20",
        "AtRisk",
        {PARENTS: want("Undetermined", requirement="undetermined", due=ANY, left=ANY)},
    ),
    Row(
        # Two entries for the same day: the one learnt last counts.
        "Indicator 8 entered as met by mistake and corrected the same day",
        make_case("1", fact("indicator-8", "unmet"), indicator_8="met"),
        "06-26",
        "AtRisk",
        {PARENTS: want("DueSoon", left=14)},
    ),
    Row(
        # From 1 June the duty is there; on 31 May it was not.
        "Indicator 8 turns unmet on June 1: on May 31 nothing was owed",
        make_case("1", fact("indicator-8", "unmet", "06-01"), indicator_8="met"),
        "05-31",
        None,
        {
            PARENTS: want(
                "NotApplicable", "settled", requirement="not-applicable", due=ANY, left=ANY
            )
        },
    ),
    Row(
        "Indicator 8 turns unmet on June 1: from June 1 it is",  # 29 + 10 days
        make_case("1", fact("indicator-8", "unmet", "06-01"), indicator_8="met"),
        "06-01",
        None,
        {PARENTS: want("Upcoming", left=39)},
    ),
]

# ------------------------------------------------------------------------------- days and dates

DAYS = [
    Row(
        # 26 June to 10 July is 14 days: the last day of Upcoming was the day before.
        "Fourteen days left is DueSoon",
        make_case("1", filed={SRR: "06-14"}),
        "06-26",
        "AtRisk",
        {TEAM: want("DueSoon", left=14)},
    ),
    Row(
        "Fifteen days left is Upcoming, and nothing is at risk yet",
        make_case("1", filed={SRR: "06-14"}),
        "06-25",
        "OnTrack",
        {TEAM: want("Upcoming", left=15)},
    ),
    Row(
        # June 30, 2024 is a Sunday. The file's policy: a due date on a day off does not move.
        "The self-review on its due day, a Sunday: 0 days left, not late",
        make_case("3"),
        "06-30",
        "AtRisk",
        {SRR: want("DueSoon", due="06-30", left=0), TEAM: want("DueSoon", left=10)},
    ),
    Row(
        # The trap of the two SRR dates: SECMS on June 30, the summary on July 10. The summary is
        # Blocked (its hard prerequisite is Missing), and not late: its own day is 9 days off.
        "July 1 without a self-review: it is late, its summary is not",
        make_case("3"),
        "07-01",
        "Overdue",
        {
            SRR: want("Missing", "late", "overdue", due="06-30", left=-1),
            SRR_SUM: want("Blocked", left=9, blocked=(SRR,)),
            TEAM: want("DueSoon", left=9),
        },
    ),
    Row(
        # Missing comes before Blocked in the list of states; what stands in the way is still told.
        "After July 10 the summary is Missing, and still says that the review blocks it",
        make_case("3"),
        "07-11",
        "Overdue",
        {
            SRR_SUM: want("Missing", "late", "overdue", left=-1, blocked=(SRR,)),
            CONS: want("Missing", "late", "overdue", left=-1, blocked=(SRR, DATA, PARENTS)),
            PRIO: want("Blocked", due="10-10", left=91, blocked=(SRR, DATA, PARENTS)),
        },
    ),
    Row(
        "The due day itself is not late",
        make_case("1"),
        "07-10",
        None,
        {TEAM: want("DueSoon", left=0)},
    ),
    Row(
        "Filed on the due day: never late",
        make_case("1", filed=ON_TIME_1 | {TEAM: "07-10"}),
        "07-11",
        "OnTrack",
        {TEAM: want("Submitted", "settled", left=-1)},
    ),
    Row(
        # Filed on July 12 with the SELPA: done, and two days late for ever.
        "Filed two days late: settled, and late",
        make_case("1", filed=ON_TIME_1 | {TEAM: "07-12"}),
        "07-20",
        "OnTrack",
        {TEAM: want("Submitted", "late", "settled", left=-10)},
    ),
    Row(
        # Step 1 is in; 10 October is 91 days off, 6 December 148. Nothing soon, nothing open.
        "Level 1 with Step 1 done in July is on track",
        make_case("1", filed=ON_TIME_1),
        "07-11",
        "OnTrack",
        {
            ROOTS: want("Upcoming", due="10-10", left=91),
            PLAN: want("Blocked", due="12-06", left=148, blocked=(ROOTS,)),
        },
    ),
]

# --------------------------------------------------------------------- what is filed, and where

SECOND_CONTENTS = complete(CONS, "3")
SECOND_CONTENTS["problem_areas"] = [
    SECOND_CONTENTS["problem_areas"][0],
    SECOND_CONTENTS["problem_areas"][1] | {"id": "p3"},
]
NO_SITE_ADMINISTRATOR = [
    one for one in complete(TEAM)["members"] if one["role"] != "site-administrator"
]
UNRELATED = [one | {"relates_to_identification": False} for one in complete(CONS)["problem_areas"]]

FILINGS = [
    Row(
        "A complete artifact filed with the SELPA is Submitted and, by receipt, settled",
        make_case("1", filed={TEAM: "06-20"}),
        "06-20",
        None,
        {TEAM: want("Submitted", "settled", left=20)},
    ),
    Row(
        # What a SELPA gets is mostly Word and PDF: it counts, with a warning.
        "A receipt is Submitted, with the warning that its contents are not itemised",
        make_case("1", receipt(TEAM, "06-20")),
        "06-21",
        None,
        {TEAM: want("Submitted", "settled", left=19, findings="contents-not-itemised")},
    ),
    Row(
        # "With few exceptions ... the CIM Team must include: ... Site-level administration".
        # Errors before the due date: at risk, not overdue.
        "A team without a site administrator is Incomplete",
        make_case(
            "1",
            filed(TEAM, "07-01", contents=complete(TEAM, members=NO_SITE_ADMINISTRATOR)),
            filed={SRR: "06-14"},
        ),
        "07-02",
        "AtRisk",
        {TEAM: want("Incomplete", left=8, findings="not-covered")},
    ),
    Row(
        # "[Note: If the LEA believes that an exception applies, explain in the documentation.]"
        "A team without a site administrator, explained, is complete",
        make_case(
            "1",
            filed(
                TEAM,
                "07-01",
                contents=complete(
                    TEAM,
                    members=NO_SITE_ADMINISTRATOR,
                    exceptions=[
                        {
                            "role": "site-administrator",
                            "explanation": "One school; the superintendent is its principal.",
                        }
                    ],
                ),
            ),
        ),
        "07-02",
        None,
        {TEAM: want("Submitted", "settled", left=8)},
    ),
    Row(
        # An exception named without a reason explains nothing.
        "A team without a site administrator, the exception left blank, is Incomplete",
        make_case(
            "1",
            filed(
                TEAM,
                "07-01",
                contents=complete(
                    TEAM,
                    members=NO_SITE_ADMINISTRATOR,
                    exceptions=[{"role": "site-administrator", "explanation": "  "}],
                ),
            ),
        ),
        "07-02",
        None,
        {TEAM: want("Incomplete", left=8, findings={"not-covered", "missing-field"})},
    ),
    Row(
        # "Appoint a CIM Team lead (recommended)": a warning never hinders.
        "A team without a lead is Submitted, with a warning",
        make_case("1", filed(TEAM, "07-01", contents=complete(TEAM, lead=None))),
        "07-02",
        None,
        {TEAM: want("Submitted", "settled", left=8, findings="missing-field")},
    ),
    Row(
        # Level 3 files in Stepwell. With us is not filed: an error, so nothing looks done.
        "Level 3, the team list is with us but not in Stepwell",
        make_case("3", with_us(TEAM, "07-01"), filed={SRR: "06-14"}),
        "07-02",
        "AtRisk",
        {TEAM: want("Incomplete", left=8, findings="not-filed")},
    ),
    Row(
        "Level 3, still not in Stepwell on July 11: late and overdue",
        make_case("3", with_us(TEAM, "07-01")),
        "07-11",
        "Overdue",
        {TEAM: want("Incomplete", "late", "overdue", left=-1, findings="not-filed")},
    ),
    Row(
        # `filed` added the date afterwards: on July 9 it has reached Stepwell.
        "Level 3, with us on July 1, in Stepwell on July 9: done on July 9",
        make_case("3", filed(TEAM, "07-01", filed_on="07-09")),
        "07-09",
        None,
        {TEAM: want("Submitted", "settled", left=1)},
    ),
    Row(
        # What holds only from July 9 is not yet true on July 8.
        "Level 3, with us on July 1, in Stepwell on July 9: not yet on July 8",
        make_case("3", filed(TEAM, "07-01", filed_on="07-09")),
        "07-08",
        None,
        {TEAM: want("Incomplete", left=2, findings="not-filed")},
    ),
    Row(
        # It counts from July 1, but was not filed by July 10 (until then it had the error
        # not-filed), so it is late although it is settled.
        "Level 3, with us on July 1, in Stepwell on July 12: settled, and late",
        make_case("3", filed(TEAM, "07-01", filed_on="07-12")),
        "07-12",
        None,
        {TEAM: want("Submitted", "late", "settled", left=-2)},
    ),
    Row(
        # A version counts from the earlier of the two days.
        "Level 3, in Stepwell on July 8, known to us on July 12: was never late",
        make_case("3", submission(TEAM, "07-12", filed_on="07-08")),
        "07-11",
        None,
        {TEAM: want("Submitted", "settled", left=-1)},
    ),
    Row(
        # At Levels 1 and 2 the SELPA is the receiver of record: with us is filed.
        "Level 1, no filing date given: with the SELPA is filed",
        make_case("1", with_us(TEAM, "07-01")),
        "07-02",
        None,
        {TEAM: want("Submitted", "settled", left=8)},
    ),
    Row(
        "Level 1, no filing date given: not late afterwards either",
        make_case("1", with_us(TEAM, "07-01")),
        "07-12",
        None,
        {TEAM: want("Submitted", "settled", left=-2)},
    ),
    Row(
        # "its SRR self-review findings to the CDE through SECMS": the receiver at every level.
        "Level 1, the self-review is with us but not in SECMS",
        make_case("1", with_us(SRR, "06-28")),
        "07-01",
        "Overdue",
        {
            SRR: want("Incomplete", "late", "overdue", due="06-30", left=-1, findings="not-filed"),
            # Incomplete does not satisfy: the summary stays behind it.
            SRR_SUM: want("Blocked", left=9, blocked=(SRR,)),
        },
    ),
    Row(
        "Level 3, only a receipt, and that not in Stepwell: both are said",
        make_case("3", receipt(TEAM, "07-01", filed_on=None)),
        "07-02",
        None,
        {TEAM: want("Incomplete", left=8, findings={"not-filed", "contents-not-itemised"})},
    ),
    Row(
        # "at least 1"; each of the four must be true.
        "A self-review of no students, findings not entered",
        make_case(
            "1",
            filed(
                SRR, "06-20", contents=complete(SRR, students_reviewed=0, findings_entered=False)
            ),
        ),
        "06-21",
        None,
        {SRR: want("Incomplete", due="06-30", left=9, findings={"out-of-range", "not-confirmed"})},
    ),
    Row(
        # Absent where needed is an error finding; the confirmation is only asked for (warning).
        "A self-review without confirmation is Submitted",
        make_case("1", filed(SRR, "06-20", contents=complete(SRR, confirmation=None))),
        "06-21",
        None,
        {SRR: want("Submitted", "settled", due="06-30", left=9, findings="missing-field")},
    ),
    Row(
        # Placement and climate come from the second source: without it two of six elements, one of
        # two kinds and one of two origins are missing. One code; three findings.
        "A drill down from one source only does not cover kinds, origins, elements",
        make_case(
            "1",
            filed(DATA, "07-01", contents=complete(DATA, sources=complete(DATA)["sources"][:1])),
        ),
        "07-02",
        None,
        {DATA: want("Incomplete", left=8, findings="not-covered")},
    ),
    Row(
        # Not both through the IDC tool: then where, when and how the reports went.
        "A drill down without the IDC tool and without reports is Incomplete",
        make_case("1", filed(DATA, "07-01", contents=complete(DATA, idc_reports_generated=False))),
        "07-02",
        None,
        {DATA: want("Incomplete", left=8, findings="missing-field")},
    ),
    Row(
        # Level 1 sends its reports to the SELPA: no copy to the CDE's mailbox.
        "Level 1, reports sent to the SELPA",
        make_case(
            "1",
            filed(
                DATA,
                "07-01",
                contents=complete(
                    DATA,
                    idc_loaded=False,
                    idc_reports_generated=False,
                    reports={"sent_to": "SELPA", "sent_on": "2024-06-28", "method": "e-mail"},
                ),
            ),
        ),
        "07-02",
        None,
        {DATA: want("Submitted", "settled", left=8)},
    ),
    Row(
        # "submitted those reports to the ... FMTA Consultant with a cc to TargetedMonitoring@..."
        "Level 3, reports sent without the copy to the mailbox",
        make_case(
            "3",
            filed(
                DATA,
                "07-01",
                contents=complete(
                    DATA,
                    idc_loaded=False,
                    idc_reports_generated=False,
                    reports={"sent_to": "consultant", "sent_on": "2024-06-28", "method": "e-mail"},
                ),
            ),
        ),
        "07-02",
        None,
        {DATA: want("Incomplete", left=8, findings="missing-field")},
    ),
    Row(
        # "including participation numbers or rates": either will do, none will not.
        "Parent input with a response rate in place of a number",
        make_case(
            "3",
            filed(
                PARENTS, "07-01", contents=complete(PARENTS, participants=None, response_rate=0.25)
            ),
        ),
        "07-02",
        None,
        {PARENTS: want("Submitted", "settled", left=8)},
    ),
    Row(
        "Parent input with neither numbers nor rates is Incomplete",
        make_case("3", filed(PARENTS, "07-01", contents=complete(PARENTS, participants=None))),
        "07-02",
        None,
        {PARENTS: want("Incomplete", left=8, findings="missing-field")},
    ),
    Row(
        "A response rate is between 0 and 1",
        make_case(
            "3",
            filed(
                PARENTS, "07-01", contents=complete(PARENTS, participants=None, response_rate=25)
            ),
        ),
        "07-02",
        None,
        {PARENTS: want("Incomplete", left=8, findings="out-of-range")},
    ),
    Row(
        # Our reading: at Level 3 "at least one identified problem area will relate" is an error.
        "Level 3 consolidation in which no area relates to the identification",
        make_case("3", filed(CONS, "07-01", contents=complete(CONS, problem_areas=UNRELATED))),
        "07-02",
        None,
        {CONS: want("Incomplete", left=8, findings="none-marked")},
    ),
    Row(
        # The same words at Level 1, where the guidance expects nothing of the kind.
        "Level 1 consolidation in which no area relates: Submitted",
        make_case("1", filed(CONS, "07-01", contents=complete(CONS, problem_areas=UNRELATED))),
        "07-02",
        None,
        {CONS: want("Submitted", "settled", requirement="recommended", left=8)},
    ),
    Row(
        # "Include statistics or other quantification in the description of each problem area."
        "A problem area without a number is Incomplete, recommended or not - and never late",
        make_case(
            "1",
            filed(
                CONS,
                "07-01",
                contents=complete(
                    CONS,
                    problem_areas=[complete(CONS)["problem_areas"][0] | {"quantification": " "}],
                ),
            ),
            filed=ON_TIME_1,
        ),
        "07-20",
        # A recommended activity does not put a case at risk.
        "OnTrack",
        {CONS: want("Incomplete", requirement="recommended", left=-10, findings="missing-field")},
    ),
    Row(
        "Recommended and never filed: at the end of the year still only Recommended",
        make_case("1", approved(PLAN, "12-05"), filed=ON_TIME_1),
        "12-31",
        "Complete",
        {CONS: want("Recommended", requirement="recommended", left=-174)},  # 21+31+30+31+30+31
    ),
    Row(
        # Approval: at Level 3 the form, a link or the whole e-mail, and the typed name.
        "Level 3 plan by e-mail, but without the copy to the mailbox",
        make_case(
            "3",
            filed(
                PLAN,
                "12-02",
                contents=complete(
                    PLAN,
                    link=None,
                    emailed_on="2024-12-02",
                    consultant_name="Pat Moss",
                    consultant_email="moss@example.org",
                ),
            ),
            filed=without(ON_TIME_3, PLAN),
        ),
        "12-03",
        "AtRisk",
        {PLAN: want("Incomplete", due="12-06", left=3, findings="missing-field")},
    ),
]

# ------------------------------------------------------------------------------- what blocks what

BLOCKED = [
    Row(
        # The summary is filed, with errors: it is the root now, whatever else.
        "A prerequisite with errors is the root itself",
        make_case(
            "3",
            filed(SRR_SUM, "06-20", contents=complete(SRR_SUM, areas_of_concern=None)),
            filed={TEAM: "05-01", SRR: "06-14", DATA: "06-20", PARENTS: "06-20"},
        ),
        "06-21",
        "AtRisk",
        {
            SRR_SUM: want("Incomplete", left=19, findings="missing-field"),
            CONS: want("Blocked", left=19, blocked=(SRR_SUM,)),
            PRIO: want("Blocked", due="10-10", left=111, blocked=(SRR_SUM,)),
        },
    ),
    Row(
        # The summary has something filed, so it is a root and we look no further behind it.
        "A prerequisite with errors is the root, though its own prerequisite is missing too",
        make_case(
            "3",
            filed(SRR_SUM, "06-20", contents=complete(SRR_SUM, areas_of_concern=None)),
            filed={TEAM: "05-01", DATA: "06-20", PARENTS: "06-20"},
        ),
        "06-21",
        "AtRisk",
        {CONS: want("Blocked", left=19, blocked=(SRR_SUM,))},
    ),
    Row(
        "Only the consolidation is missing: it alone is the root of Steps 2 and 3",
        make_case("3", filed={one: ON_TIME_3[one] for one in (TEAM, SRR, SRR_SUM, DATA, PARENTS)}),
        "06-25",
        "OnTrack",
        {
            CONS: want("Upcoming", left=15),
            PRIO: want("Blocked", due="10-10", left=107, blocked=(CONS,)),
            ROOTS: want("Blocked", due="10-10", left=107, blocked=(CONS,)),
            PLAN: want("Blocked", due="12-06", left=164, blocked=(CONS,)),
        },
    ),
    Row(
        # Returned does not satisfy a prerequisite.
        "The review was returned: the summary is behind it again",
        make_case("1", filed(SRR, "06-14"), returned(SRR, "06-20")),
        "06-21",
        "AtRisk",
        {
            SRR: want("Returned", due="06-30", left=9),
            SRR_SUM: want("Blocked", left=19, blocked=(SRR,)),
        },
    ),
    Row(
        # What is filed is not blocked, whatever is missing before it.
        "A summary filed before its review: not blocked",
        make_case("1", filed(SRR_SUM, "06-20")),
        "06-21",
        None,
        {SRR_SUM: want("Submitted", "settled", left=19)},
    ),
    Row(
        # An exception on record satisfies.
        "The review is excused: the summary can go on",
        make_case("1", excused(SRR, "05-01", grantor="cde")),
        "06-20",
        None,
        {
            SRR: want("Excused", "settled", due="06-30", left=10),
            SRR_SUM: want("Upcoming", left=20),
        },
    ),
    Row(
        # A soft edge is advice: no team, and the self-review is not blocked.
        "No team yet: nothing is blocked by it",
        make_case("1"),
        "06-20",
        None,
        {SRR: want("DueSoon", due="06-30", left=10), DATA: want("Upcoming", left=20)},
    ),
]

# --------------------------------------------------------------- reviews, versions, voided records

PLAN_WITH_GAP = complete(PLAN, "1", covers_all_components=False)

REVIEWS = [
    Row(
        # The plan needs approval: Submitted waits for the reviewer. Not overdue, not settled.
        "Level 1 plan in on time and unread on December 20: Submitted, nobody is late",
        make_case("1", filed=ON_TIME_1),
        "12-20",
        "OnTrack",
        {PLAN: want("Submitted", due="12-06", left=-14)},
    ),
    Row(
        "Level 3 plan: the CDE approves, settled",
        make_case("3", approved(PLAN, "12-18"), filed=ON_TIME_3),
        "12-20",
        "Complete",
        {PLAN: want("Approved", "settled", due="12-06", left=-14)},
    ),
    Row(
        # A review outranks findings. Filed by the due date and approved: not late.
        "Approved despite findings: settled, and the findings stay in sight",
        make_case(
            "1",
            filed(PLAN, "12-02", contents=PLAN_WITH_GAP),
            approved(PLAN, "12-12"),
            filed=without(ON_TIME_1, PLAN),
        ),
        "12-12",
        "Complete",
        {PLAN: want("Approved", "settled", due="12-06", left=-6, findings="not-confirmed")},
    ),
    Row(
        # The day before the approval the same version was Incomplete, late and overdue.
        "The day before that approval",
        make_case(
            "1",
            filed(PLAN, "12-02", contents=PLAN_WITH_GAP),
            approved(PLAN, "12-12"),
            filed=without(ON_TIME_1, PLAN),
        ),
        "12-11",
        "Overdue",
        {
            PLAN: want(
                "Incomplete", "late", "overdue", due="12-06", left=-5, findings="not-confirmed"
            )
        },
    ),
    Row(
        # A receipt can still be returned, before the due date: at risk.
        "A root cause analysis returned in September is Returned, not overdue",
        make_case("1", returned(ROOTS, "09-25"), filed=without(ON_TIME_1, PLAN) | {ROOTS: "09-20"}),
        "09-30",
        "AtRisk",
        {ROOTS: want("Returned", due="10-10", left=10)},
    ),
    Row(
        # A version without errors was filed by December 6: the LEA was not late. It is overdue,
        # since the plan is with the LEA again and its day is past.
        "Plan on time, returned on December 9: overdue, not late",
        make_case("1", returned(PLAN, "12-09"), filed=ON_TIME_1),
        "12-10",
        "Overdue",
        {PLAN: want("Returned", "overdue", due="12-06", left=-4)},
    ),
    Row(
        "Plan on time, returned, filed again after the due date: still not late",
        make_case("1", returned(PLAN, "12-09"), filed(PLAN, "12-16", version=2), filed=ON_TIME_1),
        "12-16",
        "OnTrack",
        {PLAN: want("Submitted", due="12-06", left=-10)},
    ),
    Row(
        # What was in by December 6 had errors and was never approved: late.
        "Plan on time but with errors, returned, filed well after the due date: late",
        make_case(
            "1",
            filed(PLAN, "12-02", contents=PLAN_WITH_GAP),
            returned(PLAN, "12-04"),
            filed(PLAN, "12-16", version=2),
            filed=without(ON_TIME_1, PLAN),
        ),
        "12-16",
        "OnTrack",
        {PLAN: want("Submitted", "late", due="12-06", left=-10)},
    ),
    Row(
        # Of two decisions on one version the last counts.
        "Returned by mistake, then approved",
        make_case("1", returned(PLAN, "12-09"), approved(PLAN, "12-10"), filed=ON_TIME_1),
        "12-10",
        "Complete",
        {PLAN: want("Approved", "settled", due="12-06", left=-4)},
    ),
    Row(
        # The latest version decides; a decision is bound to its version.
        "A second version with errors after an approval: Incomplete again",
        make_case(
            "1",
            approved(PLAN, "12-04"),
            filed(PLAN, "12-16", version=2, contents=PLAN_WITH_GAP),
            filed=ON_TIME_1,
        ),
        "12-16",
        "Overdue",
        # On December 6 an approved version without errors was there: overdue, not late.
        {PLAN: want("Incomplete", "overdue", due="12-06", left=-10, findings="not-confirmed")},
    ),
    Row(
        # A record made in error never counts, on no day: we judge with all that is known now.
        "Filed on July 1, voided on July 20: on July 15 it was Missing all the same",
        make_case("1", filed(TEAM, "07-01", voided_on="07-20")),
        "07-15",
        "Overdue",
        {TEAM: want("Missing", "late", "overdue", left=-5)},
    ),
    Row(
        "A second version with errors is voided: the first stands again",
        make_case(
            "1",
            filed(TEAM, "06-20"),
            filed(
                TEAM,
                "07-01",
                version=2,
                contents=complete(TEAM, members=NO_SITE_ADMINISTRATOR),
                voided_on="07-05",
            ),
        ),
        "07-06",
        None,
        {TEAM: want("Submitted", "settled", left=4)},
    ),
    Row(
        # Versions are ordered by the day they count from, then by number.
        "An older list that turns up later does not replace the newer one",
        make_case(
            "1",
            filed(TEAM, "07-05", version=1),
            filed(TEAM, "07-01", version=2, contents=complete(TEAM, members=NO_SITE_ADMINISTRATOR)),
        ),
        "07-06",
        None,
        {TEAM: want("Submitted", "settled", left=4)},
    ),
    Row(
        "Optional work that is filed is Submitted and settled",
        make_case("1", receipt("theory-of-action", "08-01")),
        "08-02",
        None,
        {
            "theory-of-action": want(
                "Submitted",
                "settled",
                requirement="optional",
                due=None,
                left=None,
                findings="contents-not-itemised",
            )
        },
    ),
]

# ------------------------------------------------------------ extensions, exceptions, withdrawals

GRANTS = [
    Row(
        # Granted on July 15, after the day: from July 15 the new date is in force.
        "The day before an extension is granted: Missing",
        make_case("1", extended(TEAM, "07-31", on="07-15")),
        "07-14",
        "Overdue",
        {TEAM: want("Missing", "late", "overdue", left=-4)},
    ),
    Row(
        "From the day of the grant the new date is in force: 16 days left, late no more",
        make_case("1", extended(TEAM, "07-31", on="07-15"), filed=without(ON_TIME_1, TEAM)),
        "07-15",
        "OnTrack",
        {TEAM: want("Upcoming", due="07-31", left=16)},
    ),
    Row(
        "After the new date: Missing, counted from there",
        make_case("1", extended(TEAM, "07-31", on="07-15")),
        "08-01",
        "Overdue",
        {TEAM: want("Missing", "late", "overdue", due="07-31", left=-1)},
    ),
    Row(
        # The last granted counts, though it gives less time.
        "Two extensions: the last granted counts, not the longest",
        make_case("1", extended(TEAM, "08-30", on="07-01"), extended(TEAM, "07-31", on="07-05")),
        "07-20",
        None,
        {TEAM: want("DueSoon", due="07-31", left=11)},
    ),
    Row(
        # A grant gives a new date in force, whichever way it lies from the old one.
        "A new date before the old one is in force like any other",
        make_case("1", extended(TEAM, "07-01", on="06-03")),
        "07-02",
        "Overdue",
        {TEAM: want("Missing", "late", "overdue", due="07-01", left=-1)},
    ),
    Row(
        "Between the two grants the first was in force",  # 4 July to 30 August: 27 + 30
        make_case("1", extended(TEAM, "08-30", on="07-01"), extended(TEAM, "07-31", on="07-05")),
        "07-04",
        None,
        {TEAM: want("Upcoming", due="08-30", left=57)},
    ),
    Row(
        "Two extensions granted on one day: the one learnt last counts",
        make_case("1", extended(TEAM, "08-30", on="07-01"), extended(TEAM, "08-09", on="07-01")),
        "08-01",
        None,
        {TEAM: want("DueSoon", due="08-09", left=8)},
    ),
    Row(
        # Filed on July 12, extended afterwards to July 31: by the date in force it was in time.
        "Filed late and extended afterwards: late no more",
        make_case("1", filed(TEAM, "07-12"), extended(TEAM, "07-31", on="07-15")),
        "07-15",
        None,
        {TEAM: want("Submitted", "settled", due="07-31", left=16)},
    ),
    Row(
        # An extension moves one activity, not what comes after it.
        "The review has more time; its summary has not",
        make_case("1", extended(SRR, "07-31", on="06-20", grantor="cde")),
        "07-11",
        "Overdue",
        {
            SRR: want("Upcoming", due="07-31", left=20),
            SRR_SUM: want("Missing", "late", "overdue", left=-1, blocked=(SRR,)),
        },
    ),
    Row(
        "Excused: settled, never late",
        make_case("1", excused(TEAM, "06-01")),
        "07-20",
        None,
        {TEAM: want("Excused", "settled", left=-10)},
    ),
    Row(
        # It was Missing from July 11 to 14; nothing is rewritten.
        "The day before the exception it was Missing",
        make_case("1", excused(TEAM, "07-15")),
        "07-14",
        "Overdue",
        {TEAM: want("Missing", "late", "overdue", left=-4)},
    ),
    Row(
        # Excused is the first state that fits; what is wrong with what came is still told.
        "Excused after an incomplete list came",
        make_case(
            "1",
            filed(TEAM, "07-01", contents=complete(TEAM, members=NO_SITE_ADMINISTRATOR)),
            excused(TEAM, "07-05"),
        ),
        "07-20",
        None,
        {TEAM: want("Excused", "settled", left=-10, findings="not-covered")},
    ),
    Row(
        # Every required activity settled: excused counts as settled.
        "All done but an excused team: Complete",
        make_case(
            "1", approved(PLAN, "12-05"), excused(TEAM, "06-01"), filed=without(ON_TIME_1, TEAM)
        ),
        "12-05",
        "Complete",
        {},
    ),
]

# ------------------------------------------------------------------------------- change of level

LEVEL_CHANGES = [
    Row(
        "Level 1 until July 31: consolidation is only recommended",
        make_case("1", placed("3", "08-01"), with_us(TEAM, "06-20")),
        "07-31",
        None,
        {CONS: want("Recommended", requirement="recommended", left=-21)},
    ),
    Row(
        # From August 1 Level 3: required, and July 10 is past (late and overdue count from the due
        # date; how the LEA is chased is another matter). The team list was filed with the SELPA,
        # its receiver then: a new level re-opens nothing, so no `not-filed`.
        "Level 3 from August 1: consolidation is Missing, the team list of June stays done",
        make_case("1", placed("3", "08-01"), with_us(TEAM, "06-20")),
        "08-01",
        "Overdue",
        {
            CONS: want("Missing", "late", "overdue", left=-22, blocked=(SRR, DATA, PARENTS)),
            TEAM: want("Submitted", "settled", left=-22),
            PARENTS: want("Missing", "late", "overdue", left=-22),
        },
    ),
    Row(
        # Filed on June 28 as recommended work of Level 1, in which no area relates to Level 3.
        "Level 3 from August 1: a consolidation of Level 1 is judged by Level 1",
        make_case(
            "1",
            placed("3", "08-01"),
            filed(CONS, "06-28", contents=complete(CONS, problem_areas=UNRELATED)),
        ),
        "08-05",
        None,
        {CONS: want("Submitted", "settled", left=-26)},
    ),
    Row(
        # The second version is of August and judged by Level 3.
        "Level 3 from August 1: a second version in August is judged by Level 3",
        make_case(
            "1",
            placed("3", "08-01"),
            filed(CONS, "06-28", contents=complete(CONS, problem_areas=UNRELATED)),
            filed(CONS, "08-02", version=2, contents=complete(CONS, problem_areas=UNRELATED)),
        ),
        "08-05",
        "Overdue",
        # A version without errors was filed by July 10: overdue, not late.
        {CONS: want("Incomplete", "overdue", left=-26, findings="none-marked")},
    ),
    Row(
        "Level 3 until July 19: consolidation is Missing",
        make_case("3", placed("1", "07-20")),
        "07-19",
        "Overdue",
        {CONS: want("Missing", "late", "overdue", left=-9, blocked=(SRR, DATA, PARENTS))},
    ),
    Row(
        # From July 20 Level 1 with Indicator 8 met.
        "Level 1 from July 20: it is recommended, and parent input falls away",
        make_case("3", placed("1", "07-20")),
        "07-20",
        "Overdue",
        {
            CONS: want("Recommended", requirement="recommended", left=-10),
            PARENTS: want(
                "NotApplicable", "settled", requirement="not-applicable", due=ANY, left=ANY
            ),
            ROOTS: want("Upcoming", due="10-10", left=82),
        },
    ),
    Row(
        # Judged by the receiver in force on its own date: that was Stepwell.
        "Level 1 from July 20: what lay with us for Stepwell is still not filed",
        make_case("3", placed("1", "07-20"), with_us(TEAM, "07-01")),
        "07-21",
        None,
        {TEAM: want("Incomplete", "late", "overdue", left=-11, findings="not-filed")},
    ),
]

# ------------------------------------------------------------------------------ corrective actions

CORRECTIVE = [
    Row(
        # Only the CDE can know: not yet. It hinders nothing.
        "Final findings unknown in October: not yet, and nobody is at risk for it",
        make_case("1", filed=without(ON_TIME_1, PLAN)),
        "10-20",
        "OnTrack",
        {FIXES: want("NotYet", requirement="not-yet", due=None, left=None)},
    ),
    Row(
        "Everything approved and final findings unknown: Complete",
        make_case("1", approved(PLAN, "12-05"), filed=ON_TIME_1),
        "12-05",
        "Complete",
        {FIXES: want("NotYet", requirement="not-yet", due=None, left=None)},
    ),
    Row(
        "No final findings: nothing to correct",
        make_case("1", fact("final-findings", "no", "10-15"), filed=without(ON_TIME_1, PLAN)),
        "10-20",
        "OnTrack",
        {
            FIXES: want(
                "NotApplicable", "settled", requirement="not-applicable", due=None, left=None
            )
        },
    ),
    Row(
        # Required, and no date is known: Upcoming without days, never late.
        "Final findings, no date yet: required without a date",
        make_case("1", fact("final-findings", "yes", "10-15"), filed=without(ON_TIME_1, PLAN)),
        "12-20",
        None,
        {FIXES: want("Upcoming", due=None, left=None)},
    ),
    Row(
        "Final findings, no date, and the self-review never came: Blocked by it",
        make_case("1", fact("final-findings", "yes", "10-15"), filed=without(ON_TIME_1, SRR)),
        "10-20",
        "Overdue",
        {FIXES: want("Blocked", due=None, left=None, blocked=(SRR,))},
    ),
    Row(
        # The date was entered on November 4. 2 December to 16 December: 14 days.
        "Final findings with a date: due soon fourteen days before",
        make_case(
            "1",
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "11-04"),
            filed=ON_TIME_1,
        ),
        "12-02",
        "AtRisk",
        {FIXES: want("DueSoon", due="12-16", left=14)},
    ),
    Row(
        "Before the date was entered there was none",
        make_case(
            "1",
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "11-04"),
            filed=ON_TIME_1,
        ),
        "11-03",
        None,
        {FIXES: want("Upcoming", due=None, left=None)},
    ),
    Row(
        "The day after that date: Missing",
        make_case(
            "1",
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "11-04"),
            filed=ON_TIME_1,
        ),
        "12-17",
        "Overdue",
        {FIXES: want("Missing", "late", "overdue", due="12-16", left=-1)},
    ),
    Row(
        # The CDE moves the date: the fact that holds last counts.
        "The CDE moves its date",
        make_case(
            "1",
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "11-04"),
            fact("corrective-actions-due", "2025-01-31", "12-10"),
            filed=ON_TIME_1,
        ),
        "12-17",
        None,
        {FIXES: want("Upcoming", due="2025-01-31", left=45)},
    ),
    Row(
        # The self-review is with the CDE; SECMS is the receiver at every level.
        "Corrective actions documented in SECMS",
        make_case(
            "1",
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "11-04"),
            filed(FIXES, "12-10"),
            filed=ON_TIME_1,
        ),
        "12-17",
        "OnTrack",
        {FIXES: want("Submitted", "settled", due="12-16", left=-1)},
    ),
]

# --------------------------------------------------------------------- references between artifacts

UP_TO_CONS = {one: ON_TIME_3[one] for one in (TEAM, SRR, SRR_SUM, DATA, PARENTS, CONS)}

REFERENCES = [
    Row(
        "A whole Level 3 year on time fits together",
        make_case("3", filed=ON_TIME_3),
        "12-03",
        "OnTrack",
        {
            PRIO: want("Submitted", "settled", due="10-10", left=-54),
            ROOTS: want("Submitted", "settled", due="10-10", left=-54),
            PLAN: want("Submitted", due="12-06", left=3),
        },
    ),
    Row(
        "Prioritization ranks an area that the consolidation does not have",
        make_case(
            "3",
            filed(PRIO, "09-20", contents=complete(PRIO, ranked=["p1", "p9"])),
            filed=UP_TO_CONS,
        ),
        "09-21",
        "AtRisk",
        {PRIO: want("Incomplete", due="10-10", left=19, findings="unknown-reference")},
    ),
    Row(
        # `to_explore` is part of `ranked`.
        "Prioritization wants to explore what it did not rank",
        make_case(
            "3",
            filed(PRIO, "09-20", contents=complete(PRIO, ranked=["p1"], to_explore=["p2"])),
            filed=UP_TO_CONS,
        ),
        "09-21",
        "AtRisk",
        {PRIO: want("Incomplete", due="10-10", left=19, findings="unknown-reference")},
    ),
    Row(
        # A version is judged against the upstream version of its own date; a later consolidation
        # cures nothing, the LEA files again.
        "The area is added to the consolidation five days later: still an error",
        make_case(
            "3",
            filed(PRIO, "09-20", contents=complete(PRIO, ranked=["p1", "p3"])),
            filed(CONS, "09-25", version=2, contents=SECOND_CONTENTS),
            filed=UP_TO_CONS,
        ),
        "09-26",
        "AtRisk",
        {PRIO: want("Incomplete", due="10-10", left=14, findings="unknown-reference")},
    ),
    Row(
        # Filed the same day: "on or before this version's own date".
        "The area is added to the consolidation on the same day: fine",
        make_case(
            "3",
            filed(PRIO, "09-20", contents=complete(PRIO, ranked=["p1", "p3"])),
            filed(CONS, "09-20", version=2, contents=SECOND_CONTENTS),
            filed=UP_TO_CONS,
        ),
        "09-26",
        None,
        {PRIO: want("Submitted", "settled", due="10-10", left=14)},
    ),
    Row(
        # p2 became p3 after the prioritization was filed: a warning, never an un-settling.
        "The consolidation changes after it was prioritized: out of date, still settled",
        make_case(
            "3",
            filed(CONS, "09-25", version=2, contents=SECOND_CONTENTS),
            filed=UP_TO_CONS | {PRIO: "09-20"},
        ),
        "09-26",
        None,
        {PRIO: want("Submitted", "settled", due="10-10", left=14, findings="out-of-date-with")},
    ),
    Row(
        "The day before it changed nothing was out of date",
        make_case(
            "3",
            filed(CONS, "09-25", version=2, contents=SECOND_CONTENTS),
            filed=UP_TO_CONS | {PRIO: "09-20"},
        ),
        "09-24",
        None,
        {PRIO: want("Submitted", "settled", due="10-10", left=16)},
    ),
    Row(
        # A receipt has no ids to compare with: a warning.
        "Prioritization of a consolidation that is only a receipt: not checked",
        make_case("3", receipt(CONS, "06-28"), filed=without(UP_TO_CONS, CONS) | {PRIO: "09-20"}),
        "09-21",
        None,
        {
            PRIO: want(
                "Submitted", "settled", due="10-10", left=19, findings="reference-not-checked"
            )
        },
    ),
    Row(
        # At Level 3 the edge is hard: an error. It is filed, so nothing blocks it.
        "Level 3 prioritization with nothing filed to prioritize",
        make_case("3", filed=without(UP_TO_CONS, CONS) | {PRIO: "09-20"}),
        "09-21",
        "Overdue",
        {PRIO: want("Incomplete", due="10-10", left=19, findings="reference-to-nothing-filed")},
    ),
    Row(
        # At Level 3 root causes come after prioritization and so, at one remove, after
        # consolidation: hard all the way, so the reference to p1 points at nothing.
        "Level 3 root causes with nothing of the chain filed",
        make_case("3", filed=without(UP_TO_CONS, CONS) | {ROOTS: "10-04"}),
        "10-05",
        "Overdue",
        {ROOTS: want("Incomplete", due="10-10", left=5, findings="reference-to-nothing-filed")},
    ),
    Row(
        # At Level 1 the edge is soft: no error, whatever else is said.
        "Level 1 prioritization with nothing filed to prioritize",
        make_case("1", filed=without(ON_TIME_1, ROOTS, PLAN) | {PRIO: "09-20"}),
        "09-21",
        "OnTrack",
        {
            PRIO: want(
                "Submitted", "settled", requirement="optional", due="10-10", left=19, findings=ANY
            )
        },
    ),
    Row(
        # The problem area is written out in place: no reference into the receipt, so no warning.
        "Level 1 root causes with their own words beside a consolidation that is only a receipt",
        make_case(
            "1", receipt(CONS, "06-28"), filed=without(ON_TIME_1, ROOTS, PLAN) | {ROOTS: "10-04"}
        ),
        "10-05",
        "OnTrack",
        {ROOTS: want("Submitted", "settled", due="10-10", left=5)},
    ),
    Row(
        # "at least one [root cause] for each ... problem area ... chosen as having priority":
        # p1 and p2 are to be explored, r1 is for p1 only.
        "A problem area to explore without a root cause",
        make_case(
            "3",
            filed(PRIO, "09-20", contents=complete(PRIO, to_explore=["p1", "p2"])),
            filed=UP_TO_CONS | {ROOTS: "10-04"},
        ),
        "10-05",
        "AtRisk",
        {ROOTS: want("Incomplete", due="10-10", left=5, findings="not-covered")},
    ),
    Row(
        # Stepwell has boxes 19 to 22: four root causes. A fifth is a warning, at Level 3 only.
        "Five root causes at Level 3: a warning",
        make_case(
            "3",
            filed(
                ROOTS,
                "10-04",
                contents={
                    "root_causes": [
                        complete(ROOTS)["root_causes"][0] | {"id": f"r{n}"} for n in range(1, 6)
                    ]
                },
            ),
            filed=without(ON_TIME_3, ROOTS, PLAN),
        ),
        "10-05",
        "OnTrack",
        {ROOTS: want("Submitted", "settled", due="10-10", left=5, findings="too-many")},
    ),
    Row(
        "Five root causes at Level 1: nothing to say",
        make_case(
            "1",
            filed(
                ROOTS,
                "10-04",
                contents={
                    "root_causes": [
                        complete(ROOTS, "1")["root_causes"][0] | {"id": f"r{n}"}
                        for n in range(1, 6)
                    ]
                },
            ),
            filed=without(ON_TIME_1, ROOTS, PLAN),
        ),
        "10-05",
        "OnTrack",
        {ROOTS: want("Submitted", "settled", due="10-10", left=5)},
    ),
    Row(
        # The plan is, at every level, hard after the root cause analysis.
        "Level 1 plan that addresses an unknown root cause",
        make_case(
            "1",
            filed(PLAN, "12-02", contents=complete(PLAN, "1", root_causes_addressed=["r7"])),
            filed=without(ON_TIME_1, PLAN),
        ),
        "12-03",
        "AtRisk",
        {PLAN: want("Incomplete", due="12-06", left=3, findings="unknown-reference")},
    ),
]

ROWS = [
    *LEVELS,
    *DAYS,
    *FILINGS,
    *BLOCKED,
    *REVIEWS,
    *GRANTS,
    *LEVEL_CHANGES,
    *CORRECTIVE,
    *REFERENCES,
]


def status_on(case: Case, on: str) -> CaseStatus | None:
    return evaluate(case, process(), day(on), calendar())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_state(row: Row) -> None:
    status = status_on(row.case, row.on)
    assert status is not None
    assert {one: said(status.activity(one)) for one in row.expect} == row.expect
    if row.case_state is not None:
        assert status.state == row.case_state


def test_every_state_has_a_row() -> None:
    seen = {want["state"] for row in ROWS for want in row.expect.values()}
    assert seen == {
        "Excused", "Approved", "Returned", "Incomplete", "Submitted", "NotApplicable", "Optional",
        "Recommended", "Undetermined", "NotYet", "Missing", "Blocked", "DueSoon", "Upcoming",
    }  # fmt: skip
    assert {row.case_state for row in ROWS} == {None, "Overdue", "AtRisk", "Complete", "OnTrack"}


# ------------------------------------------------------------------------------------ withdrawal


@pytest.mark.parametrize(
    ("on", "level"),
    [
        ("03-14", None),  # before the process starts the LEA is in no cohort
        ("08-04", "3"),  # the last day
        ("08-05", None),  # out of the cohort from August 5 on
        ("09-30", None),
        ("10-01", "1"),  # a later roster row brings it back, at its level
    ],
)
def test_a_withdrawn_lea_has_no_status_until_a_roster_row_brings_it_back(
    on: str, level: str | None
) -> None:
    status = status_on(make_case("3", withdrawn("08-05"), placed("1", "10-01")), on)
    assert (status and status.level) == level


def test_what_was_filed_before_a_withdrawal_counts_after_the_return() -> None:
    case = make_case("3", withdrawn("08-05"), placed("3", "10-01"), filed={TEAM: "06-20"})
    status = status_on(case, "10-01")
    assert status is not None
    assert status.activity(TEAM).state == "Submitted"


# ------------------------------------------------------------------- support, receivers, severity


@pytest.mark.parametrize(
    ("activity", "level", "support"),
    [
        # the words of the chart, line by line
        (TEAM, "1", "independent"), (TEAM, "2", "independent"), (TEAM, "3", "assisted"),
        (SRR, "1", "independent"), (SRR, "2", "independent"), (SRR, "3", "independent"),
        (DATA, "1", "independent"), (DATA, "2", "independent"), (DATA, "3", "assisted"),
        (PARENTS, "1", None), (PARENTS, "2", None), (PARENTS, "3", "independent"),
        (CONS, "1", None), (CONS, "3", "independent"),
        (PRIO, "2", None), (PRIO, "3", "independent"),
        (ROOTS, "1", "independent"), (ROOTS, "2", "independent"), (ROOTS, "3", "assisted"),
        (PLAN, "1", "independent"), (PLAN, "2", "independent"), (PLAN, "3", "assisted"),
    ],
)  # fmt: skip
def test_support_is_what_the_chart_says(activity: str, level: str, support: str | None) -> None:
    status = status_on(make_case(level, indicator_8="unmet"), "04-01")
    assert status is not None
    assert status.activity(activity).support == support


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_activities_come_in_file_order(level: str) -> None:
    status = status_on(make_case(level), "04-01")
    assert status is not None
    assert [one.id for one in status.activities] == [one.id for one in process().activities]


@pytest.mark.parametrize(
    ("contents", "severity"),
    [
        ({"lead": None}, "warning"),  # "(recommended)"
        ({"members": NO_SITE_ADMINISTRATOR}, "error"),  # "must include"
    ],
)
def test_severity_follows_the_word_of_the_guidance(contents: dict[str, Any], severity: str) -> None:
    case = make_case("1", filed(TEAM, "07-01", contents=complete(TEAM, **contents)))
    status = status_on(case, "07-02")
    assert status is not None
    assert [one.severity for one in status.activity(TEAM).findings] == [severity]


@pytest.mark.parametrize("level", ["1", "2", "3"])
def test_the_complete_artifacts_of_the_factories_are_accepted_as_they_are(level: str) -> None:
    for activity in process().activities:
        contents = complete(activity.id, level)
        assert read_contents(activity, contents) == contents


def test_each_answer_names_its_rule_and_the_words_of_the_source() -> None:
    for level in ("1", "2", "3"):
        status = status_on(make_case(level), "07-11")
        assert status is not None
        for one in status.activities:
            assert one.because.rule, one.id
            assert one.because.quote, one.id


def test_a_case_is_a_value() -> None:
    case = make_case("3", filed=ON_TIME_3)
    assert dataclasses.replace(case) == case
    assert case.roster_entries[0].holds_on == START
