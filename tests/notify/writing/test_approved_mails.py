"""Mails as people read them, approved by reading: ``python -m tests.notify.writing.approve_mails``."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import pytest

from cimflow.notify.writing.compose import compose
from tests.notify.writing.approve_mails import APPROVED, TEMPLATES, written
from tests.notify.writing.stories import STORIES

SCREEN = 45
"""Lines of plain text that a superior's mail may have, with its rules and its foot."""


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_a_mail_is_what_was_approved(name: str, suffix: str) -> None:
    approved = (APPROVED / f"{name}{suffix}").read_text(encoding="utf-8")

    assert written(STORIES[name]())[suffix] == approved


def test_every_approved_file_has_its_story() -> None:
    assert {one.name for one in APPROVED.iterdir()} == {
        f"{name}{suffix}" for name in STORIES for suffix in (".txt", ".html")
    }


class _Reader(HTMLParser):
    """What a person reads, and what a program would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} closes what was not open"

    def handle_data(self, data: str) -> None:
        if "title" not in self.open:
            self.read.append(data)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def _words(text: str) -> list[str]:
    """The words of a text without its marks: bullets and quote marks of plain text."""
    bare = re.sub(r"(?m)^\s*(- |> |>$)", " ", text)
    return bare.split()


@pytest.mark.parametrize("name", STORIES)
def test_html_says_the_same_as_the_text(name: str) -> None:
    mail = compose(STORIES[name](), TEMPLATES)

    assert _words("".join(_read(mail.html).read)) == _words(mail.text)


@pytest.mark.parametrize("name", STORIES)
def test_html_fetches_nothing_and_can_be_read_aloud(name: str) -> None:
    mail = compose(STORIES[name](), TEMPLATES)
    tags = _read(mail.html).tags
    used = {tag for tag, _ in tags}

    assert not used & {"img", "script", "link", "iframe", "style", "form", "table"}
    assert not any({"src", "background", "onclick"} & set(attrs) for _, attrs in tags)
    assert "url(" not in mail.html
    assert ("html", {"lang": "en"}) in tags
    assert f"<title>{html.escape(mail.subject)}</title>" in mail.html
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert all(level in {2, 3} for level in levels)
    hrefs = [attrs["href"] for tag, attrs in tags if tag == "a"]
    assert bool(hrefs) == bool(STORIES[name]().base_url)


@pytest.mark.parametrize("name", STORIES)
def test_a_mail_is_written_as_to_a_colleague(name: str) -> None:
    mail = compose(STORIES[name](), TEMPLATES)
    text = f"{mail.subject}\n{mail.text}"

    shouted = set(re.findall(r"\b[A-Z]{4,}\b", text))
    assert shouted <= {"SELPA", "SECMS", "FMTA"}
    assert not re.search(r"(?i)urgent|failed to|failure|violation|immediately|delinquent|!", text)
    assert all(
        len(line) <= 72
        for line in mail.text.splitlines()
        if "  cimflow" not in line and "://" not in line
    )
    assert "  \n" not in mail.text
    assert "\n\n\n" not in mail.text


# June 30, 2024 in a quotation is the guidance's; every date of ours has its weekday.
_DATE = re.compile(
    r"(\w+day, )?(January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d{1,2}(, \d{4})?"
)


@pytest.mark.parametrize("name", STORIES)
def test_every_date_has_its_weekday_and_year_and_the_zone_is_named_once(name: str) -> None:
    mail = compose(STORIES[name](), TEMPLATES)
    ours = re.sub(r"“[^”]*”", "", " ".join(mail.text.split()))
    ours = ours.replace("The parent survey closes on July 19", "")  # a grantor's own words

    for found in _DATE.finditer(ours):
        assert found[1], found[0]
        assert found[3], found[0]
    assert mail.text.count("(Pacific)") == 1


def test_a_superiors_mail_fits_on_a_screen_and_tells_nothing_that_the_lead_was_not_told() -> None:
    text = compose(STORIES["overdue-to-the-superintendent"](), TEMPLATES).text

    assert text.count("\n") <= SCREEN
    assert "Prioritization" not in text


def test_a_stand_down_is_one_short_paragraph() -> None:
    text = compose(STORIES["stand-down"](), TEMPLATES).text
    paragraphs = text.split("\n\n")

    assert len(paragraphs) == 4, "greeting, the paragraph, whom a reply reaches, the foot"
    assert len(paragraphs[1].split()) < 40
    assert "rule" not in text.casefold()


def test_a_rehearsal_is_marked_in_the_subject_and_the_first_line() -> None:
    mail = compose(STORIES["rehearsal"](), TEMPLATES)

    assert mail.subject.startswith("[Rehearsal] ")
    assert mail.text.startswith("This is a rehearsal")
    live = compose(STORIES["stand-down"](), TEMPLATES)
    assert "rehears" not in (live.subject + live.text + live.html).casefold()
