"""What an email says, block by block: greeting, what is open, what comes next, rules, closing.

This module decides what is said and in which order; ``templates/email/words.j2`` says it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from cimflow import addresses
from cimflow.notify.writing.blocks import Block, Bullets, Entry, Heading, Link, Paragraph
from cimflow.notify.writing.closing import answer, foot, rules
from cimflow.notify.writing.mail_values import DigestHead, Letter
from cimflow.notify.writing.matter_text import stems_in_full, stems_in_lines
from cimflow.notify.writing.sort_matters import Matter, Part
from cimflow.notify.writing.words import Words, listed, long_date


def outline(letter: Letter, parts: Sequence[Part], words: Words) -> tuple[Block, ...]:
    """All blocks of an email, in the order in which they are read."""
    return (
        *_opening(letter, parts, words),
        *(block for digest in letter.digests for block in _digest(digest, words)),
        *_middle(letter, parts, words),
        *answer(letter, parts, words),
        *rules(parts, words),
        foot(letter, words),
    )


def phrases(part: Part, words: Words) -> list[str]:
    """What a part is about, in a few words per topic."""
    found = []
    for topic in part.topics:
        about = part.about(topic)
        found.append(
            words.say(
                "phrase",
                topic=topic.id,
                n=len(about),
                item=about[0].item,
                not_filed=all(one.item.is_not_filed for one in about),
            )
        )
    return found


def _opening(letter: Letter, parts: Sequence[Part], words: Words) -> Iterator[Block]:
    if letter.is_rehearsal:
        yield Paragraph(words.say("rehearsal", selpa=letter.selpa_name))
    yield Paragraph(words.say("greeting", name=letter.recipient.name))
    late = [one.item.delayed for part in parts for one in part.matters]
    if any(late):
        yield Paragraph(words.say("delayed", all=all(late) and not letter.digests))


def _middle(letter: Letter, parts: Sequence[Part], words: Words) -> Iterator[Block]:
    """What is open, LEA by LEA; an email about one LEA needs no heading for it."""
    if len(parts) == 1 and not letter.digests:
        yield from _part(parts[0], letter, words, alone=True)
        return
    if letter.digests and parts:
        yield Paragraph(words.say("new_today"))
    elif parts:
        leas = {one.first.lea for one in parts}
        yield Paragraph(words.say("several", count=len(leas), selpa=letter.selpa_name))
    processes = {one.first.process.id for one in parts}
    for part in parts:
        name = part.first.lea_name
        if len(processes) > 1:
            name = f"{name}, {part.first.process.title}"
        yield Heading(name)
        yield from _part(part, letter, words, alone=False)


def _part(part: Part, letter: Letter, words: Words, *, alone: bool) -> Iterator[Block]:
    """One LEA: what it is about, the matters, what happens next, where to look."""
    if part.only_takes_back:
        yield _taken_back(part.matters, letter.on, words)
        return
    introduction = _introduction(part, words, alone=alone)
    if introduction:
        yield Paragraph(introduction)
    if part.voice == "lead":
        yield from _in_full(part, letter, words)
    else:
        rest = tuple(one for one in part.stems if not one.topic.takes_back)
        yield Bullets(stems_in_lines(rest, letter.on, words))
        over = tuple(one for one in part.matters if one.topic.takes_back)
        if over:
            yield _taken_back(over, letter.on, words)
    if part.voice == "superior":
        help_ = words.say("what_would_help", lead=part.first.lead_name)
        yield Paragraph(help_, label=words.say("help_heading"))
    yield from _next(part, words)
    if letter.base_url:
        page = addresses.lea(part.first.process.id, part.first.lea)
        url = addresses.absolute(letter.base_url, page)
        yield Link(words.say("page", lea=part.first.lea_name), url)


def _introduction(part: Part, words: Words, *, alone: bool) -> str:
    about = phrases(part, words)
    first = part.first
    said = []
    if alone:
        title = first.process.title
        said.append(words.say("intro", lea=first.lea_name, process=title, phrases=about))
    elif part.voice != "admin":
        said.append(words.say("part_intro", phrases=about))
    if part.voice == "superior" and first.lead_name:
        count = len(part.matters)
        said.append(words.say("lead_has_heard", lead=first.lead_name, count=count))
    if part.voice == "admin" and first.lead_name:
        said.append(words.say("lead_of", names=first.lead_name))
    return " ".join(said)


def _in_full(part: Part, letter: Letter, words: Words) -> Iterator[Block]:
    """By topic, each matter with all there is to say; headings only where there are several."""
    for topic in dict.fromkeys(one.topic for one in part.stems):
        stems = tuple(one for one in part.stems if one.topic == topic)
        if len(part.topics) > 1:
            yield Heading(words.say("heading", topic=topic.id), level=3)
        if topic.takes_back:
            yield _taken_back(part.about(topic), letter.on, words)
        else:
            yield Bullets(stems_in_full(stems, letter.on, words), spaced=True)


def _taken_back(matters: Sequence[Matter], on: dt.date, words: Words) -> Paragraph:
    said = [words.say(one.topic.sentence, item=one.item, on=on) for one in matters]
    return Paragraph(" ".join([*said, words.say("nothing_more")]))


def _next(part: Part, words: Words) -> Iterator[Block]:
    """Who is notified next, and when, if it stays open: one sentence per day and audience."""
    groups: dict[tuple[dt.date, tuple[str, ...]], list[Matter]] = {}
    for one in part.matters:
        if one.item.next is not None and not one.topic.takes_back:
            groups.setdefault((one.item.next.on, _others(one, part)), []).append(one)
    said = []
    for (day, others), matters in sorted(groups.items(), key=lambda group: group[0][0]):
        titles = [one.item.title for one in matters]
        whole = len(groups) == 1
        said.append(
            words.say(
                "next_step",
                what=_what(titles, whole=whole),
                plural=len(titles) > 1 and not whole,
                on=day,
                others=[words.role(one) for one in others],
                again="you" if part.voice == "lead" else part.first.lead_name or "the lead",
            )
        )
    if said:
        yield Paragraph(" ".join(said), label=words.say("next_heading"))


def _what(titles: list[str], *, whole: bool) -> str:
    if whole:
        return "this" if len(titles) == 1 else "any of this"
    return f"{titles[0]} and {len(titles) - 1} more" if len(titles) > 3 else listed(titles)


def _others(matter: Matter, part: Part) -> tuple[str, ...]:
    """Who is notified besides those who are anyway: not the lead, the administrator, the reader."""
    if matter.item.next is None:
        return ()
    told = {"lea-lead", "selpa-admin"} | {one.item.role for one in part.matters}
    if matter.item.stands_in:
        told.add("lea-director")  # the director is who stands in where there is one
    return tuple(one for one in matter.item.next.roles if one not in told)


def _digest(digest: DigestHead, words: Words) -> Iterator[Block]:
    """The start of Monday's email: the cohort's status, what needs a decision, what is due next."""
    yield Heading(words.say("digest_heading", process=digest.process))
    yield Paragraph(words.say("digest_counts", digest=digest))
    for_you = words.say("digest_for_you", digest=digest)
    if for_you:
        yield Paragraph(for_you, label=words.say("for_you_heading"))
    if digest.leas:
        yield Paragraph(words.say("digest_wanting"))
        yield Bullets(
            tuple(Entry(one.name, words.say("digest_lea", lea=one)) for one in digest.leas)
        )
    if digest.due_next:
        yield Paragraph(words.say("digest_due_heading"))
        yield Bullets(
            tuple(
                Entry(long_date(one.on), words.say("digest_due", due=one))
                for one in digest.due_next
            )
        )
    if digest.problems:
        yield Paragraph(words.say("digest_problems"))
        yield Bullets(tuple(Entry(text=one) for one in digest.problems))
