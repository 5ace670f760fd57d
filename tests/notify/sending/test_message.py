"""The message as it goes over the wire: its headers, its parts, its identity."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import itertools
from email.message import EmailMessage
from typing import Any

import pytest

from cimflow.notify.sending.header_folding import WIRE, WIRE_UTF8, WirePolicy
from cimflow.notify.sending.message import address_of, as_message, message_id
from cimflow.notify.writing.compose import compose
from cimflow.notify.writing.mail_values import Addressee
from tests.notify.writing.approve_mails import TEMPLATES
from tests.notify.writing.stories import ADMIN, LEAD, STORIES

SENDER = "cimflow@valley-selpa.example.org"
AT = dt.datetime(2024, 7, 11, 16, 30, tzinfo=dt.UTC)
KEYS = [
    ("targeted-2024", "99100000000001", "data-drill-down", "overdue-1", "2024-07-10", "m@example.org"),
    ("targeted-2024", "99100000000001", "team-creation", "overdue-1", "2024-07-10", "m@example.org"),
    ("targeted-2024", "99100000000001", "team-creation", "incomplete", "1", "m@example.org"),
]  # fmt: skip


def message(story: str = "overdue-to-the-lead", **others: Any) -> EmailMessage:
    values: dict[str, Any] = {
        "sender": SENDER,
        "recipient": LEAD,
        "answer_to": (ADMIN,),
        "message_id": message_id("live", KEYS, SENDER),
        "date": AT,
        "selpa_code": "9901",
        "selpa_name": "Valley SELPA",
    }
    return as_message(compose(STORIES[story](), TEMPLATES), **{**values, **others})


def received(sent: EmailMessage) -> EmailMessage:
    found = email.message_from_bytes(sent.as_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_headers_of_a_mail() -> None:
    found = received(message())

    headers = {name: str(found[name]) for name in found if not name.startswith("Content-")}
    assert headers == {
        "From": "Valley SELPA <cimflow@valley-selpa.example.org>",
        "To": "Maria Ortega <maria.ortega@elm-crossing.example.org>",
        "Reply-To": "Dana Whitfield <dana.whitfield@valley-selpa.example.org>",
        "Subject": "Elm Crossing Unified: 6 Step 1 activities were due by Wednesday, July 10, 2024",
        "Date": "Thu, 11 Jul 2024 16:30:00 +0000",
        "Message-ID": message_id("live", KEYS, SENDER),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
        "List-Id": "Valley SELPA <9901.cimflow.valley-selpa.example.org>",
        "X-cimflow-mode": "live",
        "MIME-Version": "1.0",
    }


def test_plain_text_comes_first_and_html_says_the_same() -> None:
    mail = compose(STORIES["monday-to-the-administrator"](), TEMPLATES)
    found = received(message("monday-to-the-administrator"))

    assert found.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in found.iter_parts()] == ["text/plain", "text/html"]
    assert [one.get_content().splitlines() for one in found.iter_parts()] == [
        mail.text.splitlines(),
        mail.html.splitlines(),
    ]
    assert all(one.get_content_charset() == "utf-8" for one in found.iter_parts())


@pytest.mark.parametrize("story", STORIES)
def test_the_same_mail_is_the_same_plain_bytes(story: str) -> None:
    """But for the boundary, which must not occur in the mail and so is drawn anew."""

    def raw() -> bytes:
        sent = message(story)
        sent.set_boundary("between")
        return sent.as_bytes()

    assert raw() == raw()
    assert raw().isascii()
    assert b"\r\n" in raw()
    assert b"\n" not in raw().replace(b"\r\n", b"")
    assert max(len(line) for line in raw().split(b"\r\n")) <= 998


def test_replies_go_to_the_other_administrators() -> None:
    other = Addressee("Kim Rao", "rao@valley-selpa.example.org")

    assert message(recipient=ADMIN)["Reply-To"] is None
    assert (
        str(message(recipient=ADMIN, answer_to=(ADMIN, other))["Reply-To"])
        == f"{other.name} <{other.email}>"
    )
    assert len(message(answer_to=(ADMIN, other))["Reply-To"].addresses) == 2


NAMES = [
    # a name, as it is read again
    ("María Peña", "María Peña"),
    ("Ortega, Maria (interim)", "Ortega, Maria (interim)"),
    ('Maria "Mia" Ortega', 'Maria "Mia" Ortega'),
    ("学校 校長", "学校 校長"),
    ("Maria\tOrtega  ", "Maria Ortega"),
    ("<script>", "<script>"),
    ("someone@example.com", "someone@example.com"),
    ("", ""),
]


@pytest.mark.parametrize(("name", "read"), NAMES)
def test_a_name_arrives_as_it_was_written_and_is_only_a_name(name: str, read: str) -> None:
    found = received(message(recipient=Addressee(name, LEAD.email)))

    [address] = found["To"].addresses
    assert (address.display_name, address.addr_spec) == (read, LEAD.email)


LINE_ENDS = ["\n", "\r\n", "\r", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\udc80"]
FIELDS: list[tuple[str, Any]] = [
    ("recipient.name", lambda bad: {"recipient": Addressee(bad, LEAD.email)}),
    ("recipient.email", lambda bad: {"recipient": Addressee("A", f"a@example.org{bad}")}),
    ("answer_to.name", lambda bad: {"answer_to": (Addressee(bad, ADMIN.email),)}),
    ("answer_to.email", lambda bad: {"answer_to": (Addressee("A", f"{bad}@example.org"),)}),
    ("sender.email", lambda bad: {"sender": f"A{bad} <a@example.org>"}),
    ("selpa_name", lambda bad: {"selpa_name": bad}),
    ("selpa_code", lambda bad: {"selpa_code": bad}),
    ("message_id", lambda bad: {"message_id": f"<a{bad}@example.org>"}),
    ("mode", lambda bad: {"mode": bad}),
]


@pytest.mark.parametrize(("field", "others"), FIELDS, ids=[one[0] for one in FIELDS])
@pytest.mark.parametrize("end", LINE_ENDS, ids=[repr(one) for one in LINE_ENDS])
def test_no_header_can_begin_another(field: str, others: Any, end: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        message(**others(f"Maria{end}Bcc: everyone@example.org"))


def test_nor_can_the_subject() -> None:
    mail = compose(STORIES["stand-down"](), TEMPLATES)
    broken = type(mail)(mail.subject + "\nBcc: everyone@example.org", mail.text, mail.html)

    with pytest.raises(ValueError, match=r"^subject: "):
        as_message(
            broken,
            sender=SENDER,
            recipient=LEAD,
            answer_to=(),
            message_id="<a@example.org>",
            date=AT,
            selpa_code="9901",
            selpa_name="Valley SELPA",
        )


LONG = "Student Record Review: self-review was due by Wednesday, July 10, 2024 (and 3 more)"
SUBJECTS = [
    "short",
    f"LEA 1: {LONG}",
    "LEA 1: Student Record Review: self-review is due on Sunday, June 30, 2024",
    f"Elm Crossing Unified-and-a-name-that-nobody-could-break-anywhere-{'x' * 40}: {LONG}",
    f"{'x' * 1200}: {LONG}",
    f"Two  blanks   and more: {LONG} {LONG}",
    f"Peña Blanca Únion “Oak” – O’Neill ñandú: {LONG} “Oak” O’Neill",
    f"A name 日本 O’Neill ñandú, self-review {LONG} 日本 ñandú “Oak”" * 3,
    "é" * 600,
]


@pytest.mark.parametrize("subject", SUBJECTS, ids=[one[:20] for one in SUBJECTS])
@pytest.mark.parametrize("policy", [WIRE, WIRE_UTF8], ids=["7-bit", "utf-8"])
def test_a_subject_of_any_length_arrives_as_it_was_written(
    subject: str, policy: WirePolicy
) -> None:
    mail = compose(STORIES["stand-down"](), TEMPLATES)
    sent = as_message(
        type(mail)(subject, mail.text, mail.html),
        sender=SENDER,
        recipient=LEAD,
        answer_to=(ADMIN,),
        message_id="<a@example.org>",
        date=AT,
        selpa_code="9901",
        selpa_name="Valley SELPA",
    ).as_bytes(policy=policy)

    lines = sent.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    begins = next(number for number, one in enumerate(lines) if one.startswith(b"Subject:"))
    assert lines[begins].removeprefix(b"Subject:").strip()
    found = email.message_from_bytes(sent, policy=email.policy.default)
    assert str(found["Subject"]) == subject


@pytest.mark.parametrize(
    "text", ["", "no address", "a@", "@example.org", "a b@example.org", "a@b c"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^address\.email: "):
        address_of(text)
    with pytest.raises(ValueError, match=r"^recipient\.email: "):
        message(recipient=Addressee("A", text))


ADDRESSES = [
    ("a@example.org", "a@example.org"),
    (" a@example.org ", "a@example.org"),
    ("Maria Ortega <a@example.org>", "a@example.org"),
    ("o'brien+cim@example.org", "o'brien+cim@example.org"),
    ("a@münchen.example", "a@xn--mnchen-3ya.example"),
]


@pytest.mark.parametrize(("text", "bare"), ADDRESSES)
def test_an_address_is_found_in_what_people_type(text: str, bare: str) -> None:
    assert address_of(text) == bare


def test_the_identity_of_a_mail_is_made_from_its_rows_in_any_order() -> None:
    found = {message_id("live", one, SENDER) for one in itertools.permutations(KEYS)}

    assert len(found) == 1
    [identity] = found
    assert identity.startswith("<")
    assert identity.endswith("@valley-selpa.example.org>")
    assert len(identity) == len("<@valley-selpa.example.org>") + 64


def test_another_mode_or_row_is_another_mail() -> None:
    found = {
        message_id("live", KEYS, SENDER),
        message_id("rehearsal:1", KEYS, SENDER),
        message_id("live", KEYS[:2], SENDER),
        message_id("live", [*KEYS[:2], (*KEYS[2][:4], "2", KEYS[2][5])], SENDER),
        # joined without marks these two would be alike
        message_id("live", [("a", "bc")], SENDER),
        message_id("live", [("ab", "c")], SENDER),
    }

    assert len(found) == 6


def test_the_identity_does_not_depend_on_how_the_sender_is_written() -> None:
    assert message_id("live", KEYS, SENDER) == message_id("live", KEYS, f"Valley SELPA <{SENDER}>")
