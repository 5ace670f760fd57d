"""What a mail says in the cases that no approved mail shows, and what no name can do to it."""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import jinja2
import jinja2.meta
import pytest

from cimflow.notify.writing import mail_values
from cimflow.notify.writing.compose import compose
from cimflow.notify.writing.mail_values import Addressee, DigestHead
from cimflow.notify.writing.words import Words, environment, listed
from cimflow.process.contacts import ROLES, Role
from cimflow.process.definition.rung_kinds import RUNG_KINDS
from cimflow.process.escalation.look_ahead import Hears
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.status import State
from tests.notify.writing.approve_mails import ROOT, TEMPLATES
from tests.notify.writing.stories import (
    ADMIN,
    BIRCH,
    CAUSES,
    CONSOLIDATION,
    DRILL_DOWN,
    INDICATOR_8,
    LEAD,
    NOT_FILED,
    ON_SELF_REVIEW,
    PARENTS,
    PLAN,
    SELF_REVIEW,
    SELPA,
    STEPWELL,
    SUMMARY,
    SUPERINTENDENT,
    TARGETED,
    day,
    item,
    letter,
)

SOURCES = sorted((ROOT / "cimflow" / "notify").rglob("*.py"))
TEMPLATE_FILES = ["mail.txt.j2", "mail.html.j2", "sign_in.txt.j2", "sign_in.html.j2", "words.j2"]


def text_of(*rows: mail_values.MailItem, **others: Any) -> str:
    """The text of a mail of July 11 on one line."""
    return " ".join(compose(letter(day(7, 11), *rows, **others), TEMPLATES).text.split())


# ---- the templates


def test_every_template_is_used_and_renders() -> None:
    rendered = set()
    for name in TEMPLATE_FILES:
        assert any(f'"{name}"' in one.read_text(encoding="utf-8") for one in SOURCES)
        rendered.add(name)

    assert {one.name for one in TEMPLATES.iterdir()} == rendered


