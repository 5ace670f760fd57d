"""Notices: each SELPA its own; previewed, released once, resolved once; going live with open eyes."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
from collections.abc import Callable

import pytest

from cimflow.intake.spreadsheets.contacts import ContactRow
from cimflow.monitoring.access import audit_log
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices import delivery, go_live, letters
from cimflow.monitoring.notices.ledger import rows_of
from cimflow.monitoring.roster import import_roster
from cimflow.settings import Smtp
from cimflow.store.database import notes, session
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import LedgerRow
from cimflow.store.people import contacts
from tests.dashboard.conftest import BIRCH, OURS, PEOPLE, PROCESS, THEIRS, Browser

pytestmark = pytest.mark.slow

Open = Callable[[str], Browser]
NOTICES = f"/p/{PROCESS}/notices"
TODAY = dt.date(2024, 7, 11)
START = dt.date(2024, 3, 15)
LEAD = f"lea-lead.{BIRCH}@example.org"


def words(page: str) -> str:
    """What a page says, without its elements."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def main_of(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def go_live_and_queue(context: AppContext) -> list[LedgerRow]:
    """Live since the start, with all that is owed today in the ledger."""
    go_live.go_live(act_on(context, PROCESS, by="test"), START)
    delivery.prepare(act_on(context, PROCESS), TODAY, mode="live")
    return rows_of(act_on(context, PROCESS))


def held(context: AppContext, selpa: str = OURS, number: int = 2) -> list[LedgerRow]:
    rows = [one for one in go_live_and_queue(context) if one.selpa_code == selpa][:number]
    with session.transaction(context.engine) as conn:
        ledger.hold(conn, [one.id for one in rows], "to be released by a person")
    return rows


def uncertain(context: AppContext) -> list[LedgerRow]:
    """The rows of one mail of our SELPA of which nobody knows whether it left."""
    go_live_and_queue(context)
    desk = letters.open_desk(context, TODAY, "live")
    group = next(
        one for one in letters.waiting_letters(desk) if one[0].selpa_code == OURS and len(one) > 1
    )
    claimed = letters.claim(desk, group, context.now())
    assert claimed.envelope is not None
    with session.transaction(context.engine) as conn:
        ledger.settle(conn, claimed.envelope.mail_id, "uncertain", error="cut", now=context.now())
    return rows_of(act_on(context, PROCESS), states=["uncertain"])


def state_of(context: AppContext, row: LedgerRow) -> str:
    return next(one.state for one in rows_of(act_on(context, PROCESS)) if one.id == row.id)


# --------------------------------------------------------------------------------- what is shown


def test_what_is_owed_is_said_in_plain_words(browser: Open) -> None:
    page = words(browser("admin").get(NOTICES).text)
    assert "Birch Hollow" in page
    assert "overdue, 1 day after" in page
    assert f"lea-lead of {BIRCH} LEA lead, {LEAD}" in page
    assert "Monday summary" in page
    assert "Far Ridge" not in page


@pytest.mark.parametrize("tab", ["owed", "held", "sent", "failed", "uncertain", "all", "nonsense"])
@pytest.mark.parametrize("who", ["reader", "admin", "other-admin"])
def test_no_selpa_sees_the_notices_of_another(
    who: str, tab: str, context: AppContext, browser: Open
) -> None:
    held(context, OURS)
    held(context, THEIRS)
    page = browser(who).get(NOTICES, state=tab).text
    assert ("Far Ridge" in page) <= (who == "other-admin")
    assert ("Birch Hollow" in page) <= (who != "other-admin")
    assert ".9902@" not in page or who == "other-admin"


def test_the_tabs_count_and_the_ledger_is_not_owed_again(
    context: AppContext, browser: Open
) -> None:
    owed_before = words(browser("admin").get(NOTICES).text)
    number = int(re.search(r"Ready to send \((\d+)\)", owed_before)[1])  # type: ignore[index]
    waits = owed_before.count("waiting until the lead is notified")
    rows = [one for one in go_live_and_queue(context) if one.selpa_code == OURS]
    assert len(rows) == number - waits
    page = words(browser("admin").get(NOTICES).text)
    assert f"Ready to send ({waits})" in page
    assert f"Queued ({len(rows)})" in page


