"""Runs: what ran and what did not come, each SELPA its own; a run asked for now, and watched."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from cimflow.monitoring.access import audit_log, permissions
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import evaluate_cohort, fingerprint
from cimflow.monitoring.runs import run_records
from cimflow.monitoring.runs.run_requests import (
    ask_for_run_now,
    fail_run_requests,
    finish_run_requests,
    take_run_requests,
)
from tests.dashboard.conftest import (
    BIRCH,
    ELM,
    NOON,
    OTHER,
    OURS,
    PEOPLE,
    PROCESS,
    THEIRS,
    Browser,
    Clock,
)

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
RUNS = f"/p/{PROCESS}/runs"
TODAY = dt.date(2024, 7, 11)


def ran(
    context: AppContext,
    flow: str,
    at: dt.datetime,
    *,
    lea: str | None = None,
    selpa: str | None = None,
    state: str = "1 overdue of 4",
    answer: str | None = None,
    finished: bool = True,
) -> None:
    """A run on record."""
    run_records.record_run(
        context,
        run_records.RunRecord(
            run_id=f"{flow}-{lea}-{at}",
            flow=flow,
            process=PROCESS,
            cds_code=lea,
            selpa_code=selpa,
            level=None,
            on=TODAY,
            mode="live",
            state=state,
            fingerprint=answer,
            started_at=at,
            finished_at=at + dt.timedelta(seconds=5) if finished else None,
        ),
    )


def ran_as_scheduled(context: AppContext) -> None:
    ran(context, "cohort-status", NOON.replace(hour=15, minute=10))
    ran(context, "deadline-escalation", NOON, state="nothing to send")


def words(page: str) -> str:
    """What a page says, without its elements."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


# --------------------------------------------------------------------------------- what is shown


def test_each_flow_says_what_it_does_and_when_it_runs(context: AppContext, browser: Open) -> None:
    ran_as_scheduled(context)
    page = words(browser("reader").get(RUNS).text)
    assert "Checks the status of every LEA" in page
    assert "Last run Thu, July 11, 2024, 8:10 am Pacific" in page
    assert "Next run Fri, July 12, 2024, 8:10 am Pacific" in page
    assert "Next run Thu, July 11, 2024, 1:00 pm Pacific" in page
    assert "did not come" not in page
    assert "does not seem to be running" not in page


def test_a_drill_down_stands_among_the_flows_and_not_among_the_answers_of_an_lea(
    context: AppContext, browser: Open
) -> None:
    ran(context, "drill-down-reports", NOON, lea=ELM, selpa=OURS, state="Reports of 1 LEA")
    page = words(browser("admin").get(RUNS).text)
    assert "Creates the shareable Data Drill Down reports" in page
    assert page.count("Reports of 1 LEA") == 1
    assert page.count("Next run when someone starts it") == 1


def test_a_run_that_did_not_come_is_a_plain_warning(context: AppContext, browser: Open) -> None:
    ran(context, "cohort-status", NOON - dt.timedelta(days=1, hours=4))
    ran(context, "deadline-escalation", NOON, state="nothing to send")
    page = words(browser("admin").get(RUNS).text)
    assert "Warning: the run of Thu, July 11, 2024, 8:10 am Pacific did not happen." in page


def test_a_run_that_broke_off_is_no_success(context: AppContext, browser: Open) -> None:
    ran(context, "cohort-status", NOON.replace(hour=15, minute=10), state="Crashed")
    ran(context, "deadline-escalation", NOON, state="nothing to send")
    page = words(browser("admin").get(RUNS).text)
    assert "Stopped early" in page
    assert "the run of Thu, July 11, 2024, 8:10 am Pacific did not happen" in page


def test_without_any_run_it_says_what_to_do(browser: Open) -> None:
    page = words(browser("system").get(RUNS).text)
    assert "cimflow up does not seem to be running" in page
    assert page.count("It has not run yet. It runs when someone starts it.") == 1
    assert page.count("It has not run yet. It runs as soon as cimflow up is started.") == 3


def test_a_cell_opens_the_grid_of_its_day(context: AppContext, browser: Open) -> None:
    ran_as_scheduled(context)
    assert f'href="/p/{PROCESS}?as_of=2024-07-11"' in browser("admin").get(RUNS).text


