"""Notices worked out by hand from the design's ladder, before any code was run.

One row: what is known of an LEA, what the ledger already holds, the day asked for, and everything
that must go out or wait: what is owed minus what the ledger has. In most rows all but one or two
activities are done, so that the whole list can be read at a glance.

Dates to have at hand (2024; the weekday matters):

    SRR self-review   due Sun Jun 30: reminders Fri May 31, (Sun Jun 16 ->) Fri Jun 14,
                      (Sun Jun 23 ->) Fri Jun 21, (Sat Jun 29 ->) Fri Jun 28;
                      overdue Mon Jul 1, (Sun Jul 7 ->) Mon Jul 8, (Sun Jul 14 ->) Mon Jul 15
    Step 1            due Wed Jul 10: reminders Mon Jun 10, Wed Jun 26, Wed Jul 3, Tue Jul 9;
                      overdue Thu Jul 11, Wed Jul 17, Wed Jul 24, then Thu Aug 1, Tue Sep 3, ...
    Step 2            due Thu Oct 10: reminders Tue Sep 10, Thu Sep 26, Thu Oct 3, Wed Oct 9;
                      overdue Fri Oct 11, Thu Oct 17, Thu Oct 24, then Fri Nov 1, Mon Dec 2, ...
    Step 3            due Fri Dec 6: reminders Wed Nov 6, Fri Nov 22, (Fri Nov 29, holiday ->)
                      Wed Nov 27, Thu Dec 5; overdue (Sat Dec 7 ->) Mon Dec 9, Fri Dec 13,
                      Fri Dec 20, then Thu Jan 2
    days off          Thu Jul 4, Mon Sep 2, Mon Nov 11, Thu Nov 28 and Fri Nov 29, Wed Dec 25
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from cimflow.process.case import Case
from cimflow.process.contacts import Contact, ContactBook
from cimflow.process.escalation.notice import Key, LedgerState, Notice, Told
from cimflow.process.escalation.owed import Owed, owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from tests.factories import (
    ADDRESS,
    LEA,
    all_done_but,
    approved,
    calendar,
    complete,
    contact,
    contacts,
    day,
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

TEAM = "team-creation"
SRR = "srr-self-review"
SRR_SUM = "srr-summary"
PARENTS = "parent-input"
CONS = "consolidation"
PRIO = "prioritization"
ROOTS = "root-cause-analysis"
PLAN = "improvement-plan"
FIXES = "srr-corrective-actions"

LEAD, ADMIN = "lea-lead", "selpa-admin"
DIRECTOR, SUPER = "lea-director", "superintendent"
SELPA_DIRECTOR, FMTA = "selpa-director", "fmta-consultant"


@dataclass(frozen=True)
class Row:
    name: str
    case: Case
    on: str
    expect: list[tuple[str, str, str, str, frozenset[str]]]
    told: Sequence[Told] = ()
    go_live: str | None = None
    first_sweep: str | None = None
    contacts: list[Contact] = field(default_factory=contacts)


def owe(
    activity: str, rung: str, *roles: str, to: str | None = None, flags: str = ""
) -> list[tuple[str, str, str, str, frozenset[str]]]:
    """One row per role, with the usual holder's address; ``flags`` of waits, held, delayed."""
    return [(activity, rung, role, to or ADDRESS[role], frozenset(flags.split())) for role in roles]


def told(
    activity: str,
    rung: str,
    *roles: str,
    on: str,
    anchor: str = "2024-07-10",
    state: LedgerState = "sent",
    to: str | None = None,
) -> list[Told]:
    """Rows of the ledger: what was queued or sent to these roles, in the run of which day."""
    return [
        Told(Key(LEA, activity, rung, anchor, to or ADDRESS[role]), role, state, day(on))
        for role in roles
    ]


def to_send(row: Row) -> Owed:
    """What is owed on the day asked for, or on the next working day, minus the ledger."""
    asked_on = day(row.on)
    on = calendar().on_or_after(asked_on)
    setting = Setting(
        process=process(),
        ladder=ladder(),
        calendar=calendar(),
        contacts=ContactBook(row.contacts),
        on=on,
        asked_on=asked_on,
        go_live=None if row.go_live is None else day(row.go_live),
        first_sweep=None if row.first_sweep is None else day(row.first_sweep),
    )
    answer = owed(row.case, evaluate(row.case, process(), on, calendar()), row.told, setting)
    known = {one.key for one in row.told}
    return Owed(tuple(one for one in answer.notices if one.key not in known), answer.problems)


def said(notice: Notice) -> tuple[str, str, str, str, frozenset[str]]:
    flags = {flag for flag in ("waits", "held", "delayed") if getattr(notice, flag)}
    return (notice.activity, notice.rung, notice.role, notice.recipient, frozenset(flags))


def only(activity: str, *events: Any, level: str = "1", **more: Any) -> Case:
    """Everything is done but ``activity``, and what is told of it."""
    return make_case(level, *all_done_but(activity), *events, **more)


NO_MEMBERS = complete(TEAM, members=None)

# ------------------------------------------------------------- reminders: windows, gaps, days off