def test_finding_by_lea_and_by_address(context: AppContext, browser: Open) -> None:
    go_live_and_queue(context)
    admin = browser("admin")
    for text in ("birch", BIRCH, LEAD):
        page = main_of(admin.get(NOTICES, state="queued", find=text).text)
        assert "Birch Hollow" in page
        assert "Elm Crossing" not in page
    nothing = admin.get(NOTICES, state="queued", find="<script>alert(1)</script>").text
    assert "No notices here match your search." in nothing
    assert "<script>alert" not in nothing
    assert "Elm Crossing" not in main_of(admin.get(NOTICES, find="100%_").text)


def test_the_notices_of_one_selpa(context: AppContext, browser: Open) -> None:
    system, admin = browser("system"), browser("admin")
    for tab in ("owed", "queued"):
        page = main_of(system.get(NOTICES, state=tab, selpa=THEIRS).text)
        assert "Far Ridge" in page
        assert "Birch Hollow" not in page
        assert "Far Ridge" not in main_of(admin.get(NOTICES, state=tab, selpa=THEIRS).text)
        go_live_and_queue(context)


def test_in_a_large_cohort_a_selpa_is_chosen_first(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cimflow.dashboard.notices.notices_page.MOST_LEAS", 3)
    system = browser("system")
    assert "choose a SELPA above" in system.get(NOTICES).text
    assert "Far Ridge" in system.get(NOTICES, selpa=THEIRS).text
    assert "Birch Hollow" in browser("admin").get(NOTICES).text


def test_a_rehearsal_is_marked_and_never_released(context: AppContext, browser: Open) -> None:
    mode = f"rehearsal:{TODAY}"
    delivery.prepare(act_on(context, PROCESS), TODAY, mode=mode)
    asyncio.run(delivery.deliver(context, TODAY, mode=mode, scheduled=False))
    (row, *_) = [
        one for one in rows_of(act_on(context, PROCESS), mode=mode) if one.selpa_code == OURS
    ]
    admin = browser("admin")
    page = main_of(admin.get(NOTICES, state="rehearsed").text)
    assert "rehearsal, not sent" in page
    assert 'type="checkbox"' not in page
    assert "written in rehearsal" in admin.get(f"{NOTICES}/{row.id}").text
    refused = admin.post(f"{NOTICES}/release", {"notice": str(row.id), "confirmed": "yes"})
    assert refused.status_code == 404


def test_a_missing_contact_is_named_with_what_to_do(context: AppContext, browser: Open) -> None:
    with session.transaction(context.engine) as conn:
        lead = [one for one in contacts.load_contacts(conn) if one.email == LEAD]
        contacts.change_contacts(
            conn, added=[], ended=lead, learnt_at=context.now(), recorded_by="test"
        )
    page = words(browser("admin").get(NOTICES).text)
    assert "Birch Hollow : No LEA lead is listed" in page
    assert "Add a contact for Birch Hollow" in page
    assert "No lead of the LEA" not in words(browser("other-admin").get(NOTICES).text)


# ----------------------------------------------------------------------------------- the mail


def test_a_preview_composes_and_changes_nothing(context: AppContext, browser: Open) -> None:
    page = browser("admin").get(f"{NOTICES}/preview", to=LEAD, selpa=OURS).text
    assert f"Hello lea-lead of {BIRCH}," in words(page)
    assert "REHEARSAL" not in page
    assert " style=" not in main_of(page)
    assert rows_of(act_on(context, PROCESS)) == []
    assert browser("admin").get(f"{NOTICES}/preview", to="x@y.org", selpa=OURS).status_code == 404


@pytest.mark.parametrize(("who", "selpa"), [("admin", THEIRS), ("other-admin", OURS)])
def test_another_selpas_mail_is_not_there(who: str, selpa: str, browser: Open) -> None:
    to = LEAD if selpa == OURS else "lea-lead.99000090000000@example.org"
    answer = browser(who).get(f"{NOTICES}/preview", to=to, selpa=selpa)
    assert answer.status_code == 404
    assert "Hello" not in answer.text
    assert browser("system").get(f"{NOTICES}/preview", to=to, selpa=selpa).status_code == 200


def test_a_notice_shows_its_mail_word_for_word(context: AppContext, browser: Open) -> None:
    (row, *_) = uncertain(context)
    (mail,) = [one for one in _mails(context) if one.recipient_key == row.recipient_key]
    page = browser("reader").get(f"{NOTICES}/{row.id}").text
    assert words(mail.text) in words(page.replace("&#39;", "'").replace("&amp;", "&"))
    assert "Record this" not in page  # a reader looks and does not decide
    assert browser("other-admin").get(f"{NOTICES}/{row.id}").status_code == 404


def _mails(context: AppContext) -> list[ledger.Mail]:
    with session.reading(context.engine) as conn:
        return ledger.mails_of(conn, "live", TODAY)


# ------------------------------------------------------------------------------------ releasing


def test_releasing_shows_first_who_gets_what(context: AppContext, browser: Open) -> None:
    rows = held(context)
    admin = browser("admin")
    form = {"notice": [str(one.id) for one in rows]}
    shown = admin.post(f"{NOTICES}/release", form)
    assert shown.status_code == 200
    assert all(one.recipient in shown.text for one in rows)
    assert {state_of(context, one) for one in rows} == {"held"}

    done = admin.post(f"{NOTICES}/release", {**form, "confirmed": "yes"})
    assert done.status_code == 303
    assert {state_of(context, one) for one in rows} == {"queued"}
    noted = [one for one in audit_log.entries(context, limit=9) if one.action == "release-notice"]
    assert {one.detail.partition(":")[0] for one in noted} == {f"notice {one.id}" for one in rows}
    assert f"Released by {PEOPLE['admin']}" in admin.get(f"{NOTICES}/{rows[0].id}").text


def test_the_second_to_release_is_told_by_whom(context: AppContext, browser: Open) -> None:
    first, second = held(context)
    admin, system = browser("admin"), browser("system")
    admin.post(f"{NOTICES}/release", {"notice": str(first.id), "confirmed": "yes"})

    both = {"notice": [str(first.id), str(second.id)], "confirmed": "yes"}
    answer = system.post(f"{NOTICES}/release", both)
    said = system.get(answer.headers["location"]).text
    assert f"1 had already been sent by {PEOPLE['admin']}" in said
    assert state_of(context, second) == "queued"

    again = system.post(f"{NOTICES}/release", {"notice": str(first.id), "confirmed": "yes"})
    assert again.status_code == 422
    assert f"already sent by {PEOPLE['admin']}" in again.text
    assert (
        len([one for one in audit_log.entries(context, limit=99) if "may leave" in one.detail]) == 2
    )


def test_nobody_releases_for_another_selpa(context: AppContext, browser: Open) -> None:
    (row, *_) = held(context, THEIRS)
    form = {"notice": str(row.id), "confirmed": "yes"}
    assert browser("admin").post(f"{NOTICES}/release", form).status_code == 404
    assert browser("reader").post(f"{NOTICES}/release", form).status_code == 403
    assert state_of(context, row) == "held"


def test_nothing_picked_is_said(browser: Open) -> None:
    answer = browser("admin").post(f"{NOTICES}/release", {"notice": ["x", "", "-1"]})
    assert answer.status_code == 422
    assert "Select at least one notice." in answer.text


# ------------------------------------------------------------------------------------ resolving


@pytest.mark.parametrize(("outcome", "state"), [("arrived", "sent"), ("lost", "queued")])
def test_a_whole_mail_is_resolved_at_once(
    outcome: str, state: str, context: AppContext, browser: Open
) -> None:
    rows = uncertain(context)
    admin = browser("admin")
    address = f"{NOTICES}/{rows[0].id}"
    assert "If it did arrive, the person gets it twice." in admin.get(address).text
    assert admin.post(f"{address}/resolve", {"outcome": outcome}).status_code == 303
    assert {state_of(context, one) for one in rows} == {state}

    second = browser("system").post(f"{address}/resolve", {"outcome": "lost"})
    assert second.status_code == 409
    assert f"{PEOPLE['admin']} decided about this email before you" in second.text
    assert {state_of(context, one) for one in rows} == {state}


def test_resolving_needs_an_answer_and_ones_own_selpa(context: AppContext, browser: Open) -> None:
    (row, *_) = uncertain(context)
    address = f"{NOTICES}/{row.id}/resolve"
    assert browser("admin").post(address, {"outcome": "maybe"}).status_code == 422
    assert browser("other-admin").post(address, {"outcome": "arrived"}).status_code == 404
    assert state_of(context, row) == "uncertain"


def test_a_restored_backup_is_confirmed_by_the_system_administrator(
    context: AppContext, browser: Open
) -> None:
    with session.transaction(context.engine) as conn:
        notes.write(conn, notes.RESTORED, "2024-07-11")
    system = browser("system")
    assert "A backup was restored: all email is held" in browser("admin").get(NOTICES).text
    assert system.post(f"{NOTICES}/restored").status_code == 409
    assert "A backup was restored" in system.get(NOTICES).text
    assert system.post(f"{NOTICES}/restored", {"looked": "yes"}).status_code == 303
    assert "A backup was restored" not in system.get(NOTICES).text


# ------------------------------------------------------------------------------------- going live

GO_LIVE = f"/p/{PROCESS}/go-live"


def digest_of(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def test_going_live_shows_first_who_would_get_what(context: AppContext, browser: Open) -> None:
    system = browser("system")
    page = system.get(GO_LIVE, **{"from": "2024-03-15"}).text
    assert f"LEA lead, {LEAD}" in words(page)
    assert "No mail server is set up yet" in page
    form = {"from": "2024-03-15", "digest": digest_of(page)}

    unread = system.post(GO_LIVE, form)
    assert unread.status_code == 422
    assert "Check the box" in unread.text
    assert go_live.live_from(act_on(context, PROCESS)) is None

    assert "Rehearsal: no email is sent" in page
    done = system.post(GO_LIVE, {**form, "read": "yes"})
    assert done.status_code == 303
    assert go_live.live_from(act_on(context, PROCESS)) == START
    after = system.get(done.headers["location"]).text
    assert "Rehearsal: no email is sent" not in after
    assert "nothing is sent" in after


def test_what_changed_since_it_was_shown_is_shown_again(context: AppContext, browser: Open) -> None:
    system = browser("system")
    page = system.get(GO_LIVE, **{"from": "2024-03-15"}).text
    new = ContactRow(0, "lea", BIRCH, "lea-lead", "A New Lead", "new.lead@example.org")
    import_roster.import_contacts(context, [new], actor=Actor("test"))
    form = {"from": "2024-03-15", "digest": digest_of(page), "read": "yes"}
    answer = system.post(GO_LIVE, form)
    assert answer.status_code == 409
    assert "Something changed since you previewed it" in answer.text
    assert go_live.live_from(act_on(context, PROCESS)) is None
    assert digest_of(answer.text) != digest_of(page)


def test_a_selpa_with_the_cohort_to_itself_may_go_live(context: AppContext, browser: Open) -> None:
    refused = browser("admin").get(GO_LIVE)
    assert refused.status_code == 403
    assert "some of its LEAs belong to another SELPA" in refused.text
    assert go_live.may_go_live(act_on(context, PROCESS), {OURS, THEIRS})
    assert not go_live.may_go_live(act_on(context, PROCESS), {OURS})
    assert not go_live.may_go_live(act_on(context, PROCESS), set())


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2023-01-01", "is before the start of"),
        ("soon", "write the day such as"),
    ],
)
def test_a_day_that_cannot_be(day: str, says: str, context: AppContext, browser: Open) -> None:
    answer = browser("system").post(GO_LIVE, {"from": day, "digest": "0", "read": "yes"})
    assert answer.status_code == 422
    assert says in answer.text
    assert go_live.live_from(act_on(context, PROCESS)) is None


def test_with_a_mail_server_nothing_is_missing(context: AppContext, browser: Open) -> None:
    smtp = Smtp("mail.example.org", 25, "none", "cimflow@example.org")
    settings = dataclasses.replace(context.settings, smtp=smtp)
    object.__setattr__(context, "settings", settings)
    assert "No mail server is set" not in browser("system").get(GO_LIVE).text