@pytest.mark.parametrize("name", TEMPLATE_FILES)
def test_a_template_asks_for_nothing_that_it_is_not_given(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    asked = jinja2.meta.find_undeclared_variables(
        environment(TEMPLATES, escapes=False).parse(source)
    )

    assert asked <= {"blocks", "subject"} | {"url", "greeting", "asked", "how", "other"}


def _sentences_said() -> set[str]:
    """The first argument of every call of ``say`` in the sources."""
    said = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and node.args:
                said |= {
                    one.value
                    for one in ast.walk(node.args[0])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    # two are chosen before they are said; those of the kinds of notices stand in their table
    of_kinds = {one.sentence for one in RUNG_KINDS.values() if one.sentence}
    return said | of_kinds | {"answer", "answer_lead", "rule", "reading"}


def test_every_sentence_is_said_and_every_said_one_is_written() -> None:
    written = set(
        re.findall(r"{% macro (\w+)\(", (TEMPLATES / "words.j2").read_text(encoding="utf-8"))
    )

    assert _sentences_said() == written


def test_html_escapes_everything_and_what_is_missing_is_an_error() -> None:
    for escapes in (True, False):
        found = environment(TEMPLATES, escapes=escapes)
        assert found.undefined is jinja2.StrictUndefined
        assert found.autoescape is escapes
    with pytest.raises(jinja2.UndefinedError):
        Words(TEMPLATES).say("greeting")
    with pytest.raises(AttributeError):
        Words(TEMPLATES).say("no such sentence")


@pytest.mark.slow
def test_every_kind_in_every_state_to_every_role_has_its_words() -> None:
    """Also with as little known as can be, and with everything at once."""
    full: dict[str, Any] = {
        **INDICATOR_8,
        "findings": (NOT_FILED,),
        "version": 2,
        "received_on": day(7, 1),
        "filed_on": day(7, 2),
        "returned_on": day(7, 3),
        "reviewer_note": "Look again.",
        "answer_by": day(7, 30),
        "next": Hears(day(7, 17), ROLES),
        "due_before": day(6, 1),
        "granted_on": day(7, 4),
        "granted_by": "the CDE",
        "grant_reason": "a fire",
        "opened_on": day(7, 5),
        "opened_because": "the roster names level 3",
        "outcome": "filed",
        "over_since": day(7, 6),
        "told_on": day(7, 1),
        "delayed": True,
    }
    bare: dict[str, Any] = {
        "due": None,
        "step": None,
        "what_to_do": "",
        "quote": "",
        "lead_name": "",
    }
    kinds = [one.id for one in RUNG_KINDS.values() if one.about == "activity"]
    states, roles = get_args(State), get_args(Role)
    assert len(kinds) >= 10
    for kind, state, role, more in itertools.product(kinds, states, roles, (full, bare)):
        row = item(DRILL_DOWN, STEPWELL, more, kind=kind, rung=kind, state=state, role=role)
        mail = compose(letter(day(7, 11), row), TEMPLATES)
        said = f"{mail.subject}\n{mail.text}"
        assert "None" not in said, (kind, state, role)
        assert "  ." not in said, (kind, state, role)
        assert " ." not in said, (kind, state, role)
        assert ".." not in said, (kind, state, role)
        assert "()" not in said, (kind, state, role)


# ---- what is said


OUTCOMES = [
    # outcome, what the stand-down says
    ("filed", "was filed on Friday, July 5, 2024."),
    ("approved", "was approved on Friday, July 5, 2024."),
    ("excused", "was excused on Friday, July 5, 2024."),
    ("extended", "has a new due date, Friday, July 26, 2024."),
    ("not-required", "is no longer required."),
    (
        "withdrawn",
        "Elm Crossing Unified left the Targeted 2024 CIM Cohort on Friday, July 5, 2024.",
    ),
    (None, "is resolved."),
]


@pytest.mark.parametrize(("outcome", "said"), OUTCOMES)
def test_a_stand_down_says_how_it_ended(outcome: Any, said: str) -> None:
    row = item(
        DRILL_DOWN,
        kind="stand-down",
        rung="stand-down",
        role="superintendent",
        outcome=outcome,
        over_since=day(7, 5),
        due=day(7, 26),
    )

    text = text_of(row, to=SUPERINTENDENT)

    assert said in text
    assert "You do not need to do anything else." in text


def test_outside_systems_have_no_record_and_nobody_did_not_file() -> None:
    outside = text_of(item(SELF_REVIEW))
    ours = text_of(item(DRILL_DOWN, SELPA))

    assert "We have no record of it in SECMS." in outside
    assert "We have not received it yet." in ours
    assert not re.search(r"did not|have not filed|you failed", outside + ours)


def test_what_is_only_with_us_is_received_but_not_yet_entered() -> None:
    row = item(
        DRILL_DOWN,
        STEPWELL,
        kind="incomplete",
        rung="incomplete",
        state="Incomplete",
        findings=(NOT_FILED,),
        received_on=day(7, 8),
    )

    text = text_of(row)

    assert "It is not in Stepwell yet." in text
    assert "no date on which" not in text, "the finding's own words are for the grid"


def test_after_an_extension_the_new_date_counts_and_is_said_to_be_one() -> None:
    text = text_of(item(DRILL_DOWN, SELPA, due=day(7, 10), due_before=day(6, 28)))

    assert "It was due on Wednesday, July 10, 2024 (yesterday), after an extension." in text


def test_rows_about_one_activity_become_one_matter() -> None:
    returned = {"state": "Returned", "returned_on": day(7, 9), "reviewer_note": "Look again."}
    text = text_of(
        item(DRILL_DOWN, SELPA, returned),
        item(DRILL_DOWN, SELPA, returned, kind="returned", rung="returned"),
    )

    assert text.count("- Data Drill Down") == 1
    assert "> Look again." in text
    assert "It was due on" in text


def test_what_only_one_of_several_rows_knows_is_said() -> None:
    text = text_of(
        item(PARENTS, STEPWELL),
        item(
            PARENTS,
            STEPWELL,
            kind="opened",
            rung="opened",
            opened_on=day(6, 10),
            opened_because="the roster names level 3 from that day",
            delayed=True,
        ),
    )

    assert "It is required as of Monday, June 10, 2024, because the roster" in text
    assert "We have no record of it in Stepwell." in text
    assert "later than it should have" in text


def test_what_waits_for_several_is_named_once() -> None:
    later = ("Prioritization", "Root Cause Analysis")
    text = text_of(
        item(SELF_REVIEW, waits_below=later),
        item(PARENTS, STEPWELL, waits_below=later),
        item(DRILL_DOWN, STEPWELL, waits_below=later[:1]),
    )

    assert text.count("Prioritization and Root Cause Analysis are waiting on this.") == 1
    assert text.count("Prioritization") == 1


FINDINGS = [
    # code, field, message, what the mail says
    ("missing-field", "lead", "the team's lead is missing", "The team's lead is missing"),
    ("missing-field", "members.2.email", "email is missing", "Email is missing (members, entry 2)"),
    ("none-true", "problem_areas.relates", "at least one is wanted", "At least one is wanted (problem areas, relates)"),
    ("malformed-address", "members.1.email", "'x' is not an email address", "'x' is not an email address (members, entry 1, email)"),
    ("anything", None, "look at it", "Look at it"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "field", "message", "said"), FINDINGS)
def test_a_finding_says_where_it_stands(
    code: str, field: str | None, message: str, said: str
) -> None:
    row = item(
        DRILL_DOWN,
        SELPA,
        kind="incomplete",
        rung="incomplete",
        state="Incomplete",
        findings=(Finding(code, "error", field, message), Finding("w", "warning", None, "aside")),
    )

    mail = compose(letter(day(7, 8), row), TEMPLATES)

    assert f"  - {said}\n" in mail.text.replace("\n    ", " ")
    assert "aside" not in mail.text


def test_a_superior_reads_of_an_absent_root_only_if_the_lead_was_told_of_it() -> None:
    told = tuple(replace(one, lead_was_told=True) for one in ON_SELF_REVIEW)
    to_superior: dict[str, Any] = {"role": "superintendent"}

    silent = text_of(item(SUMMARY, STEPWELL, to_superior, roots=ON_SELF_REVIEW), to=SUPERINTENDENT)
    open_ = text_of(item(SUMMARY, STEPWELL, to_superior, roots=told), to=SUPERINTENDENT)

    assert "self-review" not in silent
    assert "Student Record Review: summary" in silent
    assert "Student Record Review: self-review – comes first" in open_


def test_a_cause_comes_before_its_symptoms() -> None:
    text = text_of(
        item(CONSOLIDATION, STEPWELL, roots=ON_SELF_REVIEW, due=day(6, 1)),
        item(DRILL_DOWN, STEPWELL, due=day(7, 1)),
        item(SELF_REVIEW),
    )

    order = [text.index(f"- {one}") for one in ("Student Record", "Consolidation", "Data Drill")]
    assert order == sorted(order)


def test_what_happens_next_is_said_per_day_where_the_days_differ() -> None:
    both = ("lea-lead", "superintendent")
    text = text_of(
        item(DRILL_DOWN, SELPA, next=Hears(day(7, 18), both)),
        item(SELF_REVIEW, next=Hears(day(7, 12), ("lea-lead",))),
    )

    assert (
        "If Student Record Review: self-review is still open on Friday, July 12, 2024, we will write"
        " to you again. If Data Drill Down is still open on Thursday, July 18, 2024, we will also"
        " write to the superintendent." in text
    )


def test_whoever_stands_in_is_not_told_that_the_director_will_hear() -> None:
    text = text_of(
        item(
            DRILL_DOWN,
            SELPA,
            stands_in=True,
            next=Hears(day(7, 18), ("lea-lead", "lea-director", "superintendent")),
        )
    )

    assert "we will also write to the superintendent." in text
    assert "no lead is listed for Elm Crossing Unified" in text


def test_an_apology_for_the_part_that_is_late() -> None:
    late, on_time = item(DRILL_DOWN, SELPA, delayed=True), item(SELF_REVIEW)

    assert "This email is going out later than it should have." in text_of(late)
    assert "Part of this email is going out later than it should have." in text_of(late, on_time)
    assert "later than" not in text_of(on_time)


def test_links_only_where_there_is_a_page() -> None:
    row = item(DRILL_DOWN, SELPA)

    assert "://" not in text_of(row)
    assert "https://x.example.org/p/targeted-2024/leas/99100000000001" in text_of(
        row, base_url="https://x.example.org/"
    )
    with pytest.raises(ValueError, match="base_url"):
        text_of(row, base_url="javascript:alert(1)")


def test_the_administrator_is_not_asked_to_write_to_himself() -> None:
    row = item(DRILL_DOWN, SELPA, role="selpa-admin")

    assert "reply" not in text_of(row, to=ADMIN)


def test_two_processes_of_one_lea_are_told_apart() -> None:
    other = replace(
        TARGETED, id="intensive-2025", title="Intensive 2025 Cohort", source_title="Other"
    )
    text = text_of(item(DRILL_DOWN, SELPA), item(CAUSES, SELPA, process=other))

    assert "Elm Crossing Unified, Targeted 2024 CIM Cohort" in text
    assert "Elm Crossing Unified, Intensive 2025 Cohort" in text
    assert "Source: Other" in text


def test_the_reviewers_own_lines_are_kept() -> None:
    note = "\n\nFirst.\r\nSecond.\n\n\n\nThird.\x0b\x00 "
    row = item(
        PLAN, SELPA, kind="returned", state="Returned", returned_on=day(7, 9), reviewer_note=note
    )

    text = compose(letter(day(7, 11), row), TEMPLATES).text

    assert "  > First.\n  > Second.\n  >\n  > Third.\n  What to do" in text


SUBJECTS = [
    ("one overdue", [item(DRILL_DOWN, SELPA)], "Elm Crossing Unified: Data Drill Down was due on Wednesday, July 10, 2024"),
    ("two overdue", [item(DRILL_DOWN, SELPA), item(SELF_REVIEW)], "Elm Crossing Unified: 2 Step 1 activities were due by Wednesday, July 10, 2024"),
    ("two steps", [item(DRILL_DOWN, SELPA), item(CAUSES, SELPA, due=day(7, 10))], "Elm Crossing Unified: 2 activities were due on Wednesday, July 10, 2024"),
    ("two kinds", [item(DRILL_DOWN, SELPA), item(CAUSES, SELPA, kind="reminder", state="Upcoming")], "Elm Crossing Unified: Data Drill Down was due on Wednesday, July 10, 2024 (and 1 more)"),
    ("two LEAs", [item(DRILL_DOWN, SELPA), item(CAUSES, SELPA, BIRCH, kind="reminder", state="Upcoming")], "Valley SELPA: 1 past due, 1 coming due at 2 LEAs, Thursday, July 11, 2024"),
]  # fmt: skip


@pytest.mark.parametrize(("_", "rows", "subject"), SUBJECTS, ids=[one[0] for one in SUBJECTS])
def test_a_subject_says_who_what_and_when(
    _: str, rows: list[mail_values.MailItem], subject: str
) -> None:
    assert compose(letter(day(7, 11), *rows), TEMPLATES).subject == subject


def test_the_order_of_the_rows_does_not_matter() -> None:
    rows = [item(DRILL_DOWN, SELPA), item(SELF_REVIEW), item(CAUSES, SELPA, BIRCH, kind="reminder")]
    mails = {compose(letter(day(7, 11), *one), TEMPLATES) for one in itertools.permutations(rows)}

    assert len(mails) == 1


def test_a_digest_alone_is_a_mail() -> None:
    digest = DigestHead(process=TARGETED, total=1, counts=(("Complete", 1),))
    mail = compose(letter(day(7, 15), to=ADMIN, digests=(digest,)), TEMPLATES)

    assert mail.subject == "Valley SELPA: 0 of 1 LEAs overdue on Monday, July 15, 2024"
    assert "Of your one LEA, one is complete." in mail.text
    assert "Waits for you" not in mail.text


def test_a_letter_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        compose(letter(day(7, 11)), TEMPLATES)


LISTS = [
    ([], ""),
    (["a"], "a"),
    (["a", "b"], "a and b"),
    (["a", "b", "c"], "a, b, and c"),
    (["a, with a comma", "b", "c"], "a, with a comma; b; and c"),
]


@pytest.mark.parametrize(("words", "said"), LISTS)
def test_lists_are_said_as_a_person_says_them(words: list[str], said: str) -> None:
    assert listed(words) == said


# ---- what a name can do


LINE_ENDS = [
    "\n",
    "\r",
    "\r\n",
    "\x00",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\ud800",
]
BREAK_OUT = "Elm{}Bcc: everyone@example.org"
NAMES = [
    "lea_name",
    "title",
    "lead_name",
    "receiver",
    "granted_by",
    "fact_title",
    "activity",
    "lea",
]


@pytest.mark.parametrize("end", LINE_ENDS, ids=[repr(one) for one in LINE_ENDS])
@pytest.mark.parametrize("field", NAMES)
def test_a_name_with_a_line_break_is_refused_by_its_field(field: str, end: str) -> None:
    row = item(DRILL_DOWN, SELPA, **{field: BREAK_OUT.format(end)})

    with pytest.raises(ValueError, match=f"^{field}: "):
        compose(letter(day(7, 11), row), TEMPLATES)


@pytest.mark.parametrize(
    ("field", "others"),
    [
        ("recipient.name", {"to": Addressee("A\nBcc: x", LEAD.email)}),
        ("recipient.email", {"to": Addressee("A", "a@example.org\nBcc: x")}),
        ("selpa_name", {"selpa_name": "Valley\r\nBcc: x"}),
        ("selpa_code", {"selpa_code": "99\n01"}),
        ("answer_to.name", {"answer_to": (Addressee("A\rBcc: x", ADMIN.email),)}),
        ("process.title", {"items": (item(DRILL_DOWN, process=replace(TARGETED, title="A\nB")),)}),
        (
            "roots.title",
            {"items": (item(SUMMARY, roots=(replace(ON_SELF_REVIEW[0], title="A\nB"),)),)},
        ),
    ],
)
def test_so_is_any_other_name_of_a_letter(field: str, others: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(field)}: "):
        compose(letter(day(7, 11), **{"items": (item(DRILL_DOWN, SELPA),), **others}), TEMPLATES)


HOSTILE = '<script>alert("x")</script>&amp;{{ 7 * 7 }}{% raw %}</li></title><img src=x onerror=y>'
TEXTS = [
    *NAMES,
    "what_to_do",
    "quote",
    "reading",
    "reviewer_note",
    "grant_reason",
    "opened_because",
]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("kind", ["overdue", "returned", "extended", "opened", "fact", "review"])
def test_markup_in_a_name_or_note_stays_text(field: str, kind: Any) -> None:
    state = "Returned" if kind == "returned" else "Missing"
    shown: dict[str, Any] = {"quote": ""} if field == "reading" else {}
    row = item(PARENTS, STEPWELL, INDICATOR_8, shown, kind=kind, state=state, **{field: HOSTILE})

    mail = compose(letter(day(7, 11), row, base_url="https://x.example.org"), TEMPLATES)

    assert "<script" not in mail.html
    assert "<img" not in mail.html
    assert "49" not in mail.text.replace("99100000000001", "")
    if HOSTILE[:8] in mail.text:
        assert "&lt;script&gt;" in mail.html


def test_names_of_every_alphabet_come_through() -> None:
    name = "Peña Ñandú / Łódź 学校 עברית Unified"
    mail = compose(letter(day(7, 11), item(DRILL_DOWN, SELPA, lea_name=name)), TEMPLATES)

    assert name in mail.subject
    assert name in mail.html


def test_a_template_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        compose(letter(day(7, 11), item(DRILL_DOWN, SELPA)), tmp_path)
