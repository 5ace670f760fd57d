"""Plain American English everywhere: a short list of words that keep coming back, and better ones.

Looked at: every template of pages, emails, and reports; every document; the comments and texts of
the configuration and the deployments; every comment, docstring, and sentence of the program. What
a program alone reads (names, ids, keys, commands, code in backticks) is not looked at.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWED = {
    # file, word: why it may stay
    (
        "cimflow/store/migrations/versions/0002_sign_in.py",
        "door",
    ): "a released revision is never edited",
}


@dataclass(frozen=True)
class Rule:
    """A word that a school office would not write; ``example`` proves that the pattern finds it."""

    pattern: str
    better: str
    example: str
    within: str = ""

    def hits(self, text: str) -> list[str]:
        return [found[0] for found in re.finditer(self.pattern, text, re.IGNORECASE)]


RULES = (
    # British spelling
    Rule(r"\bcolour\w*", "color", "the colours of a state"),
    Rule(r"\blicences?\b", "license", "under the MIT licence"),
    Rule(
        r"\b(?:behaviour|favour|honour|labour|neighbour)\w*",
        "behavior, favor, honor, labor, neighbor",
        "its behaviour stays",
    ),
    Rule(
        r"\b(?:organ|recogn|summar|author|priorit|categor)is(?:e|ed|es|ing|ation)\b",
        "organize, recognize, summarize",
        "to organise the work",
    ),
    Rule(r"\b(?:centre|grey|programme|catalogue)s?\b", "center, gray, program", "a grey cell"),
    Rule(r"\b(?:mis)?(?:spelt|learnt|burnt|dreamt)\b", "spelled, learned", "a misspelt word"),
    Rule(r"\b(?:whilst|amongst)\b", "while, among", "whilst it runs"),
    Rule(
        r"\b(?:for|back|after|to)wards\b", "forward, backward, afterward", "look at it afterwards"
    ),
    Rule(r"\blabelled\b", "labeled", "a labelled input"),
    # Old or translated words
    Rule(r"\banew\b|\bafresh\b", "again; replace", "make the report anew"),
    Rule(r"\bmeanwhile\b", "in the meantime, already", "somebody changed it meanwhile"),
    Rule(r"\bwhoever\b", "the person who, anyone who", "whoever holds the role"),
    Rule(
        r"\b(?:bring|brings|brought|bringing|take|takes|came) along\b",
        "import, come with; Download",
        "bring along your spreadsheet",
    ),
    Rule(r"\bhand(?:s|ed|ing)?[ -]in\b", "submit", "what an LEA handed in"),
    Rule(r"\bhears? of\b|\bheard of\b", "is notified of", "a superior hears of it"),
    Rule(r"\bthe like of\b", "such, similar", "the like of it"),
    Rule(r"\blook at it\b|\blook again\b", "Review, check; Refresh", "look at it, then confirm"),
    Rule(r"(?<!#)\bfor one in\b", "say it in full", "more time for one in the cohort"),
    Rule(r"\bdoors?\b", "access, sign-in, route", "the doors of the pages"),
    Rule(r"\bputs? right\b", "correct, fix", "with these points put right"),
    Rule(r"\bmend(?:s|ed|ing)?\b", "fix", "mend what it says"),
    Rule(r"\bslips? of the pen\b", "typo", "a slip of the pen"),
    Rule(r"\b(?:ate|eat|eats|eaten)\b", "removed", "a spreadsheet ate the zero"),
    Rule(r"\bunasked\b", "unless a person says so", "never sent again unasked"),
    Rule(
        r"\bpass(?:es|ed) over\b|(?<!one )\bpass over\b",
        "skipped",
        "students of other LEAs are passed over",
    ),
    Rule(
        r"\bwhat stands (?:in|here|there)\b|\bstands? below\b",
        "contents; is below",
        "what stands in it",
    ),
    Rule(
        r"\bthe (?:newest|latest|most urgent|longest waiting) (?:first|stands?)\b",
        "newest first",
        "runs, the newest first",
    ),
    # Refusals
    Rule(
        r"\b(?:is|are) wanted\b|\bwas not taken\b",
        "must be; we can't accept this file, upload a ...",
        "a PDF is wanted",
    ),
    Rule(
        r"\bEmpty is today\b|\bmay be left out\b",
        "Leave blank for today; Optional",
        "Empty is today",
    ),
    Rule(
        r"\b(?:is|was) no (?:text|number|date|list|table|field|address|domain)\b",
        "is not a",
        "x is no number",
    ),
    # Emails
    Rule(
        r"\b(?:a|an|one|each|every|this|that|per|no|whole|his|her|their|its) mail\b"
        r"(?! (?:server|program|scanner|client|provider|account|is|may)\b)",
        "an email",
        "reply to this mail",
    ),
    Rule(r"(?<!cimflow )(?<!\?)\bmails\b", "emails", "all mails are held"),
    Rule(r"\be-mail", "email", "an e-mail address"),
    # What the table of the pages says
    Rule(r"\bwith us\b", "at SELPA, not in Stepwell", "it is only with us"),
    Rule(r"\b\d+ gaps?\b|\badvised\b", "Incomplete; Recommended", "! 1 gap"),
    Rule(r"\bwaits for you\b|\bwaits for someone\b", "Needs your attention", "what waits for you"),
    Rule(r"\bowes\b", "still has to submit", "which LEA owes what"),
    Rule(r"\bin the way of notices\b", "Contact problems", "In the way of notices"),
    Rule(
        r"\bwhat is picked\b|\bleave them held\b", "Send selected; Cancel", "Release what is picked"
    ),
    Rule(r"\blast did its work\b", "Last run", "Last did its work today"),
    Rule(
        r"\bfor many\b(?= LEAs)|\bmore time for many\b",
        "Extend for several LEAs",
        "More time for many",
    ),
    Rule(r"\bnot yours to open\b", "You don't have access", "This is not yours to open"),
    Rule(r"\bfingerprint\b", "hide it", "the fingerprint of a file", "templates/"),
)


def hits_in(path: str, text: str) -> Iterator[str]:
    """What a text has of the list, with the better word."""
    for rule in RULES:
        if path.startswith(rule.within):
            for word in rule.hits(text):
                if (path, word.casefold()) not in ALLOWED:
                    yield f"{path}: {word!r}; better: {rule.better}"


# ---- what people read in a file


def of_template(text: str) -> str:
    """The words of a template: its text, and the texts inside its expressions."""

    def texts(found: re.Match[str]) -> str:
        return " ".join(one[1:-1] for one in re.findall(r'"[^"]*"', found[0]) if " " in one)

    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", texts, text, flags=re.DOTALL)
    return re.sub(r'\b(?:class|id|name|href|action|hx-[a-z-]+|for|style)="[^"]*"', "", text)


def of_markdown(text: str) -> str:
    """The prose of a page: no code, no addresses."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)|https?://\S+", "", text)