@pytest.mark.parametrize(
    ("who", "sees", "never"),
    [
        ("reader", "Birch Hollow", "Far Ridge"),
        ("admin", "Birch Hollow", "Far Ridge"),
        ("other-admin", "Far Ridge", "Birch Hollow"),
    ],
)
def test_each_selpa_sees_the_runs_of_its_own_leas(
    who: str, sees: str, never: str, context: AppContext, browser: Open
) -> None:
    ran_as_scheduled(context)
    ran(context, "lea-status", NOON, lea=BIRCH, selpa=OURS, state="OnTrack", answer="a")
    ran(context, "lea-status", NOON, lea=OTHER, selpa=THEIRS, state="Overdue", answer="b")
    page = browser(who).get(RUNS).text
    assert sees in page
    assert never not in page
    other = "Overdue" if who != "other-admin" else "On track"
    assert f'<span class="cf-run__word">{other}</span>' not in page
    assert ("Far Ridge" in page) is (who == "other-admin")


OF_ALL = [
    ("cohort-status", "3 overdue of 4", "Finished"),
    ("cohort-status", "2 LEA runs crashed", "Finished, with problems"),
    ("cohort-status", "Crashed", "Stopped early"),
    ("deadline-escalation", "10 composed (rehearsal)", "Finished"),
    ("deadline-escalation", "9 sent, 1 uncertain", "Finished, with problems"),
    ("deadline-escalation", "outside working hours", "Finished"),
    ("drill-down-reports", "Reports of 4 LEAs", "Finished"),
]


@pytest.mark.parametrize(("flow", "state", "outcome"), OF_ALL)
def test_a_run_for_all_tells_a_selpa_how_it_ended_and_no_counts(
    flow: str, state: str, outcome: str, context: AppContext, browser: Open
) -> None:
    ran(context, flow, NOON, state=state)
    for who in ("reader", "admin", "other-admin"):
        page = words(browser(who).get(RUNS).text.partition("On schedule")[2].partition("<form")[0])
        assert outcome in page
        assert state == "Crashed" or state not in page
        assert "July 11" in page
    assert state.removesuffix(" (rehearsal)") in words(browser("system").get(RUNS).text) or (
        state == "Crashed"
    )


def test_a_run_of_their_own_selpa_keeps_its_words(context: AppContext, browser: Open) -> None:
    ran(context, "cohort-status", NOON, selpa=OURS, state="2 overdue of 3")
    assert "2 overdue of 3" in browser("reader").get(RUNS).text
    assert "2 overdue of 3" not in browser("other-admin").get(RUNS).text


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_who_reads_every_selpa_of_the_cohort_reads_what_a_run_for_all_says(
    who: str, context: AppContext, browser: Open
) -> None:
    ran(context, "cohort-status", NOON, state="3 overdue of 4")
    person = browser(who)
    assert "3 overdue of 4" not in person.get(RUNS).text
    permissions.give_role(context, PEOPLE[who], "selpa-reader", THEIRS, actor=Actor("test"))
    assert "3 overdue of 4" in person.get(RUNS).text


# ------------------------------------------------------------------------------------ run it now


def test_the_form_says_how_many_leas_it_concerns(browser: Open) -> None:
    page = words(browser("admin").get(RUNS).text)
    assert "3 of your 3 LEAs right now" in page
    assert "Valley View SELPA: 3 LEAs" in page
    assert "Run cohort-status now" not in words(browser("reader").get(RUNS).text)


@pytest.mark.parametrize(
    ("who", "chosen", "kind", "lea", "selpa"),
    [
        ("admin", f"selpa:{OURS}", "cohort-status", None, OURS),
        ("admin", f"lea:{BIRCH}", "lea-status", BIRCH, OURS),
        ("system", "all", "cohort-status", None, None),
        ("system", f"lea:{OTHER}", "lea-status", OTHER, THEIRS),
    ],
)
def test_a_run_is_asked_for(
    who: str, chosen: str, kind: str, lea: str | None, selpa: str | None, browser: Open
) -> None:
    person = browser(who)
    take_run_requests(person.context)  # what the recording of the sample asked for
    answer = person.post(RUNS, {"who": chosen, "everything": "yes"})
    assert answer.status_code == 303
    (request,) = take_run_requests(person.context)
    assert (request.kind, request.cds_code, request.selpa_code) == (kind, lea, selpa)
    assert request.everything
    assert request.asked_by == PEOPLE[who]
    (entry,) = [
        one for one in audit_log.entries(person.context, limit=9) if one.action == "run-now"
    ]
    assert (entry.selpa_code, entry.cds_code) == (selpa, lea)
    assert person.get(answer.headers["location"]).status_code == 200