REMINDERS = [
    Row("More than thirty days before: nothing", only(TEAM), "06-07", []),
    Row("Thirty days before, June 10", only(TEAM), "06-10", owe(TEAM, "reminder-30", LEAD)),
    Row(
        # Owed until the day of the next rung; its own day was yesterday.
        "The morning of June 10 was missed: the reminder goes on June 11, delayed",
        only(TEAM),
        "06-11",
        owe(TEAM, "reminder-30", LEAD, flags="delayed"),
    ),
    Row(
        "What was sent is not sent again",
        only(TEAM),
        "06-11",
        [],
        told=told(TEAM, "reminder-30", LEAD, on="06-10"),
    ),
    Row(
        # Anything in the ledger but a cancelled row counts as there.
        "What is queued, held or failed is not queued again",
        only(TEAM),
        "06-11",
        [],
        told=told(TEAM, "reminder-30", LEAD, on="06-10", state="failed"),
    ),
    Row(
        # After a gap only the latest rung to each role goes: reminder-30 was never sent and is not
        # owed any more.
        "Fourteen days before, after a gap of two weeks: one reminder, not two",
        only(TEAM),
        "06-26",
        owe(TEAM, "reminder-14", LEAD),
    ),
    Row("Seven days before", only(TEAM), "07-03", owe(TEAM, "reminder-7", LEAD)),
    Row(
        # July 4 is a holiday: the list shows what Friday July 5 would send.
        "Asked on July 4: what July 5 would send",
        only(TEAM),
        "07-04",
        owe(TEAM, "reminder-7", LEAD, flags="delayed"),
    ),
    Row("The day before", only(TEAM), "07-09", owe(TEAM, "reminder-1", LEAD)),
    Row(
        # "none after the due date": on the day itself it may still go.
        "The due day: the reminder of yesterday, delayed",
        only(TEAM),
        "07-10",
        owe(TEAM, "reminder-1", LEAD, flags="delayed"),
    ),
    Row(
        # June 30 is a Sunday, so are June 16 and 23: reminders go on the working day before.
        "SRR: fourteen days before is Sunday June 16, so it goes on Friday June 14",
        only(SRR),
        "06-14",
        owe(SRR, "reminder-14", LEAD),
    ),
    Row(
        "SRR: on Thursday June 13 it is still the first reminder",
        only(SRR),
        "06-13",
        owe(SRR, "reminder-30", LEAD, flags="delayed"),
    ),
    Row(
        "SRR: seven days before is Sunday June 23, so it goes on Friday June 21",
        only(SRR),
        "06-21",
        owe(SRR, "reminder-7", LEAD),
    ),
    Row(
        "SRR: the day before is Saturday June 29, so it goes on Friday June 28",
        only(SRR),
        "06-28",
        owe(SRR, "reminder-1", LEAD),
    ),
    Row(
        # Monday is after the due date: no reminder, the first overdue notice.
        "SRR: asked on Saturday June 29, Monday's list is the overdue notice",
        only(SRR),
        "06-29",
        owe(SRR, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        # December 6 minus 7 is the day after Thanksgiving: the working day before is Wednesday.
        "Plan: seven days before is November 29, a state holiday, so it goes on November 27",
        only(PLAN),
        "11-27",
        owe(PLAN, "reminder-7", LEAD),
    ),
    Row(
        "Plan: on November 26 it is still the reminder of November 22",
        only(PLAN),
        "11-26",
        owe(PLAN, "reminder-14", LEAD, flags="delayed"),
    ),
    Row(
        "Plan: asked on Thanksgiving, Monday December 2 would send the reminder late",
        only(PLAN),
        "11-28",
        owe(PLAN, "reminder-7", LEAD, flags="delayed"),
    ),
    Row(
        # Extended to July 11: seven days before is July 4, a holiday. Granted June 3.
        "A reminder on July 4 goes on July 3",
        only(TEAM, extended(TEAM, "07-11", on="06-03")),
        "07-03",
        owe(TEAM, "reminder-7", LEAD) + owe(TEAM, "extended", LEAD, flags="delayed"),
    ),
    Row(
        # Extended to November 12 (granted October 1): the day before is Veterans Day, and before
        # that a weekend: Friday November 8.
        "A reminder on Veterans Day, a Monday, goes on the Friday before",
        only(ROOTS, extended(ROOTS, "11-12", on="10-01")),
        "11-08",
        owe(ROOTS, "reminder-1", LEAD),
        told=told(ROOTS, "extended", LEAD, on="10-02", anchor="2024-10-01"),
    ),
    Row("An optional activity is never chased", only("theory-of-action"), "09-10", []),
    Row("A recommended activity is never chased", only(CONS), "07-17", []),
    Row("What was filed on time is never chased", only(TEAM, filed(TEAM, "07-08")), "07-09", []),
    Row("Undetermined is not chased, its fact is", only(PARENTS, indicator_8="unknown"), "07-10",
        owe(PARENTS, "fact-7", ADMIN, flags="delayed")),
]  # fmt: skip

# -------------------------------------------------------------------------------- overdue notices

LEAD_TOLD = told(TEAM, "overdue-1", LEAD, ADMIN, on="07-11")
SEVEN_TOLD = told(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="07-17")
FOURTEEN_TOLD = told(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR, on="07-24")

OVERDUE = [
    Row(
        "The day after: the lead and the SELPA's administrator",
        only(TEAM),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        "Five days after: still the notice of the day after, delayed",
        only(TEAM),
        "07-15",
        owe(TEAM, "overdue-1", LEAD, ADMIN, flags="delayed"),
    ),
    Row(
        # The lead was told on July 11, six days before, after the due date.
        "A week after, the lead told on July 11: nobody waits",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=LEAD_TOLD,
    ),
    Row(
        # No notice to the lead yet: director and superintendent wait; the administrator does not.
        "A week after, nobody told yet: the superiors wait",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
    ),
    Row(
        # Told on Monday 15: on 17 that is two days.
        "A week after, the lead told two days ago: the superiors wait",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-15"),
    ),
    Row(
        # On Friday 19 it is four days: enough.
        "Four days after the lead was told they wait no longer",
        only(TEAM),
        "07-19",
        owe(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, flags="delayed"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-15"),
    ),
    Row(
        "Three days after the lead was told they still wait",
        only(TEAM),
        "07-18",
        owe(TEAM, "overdue-7", LEAD, ADMIN, flags="delayed")
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="delayed waits"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-15"),
    ),
    Row(
        # The outcome of that mail is not known; it may have been read.
        "A notice to the lead whose outcome is uncertain counts as told",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(TEAM, "overdue-1", LEAD, on="07-11", state="uncertain")
        + told(TEAM, "overdue-1", ADMIN, on="07-11"),
    ),
    Row(
        "A notice to the lead that failed does not count",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-11", state="failed"),
    ),
    Row(
        "A notice to the lead that is held does not count",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(TEAM, "overdue-1", LEAD, on="07-11", state="held"),
    ),
    Row(
        # "after the due date": a reminder is no notice that something is late.
        "A reminder before the due date does not count",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(TEAM, "reminder-1", LEAD, on="07-10"),
    ),
    Row(
        # "on that matter": the lead knows of the self-review, not of the team.
        "A notice to the lead on another activity does not count",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(SRR, "overdue-1", LEAD, on="07-01", anchor="2024-06-30"),
    ),
    Row(
        "A notice to the administrator does not count",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(TEAM, "overdue-1", ADMIN, on="07-11"),
    ),
    Row(
        # overdue-7 is the last rung that names director and superintendent: it stays owed to them.
        # To lead and administrator overdue-14 has taken its place.
        "Two weeks after, the superiors never told of the first week",
        only(TEAM),
        "07-24",
        owe(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="delayed"),
        told=LEAD_TOLD,
    ),
    Row(
        "Two weeks after, all went as it should",
        only(TEAM),
        "07-24",
        owe(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR),
        told=LEAD_TOLD + SEVEN_TOLD,
    ),
    Row(
        # At Level 3 the CDE's consultant too, whose mail is always held.
        "Two weeks after at Level 3: the consultant too, held",
        only(TEAM, level="3"),
        "07-24",
        owe(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR)
        + owe(TEAM, "overdue-14", FMTA, flags="held"),
        told=LEAD_TOLD + SEVEN_TOLD,
    ),
    Row(
        # A consultant is a superior like any other.
        "Two weeks after at Level 3, the lead never told: held, and waiting",
        only(TEAM, level="3"),
        "07-24",
        owe(TEAM, "overdue-14", LEAD, ADMIN)
        + owe(TEAM, "overdue-14", SELPA_DIRECTOR, flags="waits")
        + owe(TEAM, "overdue-14", FMTA, flags="held waits")
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="delayed waits"),
    ),
    Row(
        "The first working day of the next month",
        only(TEAM),
        "08-01",
        owe(TEAM, "overdue-monthly", LEAD, ADMIN),
        told=LEAD_TOLD + SEVEN_TOLD + FOURTEEN_TOLD,
    ),
    Row(
        "The day before that: nothing new",
        only(TEAM),
        "07-31",
        [],
        told=LEAD_TOLD + SEVEN_TOLD + FOURTEEN_TOLD,
    ),
    Row(
        "Mid-month without any mail so far: the monthly one, delayed, and what superiors are owed",
        only(TEAM),
        "08-15",
        owe(TEAM, "overdue-monthly", LEAD, ADMIN, flags="delayed")
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="delayed waits")
        + owe(TEAM, "overdue-14", SELPA_DIRECTOR, flags="delayed waits"),
    ),
    Row(
        # September 1 is a Sunday, September 2 Labor Day.
        "September's monthly notice goes on Tuesday September 3",
        only(TEAM),
        "09-03",
        owe(TEAM, "overdue-monthly", LEAD, ADMIN),
        told=LEAD_TOLD + SEVEN_TOLD + FOURTEEN_TOLD,
    ),
    Row(
        "Asked on Saturday August 31, the list is that of September 3",
        only(TEAM),
        "08-31",
        owe(TEAM, "overdue-monthly", LEAD, ADMIN),
        told=LEAD_TOLD + SEVEN_TOLD + FOURTEEN_TOLD,
    ),
    Row(
        # July 7 is a Sunday: overdue rungs go on the working day after. Told July 1: seven days.
        "SRR: a week after is Sunday July 7, so it goes on Monday July 8",
        only(SRR),
        "07-08",
        owe(SRR, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-01", anchor="2024-06-30"),
    ),
    Row(
        "SRR: on Friday July 5 it is still the notice of the day after",
        only(SRR),
        "07-05",
        owe(SRR, "overdue-1", LEAD, ADMIN, flags="delayed"),
    ),
    Row(
        # Days are the run's day: Monday July 8, three days after Friday July 5.
        "SRR: asked on Saturday July 6, the lead told on Friday: on Monday the superiors wait",
        only(SRR),
        "07-06",
        owe(SRR, "overdue-7", LEAD, ADMIN) + owe(SRR, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-05", anchor="2024-06-30"),
    ),
    Row(
        # Three days before Saturday, but five before the Monday that would send it.
        "SRR: asked on Saturday July 6, the lead told on July 3: on Monday nobody waits",
        only(SRR),
        "07-06",
        owe(SRR, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-03", anchor="2024-06-30"),
    ),
    Row(
        "SRR: asked on Sunday July 7, the lead told on July 3: on Monday nobody waits",
        only(SRR),
        "07-07",
        owe(SRR, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-03", anchor="2024-06-30"),
    ),
    Row(
        "SRR: two weeks after is Sunday July 14, so it goes on Monday July 15",
        only(SRR),
        "07-15",
        owe(SRR, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-01", anchor="2024-06-30")
        + told(SRR, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="07-08", anchor="2024-06-30"),
    ),
    Row(
        # Extended to Wednesday July 3: the day after is July 4.
        "The day after is July 4, so it goes on Friday July 5",
        only(SRR, extended(SRR, "07-03", on="06-20", grantor="cde")),
        "07-05",
        owe(SRR, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        # Extended to Thursday November 21: a week after is Thanksgiving, then a holiday, a weekend.
        "A week after is Thanksgiving, so it goes on Monday December 2",
        only(ROOTS, extended(ROOTS, "11-21", on="10-01")),
        "11-28",
        owe(ROOTS, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(ROOTS, "overdue-1", LEAD, ADMIN, on="11-22", anchor="2024-11-21"),
    ),
    Row(
        "The day before Thanksgiving it is still the notice of the day after",
        only(ROOTS, extended(ROOTS, "11-21", on="10-01")),
        "11-27",
        owe(ROOTS, "overdue-1", LEAD, ADMIN, flags="delayed"),
    ),
    Row(
        "The day after is Christmas, so it goes on December 26",
        only(PLAN, extended(PLAN, "12-24", on="11-12")),
        "12-26",
        owe(PLAN, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        "Two weeks after is Christmas, so it goes on December 26",
        only(PLAN, extended(PLAN, "12-11", on="11-12")),
        "12-26",
        owe(PLAN, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR),
        told=told(PLAN, "overdue-1", LEAD, ADMIN, on="12-12", anchor="2024-12-11")
        + told(PLAN, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="12-18", anchor="2024-12-11"),
    ),
    Row(
        "Plan: the day after is Saturday December 7, so it goes on Monday December 9",
        only(PLAN),
        "12-07",
        owe(PLAN, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        # Overdue-14 was December 20; January 1 is a holiday.
        "Plan: the monthly notice of January goes on January 2",
        only(PLAN),
        "2025-01-02",
        owe(PLAN, "overdue-monthly", LEAD, ADMIN),
        told=told(PLAN, "overdue-1", LEAD, ADMIN, on="12-09", anchor="2024-12-06")
        + told(PLAN, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="12-13", anchor="2024-12-06")
        + told(PLAN, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR, on="12-20", anchor="2024-12-06"),
    ),
    Row(
        # Extended to Thursday July 18: overdue-14 is August 1. A monthly notice comes *after*
        # overdue-14, so not on the same day.
        "Overdue-14 falls on the first working day of August: it goes, not the monthly one",
        only(TEAM, extended(TEAM, "07-18", on="06-03")),
        "08-01",
        owe(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-19", anchor="2024-07-18")
        + told(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="07-25", anchor="2024-07-18"),
    ),
    Row(
        # Each on its own ladder: the review of June 30 is eleven days ahead of its summary.
        "Root and what waits below it are both chased, each by its own date",
        make_case("1", *all_done_but(SRR, SRR_SUM)),
        "07-11",
        owe(SRR, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, flags="delayed")
        + owe(SRR_SUM, "overdue-1", LEAD, ADMIN),
        told=told(SRR, "overdue-1", LEAD, ADMIN, on="07-01", anchor="2024-06-30"),
    ),
    Row("Excused is not chased", only(TEAM, excused(TEAM, "07-01")), "07-17", []),
    Row(
        # Submitted waits for the SELPA, not for the LEA. review-7 is another matter (December 9).
        "A plan that waits for its reviewer is not chased",
        only(PLAN, filed(PLAN, "12-02", contents=None)),
        "12-13",
        owe(PLAN, "review-7", ADMIN, flags="delayed"),
    ),
    Row("An LEA that was withdrawn is not chased", only(TEAM, withdrawn("07-12")), "07-17", []),
]

# ------------------------------------------------------------------------------------- go-live

GO_LIVE = [
    Row(
        # Chase date: the latest of July 10 and August 5.
        "Go-live on August 5: nothing is counted before",
        only(TEAM),
        "08-05",
        [],
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        "Go-live on August 5: the first notice on August 6, as if the day had been August 5",
        only(TEAM),
        "08-06",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        # Already overdue at the first live sweep: superiors' mail is for a person to release.
        "Go-live on August 5: on August 12 the superiors' notices are held for a person",
        only(TEAM),
        "08-12",
        owe(TEAM, "overdue-7", LEAD, ADMIN) + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="held"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="08-06", anchor="2024-08-05"),
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        # 5 August + 14 is Monday 19.
        "Go-live on August 5: two weeks on, still held for the superior, never for the lead",
        only(TEAM),
        "08-19",
        owe(TEAM, "overdue-14", LEAD, ADMIN)
        + owe(TEAM, "overdue-14", SELPA_DIRECTOR, flags="held")
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="held delayed"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="08-06", anchor="2024-08-05"),
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        # Overdue-14 counted from go-live is August 19, so August 1 is no monthly day.
        "Go-live on August 5: the first monthly notice is September's",
        only(TEAM),
        "08-30",
        owe(TEAM, "overdue-14", LEAD, ADMIN, flags="delayed")
        + owe(TEAM, "overdue-14", SELPA_DIRECTOR, flags="held delayed")
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="held delayed"),
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="08-06", anchor="2024-08-05"),
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        # October 10 was ahead at the first sweep: nothing is held.
        "Go-live on August 5: what becomes overdue later is not held",
        only(ROOTS),
        "10-17",
        owe(ROOTS, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(ROOTS, "overdue-1", LEAD, ADMIN, on="10-11", anchor="2024-10-10"),
        go_live="08-05",
        first_sweep="08-05",
    ),
    Row(
        "A day before go-live: nothing overdue counts yet",
        only(TEAM),
        "07-24",
        [],
        go_live="08-05",
    ),
    Row(
        # Without a go-live day the list reckons from the start of the process.
        "No go-live day yet: the list shows what would go",
        only(TEAM),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
        go_live=None,
    ),
    Row(
        # Returned July 1, its notice dated July 2; go-live July 15. Due October 10 is far.
        "A return before go-live is still owed to the lead",
        only(ROOTS, filed(ROOTS, "06-20"), returned(ROOTS, "07-01")),
        "07-15",
        owe(ROOTS, "returned", LEAD, flags="delayed"),
        go_live="07-15",
        first_sweep="07-15",
    ),
    Row(
        "An incomplete list from before go-live is still owed to the lead",
        only(ROOTS, filed(ROOTS, "06-20", contents={"root_causes": []})),
        "07-15",
        owe(ROOTS, "incomplete", LEAD, flags="delayed"),
        go_live="07-15",
        first_sweep="07-15",
    ),
    Row(
        # Unmet since July 8: opened would have been July 9, before go-live. Chase date July 22.
        "A duty opened before go-live is not announced",
        only(PARENTS, fact("indicator-8", "unmet", "07-08"), indicator_8="unknown"),
        "07-15",
        [],
        go_live="07-15",
        first_sweep="07-15",
    ),
    Row(
        "An extension granted before go-live is not announced",
        only(TEAM, extended(TEAM, "08-30", on="07-08")),
        "07-15",
        [],
        go_live="07-15",
    ),
    Row(
        # Filed November 1: review-7 is November 8, before go-live on November 12.
        "A plan that has waited a week before go-live is not announced",
        only(PLAN, receipt(PLAN, "11-01")),
        "11-12",
        [],
        go_live="11-12",
    ),
]

# ------------------------------------------------------------- returned, incomplete, review-7

PLAN_BACK = only(PLAN, receipt(PLAN, "12-02"), returned(PLAN, "12-09"))

REVIEWED = [
    Row(
        "Returned on Monday December 9: on the next working day the lead is told",
        PLAN_BACK,
        "12-10",
        owe(PLAN, "returned", LEAD),
    ),
    Row(
        # Ten working days after December 9: 10 11 12 13 16 17 18 19 20 23. Chase date December 23.
        "Returned after the due date: the LEA has ten working days before it is chased",
        PLAN_BACK,
        "12-23",
        [],
        told=told(PLAN, "returned", LEAD, on="12-10", anchor="1"),
    ),
    Row(
        "Returned after the due date: chased from December 24",
        PLAN_BACK,
        "12-24",
        owe(PLAN, "overdue-1", LEAD, ADMIN),
        told=told(PLAN, "returned", LEAD, on="12-10", anchor="1"),
    ),
    Row(
        # `returned` told the lead of the matter on December 10, after December 6. 23 + 7 = 30.
        "Returned after the due date: the lead has heard by the return, the superiors need not wait",
        PLAN_BACK,
        "12-30",
        owe(PLAN, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(PLAN, "returned", LEAD, on="12-10", anchor="1"),
    ),
    Row(
        # It stays owed beside the overdue notice: still true, and never said.
        "Returned, and the lead was never told why: both go",
        PLAN_BACK,
        "12-24",
        owe(PLAN, "returned", LEAD, flags="delayed") + owe(PLAN, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        # Chase date: the latest return of any version. Version 2 has errors, not filed again yet.
        "A second version with errors after a return: its own notice, and the clock of the return",
        only(
            PLAN,
            receipt(PLAN, "12-02"),
            returned(PLAN, "12-09"),
            filed(PLAN, "12-16", version=2, contents=complete(PLAN, "1", format=None)),
        ),
        "12-17",
        owe(PLAN, "incomplete", LEAD),
    ),
    Row(
        "A second version with errors after a return: chased from December 24 all the same",
        only(
            PLAN,
            receipt(PLAN, "12-02"),
            returned(PLAN, "12-09"),
            filed(PLAN, "12-16", version=2, contents=complete(PLAN, "1", format=None)),
        ),
        "12-24",
        owe(PLAN, "overdue-1", LEAD, ADMIN),
        told=told(PLAN, "incomplete", LEAD, on="12-17", anchor="2"),
    ),
    Row(
        # Returned on Friday: the next working day is Monday.
        "Returned on a Friday: told on Monday",
        only(ROOTS, filed(ROOTS, "06-14"), returned(ROOTS, "06-21")),
        "06-22",
        owe(ROOTS, "returned", LEAD),
    ),
    Row(
        "On the day of the return itself nothing goes",
        only(ROOTS, filed(ROOTS, "06-14"), returned(ROOTS, "06-21")),
        "06-21",
        [],
    ),
    Row(
        # September 25 plus ten working days is October 9: the due date is later, and stands.
        "Returned two weeks before the due date: reminded of the same date as before",
        only(ROOTS, filed(ROOTS, "09-20"), returned(ROOTS, "09-25")),
        "09-26",
        owe(ROOTS, "returned", LEAD) + owe(ROOTS, "reminder-14", LEAD),
    ),
    Row(
        # Returned October 7; ten working days: 8 9 10 11 14 15 16 17 18 21. October 14 is a
        # working day in California.
        "Returned three days before the due date: not chased on October 11",
        only(ROOTS, filed(ROOTS, "09-20"), returned(ROOTS, "10-07")),
        "10-21",
        [],
        told=told(ROOTS, "returned", LEAD, on="10-08", anchor="1"),
    ),
    Row(
        "Returned three days before the due date: chased from October 22",
        only(ROOTS, filed(ROOTS, "09-20"), returned(ROOTS, "10-07")),
        "10-22",
        owe(ROOTS, "overdue-1", LEAD, ADMIN),
        told=told(ROOTS, "returned", LEAD, on="10-08", anchor="1"),
    ),
    Row(
        "Filed again: no notice of the return any more",
        only(
            ROOTS, filed(ROOTS, "06-14"), returned(ROOTS, "06-21"), filed(ROOTS, "06-24", version=2)
        ),
        "06-25",
        [],
    ),
    Row(
        # Once per version: the second return is another version.
        "A second return of a second version is told again",
        only(
            ROOTS,
            filed(ROOTS, "06-03"),
            returned(ROOTS, "06-05"),
            filed(ROOTS, "06-12", version=2),
            returned(ROOTS, "06-13", version=2),
        ),
        "06-14",
        owe(ROOTS, "returned", LEAD),
        told=told(ROOTS, "returned", LEAD, on="06-06", anchor="1"),
    ),
    Row(
        # "at every requirement": optional work that was returned is told, and never chased.
        "Returned optional work: told once, never chased",
        only(PRIO, receipt(PRIO, "09-20"), returned(PRIO, "10-07")),
        "11-12",
        owe(PRIO, "returned", LEAD, flags="delayed"),
    ),
    Row(
        "Incomplete recommended work: told once",
        only(CONS, filed(CONS, "06-20", contents=complete(CONS, strengths=None))),
        "06-21",
        owe(CONS, "incomplete", LEAD),
    ),
    Row(
        "Incomplete recommended work is never overdue",
        only(CONS, filed(CONS, "06-20", contents=complete(CONS, strengths=None))),
        "07-24",
        [],
        told=told(CONS, "incomplete", LEAD, on="06-21", anchor="1"),
    ),
    Row(
        # With us since Monday July 1, not in Stepwell. July 3 is also seven days before.
        "Level 3, not in Stepwell: incomplete, beside the reminder",
        only(TEAM, with_us(TEAM, "07-01"), level="3"),
        "07-03",
        owe(TEAM, "incomplete", LEAD, flags="delayed") + owe(TEAM, "reminder-7", LEAD),
    ),
    Row(
        # Incomplete moves no date: chased from July 10.
        "Level 3, never filed in Stepwell: overdue like anything else",
        only(TEAM, with_us(TEAM, "07-01"), level="3"),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
        told=told(TEAM, "incomplete", LEAD, on="07-02", anchor="1"),
    ),
    Row(
        "A second incomplete version is told again",
        only(
            TEAM,
            filed(TEAM, "06-03", contents=NO_MEMBERS),
            filed(TEAM, "06-05", version=2, contents=NO_MEMBERS),
        ),
        "06-06",
        owe(TEAM, "incomplete", LEAD),
        told=told(TEAM, "incomplete", LEAD, on="06-04", anchor="1"),
    ),
    Row(
        "Approved despite its errors: nothing to say",
        only(TEAM, filed(TEAM, "06-03", contents=NO_MEMBERS), approved(TEAM, "06-03")),
        "06-04",
        [],
    ),
    Row(
        "Returned and then excused: nothing to say",
        only(TEAM, filed(TEAM, "06-03"), returned(TEAM, "06-04"), excused(TEAM, "06-04")),
        "06-05",
        [],
    ),
    Row(
        # Filed Friday November 1 + 7 = Friday November 8. The SELPA reviews at Level 1.
        "A plan waits for its reviewer for a week: the SELPA's administrator is told",
        only(PLAN, receipt(PLAN, "11-01")),
        "11-08",
        owe(PLAN, "review-7", ADMIN),
    ),
    Row(
        # "equal to received_on where that is the SELPA": no filing date was written down.
        "A plan that reached the SELPA, recorded without a filing date, waits all the same",
        only(PLAN, receipt(PLAN, "11-01", filed_on=None)),
        "11-08",
        owe(PLAN, "review-7", ADMIN),
    ),
    Row("Six days: not yet", only(PLAN, receipt(PLAN, "11-01")), "11-07", []),
    Row(
        # Filed Monday November 4 + 7 = Veterans Day.
        "The seventh day is Veterans Day: on November 12",
        only(PLAN, receipt(PLAN, "11-04")),
        "11-11",
        owe(PLAN, "review-7", ADMIN),
    ),
    Row(
        "A second version waits anew: once per version",
        only(PLAN, receipt(PLAN, "11-01"), receipt(PLAN, "11-12", version=2)),
        "11-19",
        owe(PLAN, "review-7", ADMIN),
        told=told(PLAN, "review-7", ADMIN, on="11-08", anchor="1"),
    ),
    Row(
        "Told once: not again for the same version",
        only(PLAN, receipt(PLAN, "11-01")),
        "11-19",
        [],
        told=told(PLAN, "review-7", ADMIN, on="11-08", anchor="1"),
    ),
    Row(
        "At Level 3 the CDE reviews: nobody in the SELPA is reminded",
        only(PLAN, receipt(PLAN, "11-01"), level="3"),
        "11-08",
        [],
    ),
    Row(
        "A receipt that needs no approval is nobody's to review",
        only(TEAM, receipt(TEAM, "06-03")),
        "06-10",
        [],
    ),
]

# ------------------------------------------------------------------- duties that begin late

UNMET_JULY = only(PARENTS, fact("indicator-8", "unmet", "07-08"), indicator_8="unknown")
# Ten working days after Monday July 8: 9 10 11 12 15 16 17 18 19 22.
LEVEL_UP = make_case("1", *all_done_but(CONS), placed("3", "08-01"))
# Ten working days after Thursday August 1: 2 5 6 7 8 9 12 13 14 15.
VOIDED = only(TEAM, filed(TEAM, "06-20", voided_on="07-15"))
# Ten working days after Monday July 15: 16 17 18 19 22 23 24 25 26 29.

OPENED = [
    Row(
        # Known unmet on July 8: the duty is announced on July 9, and reminded of July 10.
        "Indicator 8 turns unmet two days before the due date",
        UNMET_JULY,
        "07-09",
        owe(PARENTS, "opened", LEAD) + owe(PARENTS, "reminder-1", LEAD),
    ),
    Row(
        "Indicator 8 turned unmet in July: nobody is chased on July 22",
        UNMET_JULY,
        "07-22",
        [],
        told=told(PARENTS, "opened", LEAD, on="07-09", anchor="2024-07-08"),
    ),
    Row(
        "Indicator 8 turned unmet in July: chased from July 23",
        UNMET_JULY,
        "07-23",
        owe(PARENTS, "overdue-1", LEAD, ADMIN),
        told=told(PARENTS, "opened", LEAD, on="07-09", anchor="2024-07-08"),
    ),
    Row(
        # Not told yet and nothing is filed: still owed.
        "The announcement was missed: it goes later, until something is filed",
        UNMET_JULY,
        "07-12",
        owe(PARENTS, "opened", LEAD, flags="delayed"),
    ),
    Row(
        "Something is filed: no announcement any more",
        only(
            PARENTS,
            fact("indicator-8", "unmet", "07-08"),
            receipt(PARENTS, "07-11"),
            indicator_8="unknown",
        ),
        "07-12",
        [],
    ),
    Row(
        # `opened` was July 9, before July 10: the lead has not heard after the due date.
        "The announcement before the due date does not count as hearing that it is late",
        UNMET_JULY,
        "07-29",
        owe(PARENTS, "overdue-7", LEAD, ADMIN)
        + owe(PARENTS, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=told(PARENTS, "opened", LEAD, on="07-09", anchor="2024-07-08"),
    ),
    Row(
        # Consolidation is required from August 1, though July 10 is past.
        "Level 3 from August 1: consolidation is announced on August 2",
        LEVEL_UP,
        "08-02",
        owe(CONS, "opened", LEAD),
    ),
    Row(
        "Level 3 from August 1: ten working days, nothing on August 15",
        LEVEL_UP,
        "08-15",
        [],
        told=told(CONS, "opened", LEAD, on="08-02", anchor="2024-08-01"),
    ),
    Row(
        "Level 3 from August 1: chased from August 16",
        LEVEL_UP,
        "08-16",
        owe(CONS, "overdue-1", LEAD, ADMIN),
        told=told(CONS, "opened", LEAD, on="08-02", anchor="2024-08-01"),
    ),
    Row(
        # August 15 + 7 = August 22. `opened` came after July 10, so the lead has heard.
        "Level 3 from August 1: superiors from August 22",
        LEVEL_UP,
        "08-22",
        owe(CONS, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=told(CONS, "opened", LEAD, on="08-02", anchor="2024-08-01"),
    ),
    Row(
        # The team was a duty before: the new level makes nothing there and moves no date.
        "Level 3 from August 1: what was overdue before goes on as before",
        make_case("1", *all_done_but(TEAM), placed("3", "08-01")),
        "08-01",
        # The consultant is named from the day of Level 3 on: overdue-14 is the last rung to that
        # role, of July 24, and held as always.
        owe(TEAM, "overdue-monthly", LEAD, ADMIN)
        + owe(TEAM, "overdue-14", FMTA, flags="held delayed"),
        told=LEAD_TOLD + SEVEN_TOLD + FOURTEEN_TOLD,
    ),
    Row(
        "Level 1 from August 1: consolidation is chased no more",
        make_case("3", *all_done_but(CONS), placed("1", "08-01")),
        "08-01",
        [],
    ),
    Row(
        # In the cohort from Monday April 22, after the letter: every duty begins then. Only the
        # team is open; its chase date stays July 10 (April 22 and ten working days is May 6).
        "An LEA that joins in April is told on the next working day",
        make_case("1", *all_done_but(TEAM, on="04-22"), since="04-22"),
        "04-23",
        owe(TEAM, "opened", LEAD),
    ),
    Row(
        "An LEA that joined in April is chased like everybody",
        make_case("1", *all_done_but(TEAM, on="04-22"), since="04-22"),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
        told=told(TEAM, "opened", LEAD, on="04-23", anchor="2024-04-22"),
    ),
    Row(
        "A cohort that starts with the letter is not told that anything opened",
        only(TEAM),
        "03-18",
        [],
    ),
    Row(
        "A void re-opens a duty: announced on the next working day",
        VOIDED,
        "07-16",
        owe(TEAM, "opened", LEAD),
    ),
    Row(
        "A void re-opens a duty: ten working days, nothing on July 29",
        VOIDED,
        "07-29",
        [],
        told=told(TEAM, "opened", LEAD, on="07-16", anchor="2024-07-15"),
    ),
    Row(
        "A void re-opens a duty: chased from July 30",
        VOIDED,
        "07-30",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
        told=told(TEAM, "opened", LEAD, on="07-16", anchor="2024-07-15"),
    ),
    Row(
        # It was overdue with that version and is overdue without it: the void makes no duty.
        "A void of a version that never satisfied moves no date",
        only(TEAM, with_us(TEAM, "07-01", voided_on="07-18"), level="3"),
        "07-24",
        owe(TEAM, "overdue-14", LEAD, ADMIN, SELPA_DIRECTOR)
        + owe(TEAM, "overdue-14", FMTA, flags="held"),
        told=LEAD_TOLD + SEVEN_TOLD,
    ),
    Row(
        "A void of a second version leaves the first: nothing re-opens",
        only(TEAM, filed(TEAM, "06-20"), filed(TEAM, "06-25", version=2, voided_on="07-15")),
        "07-16",
        [],
    ),
    Row(
        # Final findings on October 15, due on December 16: the duty begins after the start.
        "Final findings in October open the corrective actions",
        only(
            FIXES,
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "10-15"),
        ),
        "10-16",
        owe(FIXES, "opened", LEAD),
    ),
    Row(
        # December 16 minus 30 is Saturday November 16: the working day before.
        "Corrective actions: reminded thirty days before the CDE's date",
        only(
            FIXES,
            fact("final-findings", "yes", "10-15"),
            fact("corrective-actions-due", "2024-12-16", "10-15"),
        ),
        "11-15",
        owe(FIXES, "reminder-30", LEAD),
        told=told(FIXES, "opened", LEAD, on="10-16", anchor="2024-10-15"),
    ),
]

# -------------------------------------------------------------------------------- extensions

MORE_TIME = only(TEAM, extended(TEAM, "08-15", on="07-01"))
# Thursday August 15: reminders Tue July 16, Thu August 1, Thu August 8, Wed August 14.

EXTENDED = [
    Row(
        "Extended on July 1: on the next working day the lead is told the new date",
        MORE_TIME,
        "07-02",
        owe(TEAM, "extended", LEAD),
    ),
    Row(
        "Extended: the old reminders and the old overdue day are gone",
        MORE_TIME,
        "07-11",
        owe(TEAM, "extended", LEAD, flags="delayed"),
    ),
    Row(
        "Extended: reminders count from the new date",
        MORE_TIME,
        "07-16",
        owe(TEAM, "reminder-30", LEAD),
        told=told(TEAM, "extended", LEAD, on="07-02", anchor="2024-07-01"),
    ),
    Row(
        "Extended: after the new date it is overdue, and the news of the extension is stale",
        MORE_TIME,
        "08-16",
        owe(TEAM, "overdue-1", LEAD, ADMIN),
    ),
    Row(
        # Reminders of July 16 and August 1 are dated before the grant of August 5.
        "Extended on August 5 to August 15: the reminders dated before the grant are not owed",
        only(TEAM, extended(TEAM, "08-15", on="08-05")),
        "08-06",
        owe(TEAM, "extended", LEAD),
    ),
    Row(
        "Extended on August 5 to August 15: seven days before comes as usual",
        only(TEAM, extended(TEAM, "08-15", on="08-05")),
        "08-08",
        owe(TEAM, "reminder-7", LEAD),
        told=told(TEAM, "extended", LEAD, on="08-06", anchor="2024-08-05"),
    ),
    Row(
        "On the day of the grant nothing goes, though July 10 is past",
        only(TEAM, extended(TEAM, "08-15", on="08-05")),
        "08-05",
        [],
    ),
    Row(
        "A second extension is news again",
        only(TEAM, extended(TEAM, "08-15", on="07-01"), extended(TEAM, "08-30", on="07-08")),
        "07-09",
        owe(TEAM, "extended", LEAD),
        told=told(TEAM, "extended", LEAD, on="07-02", anchor="2024-07-01"),
    ),
    Row(
        # Told on July 11 and 17 that July 10 was past. The date in force is now July 31: of that
        # the lead has not heard, so superiors wait. 31 July + 7 = August 7.
        "Extended after the first round: the lead must hear again before a superior does",
        only(TEAM, extended(TEAM, "07-31", on="07-19")),
        "08-07",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, flags="waits"),
        told=LEAD_TOLD
        + told(TEAM, "overdue-7", LEAD, ADMIN, on="07-17")
        + told(TEAM, "extended", LEAD, on="07-22", anchor="2024-07-19"),
    ),
    Row(
        "Extended after the first round: and after it has, they need not wait",
        only(TEAM, extended(TEAM, "07-31", on="07-19")),
        "08-07",
        owe(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN),
        told=LEAD_TOLD
        + told(TEAM, "extended", LEAD, on="07-22", anchor="2024-07-19")
        + told(TEAM, "overdue-1", LEAD, ADMIN, on="08-01", anchor="2024-07-31"),
    ),
    Row(
        "More time for what is already in is no news",
        only(TEAM, filed(TEAM, "06-20"), extended(TEAM, "08-15", on="07-01")),
        "07-02",
        [],
    ),
    Row(
        # The plan is Submitted and not settled: "neither Submitted nor settled".
        "More time for a plan that waits for its reviewer is no news to the lead",
        only(PLAN, receipt(PLAN, "11-15"), extended(PLAN, "12-20", on="11-18")),
        "11-19",
        [],
    ),
    Row(
        "More time for optional work is no news",
        only(PRIO, extended(PRIO, "11-15", on="07-01")),
        "07-02",
        [],
    ),
]

# -------------------------------------------------------------------------------- stand-down

ALARM = LEAD_TOLD + SEVEN_TOLD  # director and superintendent were told on July 17

STAND_DOWN = [
    Row(
        # Only those who are neither the lead nor the administrator.
        "Filed on July 22: on the next working day those told are told that it is over",
        only(TEAM, filed(TEAM, "07-22")),
        "07-23",
        owe(TEAM, "stand-down", DIRECTOR, SUPER),
        told=ALARM,
    ),
    Row(
        "On the day of filing nothing goes",
        only(TEAM, filed(TEAM, "07-22")),
        "07-22",
        [],
        told=ALARM,
    ),
    Row(
        "The stand-down was missed: it goes late",
        only(TEAM, filed(TEAM, "07-22")),
        "07-25",
        owe(TEAM, "stand-down", DIRECTOR, SUPER, flags="delayed"),
        told=ALARM,
    ),
    Row(
        "Told once that it is over: not again",
        only(TEAM, filed(TEAM, "07-22")),
        "07-24",
        owe(TEAM, "stand-down", SUPER, flags="delayed"),
        told=ALARM + told(TEAM, "stand-down", DIRECTOR, on="07-23"),
    ),
    Row(
        # Nothing reached them.
        "Notices that were queued, held or failed are not taken back",
        only(TEAM, filed(TEAM, "07-22")),
        "07-23",
        [],
        told=LEAD_TOLD
        + told(TEAM, "overdue-7", DIRECTOR, on="07-17", state="held")
        + told(TEAM, "overdue-7", SUPER, on="07-17", state="failed"),
    ),
    Row(
        "Only the first notice went out: nobody to stand down",
        only(TEAM, filed(TEAM, "07-15")),
        "07-16",
        [],
        told=LEAD_TOLD,
    ),
    Row(
        "Filed with errors is not over: the lead hears what is missing",
        only(TEAM, filed(TEAM, "07-22", contents=NO_MEMBERS)),
        "07-23",
        owe(TEAM, "incomplete", LEAD),
        told=ALARM,
    ),
    Row(
        "Excused on July 22: stand-down",
        only(TEAM, excused(TEAM, "07-22")),
        "07-23",
        owe(TEAM, "stand-down", DIRECTOR, SUPER),
        told=ALARM,
    ),
    Row(
        "Extended on July 22: stand-down, and the lead hears the new date",
        only(TEAM, extended(TEAM, "08-30", on="07-22")),
        "07-23",
        owe(TEAM, "stand-down", DIRECTOR, SUPER) + owe(TEAM, "extended", LEAD),
        told=ALARM,
    ),
    Row(
        # The extension was there when they were told.
        "An extension from before the alarm takes nothing back",
        only(TEAM, extended(TEAM, "07-12", on="07-08")),
        "07-24",
        [],
        told=told(TEAM, "overdue-1", LEAD, ADMIN, on="07-15", anchor="2024-07-12")
        + told(TEAM, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="07-19", anchor="2024-07-12"),
    ),
    Row(
        # Granted July 8, entered on July 18: on July 17 nobody knew. "A matter told ... is
        # extended": what they were told (July 10) is no longer so. The lead's news is late, too.
        "An extension of July 8, entered after the alarm of July 17, takes it back",
        only(TEAM, extended(TEAM, "08-30", on="07-08")),
        "07-18",
        owe(TEAM, "stand-down", DIRECTOR, SUPER) + owe(TEAM, "extended", LEAD, flags="delayed"),
        told=ALARM,
    ),
    Row(
        # They were told by July 10; the new date, July 9, gives no more time.
        "A new date that gives no more time takes nothing back",
        only(TEAM, extended(TEAM, "07-09", on="07-18")),
        "07-19",
        [],
        told=ALARM,
    ),
    Row(
        "Withdrawn on July 22: stand-down, and nothing else",
        only(TEAM, withdrawn("07-22")),
        "07-23",
        owe(TEAM, "stand-down", DIRECTOR, SUPER),
        told=ALARM,
    ),
    Row(
        "Indicator 8 turns out to be met: the matter is settled, stand-down",
        only(PARENTS, fact("indicator-8", "met", "07-22"), indicator_8="unmet"),
        "07-23",
        owe(PARENTS, "stand-down", DIRECTOR, SUPER),
        told=told(PARENTS, "overdue-1", LEAD, ADMIN, on="07-11")
        + told(PARENTS, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="07-17"),
    ),
    Row(
        # Submitted is enough to stand down, though the plan is not approved. December 18 filed.
        "A plan filed after the alarm: stand-down before it is approved",
        only(PLAN, receipt(PLAN, "12-18")),
        "12-19",
        owe(PLAN, "stand-down", DIRECTOR, SUPER),
        told=told(PLAN, "overdue-1", LEAD, ADMIN, on="12-09", anchor="2024-12-06")
        + told(PLAN, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="12-13", anchor="2024-12-06"),
    ),
    Row(
        # Filed 18, stood down 19, returned 20 (Friday): no longer over. Told of the return Monday.
        "Returned after the stand-down: nobody is told that it is over",
        only(PLAN, receipt(PLAN, "12-18"), returned(PLAN, "12-20")),
        "12-23",
        owe(PLAN, "returned", LEAD),
        told=told(PLAN, "overdue-1", LEAD, ADMIN, on="12-09", anchor="2024-12-06")
        + told(PLAN, "overdue-7", LEAD, DIRECTOR, SUPER, ADMIN, on="12-13", anchor="2024-12-06"),
    ),
    Row(
        # Always held for that role; a stand-down never waits.
        "The consultant had been told: the stand-down to the consultant is held too",
        only(TEAM, filed(TEAM, "07-29"), level="3"),
        "07-30",
        owe(TEAM, "stand-down", SELPA_DIRECTOR) + owe(TEAM, "stand-down", FMTA, flags="held"),
        told=LEAD_TOLD + told(TEAM, "overdue-14", SELPA_DIRECTOR, FMTA, on="07-24"),
    ),
    Row(
        # The lead never heard at all: those wrongly told must hear at once all the same.
        "A stand-down never waits for the lead",
        only(TEAM, filed(TEAM, "07-22")),
        "07-23",
        owe(TEAM, "stand-down", SUPER),
        told=told(TEAM, "overdue-7", SUPER, on="07-17"),
    ),
    Row(
        # One anchor, one recipient: one stand-down, whatever the number of notices.
        "Told twice, stood down once",
        make_case("3", *all_done_but(TEAM), filed(TEAM, "07-29")),
        "07-30",
        owe(TEAM, "stand-down", SUPER) + owe(TEAM, "stand-down", SELPA_DIRECTOR),
        told=told(TEAM, "overdue-7", SUPER, on="07-17")
        + told(TEAM, "overdue-14", SELPA_DIRECTOR, on="07-24")
        + told(TEAM, "overdue-14", SUPER, on="07-24"),
    ),
]

# ------------------------------------------------------------------- who holds which role

DIRECTOR_LEADS = contacts(without=(LEAD,))
SUPER_LEADS = contacts(without=(LEAD, DIRECTOR))

HOLDERS = [
    Row(
        # The row's role stays lea-lead.
        "No lead is named: the director is told in the lead's place",
        only(TEAM),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, to=ADDRESS[DIRECTOR]) + owe(TEAM, "overdue-1", ADMIN),
        contacts=DIRECTOR_LEADS,
    ),
    Row(
        # The director is the lead in every rule: not also a superior.
        "No lead is named: a week after, the director gets the lead's notice, once",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, to=ADDRESS[DIRECTOR]) + owe(TEAM, "overdue-7", SUPER, ADMIN),
        told=told(TEAM, "overdue-1", LEAD, on="07-11", to=ADDRESS[DIRECTOR])
        + told(TEAM, "overdue-1", ADMIN, on="07-11"),
        contacts=DIRECTOR_LEADS,
    ),
    Row(
        "Neither lead nor director: the superintendent is the lead, and waits for nobody",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, to=ADDRESS[SUPER]) + owe(TEAM, "overdue-7", ADMIN),
        contacts=SUPER_LEADS,
    ),
    Row(
        "Nobody at all in the LEA: only the SELPA's administrator",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", ADMIN),
        contacts=contacts(without=(LEAD, DIRECTOR, SUPER)),
    ),
    Row(
        # A director told in the lead's place is not told to stand down.
        "No lead is named: the director, as lead, gets no stand-down",
        only(TEAM, filed(TEAM, "07-22")),
        "07-23",
        owe(TEAM, "stand-down", SUPER),
        told=told(TEAM, "overdue-7", LEAD, on="07-17", to=ADDRESS[DIRECTOR])
        + told(TEAM, "overdue-7", SUPER, ADMIN, on="07-17"),
        contacts=DIRECTOR_LEADS,
    ),
    Row(
        "Two leads and two administrators: all are told",
        only(TEAM),
        "07-11",
        owe(TEAM, "overdue-1", LEAD, ADMIN)
        + owe(TEAM, "overdue-1", LEAD, to="second-lead@example.org")
        + owe(TEAM, "overdue-1", ADMIN, to="second-admin@example.org"),
        contacts=[
            *contacts(),
            contact(LEAD, "second-lead@example.org"),
            contact(ADMIN, "second-admin@example.org"),
        ],
    ),
    Row(
        # The second lead was named on July 12: owed what the first already had.
        "One of two leads was told: the other still is owed",
        only(TEAM),
        "07-12",
        owe(TEAM, "overdue-1", LEAD, to="second-lead@example.org", flags="delayed"),
        told=LEAD_TOLD,
        contacts=[*contacts(), contact(LEAD, "second-lead@example.org")],
    ),
    Row(
        # Typed in two ways: the same mailbox, so nothing is left to send.
        "The same address in other capitals is the same person",
        only(TEAM),
        "07-12",
        [],
        told=LEAD_TOLD,
        contacts=[*contacts(without=(LEAD,)), contact(LEAD, "Lead@Example.org")],
    ),
    Row(
        # One row per role and address; in the ledger both have one key, so one of them is sent.
        "One person is director and superintendent: a row for each hat, one key",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, SUPER, to="chief@example.org"),
        told=LEAD_TOLD,
        contacts=[
            *contacts(without=(DIRECTOR, SUPER)),
            contact(DIRECTOR, "chief@example.org"),
            contact(SUPER, "chief@example.org"),
        ],
    ),
    Row(
        "One person is director and superintendent: told once, both rows are gone",
        only(TEAM),
        "07-18",
        owe(TEAM, "overdue-7", LEAD, ADMIN, flags="delayed"),
        told=LEAD_TOLD + told(TEAM, "overdue-7", DIRECTOR, on="07-17", to="chief@example.org"),
        contacts=[
            *contacts(without=(DIRECTOR, SUPER)),
            contact(DIRECTOR, "chief@example.org"),
            contact(SUPER, "chief@example.org"),
        ],
    ),
    Row(
        # Nobody is his own superior.
        "One person is lead and superintendent: only the lead's notice",
        only(TEAM),
        "07-17",
        owe(TEAM, "overdue-7", LEAD, to=ADDRESS[SUPER])
        + owe(TEAM, "overdue-7", ADMIN)
        + owe(TEAM, "overdue-7", DIRECTOR, flags="waits"),
        contacts=[*contacts(without=(LEAD,)), contact(LEAD, ADDRESS[SUPER])],
    ),
    Row(
        # hold_domains: anyone at the CDE, in whatever role.
        "An administrator at the CDE's own domain: held for a person",
        only(TEAM),
        "07-11",
        owe(TEAM, "overdue-1", LEAD)
        + owe(TEAM, "overdue-1", ADMIN, to="someone@cde.ca.gov", flags="held"),
        contacts=[*contacts(without=(ADMIN,)), contact(ADMIN, "someone@cde.ca.gov")],
    ),
]

# -------------------------------------------------------------------------- facts nobody knows

UNKNOWN = only(PARENTS, indicator_8="unknown")

FACTS = [
    Row(
        # July 10 minus 60 is Saturday May 11: the working day before.
        "Indicator 8 unknown sixty days before: asked on Friday May 10",
        UNKNOWN,
        "05-10",
        owe(PARENTS, "fact-60", ADMIN),
    ),
    Row("Sixty-one days before: not yet", UNKNOWN, "05-09", []),
    Row(
        "Indicator 8 unknown thirty days before",
        UNKNOWN,
        "06-10",
        owe(PARENTS, "fact-30", ADMIN),
    ),
    Row("Indicator 8 unknown seven days before", UNKNOWN, "07-03", owe(PARENTS, "fact-7", ADMIN)),
    Row(
        # The last stays owed, also after the date. Asked on a Saturday.
        "Indicator 8 unknown after the date: the last question stays",
        UNKNOWN,
        "07-20",
        owe(PARENTS, "fact-7", ADMIN, flags="delayed"),
    ),
    Row(
        "Asked once, not again",
        UNKNOWN,
        "07-22",
        [],
        told=told(PARENTS, "fact-7", ADMIN, on="07-03"),
    ),
    Row(
        "Once it is known nobody is asked",
        only(PARENTS, fact("indicator-8", "met", "05-09"), indicator_8="unknown"),
        "05-10",
        [],
    ),
    Row(
        "At Level 3 Indicator 8 decides nothing: nobody is asked",
        only(PARENTS, level="3", indicator_8="unknown"),
        "05-10",
        [],
    ),
    Row(
        # Unknown, and parent input came all the same: nothing is decided by the fact any more.
        "Parent input came though nobody knew whether it was owed: nobody is asked",
        only(PARENTS, receipt(PARENTS, "05-06"), indicator_8="unknown"),
        "05-10",
        [],
    ),
    Row(
        # Only the CDE can know: no rung, ever.
        "Final findings unknown: nobody is asked",
        only(FIXES),
        "10-21",
        [],
    ),
]

ROWS = [
    *REMINDERS,
    *OVERDUE,
    *GO_LIVE,
    *REVIEWED,
    *OPENED,
    *EXTENDED,
    *STAND_DOWN,
    *HOLDERS,
    *FACTS,
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_notices(row: Row) -> None:
    assert sorted(map(said, to_send(row).notices), key=_in_order) == sorted(
        row.expect, key=_in_order
    )


def _in_order(one: tuple[str, str, str, str, frozenset[str]]) -> tuple[str, ...]:
    return (*one[:4], *sorted(one[4]))


def test_every_rung_and_every_role_has_a_row() -> None:
    rungs = {one[1] for row in ROWS for one in row.expect}
    assert rungs == {one.id for one in ladder().rungs} | {"stand-down"}
    assert {one[2] for row in ROWS for one in row.expect} == set(ADDRESS)


# ------------------------------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("missing", "problems"),
    [
        ((), 0),
        ((LEAD,), 1),  # replaced, and shown
        ((LEAD, DIRECTOR, SUPER), 1),  # nobody at all
    ],
)
def test_a_missing_lead_is_shown_to_the_selpa(missing: tuple[str, ...], problems: int) -> None:
    found = to_send(Row("", only(TEAM), "07-11", [], contacts=contacts(without=missing))).problems
    assert [one.code for one in found] == ["missing-contact"] * problems
    assert all(one.lea == LEA for one in found)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        ([fact("final-findings", "yes", "10-15")], ["missing-fact"]),
        (
            [
                fact("final-findings", "yes", "10-15"),
                fact("corrective-actions-due", "2024-12-16", "10-18"),
            ],
            [],
        ),
        (
            [
                fact("final-findings", "yes", "10-15"),
                fact("corrective-actions-due", "unknown", "10-18"),
            ],
            ["missing-fact"],  # unknown is no date
        ),
        ([fact("final-findings", "no", "10-15")], []),
        ([], []),
    ],
)
def test_findings_without_a_date_are_a_problem(facts: list[Any], codes: list[str]) -> None:
    found = to_send(Row("", only(FIXES, *facts), "10-21", [])).problems
    assert [one.code for one in found] == codes


def test_a_notice_carries_the_date_in_force() -> None:
    (notice,) = to_send(Row("", MORE_TIME, "07-02", [])).notices
    assert notice.due == dt.date(2024, 8, 15)


@pytest.mark.parametrize(
    ("case", "on", "rung", "anchor"),
    [
        (only(TEAM), "06-10", "reminder-30", "2024-07-10"),  # the due date
        (UNKNOWN, "06-10", "fact-30", "2024-07-10"),
        (only(TEAM), "07-11", "overdue-1", "2024-07-10"),  # the chase date
        (PLAN_BACK, "12-24", "overdue-1", "2024-12-23"),
        (PLAN_BACK, "12-10", "returned", "1"),  # the version
        (only(PLAN, receipt(PLAN, "11-01")), "11-08", "review-7", "1"),
        (MORE_TIME, "07-02", "extended", "2024-07-01"),  # the day of the grant
        (UNMET_JULY, "07-09", "opened", "2024-07-08"),  # the day of the fact
        (VOIDED, "07-16", "opened", "2024-07-15"),
    ],
)
def test_the_anchor_is_what_the_design_says(case: Case, on: str, rung: str, anchor: str) -> None:
    found = {one.anchor for one in to_send(Row("", case, on, [])).notices if one.rung == rung}
    assert found == {anchor}


def test_each_month_has_its_own_key() -> None:
    months = [
        {
            one.key
            for one in to_send(Row("", only(TEAM), on, [])).notices
            if one.rung == "overdue-monthly"
        }
        for on in ("08-01", "09-03", "10-01", "11-01", "12-02", "2025-01-02")
    ]
    assert all(len(keys) == 2 for keys in months)
    assert len(set.union(*months)) == 12
