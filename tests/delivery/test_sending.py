"""Escalation over a real SMTP server: what is owed goes once, whatever the server does."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.errors import NotLive
from cimflow.monitoring.notices import ledger
from cimflow.monitoring.notices.delivery import Delivered, deliver, mode_of_run, prepare
from cimflow.monitoring.notices.owed import notices_on
from cimflow.monitoring.notices.release import confirm_restored, release, resolve
from cimflow.monitoring.submissions.record import record
from cimflow.notify.sending.smtp_delivery import Retries
from cimflow.process.contacts import Contact
from cimflow.store.database import notes, session
from cimflow.store.notices import ledger as stored
from cimflow.store.people import contacts
from tests.delivery.conftest import BY, LEAS, PROCESS, clock_of, with_mail
from tests.smtp_server import Fault, SmtpServer, running_in_thread

pytestmark = pytest.mark.slow

L3, L2, L1 = LEAS
AFTER_STEP_1 = dt.date(2024, 7, 11)


def escalate(context: AppContext, on: dt.date, *, scheduled: bool = False) -> Delivered:
    """One run of the escalation, on a day and at ten in the morning of it."""
    clock_of(context).set_to(on)
    mode = mode_of_run(act_on(context, PROCESS), on, send=True)
    prepare(act_on(context, PROCESS), on, mode=mode)
    return asyncio.run(deliver(context, on, mode=mode, scheduled=scheduled, retries=Retries(())))


def states(context: AppContext) -> Counter[str]:
    """How many rows of the live ledger are in each state."""
    return Counter(one.state for one in ledger.rows_of(act_on(context, PROCESS)))


def test_one_run_sends_what_is_owed_and_a_second_sends_nothing(context: AppContext) -> None:
    """One mail per person, SELPA and day; nothing is sent twice."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        first = escalate(desk, AFTER_STEP_1)
        told = Counter(one.recipient for one in server.mails)
        assert first.counts["sent"] == len(server.mails) > 0
        assert set(told.values()) == {1}
        assert "lea-lead.3@example.org" in told
        assert not [one for one in told if "superintendent" in one or "director" in one]
        second = escalate(desk, AFTER_STEP_1)
        assert second.counts["sent"] == 0
        assert len(server.mails) == first.counts["sent"]
    owed = notices_on(act_on(context, PROCESS), AFTER_STEP_1).owed
    assert [one for one in owed if not one.waits] == []


NOT_ACCEPTED: list[Fault] = ["rcpt-4xx", "rcpt-5xx", "data-4xx", "drop-before-dot", "dot-4xx"]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("fault", NOT_ACCEPTED)
def test_what_the_server_did_not_take_is_tried_again(context: AppContext, fault: Fault) -> None:
    """A refusal or a fault before the final dot is failed, and goes with the next run."""
    with running_in_thread(SmtpServer(by_recipient={"lea-lead.2@example.org": fault})) as server:
        first = escalate(with_mail(context, server.port), AFTER_STEP_1)
        assert first.counts["failed"] == 1
        assert not [one for one in server.mails if one.recipient == "lea-lead.2@example.org"]
    with running_in_thread(SmtpServer()) as server:
        again = escalate(with_mail(context, server.port), AFTER_STEP_1)
        assert again.counts["sent"] == 1
        assert [one.recipient for one in server.mails] == ["lea-lead.2@example.org"]
    assert set(states(context)) == {"sent"}


@pytest.mark.parametrize("fault", ["drop-after-dot", "lose-after-dot"])
def test_no_answer_to_the_dot_is_uncertain_and_never_resent_unasked(
    context: AppContext, fault: Fault
) -> None:
    """Whether it arrived cannot be known: it is shown and counted, and a person decides."""
    with running_in_thread(SmtpServer(by_recipient={"lea-lead.2@example.org": fault})) as server:
        assert escalate(with_mail(context, server.port), AFTER_STEP_1).counts["uncertain"] == 1
    with running_in_thread(SmtpServer()) as server:
        assert escalate(with_mail(context, server.port), AFTER_STEP_1).counts["sent"] == 0
        uncertain = ledger.rows_of(act_on(context, PROCESS), states=["uncertain"])
        assert uncertain
        for row in uncertain:
            resolve(act_on(context, PROCESS), row.id, arrived=False)
        assert escalate(with_mail(context, server.port), AFTER_STEP_1).counts["sent"] == 1


def test_no_server_at_all_loses_nothing(context: AppContext) -> None:
    """A refused connection leaves everything failed, and the next run sends it."""
    desk = with_mail(context, 1)
    assert escalate(desk, AFTER_STEP_1).counts["failed"] > 0
    assert set(states(context)) == {"failed"}
    with running_in_thread(SmtpServer()) as server:
        escalate(with_mail(context, server.port), AFTER_STEP_1)
    assert set(states(context)) == {"sent"}


