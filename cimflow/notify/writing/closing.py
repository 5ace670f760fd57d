"""The end of an email: whom a reply reaches, the rules behind it, why it comes and from whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cimflow.notify.writing.blocks import Block, Bullets, Entry, Foot, Heading, Paragraph
from cimflow.notify.writing.mail_values import Letter
from cimflow.notify.writing.sort_matters import Matter, Part
from cimflow.notify.writing.words import Words
from cimflow.process.contacts import ROLES

QUOTES_IN_SHORT = 2
"""How many rules are quoted in full to those who look on; the source is always named."""


def rules(parts: Sequence[Part], words: Words) -> Iterator[Block]:
    """The sentences that the duties rest on, each once, and where they stand."""
    ruled = [part for part in parts if not part.only_takes_back]
    if not ruled:
        return
    quotes: dict[tuple[str, str], list[str]] = {}
    for part in ruled:
        for stem in part.stems:
            matters = (stem,) if isinstance(stem, Matter) else stem.below
            for one in matters:
                _add_rule(one, quotes)
    in_short = all(part.voice != "lead" for part in ruled)
    kept = list(quotes.items())[: QUOTES_IN_SHORT if in_short else None]
    said = []
    for (sentence, text), titles in kept:
        named = list(dict.fromkeys(titles)) if len(quotes) > 1 else []
        said.append(Entry(text=words.say(sentence, text=text, titles=named)))
    yield Heading(words.say("rule_heading", count=len(quotes)))
    if len(said) == 1:
        yield Paragraph(said[0].text)
    elif said:
        yield Bullets(tuple(said))
    others = [words.say("other_rules")] if len(kept) < len(quotes) else []
    for process in dict.fromkeys(part.first.process for part in ruled):
        yield Paragraph(" ".join([words.say("source", process=process), *others]))


def _add_rule(matter: Matter, quotes: dict[tuple[str, str], list[str]]) -> None:
    item = matter.item
    if matter.topic.takes_back:
        return
    if item.quote.strip():
        quotes.setdefault(("rule", item.quote.strip()), []).append(item.title)
    elif item.reading.strip():
        quotes.setdefault(("reading", item.reading.strip()), []).append(item.title)


def answer(letter: Letter, parts: Sequence[Part], words: Words) -> Iterator[Block]:
    """Whom a reply reaches; nothing where that is the reader."""
    here = letter.recipient.email.casefold()
    if any(one.email.casefold() == here for one in letter.answer_to):
        return
    if len(parts) > 1:
        yield Heading(words.say("answer_heading"))
    leads = any(one.voice == "lead" for one in parts)
    names = [one.name or one.email for one in letter.answer_to]
    sentence = "answer_lead" if leads else "answer"
    yield Paragraph(words.say(sentence, names=names, selpa=letter.selpa_name))


def foot(letter: Letter, words: Words) -> Foot:
    """Why this person gets the email, and from whom it is."""
    sent_by = words.say("signature", selpa=letter.selpa_name, on=letter.on, zone=letter.zone)
    return Foot((_why(letter, words), sent_by))


def _why(letter: Letter, words: Words) -> str:
    """The roles for which this person is told, each with its LEAs or the SELPA."""
    places: dict[str, dict[str, None]] = {}
    if letter.digests:
        places["selpa-admin"] = {letter.selpa_name: None}
    for item in sorted(letter.items, key=lambda one: (ROLES.index(one.role), one.lea_name)):
        place = letter.selpa_name if item.role.startswith("selpa-") else item.lea_name
        places.setdefault("stands-in" if item.stands_in else item.role, {})[place] = None
    reasons = []
    for role, names in places.items():
        where = list(names) if len(names) <= 3 else words.say("place", count=len(names))
        if role == "stands-in":
            reasons.append(words.say("stands_in", places=where))
        else:
            reasons.append(words.say("named_as", role=role, places=where))
    return words.say("why", reasons=reasons)
