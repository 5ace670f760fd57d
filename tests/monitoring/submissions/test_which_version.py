"""What is said later of an artifact lands on the version that it is about."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from cimflow.intake.spreadsheets.progress import ProgressRow
from cimflow.intake.spreadsheets.roster import RosterRow
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.lea.lea_snapshot import activity_snapshot
from cimflow.monitoring.notices import go_live as golive
from cimflow.monitoring.roster import import_progress, import_roster
from cimflow.monitoring.submissions.record import Document, file_later, record
from cimflow.monitoring.submissions.review import Decision, review
from cimflow.store.database import session
from cimflow.store.schema.fact_tables import reviews
from tests.monitoring.conftest import BIRCH, PROCESS

SRR, TEAM = "srr-self-review", "team-creation"


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2024-{text}")


FILED = [
    # version 1 was filed June 2 and returned; what is filed now is version 2
    ("06-09", None, ["06-02", "06-09"]),
    ("06-12", None, ["06-02", "06-12"]),
    # nothing waits for a date: that of the version which was the latest on the day is corrected
    ("06-12", "06-11", ["06-02", "06-12"]),
    ("06-03", "06-11", ["06-03", "06-11"]),
]


@pytest.mark.parametrize(("filed", "second_filed", "dates"), FILED)
def test_a_filing_date_goes_to_the_version_that_waits_for_one(
    context: AppContext, filed: str, second_filed: str | None, dates: list[str]
) -> None:
    """An LEA may have entered it with the CDE the day before we got our copy."""
    act = act_on(context, PROCESS, BIRCH)
    record(act, SRR, received_on=day("06-01"), filed_on=day("06-02"))
    review(act, SRR, Decision(approve=False, note="a record is missing", on=day("06-05")))
    second = day(second_filed) if second_filed else None
    record(act, SRR, received_on=day("06-10"), filed_on=second)
    file_later(act, SRR, on=day(filed))
    versions = read_case(act_on(context, PROCESS, BIRCH)).submissions
    assert [one.filed_on for one in versions] == [day(one) for one in dates]


def test_what_is_told_at_once_is_what_is_read_later(context: AppContext) -> None:
    """The version that was just recorded, or filed, is not read back to be judged."""
    act, today = act_on(context, PROCESS, BIRCH), day("07-11")
    told = [record(act, SRR, received_on=day("06-10"))]
    read = [activity_snapshot(act, SRR, today)]
    told.append(file_later(act, SRR, on=day("06-12")))
    read.append(activity_snapshot(act, SRR, today))
    versions = [one.version(1) for one in read]
    assert [one.filed_on for one in versions if one is not None] == [None, day("06-12")]
    assert [one.findings for one in told] == [
        filing.findings(version)
        for filing, version in zip(read, versions, strict=True)
        if version is not None
    ]
    assert told[0].findings != told[1].findings, "it was not filed, and then it was"


def test_a_review_taken_over_is_bound_to_the_version_it_is_of(context: AppContext) -> None:
    """A decision is about what was read: the hash of the document that came."""
    sha256 = "5a83" * 16
    record(
        act_on(context, PROCESS, BIRCH),
        TEAM,
        document=Document("Team.pdf", sha256),
        received_on=day("06-10"),
    )
    row = ProgressRow(2, BIRCH, TEAM, day("06-10"), approved_on=day("06-12"))
    import_progress.import_progress(act_on(context, PROCESS, by="x"), [row], file="p.csv")
    with session.reading(context.engine) as conn:
        assert conn.execute(select(reviews.c.sha256)).scalars().all() == [sha256]


@pytest.mark.parametrize(("go_live", "holds_from"), [("07-01", "07-11"), ("08-01", "03-15")])
def test_before_the_day_of_going_live_a_roster_holds_from_the_start(
    context: AppContext, go_live: str, holds_from: str
) -> None:
    """Today is July 11: only "rows new or changed after go-live" hold from the day of import."""
    golive.go_live(act_on(context, PROCESS, by="test"), day(go_live))
    row = RosterRow(2, "99000040000000", "Elder Creek", "9901", "SELPA", PROCESS, "3", {})
    import_roster.import_roster(context, [row], actor=Actor("x"))
    (entry,) = read_case(act_on(context, PROCESS, "99000040000000")).roster_entries
    assert entry.holds_on == day(holds_from)
