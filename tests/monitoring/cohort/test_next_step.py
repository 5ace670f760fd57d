"""One LEA in one sentence, and the one thing to do next, as a table of cases."""

from __future__ import annotations

import pytest

from cimflow.monitoring.cohort.explain import next_step
from cimflow.monitoring.cohort.next_step import case_in_words, next_due, next_thing
from cimflow.process.case import Case
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from tests.factories import (
    all_done_but,
    calendar,
    day,
    filed,
    make_case,
    process,
    returned,
    with_us,
)

TABLE = {
    # case, day, the sentence, the next step of the SELPA's administrator, that of a lead
    "nothing is due soon": (
        make_case("2"), "04-01",
        "1 waiting for the CDE.",
        "Record Student Record Review: self-review", "Submit Student Record Review: self-review",
    ),
    "a fact is unknown": (
        make_case("2", indicator_8=None), "04-01",
        "1 fact needed, 1 waiting for the CDE.",
        "Record Indicator 8 (Parent Involvement)", "Submit Student Record Review: self-review",
    ),
    "overdue, and what waits for it is not the next step": (
        make_case("3", *all_done_but("data-drill-down", "consolidation", "prioritization",
                  "root-cause-analysis", "improvement-plan")), "07-11",
        "2 things overdue, 1 waiting for the CDE.",
        "Record Data Drill Down", "Submit Data Drill Down",
    ),
    "with us": (
        make_case("3", *all_done_but("team-creation", "consolidation", "prioritization",
                  "root-cause-analysis", "improvement-plan"), with_us("team-creation", "07-01")),
        "07-05",
        "1 to correct, 1 due within two weeks, 1 waiting for the CDE.",
        "Record when CIM Team Creation was filed", "Record when CIM Team Creation was filed",
    ),
    "a plan waits for the SELPA": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05")),
        "07-08",
        "1 waiting for the SELPA\N{RIGHT SINGLE QUOTATION MARK}s review, 1 waiting for the CDE.",
        "Review Plan for Improvement (CIM Plan)", None,
    ),
    "a plan waits for the CDE": (
        make_case("3", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05")),
        "07-08",
        "2 waiting for the CDE.",
        None, None,
    ),
    "a plan was returned": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05"),
                  returned("improvement-plan", "07-08")), "07-09",
        "1 to correct, 1 waiting for the CDE.",
        "Record a new version of Plan for Improvement (CIM Plan)",
        "Submit a new version of Plan for Improvement (CIM Plan)",
    ),
}  # fmt: skip


def status_of(case: Case, on: str) -> CaseStatus:
    found = evaluate(case, process(), day(on), calendar())
    assert found is not None
    return found


@pytest.mark.parametrize("name", TABLE)
def test_a_case_in_words_and_what_comes_next(name: str) -> None:
    case, on, sentence, for_selpa, for_lead = TABLE[name]
    status = status_of(case, on)
    found = [
        next_thing(status, case, process(), decides=True),
        next_thing(status, case, process(), decides=False),
    ]
    assert case_in_words(status, process()) == sentence
    assert [one.words if one else None for one in found] == [for_selpa, for_lead]


SAID = {
    # case, day, activity, what the LEA reads, what the SELPA reads
    "missing": (
        make_case("3", *all_done_but("team-creation")), "07-11", "team-creation",
        process().activity_by_id["team-creation"].what_to_do,
        "Waiting for the LEA to submit CIM Team Creation in Stepwell.",
    ),
    "coming due, with the SELPA as the receiver": (
        make_case("2"), "04-01", "data-drill-down",
        process().activity_by_id["data-drill-down"].what_to_do,
        "Waiting for the LEA to submit Data Drill Down.",
    ),
    "only at the SELPA": (
        make_case("3", *all_done_but("team-creation"), with_us("team-creation", "07-01")),
        "07-05", "team-creation",
        "File it in Stepwell, then record the filing date here.",
        "Waiting for the LEA to file it in Stepwell. Then record the filing date here.",
    ),
    "returned": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05"),
                  returned("improvement-plan", "07-08")), "07-09", "improvement-plan",
        "Address the reviewer's note and submit {title} again.",
        "Waiting for the LEA to address the reviewer's note and submit {title} again.",
    ),
    "blocked": (
        make_case("2"), "04-01", "srr-summary",
        "Start with Student Record Review: self-review.",
        "Waiting for the LEA to finish Student Record Review: self-review.",
    ),
    "only the SELPA can do it": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05")),
        "07-08", "improvement-plan",
        "Read it, then approve or return it.",
        "Read it, then approve or return it.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_the_next_step_speaks_to_the_person_who_reads_it(name: str) -> None:
    """``your CIM Team`` is the LEA's: the SELPA reads what it is waiting for."""
    case, on, activity, to_the_lea, to_the_selpa = SAID[name]
    one = status_of(case, on).activity(activity)
    title = process().activity_by_id[activity].title
    assert next_step(one, process()) == to_the_lea.format(title=title)
    assert next_step(one, process(), reads_at_selpa=True) == to_the_selpa.format(title=title)


def test_the_page_of_an_lea_says_to_the_selpa_what_it_is_waiting_for() -> None:
    case = make_case("1", *all_done_but("team-creation"))
    status = status_of(case, "07-11")
    for_selpa = next_thing(status, case, process(), decides=True)
    for_lead = next_thing(status, case, process(), decides=False)
    assert for_selpa is not None
    assert for_lead is not None
    assert for_selpa.says == "Waiting for the LEA to submit CIM Team Creation."
    assert for_lead.says == process().activity_by_id["team-creation"].what_to_do


def test_the_next_due_date_is_never_past() -> None:
    case = make_case("2")
    assert next_due(status_of(case, "07-11")) == day("10-10")
    assert next_due(status_of(case, "2025-06-01")) is None