@pytest.mark.parametrize(
    "chosen", ["", "all", f"selpa:{THEIRS}", f"lea:{OTHER}", "lea:nobody", "<script>"]
)
def test_nobody_runs_what_is_not_theirs(chosen: str, browser: Open) -> None:
    admin = browser("admin")
    take_run_requests(admin.context)
    answer = admin.post(RUNS, {"who": chosen})
    assert answer.status_code == 422
    assert "What to run: choose one of your SELPAs or LEAs." in answer.text
    assert "<script>" not in answer.text.partition("<main")[2]
    assert take_run_requests(admin.context) == []


def asked(context: AppContext, *, selpa: str | None = OURS, lea: str | None = None) -> int:
    take_run_requests(context)
    return ask_for_run_now(
        act_on(context, PROCESS, lea, by="a@example.org"), selpa=selpa, everything=False
    )


def test_the_progress_of_a_run(context: AppContext, browser: Open, clock: Clock) -> None:
    statuses = {one.cds_code: one for one in evaluate_cohort(act_on(context, PROCESS), TODAY)}
    ran(context, "lea-status", NOON, lea=ELM, selpa=OURS, state="Overdue", answer="of before")
    clock.pass_by(minutes=5)
    number = asked(context)
    page = f"{RUNS}/requests/{number}"
    admin = browser("admin")

    first = admin.get(page).text
    assert "Waiting to start" in first
    assert "3 to do" in first
    assert 'hx-trigger="every 2s"' in first
    assert f'<a href="{page}">Refresh</a>' in first

    clock.pass_by(seconds=61)
    assert "cimflow up</code> does not seem to be running" in admin.get(page).text

    (taken,) = take_run_requests(context)
    clock.pass_by(seconds=1)
    for cds in (ELM, BIRCH):
        ran(
            context,
            "lea-status",
            clock.at,
            lea=cds,
            selpa=OURS,
            state=statuses[cds].state,
            answer=fingerprint(statuses[cds]),
        )
    running = admin.get(page).text
    assert "2 of 3" in running
    assert 'hx-trigger="every 2s"' in running

    clock.pass_by(seconds=20)
    finish_run_requests(context, [taken.id])
    finished = admin.get(page).text
    assert "Finished: 2 LEA runs" in finished
    assert "hx-trigger" not in finished
    assert "Refresh" not in finished
    changed = words(finished.partition("What changed")[2])
    assert "Elm Crossing Unified Overdue" in changed
    assert "Birch Hollow no run before" in changed
    assert "Far Ridge" not in finished


def test_a_run_that_changed_nothing_says_so(
    context: AppContext, browser: Open, clock: Clock
) -> None:
    number = asked(context)
    (taken,) = take_run_requests(context)
    clock.pass_by(seconds=5)
    finish_run_requests(context, [taken.id])
    page = browser("admin").get(f"{RUNS}/requests/{number}").text
    assert "No LEA’s status changed." in page


@pytest.mark.parametrize(
    ("selpa", "who", "status"),
    [
        (OURS, "reader", 200),
        (OURS, "other-admin", 404),
        (THEIRS, "admin", 404),
        (None, "admin", 404),  # the whole cohort was asked for
        (None, "system", 200),
    ],
)
def test_whose_request_it_is(
    selpa: str | None, who: str, status: int, context: AppContext, browser: Open
) -> None:
    number = asked(context, selpa=selpa)
    assert browser(who).get(f"{RUNS}/requests/{number}").status_code == status


@pytest.mark.parametrize("lea", [None, BIRCH])
def test_a_run_that_failed_says_so_and_why(
    lea: str | None, context: AppContext, browser: Open, clock: Clock
) -> None:
    number = asked(context, lea=lea)
    (taken,) = take_run_requests(context)
    clock.pass_by(seconds=5)
    fail_run_requests(context, [taken.id], "processes/x.toml: not <UTF-8>.")
    page = browser("admin").get(f"{RUNS}/requests/{number}").text
    told = words(page)
    assert "It failed processes/x.toml: not &lt;UTF-8&gt;. The status of the LEAs was not" in told
    assert "Tell your system administrator" in told
    for never in ("Finished", "stands differently", "no answer", "Stopped early", "hx-trigger"):
        assert never not in page
    assert "See logs/up.log" in words(browser("system").get(f"{RUNS}/requests/{number}").text)
    assert "Stopped early" in words(browser("admin").get(RUNS).text)