def test_a_slow_server_is_waited_for(context: AppContext) -> None:
    """Slow is not lost."""
    with running_in_thread(SmtpServer(by_recipient={"lea-lead.1@example.org": "slow"})) as server:
        done = escalate(with_mail(context, server.port), AFTER_STEP_1)
    assert done.counts["failed"] == done.counts["uncertain"] == 0


def test_what_was_settled_in_between_does_not_leave(context: AppContext) -> None:
    """Between queue and claim the case is read again: no notice about a settled matter."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        clock_of(context).set_to(AFTER_STEP_1)
        prepare(act_on(desk, PROCESS), AFTER_STEP_1, mode="live")
        record(
            act_on(desk, PROCESS, L2, by="test"), "team-creation", received_on=dt.date(2024, 7, 11)
        )
        asyncio.run(deliver(desk, AFTER_STEP_1, mode="live", scheduled=False))
    rows = ledger.rows_of(act_on(context, PROCESS))
    settled = [one for one in rows if (one.lea, one.activity) == (L2, "team-creation")]
    assert {one.state for one in settled} == {"cancelled"}
    assert not [
        one
        for one in server.mails
        if b"CIM Team" in one.content and one.recipient == "lea-lead.2@example.org"
    ]


def test_superiors_hear_only_after_the_lead_and_are_told_when_it_is_over(
    context: AppContext,
) -> None:
    """Days pass: lead first, then the superintendent, then the stand-down."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        heard: dict[str, dt.date] = {}
        day = dt.date(2024, 6, 3)
        while day <= dt.date(2024, 7, 19):
            if context.calendar_of(PROCESS).is_working(day):
                before = len(server.mails)
                escalate(desk, day)
                for one in server.mails[before:]:
                    heard.setdefault(one.recipient, day)
            day += dt.timedelta(days=1)
        assert heard["superintendent.2@example.org"] - heard["lea-lead.2@example.org"] >= (
            dt.timedelta(days=4)
        )
        for activity in ("team-creation", "srr-summary", "data-drill-down"):
            record(act_on(desk, PROCESS, L2, by="test"), activity, received_on=dt.date(2024, 7, 19))
        record(
            act_on(desk, PROCESS, L2, by="test"),
            "srr-self-review",
            received_on=dt.date(2024, 7, 19),
            filed_on=dt.date(2024, 7, 19),
        )
        before = len(server.mails)
        escalate(desk, dt.date(2024, 7, 22))
        last = [one for one in server.mails[before:] if "superintendent.2" in one.recipient]
        assert len(last) == 1
    rows = ledger.rows_of(act_on(context, PROCESS))
    stood_down = {one.recipient for one in rows if one.rung == "stand-down"}
    assert stood_down == {
        "superintendent.2@example.org",
        "lea-director.2@example.org",
        "chief@example.org",
    }


@pytest.mark.parametrize(
    ("first", "then", "says", "who"),
    [
        # overdue-14 falls on Monday the 15th, when those who wait for the lead hear as well
        (11, 15, "Monday, July 15, 2024", {"lea-director.2", "superintendent.2", "chief"}),
        # told on a Friday, the lead's superiors wait until the Tuesday
        (12, 16, "Tuesday, July 16, 2024", {"lea-director.2", "superintendent.2", "chief"}),
    ],
)
def test_after_a_gap_the_lead_reads_who_hears_next(
    context: AppContext, first: int, then: int, says: str, who: set[str]
) -> None:
    """The mail names the day and the people who then are written to, those who wait included."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        for day in (dt.date(2024, 6, 3), dt.date(2024, 6, 24), dt.date(2024, 7, first)):
            escalate(desk, day)
        with session.reading(context.engine) as conn:
            sent = stored.mails_of(conn, "live", dt.date(2024, 7, first))
        text = next(one.text for one in sent if one.recipient == "lea-lead.2@example.org")
        text = " ".join(text.split())
        said = text[text.index("What happens next") :].split("If ")
        before = len(server.mails)
        new: dict[int, set[str]] = {}
        for number in (15, 16):
            escalate(desk, dt.date(2024, 7, number))
            new[number] = {one.recipient.split("@")[0] for one in server.mails[before:]}
            before = len(server.mails)
    sentence = next(one for one in said if "self-review" in one)
    assert f"still open on {says}, we will also write to the director" in sentence
    assert "the superintendent, and the SELPA director" in sentence
    assert who <= new[then]


def test_a_first_go_live_in_mid_year_holds_superiors(context: AppContext) -> None:
    """What was overdue at the first live sweep reaches no superior unless a person releases it."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        for day in (AFTER_STEP_1, dt.date(2024, 7, 17), dt.date(2024, 7, 24)):
            escalate(desk, day)
        assert not [one for one in server.mails if "superintendent" in one.recipient]
        held = ledger.rows_of(act_on(context, PROCESS), states=["held"])
        assert {one.role for one in held} >= {"superintendent", "lea-director"}
        release(act_on(desk, PROCESS), [one.id for one in held], all_or_none=True)
        escalate(desk, dt.date(2024, 7, 25))
        assert [one for one in server.mails if "superintendent" in one.recipient]