def of_toml(text: str) -> str:
    """Comments, and every text but the sentences of the guidance and what programs read."""
    notes = re.findall(r"(?:^|\s)#\s?(.*)$", text, re.MULTILINE)
    return "\n".join([*notes, *_texts_of(tomllib.loads(text))])


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"quote", "guidance", "id", "written"}:
                yield from _texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts_of(inner)
    elif isinstance(value, str):
        yield value


def of_comments(text: str) -> str:
    """The comments of a file in which they begin with ``#``, ``//`` or ``/*``."""
    found = re.findall(r"(?:^|\s)(?:#|//)\s(.*)$|/\*(.*?)\*/", text, re.MULTILINE)
    return "\n".join("".join(one) for one in found)


def of_python(text: str) -> str:
    """Comments, docstrings, and every text of more than one word; no code in backticks."""
    found = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    found += [
        node.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and " " in node.value.strip()
    ]
    return re.sub(r"``?[^`]*``?", "", "\n".join(found))


KINDS: dict[str, tuple[Callable[[str], str], tuple[str, ...], int]] = {
    # kind: how its words are found, where its files are, and at least how many there are
    "templates": (
        of_template,
        ("templates/dashboard/**/*.j2", "templates/email/*.j2", "templates/drilldown/*"),
        50,
    ),
    "documents": (of_markdown, ("*.md", "docs/**/*.md", "deployments/*.md"), 28),
    "configuration": (of_toml, ("config/**/*.toml",), 50),
    "comments": (
        of_comments,
        ("deployments/**/*", "templates/dashboard/assets/cimflow.css", "Makefile"),
        5,
    ),
    "program": (of_python, ("cimflow/**/*.py", "flows/**/*.py", "tasks/**/*.py"), 330),
}


def files_of(kind: str) -> list[Path]:
    _, globs, _ = KINDS[kind]
    return sorted({one for glob in globs for one in ROOT.glob(glob) if one.is_file()})


@pytest.mark.parametrize("kind", KINDS)
def test_no_quaint_words(kind: str) -> None:
    words_of, _, at_least = KINDS[kind]
    files = files_of(kind)
    assert len(files) >= at_least
    found = []
    for path in files:
        name = path.relative_to(ROOT).as_posix()
        found += hits_in(name, words_of(path.read_text(encoding="utf-8")))
    assert found == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.example)
def test_every_rule_finds_its_word(rule: Rule) -> None:
    assert list(hits_in("templates/x.j2", rule.example))


PLANTED = [
    # kind, text with a word that is to be found, text in which a program's own word is not
    (
        "templates",
        "<p>Take along: {{ x }}</p>",
        '{% for one in mails %}<p class="door">ok</p>{% endfor %}',
    ),
    ("templates", '{{ empty("Make it anew.") }}', "{{ anew }}"),
    ("documents", "Whoever reads this.", "Type `mails` or\n```\ncimflow mails anew\n```"),
    ("configuration", 'title = "Look at it"', 'quote = "Look at it"'),
    ("configuration", "# whoever\n", 'id = "whoever"'),
    ("comments", "x = 1 # a colour\n", "colour = 1\n"),
    ("program", "x = 1  # meanwhile\n", "meanwhile = 'mails'\n"),
    ("program", 'f"{x} is wanted"\n', '"""The table ``mails``."""\n'),
    ("program", '"""Whoever."""\nraise ValueError("an e-mail")\n', 'x = "colour"\n'),
]


@pytest.mark.parametrize(("kind", "planted", "plain"), PLANTED)
def test_a_planted_word_is_found_and_a_programs_own_is_not(
    kind: str, planted: str, plain: str
) -> None:
    words_of, _, _ = KINDS[kind]
    assert list(hits_in("planted", words_of(planted)))
    assert list(hits_in("plain", words_of(plain))) == []


def test_what_is_set_aside_exists() -> None:
    assert [path for path, _ in ALLOWED if not (ROOT / path).is_file()] == []
