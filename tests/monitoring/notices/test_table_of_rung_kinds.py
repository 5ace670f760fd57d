"""A kind of notice is one row, its event, and its words: an invented one is owed, queued, and told."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from cimflow import resources
from cimflow.monitoring.act import act_on
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.notices import go_live, ledger
from cimflow.monitoring.notices.delivery import deliver, prepare
from cimflow.monitoring.notices.rung_words import rung_in_words
from cimflow.notify.sending.smtp_delivery import Retries
from cimflow.notify.writing.check_words import check_words
from cimflow.notify.writing.compose import compose
from cimflow.process.case import Case, Fact
from cimflow.process.contacts import ContactBook
from cimflow.process.definition.check_ladder import check_rungs
from cimflow.process.definition.errors import ConfigErrors
from cimflow.process.definition.notice_ladder import Ladder, RoleAt, Rung, parse_ladder
from cimflow.process.definition.process_file import Activity
from cimflow.process.definition.rung_kinds import RUNG_KINDS, RungKind, Window
from cimflow.process.escalation import rungs_due
from cimflow.process.escalation.event_rungs import EVENTS, Event
from cimflow.process.escalation.owed import owed
from cimflow.process.escalation.sweep_inputs import Setting
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import ActivityStatus
from cimflow.settings import Smtp
from cimflow.store import cases
from cimflow.store.database import session
from tests import factories
from tests.factories import day, fact, make_case
from tests.monitoring.conftest import BIRCH, BY, LEAD, PROCESS, START, Clock
from tests.notify.writing.stories import DRILL_DOWN, item, letter
from tests.smtp_server import SmtpServer, running_in_thread

FOUND = RungKind(
    id="found",
    in_words="a fact was recorded",
    window="event",
    only_since_go_live=True,
    sentence="found",
)
DECIDED = "parent-input"  # by indicator 8
WORDS = {
    "phrase": '{% elif topic == "found" %}\n{{ these }} {{ "is" if n == 1 else "are" }} decided\n',
    "subject": '{% elif topic == "found" %}\n{{ these }} {{ "was" if n == 1 else "were" }} decided\n',
    "heading": '  "found": "Decided",\n',
    "subject_count": '  "found": "decided",\n',
    "found": "{% macro found(item, on) %}\nWe now know what decides {{ item.title }}.\n{% endmacro %}\n",
}  # fmt: skip


def fact_was_recorded(
    activity: Activity, _of: ActivityStatus, case: Case, setting: Setting
) -> Event | None:
    found = case.fact_on("indicator-8", setting.on)
    return Event(found.holds_on, found.value) if found and activity.id == DECIDED else None


@pytest.fixture
def row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RUNG_KINDS, FOUND.id, FOUND)
    monkeypatch.setitem(EVENTS, FOUND.id, fact_was_recorded)


def ladder_with_it() -> Ladder:
    """The shipped ladder and a rung of the invented kind, as a file would say it."""
    found = factories.ladder()
    given = {one: getattr(found, one) for one in found.__dataclass_fields__}
    rung = Rung(id="found", kind=FOUND.id, roles=(RoleAt(role="lea-lead"),))
    return Ladder(**{**given, "rungs": (*found.rungs, rung)})


def templates_with(folder: Path, *sentences: str) -> Path:
    """The templates of emails, with some of the words of the invented kind."""
    path = shutil.copytree(resources.templates_dir() / "email", folder / "email")
    text = (path / "words.j2").read_text(encoding="utf-8")
    for one in sentences:
        if one not in {"phrase", "subject", "heading", "subject_count"}:
            text += WORDS[one]
            continue
        macro = re.search(r"{% macro " + one + r"\(.*?{% endmacro %}", text, re.DOTALL)
        assert macro is not None
        end = "{% else %}" if one in {"phrase", "subject"} else "}[topic]"
        before, mark, after = macro[0].rpartition(end)
        assert mark, one
        text = text.replace(macro[0], before + WORDS[one] + mark + after)
    (path / "words.j2").write_text(text, encoding="utf-8")
    return path


# when the fact was recorded, the day of the sweep, since when the process is live -> when it is owed
OWED = [
    ("on the next working day", "06-12", "06-13", None, "06-13"),
    ("and until it is sent", "06-12", "07-25", None, "06-13"),
    ("after a weekend", "06-14", "06-17", None, "06-17"),
    ("not on the day itself", "06-12", "06-12", None, None),
    ("not of before the go-live", "06-12", "06-20", "06-17", None),
]  # fmt: skip


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize(
    ("recorded", "on", "live", "falls"), [one[1:] for one in OWED], ids=[one[0] for one in OWED]
)
def test_it_is_owed(recorded: str, on: str, live: str | None, falls: str | None) -> None:
    case = make_case("2", fact("indicator-8", "unmet", recorded))
    setting = Setting(
        process=factories.process(),
        ladder=ladder_with_it(),
        calendar=factories.calendar(),
        contacts=ContactBook(factories.contacts()),
        on=day(on),
        asked_on=day(on),
        go_live=day(live) if live else None,
    )
    status = evaluate(case, setting.process, setting.on, setting.calendar)
    found = [one for one in owed(case, status, (), setting).notices if one.rung == "found"]
    assert [(one.activity, one.role, one.effective) for one in found] == (
        [(DECIDED, "lea-lead", day(falls))] if falls else []
    )


@pytest.mark.usefixtures("row")
def test_it_is_queued_and_told_in_an_email(context: AppContext, tmp_path: Path) -> None:
    on = dt.date(2024, 4, 11)  # nothing else is owed yet
    with session.transaction(context.engine) as conn:
        cases.add_fact(conn, PROCESS, BIRCH, Fact("indicator-8", "met", dt.date(2024, 4, 10)), **BY)  # fmt: skip
    context = dataclasses.replace(
        context,
        ladder=ladder_with_it(),
        templates=templates_with(tmp_path, *WORDS).parent,
        clock=Clock(dt.datetime(2024, 4, 11, 17, tzinfo=dt.UTC)),
    )
    act = act_on(context, PROCESS, by="test")
    go_live.go_live(act, START)

    prepare(act, on, mode="live")
    (queued,) = [one for one in ledger.rows_of(act) if one.rung == "found"]
    assert (queued.lea, queued.activity, queued.state) == (BIRCH, DECIDED, "queued")
    assert rung_in_words(context.ladder, queued.rung) == "a fact was recorded"

    with running_in_thread(SmtpServer()) as server:
        smtp = Smtp("127.0.0.1", server.port, "none", "cimflow@example.org")
        desk = dataclasses.replace(
            context, settings=dataclasses.replace(context.settings, smtp=smtp)
        )
        asyncio.run(deliver(desk, on, mode="live", scheduled=False, retries=Retries(())))
    (mail,) = [one for one in server.mails if one.recipient == LEAD]
    title = factories.process().activity_by_id[DECIDED].title
    text = " ".join(mail.message.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert f"{title} was decided" in str(mail.message["Subject"])
    assert f"{title} is decided" in text
    assert f"We now know what decides {title}." in text
    (told,) = [one for one in ledger.rows_of(act) if one.rung == "found"]
    assert told.state == "sent"


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize("left_out", WORDS)
def test_a_kind_without_words_is_an_error_and_never_told_as_another(
    tmp_path: Path, left_out: str
) -> None:
    templates = templates_with(tmp_path, *(one for one in WORDS if one != left_out))
    (error,) = check_words(templates)
    assert f"words.j2: {left_out}: " in error
    assert "'found'" in error


@pytest.mark.usefixtures("row")
def test_a_kind_with_its_words_is_in_order(tmp_path: Path) -> None:
    assert check_words(templates_with(tmp_path, *WORDS)) == []


@pytest.mark.usefixtures("row")
def test_an_email_without_words_is_not_written(tmp_path: Path) -> None:
    row = item(DRILL_DOWN, kind="found", rung="found")
    with pytest.raises(ValueError, match=r"words\.j2: words are missing"):
        compose(letter(day("07-11"), row), templates_with(tmp_path, "found"))


def test_the_shipped_templates_have_words_for_every_kind() -> None:
    assert check_words(resources.templates_dir() / "email") == []


# what a file calls the kind of a rung -> whether the file is read
KINDS = [("overdue", True), ("late", False), ("stand-down", False), ("digest", False)]


@pytest.mark.parametrize(("kind", "is_read"), KINDS)
def test_a_kind_that_no_rung_may_have_is_an_error(kind: str, *, is_read: bool) -> None:
    data = factories._toml("notices.toml")
    next(one for one in data["rungs"] if one["id"] == "overdue-1")["kind"] = kind
    if is_read:
        assert check_rungs(parse_ladder(data, file="n.toml"), file="n.toml") == []
        return
    with pytest.raises(ConfigErrors) as refused:
        parse_ladder(data, file="n.toml")
    (error,) = refused.value.errors
    assert (error.key, f"'{kind}' is not one of 'overdue', " in error.message) == (
        "rungs[overdue-1].kind",
        True,
    )


def test_every_kind_can_be_owed() -> None:
    """What follows an event has its event; what counts from a day has its window."""
    assert set(EVENTS) == {one.id for one in RUNG_KINDS.values() if one.window == "event"}
    counted = {window for windows in rungs_due._WINDOWS for window in windows}
    assert {*counted, "event", "ours"} == set(get_args(Window))