def test_a_lead_who_administers_the_selpa_too_is_told_as_the_lead(context: AppContext) -> None:
    """A single-district SELPA: the superiors wait for the lead, who has heard."""
    with session.transaction(context.engine) as conn:
        both = [
            Contact("lea", L2, "lea-lead", "Of Both Hats", "both@example.org"),
            Contact("selpa", "9901", "selpa-admin", "Of Both Hats", "Both@example.org"),
        ]
        gone = [one for one in contacts.load_contacts(conn) if one.email in _OTHERS]
        contacts.change_contacts(conn, both, gone, **BY)
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        for day in ("2024-06-03", "2024-07-01", "2024-07-08"):
            escalate(desk, dt.date.fromisoformat(day))
    roles = {
        (one.rung, one.role) for one in ledger.rows_of(act_on(context, PROCESS)) if one.lea == L2
    }
    assert ("overdue-1", "lea-lead") in roles
    assert ("overdue-7", "superintendent") in roles


_OTHERS = {"lea-lead.2@example.org", "admin@example.org"}


def test_a_director_who_administers_the_selpa_too_waits_for_nobody(context: AppContext) -> None:
    """Whoever is no superior in one of the two hats is told at once, and hears no stand-down."""
    with session.transaction(context.engine) as conn:
        both = [
            Contact("selpa", "9901", role, "Of Both Hats", "both@example.org")
            for role in ("selpa-admin", "selpa-director")
        ]
        gone = [one for one in contacts.load_contacts(conn) if one.scope == "selpa"]
        contacts.change_contacts(conn, both, gone, **BY)
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        for day in (AFTER_STEP_1, dt.date(2024, 7, 24)):
            escalate(desk, day)
    rows = [
        one for one in ledger.rows_of(act_on(context, PROCESS)) if one.recipient_key[:4] == "both"
    ]
    assert {one.rung for one in rows} >= {"overdue-1", "overdue-14"}
    assert {(one.role, one.state) for one in rows} == {("selpa-admin", "sent")}


def test_a_superior_waits_when_the_mails_to_the_lead_turn_out_lost(context: AppContext) -> None:
    """Released on a Wednesday, but nobody has heard: the claim asks again."""
    lost: dict[str, Fault] = {"lea-lead.2@example.org": "lose-after-dot"}
    with running_in_thread(SmtpServer(by_recipient=lost)) as server:
        desk = with_mail(context, server.port)
        for day in (AFTER_STEP_1, dt.date(2024, 7, 17)):
            escalate(desk, day)
        for row in ledger.rows_of(act_on(context, PROCESS), states=["uncertain"]):
            resolve(act_on(context, PROCESS), row.id, arrived=False)
        held = ledger.rows_of(act_on(context, PROCESS), states=["held"])
        assert {one.lea for one in held if one.role == "superintendent"} >= {L2}
        release(act_on(desk, PROCESS), [one.id for one in held], all_or_none=True)
        done = escalate(desk, dt.date(2024, 7, 18))
    assert done.counts["waiting"] > 0
    assert not [one for one in server.mails if one.recipient == "superintendent.2@example.org"]
    waiting = ledger.rows_of(act_on(context, PROCESS), states=["queued"])
    assert {(one.role, one.lea) for one in waiting} >= {("superintendent", L2)}


