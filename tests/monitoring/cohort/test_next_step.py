"""One LEA in one sentence, and the one thing to do next, as a table of cases."""

from __future__ import annotations

import pytest

from cimflow.monitoring.cohort.next_step import case_in_words, next_due, next_thing
from cimflow.process.case import Case
from cimflow.process.evaluation.evaluate import CaseStatus, evaluate
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
        "1 waits for the CDE.",
        "Record Student Record Review: self-review", "Send in Student Record Review: self-review",
    ),
    "a fact is unknown": (
        make_case("2", indicator_8=None), "04-01",
        "1 fact to look up, 1 waits for the CDE.",
        "Enter Indicator 8 (Parent Involvement)", "Send in Student Record Review: self-review",
    ),
    "overdue, and what waits for it is not the next step": (
        make_case("3", *all_done_but("data-drill-down", "consolidation", "prioritization",
                  "root-cause-analysis", "improvement-plan")), "07-11",
        "2 things overdue, 1 waits for the CDE.",
        "Record Data Drill Down", "Send in Data Drill Down",
    ),
    "with us": (
        make_case("3", *all_done_but("team-creation", "consolidation", "prioritization",
                  "root-cause-analysis", "improvement-plan"), with_us("team-creation", "07-01")),
        "07-05",
        "1 to be corrected, 1 due within two weeks, 1 waits for the CDE.",
        "Record when CIM Team Creation was filed", "Record when CIM Team Creation was filed",
    ),
    "a plan waits for the SELPA": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05")),
        "07-08",
        "1 waits for the SELPA\N{RIGHT SINGLE QUOTATION MARK}s review, 1 waits for the CDE.",
        "Review Plan for Improvement (CIM Plan)", None,
    ),
    "a plan waits for the CDE": (
        make_case("3", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05")),
        "07-08",
        "2 wait for the CDE.",
        None, None,
    ),
    "a plan was returned": (
        make_case("2", *all_done_but("improvement-plan"), filed("improvement-plan", "07-05"),
                  returned("improvement-plan", "07-08")), "07-09",
        "1 to be corrected, 1 waits for the CDE.",
        "Record Plan for Improvement (CIM Plan) again",
        "Send in Plan for Improvement (CIM Plan) again",
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


def test_the_next_due_date_is_never_past() -> None:
    case = make_case("2")
    assert next_due(status_of(case, "07-11")) == day("10-10")
    assert next_due(status_of(case, "2025-06-01")) is None
