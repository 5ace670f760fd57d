"""The flow that tells people: queue, deliver, and say how it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from cimflow.monitoring.act import act_on
from tests import factories
from tests.orchestration.conftest import PROCESS, TODAY, Home, cds, lea, run
from tests.smtp_server import SmtpServer, running_in_thread

WORKING_HOUR = dt.datetime(2024, 7, 11, 17, tzinfo=dt.UTC)
NIGHT = dt.datetime(2024, 7, 11, 9, tzinfo=dt.UTC)


def escalate(**given: Any) -> Any:
    from flows.deadline_escalation import deadline_escalation

    return run(deadline_escalation(return_state=True, **given))


@pytest.fixture
def cohort(home: Home) -> Home:
    """One LEA, overdue, with everyone to tell."""
    from cimflow.store.database import session
    from cimflow.store.people import contacts

    home.put(lea(1))
    with session.transaction(home.context.engine) as conn:
        contacts.change_contacts(
            conn,
            factories.contacts(cds_code=cds(1)),
            [],
            learnt_at=dt.datetime(2024, 3, 1, tzinfo=dt.UTC),
            recorded_by="test",
        )
    return home


def go_live(home: Home, on: dt.date = dt.date(2024, 6, 3)) -> None:
    from cimflow.monitoring.notices import go_live as golive

    golive.go_live(act_on(home.context, PROCESS, by="test"), on)


@pytest.fixture
def post(cohort: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmtpServer]:
    """A mail server for this home, and a working hour on the clock."""
    from tasks import app_context

    monkeypatch.setattr(app_context, "clock", lambda: WORKING_HOUR)
    monkeypatch.setenv("CIMFLOW_SMTP_TLS", "none")
    monkeypatch.setenv("CIMFLOW_MAIL_FROM", "cim@example.org")
    with running_in_thread(SmtpServer()) as server:
        use(server, monkeypatch)
        yield server


def use(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIMFLOW_SMTP_HOST", server.host)
    monkeypatch.setenv("CIMFLOW_SMTP_PORT", str(server.port))


def test_before_going_live_everything_is_composed_and_kept(cohort: Home) -> None:
    state = escalate()
    assert state.is_completed()
    assert "composed (rehearsal)" in state.name
    (kept,) = cohort.runs("deadline-escalation")
    assert (kept.mode, kept.state) == (f"rehearsal:{TODAY}", state.name)
    assert escalate().name == "nothing to send (rehearsal)"


def test_what_was_corrected_is_rehearsed_again_and_the_last_rehearsal_is_shown(
    cohort: Home,
) -> None:
    """Rehearse, correct, rehearse again: the whole use of it."""
    from cimflow.monitoring.notices import ledger
    from cimflow.monitoring.submissions.record import record

    def to_the_lead() -> str:
        lead = factories.ADDRESS["lea-lead"]
        return "".join(one.text for one in ledger.mails_on(cohort.context, TODAY, lead))

    escalate()
    assert "CIM Team" in to_the_lead()
    record(act_on(cohort.context, PROCESS, cds(1), by="test"), "team-creation", received_on=TODAY)
    assert "composed (rehearsal)" in escalate().name
    assert to_the_lead()
    assert "CIM Team" not in to_the_lead()
    assert escalate().name == "nothing to send (rehearsal)"


def test_who_sends_on_a_saturday_sends_what_that_day_owes(cohort: Home, post: SmtpServer) -> None:
    """The list looks ahead to Monday; a mail must not say on June 29 that June 30 is over."""
    from cimflow.monitoring.notices.ledger import rows_of
    from cimflow.monitoring.notices.owed import notices_on

    saturday = dt.date(2024, 6, 29)
    go_live(cohort)
    ahead = notices_on(act_on(cohort.context, PROCESS), saturday).owed
    assert {one.rung for one in ahead if one.activity == "srr-self-review"} == {"overdue-1"}
    escalate(on=saturday, send=True)
    assert post.mails
    assert not [one for one in post.mails if b"was due" in one.content]
    assert "overdue-1" not in {one.rung for one in rows_of(act_on(cohort.context, PROCESS))}


def test_a_live_home_sends_once(cohort: Home, post: SmtpServer) -> None:
    go_live(cohort)
    state = escalate()
    assert (state.is_completed(), state.name) == (True, f"{len(post.mails)} sent")
    assert len(post.mails) > 0
    assert escalate().name == "nothing to send"


def test_at_night_the_schedule_waits_and_a_person_does_not(
    cohort: Home, post: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks import app_context

    go_live(cohort)
    monkeypatch.setattr(app_context, "clock", lambda: NIGHT)
    state = escalate()
    assert state.is_completed()
    assert "outside working hours" in state.name
    assert post.mails == []
    assert escalate(send=True).name == f"{len(post.mails)} sent"
    assert len(post.mails) > 0


def test_what_was_refused_is_tried_again_by_the_next_run(
    cohort: Home, post: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_live(cohort)
    with running_in_thread(SmtpServer(faults=["rcpt-5xx"] * 20)) as refusing:
        use(refusing, monkeypatch)
        state = escalate(send=True)
    assert state.is_failed()
    assert "failed" in state.name
    use(post, monkeypatch)
    again = escalate(send=True)
    assert (again.is_completed(), again.name) == (True, f"{len(post.mails)} sent")
    assert len(post.mails) > 0


def test_sending_needs_a_live_process(cohort: Home, post: SmtpServer) -> None:
    from cimflow.monitoring.errors import NotLive

    state = escalate(send=True)
    assert state.is_failed()
    assert isinstance(run(state.aresult(raise_on_failure=False)), NotLive)
    assert post.mails == []


def test_it_waits_for_no_lea_run(
    cohort: Home, post: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a morning when every LEA changed the mails are out while no LEA has a run yet."""
    go_live(cohort)
    escalate()
    assert len(post.mails) > 0
    assert cohort.runs("lea-status") == []