def test_an_extension_stands_down_and_starts_anew(context: AppContext) -> None:
    """After an extension nobody hears of the old date again, and the lead hears the new one."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        escalate(desk, dt.date(2024, 7, 1))
        extend(
            act_on(desk, PROCESS, L2, by="test"),
            "team-creation",
            to=dt.date(2024, 8, 15),
            grantor="selpa",
            reason="fire",
            on=dt.date(2024, 7, 1),
        )
        escalate(desk, AFTER_STEP_1)
    rows = [
        one
        for one in ledger.rows_of(act_on(context, PROCESS))
        if (one.lea, one.activity) == (L2, "team-creation")
    ]
    assert [one.rung for one in rows if one.on == AFTER_STEP_1] == ["extended"]


def test_rehearsals_count_for_nothing_and_send_nothing(context: AppContext) -> None:
    """A rehearsal composes and keeps; the live ledger knows nothing of it."""
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        day = dt.date(2024, 7, 12)  # another day than today
        mode = mode_of_run(act_on(desk, PROCESS), day, send=False)
        assert mode == "rehearsal:2024-07-12"
        for _ in range(2):
            prepare(act_on(desk, PROCESS), day, mode=mode)
            done = asyncio.run(deliver(desk, day, mode=mode, scheduled=False))
        assert not server.mails
    assert ledger.rows_of(act_on(context, PROCESS)) == []
    with session.reading(context.engine) as conn:
        kept = stored.mails_of(conn, mode)
    assert kept
    assert all("rehearsal" in one.subject.casefold() for one in kept)
    assert done.counts["composed"] == 0


def test_before_go_live_nothing_leaves(context: AppContext) -> None:
    """Mail leaves only from the go-live day on."""
    with pytest.raises(NotLive):
        mode_of_run(act_on(with_mail(context, 25), PROCESS), dt.date(2024, 6, 2), send=True)


def test_a_restored_backup_holds_everything(context: AppContext) -> None:
    """What a backup forgot may have left: a person looks first."""
    with session.transaction(context.engine) as conn:
        notes.write(conn, notes.RESTORED, "2024-07-10")
    with running_in_thread(SmtpServer()) as server:
        escalate(with_mail(context, server.port), AFTER_STEP_1)
        assert not server.mails
    assert set(states(context)) == {"held"}
    assert confirm_restored(context, Actor("test"))


def test_a_sweep_far_larger_than_those_before_is_held(context: AppContext) -> None:
    """More than 25 mails and three times the largest of the last ten waits for a person."""
    with session.transaction(context.engine) as conn:
        for day in range(3, 9):
            stored.record_sweep(conn, PROCESS, "live", dt.date(2024, 6, day), 2, at=context.now())
    small = replace(context.ladder.sweep_hold, more_than=3)
    desk = with_mail(context, 25)
    object.__setattr__(desk, "ladder", replace(context.ladder, sweep_hold=small))
    clock_of(context).set_to(AFTER_STEP_1)
    # Seven people are owed something: more than three, and more than three times two.
    prepare(act_on(desk, PROCESS), AFTER_STEP_1, mode="live")
    people = {one.recipient for one in ledger.rows_of(act_on(context, PROCESS))}
    assert (set(states(context)) == {"held"}) == (len(people) > 6)


def test_the_hold_on_a_sweep_lasts_until_a_person_releases_it(context: AppContext) -> None:
    """What nobody let through does not become what is usual; what a person released does."""
    with session.transaction(context.engine) as conn:
        for day in range(3, 9):
            stored.record_sweep(conn, PROCESS, "live", dt.date(2024, 6, day), 1, at=context.now())
    small = replace(context.ladder.sweep_hold, more_than=3)
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(context, server.port)
        object.__setattr__(desk, "ladder", replace(context.ladder, sweep_hold=small))
        # On each of these days the three leads and the administrator are owed something new.
        for day_in_july in (11, 17):
            escalate(desk, dt.date(2024, 7, day_in_july))
            assert set(states(context)) == {"held"}
            assert _mails_of_last_sweep(context) == 0
        assert server.mails == []

        held = ledger.rows_of(act_on(context, PROCESS), states=["held"])
        release(act_on(desk, PROCESS), [one.id for one in held], all_or_none=True)
        assert _mails_of_last_sweep(context) == 4
        done = escalate(desk, dt.date(2024, 7, 24))
    assert done.counts["sent"] == len(server.mails) == 4
    assert "held" not in states(context)


def _mails_of_last_sweep(context: AppContext) -> int:
    with session.reading(context.engine) as conn:
        return stored.sweeps(conn, PROCESS)[-1].mails


def test_a_letter_that_cannot_be_written_is_held_and_stops_nobody_else(context: AppContext) -> None:
    """A line break in a name would be a header of its own: nothing of it leaves."""
    with session.transaction(context.engine) as conn:
        bad = Contact("lea", L2, "lea-lead", "A\r\nBcc: x@example.org", "odd@example.org")
        contacts.change_contacts(conn, [bad], [], **BY)
    with running_in_thread(SmtpServer()) as server:
        done = escalate(with_mail(context, server.port), AFTER_STEP_1)
        assert done.counts["held"] >= 1
        assert "odd@example.org" not in {one.recipient for one in server.mails}
        assert "lea-lead.3@example.org" in {one.recipient for one in server.mails}
    assert {one.recipient for one in ledger.rows_of(act_on(context, PROCESS), states=["held"])} >= {
        "odd@example.org"
    }
