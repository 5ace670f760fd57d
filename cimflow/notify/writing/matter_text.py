"""How one matter is told: in full to the lead, on one line to those who look on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from cimflow.notify.writing.blocks import Block, Bullets, Command, Entry, Note, Paragraph
from cimflow.notify.writing.mail_values import NOT_FILED, MailItem
from cimflow.notify.writing.one_line import printable
from cimflow.notify.writing.sort_matters import AbsentRoot, Matter, Stem
from cimflow.notify.writing.words import Words
from cimflow.process.evaluation.findings import Finding

NAMES_ITS_FIELD = frozenset({"missing-field", "out-of-range", "not-confirmed"})
"""Findings whose message names the field, so that only the entry of a list is to be added."""


def stems_in_full(stems: Sequence[Stem], on: dt.date, words: Words) -> tuple[Entry, ...]:
    """Every matter with what is missing, since when, what to do, and what waits for it."""
    named: set[str] = set()
    found = []
    for stem in stems:
        if isinstance(stem, AbsentRoot):
            found.append(_root_in_full(stem, on, words))
            continue
        # What waits for several is named once, where it is first read.
        titles = [one for one in stem.item.waits_below if one not in named]
        named.update(titles)
        found.append(Entry(_title(stem), blocks=tuple(_in_full(stem, titles, on, words))))
    return tuple(found)


def stems_in_lines(stems: Sequence[Stem], on: dt.date, words: Words) -> tuple[Entry, ...]:
    """Every matter on one line; what the administrator must do about it is below."""
    found = []
    for stem in stems:
        below = _below(stem.below, on, words)
        if isinstance(stem, AbsentRoot):
            title, text = stem.root.title, words.say("root_line", root=stem.root, on=on)
        elif stem.topic.is_for_selpa:
            found.append(Entry(_title(stem), blocks=tuple(_to_decide(stem, on, words))))
            continue
        else:
            title = stem.item.title
            text = words.say("line", item=stem.item, on=on, not_filed=stem.item.is_not_filed)
        found.append(Entry(title, text, (below,) if below else ()))
    return tuple(found)


def _title(matter: Matter) -> str:
    is_unknown = matter.topic.window == "while-unknown"
    return matter.item.fact_title if is_unknown else matter.item.title


def _root_in_full(stem: AbsentRoot, on: dt.date, words: Words) -> Entry:
    blocks: list[Block] = [Paragraph(words.say("root_first", root=stem.root, on=on))]
    blocks += _waiting(stem.below, (), on, words)
    return Entry(stem.root.title, blocks=tuple(blocks))


def _in_full(
    matter: Matter, waits_below: Sequence[str], on: dt.date, words: Words
) -> Iterator[Block]:
    item = matter.item
    if matter.topic.is_for_selpa:
        yield from _to_decide(matter, on, words)
        return
    yield Paragraph(_standing(matter, on, words))
    if item.state == "Returned":
        note = _lines(item.reviewer_note)
        if note:
            yield Note(note)
    elif item.state == "Incomplete" and item.errors:
        yield Bullets(tuple(_finding(one, words) for one in item.errors))
    to_do = _to_do(item, on, words)
    if to_do:
        yield Paragraph(to_do, label=words.say("to_do"))
    if item.roots and not matter.below:
        yield Paragraph(words.say("waits_for", roots=[one.title for one in item.roots]))
    yield from _waiting(matter.below, waits_below, on, words)


def _standing(matter: Matter, on: dt.date, words: Words) -> str:
    """Where it stands, in two or three sentences: the date first where nothing came."""
    item = matter.item
    said = []
    # The weightiest is said last, next to where it stands.
    for topic in reversed(matter.topics):
        tells = topic.sentence and not topic.is_for_selpa
        if tells and (item.due or not topic.needs_due_date):
            said.append(words.say(topic.sentence, item=item, on=on))
    date = [] if said else [words.say("due", item=item, on=on)]
    if item.state == "Returned":
        said += [*date, words.say("returned", item=item)]
    elif item.is_not_filed:
        said += [words.say("not_filed", item=item), *date]
    elif item.state == "Incomplete":
        said += [*date, words.say("incomplete", item=item, count=len(item.errors))]
    else:
        said += date
        if matter.topic.window == "past-due":
            said.append(words.say("no_record", item=item))
    return " ".join(one for one in said if one)


def _to_do(item: MailItem, on: dt.date, words: Words) -> str:
    if item.state == "Returned":
        return words.say("send_again", item=item, on=on)
    if item.is_not_filed:
        return words.say("enter_it", item=item)
    if item.state == "Incomplete":
        not_filed = any(one.code == NOT_FILED for one in item.findings)
        return words.say("complete_it", item=item, not_filed=not_filed)
    return " ".join(printable(item.what_to_do).split())


def _finding(finding: Finding, words: Words) -> Entry:
    return Entry(text=words.say("finding", message=finding.message, place=_place(finding)))


def _place(finding: Finding) -> str:
    """``members.2.email`` is in ``members, entry 2``; a field that is named needs no place."""
    parts = (finding.field or "").split(".")
    if finding.code in NAMES_ITS_FIELD:
        numbered = [number for number, part in enumerate(parts) if part.isdigit()]
        parts = parts[: numbered[-1] + 1] if numbered else []
    return ", ".join(
        f"entry {part}" if part.isdigit() else part.replace("_", " ") for part in parts
    )


def _lines(note: str) -> tuple[str, ...]:
    """A person's own lines, without blank ones at the ends and two in a row."""
    lines: list[str] = []
    for line in note.splitlines():
        words = " ".join(printable(line).split())
        if words or (lines and lines[-1]):
            lines.append(words)
    return tuple(lines if not lines or lines[-1] else lines[:-1])


def _waiting(
    matters: Sequence[Matter], titles: Sequence[str], on: dt.date, words: Words
) -> Iterator[Block]:
    """What waits for it: what has a row in this email with its date, the rest by name."""
    if matters:
        yield Paragraph(words.say("wait_below", count=len(matters)))
        yield Bullets(
            tuple(
                Entry(one.item.title, words.say("below", item=one.item, on=on)) for one in matters
            )
        )
    if titles:
        yield Paragraph(words.say("later", titles=titles, too=bool(matters)))


def _below(matters: Sequence[Matter], on: dt.date, words: Words) -> Bullets | None:
    if not matters:
        return None
    return Bullets(
        tuple(
            Entry(one.item.title, words.say("line_below", item=one.item, on=on)) for one in matters
        )
    )


def _to_decide(matter: Matter, on: dt.date, words: Words) -> Iterator[Block]:
    """What only the SELPA's administrator can do, with the command that records it."""
    item = matter.item
    yield Paragraph(words.say(matter.topic.sentence, item=item, on=on))
    if matter.topic.window != "while-unknown":
        yield Command(f"cimflow review {item.activity} --lea {item.lea} --approve")
        yield Command(f'cimflow review {item.activity} --lea {item.lea} --return --note "…"')
    else:
        if item.fact_hint.strip():
            hint = words.say("hint", text=item.fact_hint)
            yield Paragraph(hint, label=words.say("hint_heading"))
        yield Paragraph(words.say("record_fact"))
        for value in item.fact_values:
            yield Command(f"cimflow set-fact {item.fact} {value} --lea {item.lea}")
