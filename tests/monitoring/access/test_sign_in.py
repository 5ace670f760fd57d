"""A link opens once, for a quarter of an hour, for a person we know; and what a session is."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import logging
import re
from collections.abc import Callable

import pytest
from sqlalchemy import text

from cimflow.monitoring.access import audit_log, permissions, sign_in
from cimflow.monitoring.act import Actor, act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices import go_live
from cimflow.notify.sending.smtp_delivery import Retries
from cimflow.store.database import session
from tests.monitoring.access.signing_in import (
    HOUR,
    MINUTE,
    NOW,
    PEOPLE,
    PROCESS,
    START,
    context,
    end_contact,
    later,
    with_mail,
)
from tests.smtp_server import Fault, SmtpServer, running_in_thread

__all__ = ["context"]
ADA, LEE = "ada@example.org", "lee@example.org"
BASE = "https://cim.example.org/"
HERE = "192.0.2.1"


@pytest.fixture
def mailing(context: AppContext) -> AppContext:
    """An office that may mail links: a server is set, and a cohort is live."""
    go_live.go_live(act_on(context, PROCESS, by="test"), START)
    return with_mail(context)


def printed(context: AppContext, email: str = ADA) -> str:
    """The token of a link that the administrator printed."""
    return sign_in.make_link(context, email, base_url=BASE, made_by="root").rpartition("/")[2]


def signed_in(context: AppContext, email: str = ADA) -> sign_in.NewSession:
    new = sign_in.use_link(context, printed(context, email), remote=HERE)
    assert new is not None
    return new


def actions(context: AppContext) -> list[tuple[str, str, str]]:
    """What the log says of signing in, oldest first."""
    found = audit_log.entries(context, limit=99)
    return [
        (one.actor, one.action, one.outcome)
        for one in reversed(found)
        if one.action not in {"go-live", "import"}
    ]


def everything_stored(context: AppContext) -> str:
    with session.reading(context.engine) as conn:
        tables = ("sign_in_links", "sessions", "audit")
        return repr([conn.execute(text(f"SELECT * FROM {one}")).all() for one in tables])


# ---- links


def test_a_printed_link_signs_in_once(context: AppContext) -> None:
    url = sign_in.make_link(context, "ADA@example.org", base_url=BASE, made_by="root")
    assert re.fullmatch(r"https://cim\.example\.org/sign-in/[A-Za-z0-9_-]{43}", url)
    token = url.rpartition("/")[2]
    for _ in range(3):  # a mail scanner looks as often as it likes
        assert sign_in.open_link(context, token) == ADA
    new = sign_in.use_link(context, token, remote=HERE)
    assert new is not None
    assert (new.email, new.expires_at) == (ADA, NOW + 12 * HOUR)
    assert sign_in.open_link(context, token) is None
    assert sign_in.use_link(context, token, remote=HERE) is None
    found = sign_in.session_of(context, new.token)
    assert found is not None
    assert (found.email, found.csrf) == (ADA, new.csrf)
    assert actions(context) == [
        ("root", "link-printed", "done"),
        (ADA, "sign-in", "done"),
        (ADA, "sign-in", "refused"),
    ]
    assert audit_log.entries(context, limit=1, offset=1)[0].acting_as == "selpa-administrator"


def test_no_token_is_stored_or_shown(context: AppContext) -> None:
    token = printed(context)
    new = sign_in.use_link(context, token, remote=HERE)
    assert new is not None
    stored = everything_stored(context)
    for secret in (token, new.token):
        assert secret not in stored
        assert hashlib.sha256(secret.encode()).hexdigest() in stored
    assert new.token not in repr(new)
    assert new.csrf not in repr(new) + repr(sign_in.session_of(context, new.token))
    assert "https" not in repr(sign_in.LinkAsked("https://x", "made"))


def test_a_link_opens_for_a_quarter_of_an_hour(context: AppContext) -> None:
    token = printed(context)
    later(context, 15 * MINUTE - dt.timedelta(seconds=1))
    assert sign_in.open_link(context, token) == ADA
    later(context, dt.timedelta(seconds=1))
    assert sign_in.open_link(context, token) is None
    assert sign_in.use_link(context, token, remote=HERE) is None


def test_a_link_of_someone_who_left_opens_nothing(context: AppContext) -> None:
    token = printed(context)
    end_contact(context, PEOPLE[0])
    assert sign_in.open_link(context, token) is None
    assert sign_in.use_link(context, token, remote=HERE) is None
    assert actions(context)[-1] == (ADA, "sign-in", "refused")


NO_TOKENS = ["", "x", "A" * 43, "A" * 5000, "é" * 43, "\udcff" * 43, "' OR 1=1 --", "A" * 42 + "\n"]


@pytest.mark.parametrize("token", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_what_is_no_token_opens_nothing(context: AppContext, token: str) -> None:
    printed(context)
    assert sign_in.open_link(context, token) is None
    assert sign_in.use_link(context, token, remote=HERE) is None
    assert sign_in.session_of(context, token) is None
    sign_in.end_session(context, token)


def test_nobody_unknown_gets_a_link(context: AppContext) -> None:
    with pytest.raises(Refused, match="no one with this address can sign in"):
        sign_in.make_link(context, "stranger@example.org", base_url=BASE, made_by="root")
    assert actions(context) == []


# ---- asking on the page

Ask = Callable[..., str]


def ask(context: AppContext, email: str = ADA, remote: str = HERE) -> str:
    """What became of asking; a link only where there is one."""
    asked = sign_in.ask_for_link(context, email, base_url=BASE, remote=remote)
    assert (asked.url is not None) is (asked.reason == "made")
    return asked.reason


def test_a_link_that_was_asked_for_signs_in(mailing: AppContext) -> None:
    asked = sign_in.ask_for_link(mailing, "Ada@example.org", base_url=BASE, remote=HERE)
    assert asked.url is not None
    new = sign_in.use_link(mailing, asked.url.rpartition("/")[2], remote=HERE)
    assert new is not None
    assert new.email == ADA


def test_links_leave_by_mail_only_where_mail_leaves(context: AppContext) -> None:
    assert not sign_in.may_mail_links(context)
    assert ask(context) == "rehearsal"
    go_live.go_live(act_on(context, PROCESS, by="test"), dt.date(2024, 7, 12))
    assert not sign_in.may_mail_links(context)
    assert not sign_in.may_mail_links(with_mail(context))
    assert ask(with_mail(context)) == "rehearsal"
    later(context, 24 * HOUR)
    assert not sign_in.may_mail_links(context)
    assert sign_in.may_mail_links(with_mail(context))


def test_three_links_per_address_in_a_quarter_of_an_hour(mailing: AppContext) -> None:
    remotes = iter(range(99))
    asks = [
        ask(mailing, email, f"192.0.2.{next(remotes)}")
        for email in (ADA, "ADA@Example.org", ADA, ADA)
    ]
    assert asks == ["made", "made", "made", "limited"]
    assert ask(mailing, LEE) == "made"
    printed(mailing)  # what a person prints is not counted
    later(mailing, 15 * MINUTE)
    assert ask(mailing) == "made"


def test_ten_per_remote_address_whoever_is_asked_for(mailing: AppContext) -> None:
    assert [ask(mailing, f"stranger{number}@example.org") for number in range(10)] == [
        "unknown"
    ] * 10
    assert [ask(mailing), ask(mailing, "stranger@example.org")] == ["limited", "limited"]
    assert ask(mailing, remote="192.0.2.2") == "made"
    refused = [one for one in actions(mailing) if one[1] == "sign-in-limited"]
    assert len(refused) == 1, "who keeps asking does not fill the log"
    later(mailing, 15 * MINUTE)
    assert ask(mailing) == "made"


def test_a_hundred_in_an_hour_in_all_and_strangers_do_not_use_them_up(mailing: AppContext) -> None:
    for number in range(101):
        assert ask(mailing, f"s{number}@example.org", f"198.51.100.{number}") == "unknown"
    for number in range(34):
        permissions.give_role(
            mailing, f"p{number}@example.org", "selpa-reader", "S1", actor=Actor("test")
        )
    asks = [
        ask(mailing, f"p{number // 3}@example.org", f"203.0.113.{number}") for number in range(101)
    ]
    assert asks == ["made"] * 100 + ["limited"]
    later(mailing, HOUR)
    assert ask(mailing) == "made"


def test_a_stranger_leaves_no_address_behind_and_no_way_in(mailing: AppContext) -> None:
    assert ask(mailing, "stranger@example.org") == "unknown"
    assert "stranger" not in everything_stored(mailing)
    assert actions(mailing) == [("", "link-asked", "refused")]


def test_no_mail_to_a_domain_that_gets_none_unasked(mailing: AppContext) -> None:
    permissions.give_role(mailing, "cy@cde.ca.gov", "selpa-reader", "S1", actor=Actor("test"))
    assert ask(mailing, "cy@cde.ca.gov") == "held"
    assert printed(mailing, "cy@cde.ca.gov")


# ---- sessions


def test_a_session_lasts_while_someone_is_there_and_twelve_hours_at_most(
    context: AppContext,
) -> None:
    new = signed_in(context)
    for _ in range(7):
        later(context, 100 * MINUTE)
        assert sign_in.session_of(context, new.token) is not None
    later(context, 20 * MINUTE)
    assert sign_in.session_of(context, new.token) is None


def test_a_session_ends_after_two_idle_hours(context: AppContext) -> None:
    new = signed_in(context)
    later(context, 2 * HOUR)
    assert sign_in.session_of(context, new.token) is None


def test_being_there_is_written_once_a_minute(context: AppContext) -> None:
    new = signed_in(context)

    def seen() -> list[object]:
        with session.reading(context.engine) as conn:
            return list(conn.execute(text("SELECT seen_at FROM sessions")).scalars())

    first = seen()
    later(context, 59 * dt.timedelta(seconds=1))
    sign_in.session_of(context, new.token)
    assert seen() == first
    later(context, dt.timedelta(seconds=1))
    sign_in.session_of(context, new.token)
    assert seen() != first


def test_signing_out_here_and_everywhere(context: AppContext) -> None:
    one, two, other = signed_in(context), signed_in(context), signed_in(context, LEE)
    sign_in.end_session(context, one.token)
    sign_in.end_session(context, one.token)
    assert sign_in.session_of(context, one.token) is None
    assert sign_in.session_of(context, two.token) is not None
    sign_in.end_sessions_of(context, "ADA@example.org")
    sign_in.end_sessions_of(context, "ß")
    assert sign_in.session_of(context, two.token) is None
    assert sign_in.session_of(context, other.token) is not None
    assert [one for one in actions(context) if one[1] == "sign-out"] == [
        (ADA, "sign-out", "done")
    ] * 2


# ---- the mail


def test_the_link_goes_to_the_address_on_record(mailing: AppContext) -> None:
    """Not to what was typed, which may be another's mailbox."""
    url = f"{BASE}sign-in/{'T' * 43}"
    with running_in_thread(SmtpServer()) as server:
        desk = with_mail(mailing, server.port)
        assert asyncio.run(sign_in.send_link(desk, "ADA@EXAMPLE.ORG", url))
        assert not asyncio.run(sign_in.send_link(desk, "stranger@example.org", url))
    (mail,) = server.mails
    assert mail.recipient == "Ada@Example.org"
    assert url in mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'<a href="{url}"' in html
    assert "List-Id" not in mail.message
    for words in ("Hello Ada Admin,", "choose the button", "works once, within 15 minutes"):
        assert words in " ".join(html.split())


@pytest.mark.parametrize("fault", ["rcpt-5xx", "dot-4xx", "drop-after-dot"])
def test_a_mail_that_fails_is_noted_without_the_link(
    mailing: AppContext, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    token = "T" * 43
    with (
        caplog.at_level(logging.DEBUG),
        running_in_thread(SmtpServer(by_recipient={"Ada@Example.org": fault})) as server,
    ):
        desk = with_mail(mailing, server.port)
        url = f"{BASE}sign-in/{token}"
        assert not asyncio.run(sign_in.send_link(desk, ADA, url, retries=Retries(())))
    assert actions(mailing) == [(ADA, "link-mailed", "failed")]
    assert "could not be mailed" in caplog.text
    assert token not in caplog.text + everything_stored(mailing)


def test_without_a_mail_server_nothing_is_sent(context: AppContext) -> None:
    with pytest.raises(Refused, match="no mail server"):
        asyncio.run(sign_in.send_link(context, ADA, f"{BASE}sign-in/x"))
