"""The rows of a letter put in the order in which a person wants to read them.

By LEA; within an LEA by topic, what is overdue first; within a topic by due date, and what waits
for another activity listed under that one. Rows about the same activity become one matter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

from cimflow.notify.writing.mail_values import Letter, MailItem, Root
from cimflow.process.contacts import LEAD
from cimflow.process.definition.rung_kinds import RungKind, topic_of, topics

Voice = Literal["lead", "admin", "superior"]
"""How much is said: everything to the lead, one line each to those who look on."""

_LAST_DAY = dt.date.max


@dataclass(frozen=True, slots=True)
class Matter:
    """One activity of one LEA, with every topic that the day's rows bring up about it, in order."""

    item: MailItem
    topics: tuple[RungKind, ...]
    below: tuple[Matter, ...] = ()

    @property
    def topic(self) -> RungKind:
        """The topic under which it stands."""
        return self.topics[0]

    @property
    def due(self) -> dt.date:
        """What it is sorted by; without a due date it comes last."""
        return self.item.due or _LAST_DAY


@dataclass(frozen=True, slots=True)
class AbsentRoot:
    """An activity that has no row in this email, and that others in it wait for."""

    root: Root
    below: tuple[Matter, ...]

    @property
    def topic(self) -> RungKind:
        """It stands where the first of those that wait for it would stand."""
        return self.below[0].topic

    @property
    def due(self) -> dt.date:
        """Its own due date, where known, so that it comes before what waits for it."""
        return self.root.due or self.below[0].due


Stem = Matter | AbsentRoot


@dataclass(frozen=True, slots=True)
class Part:
    """What one email says of one LEA in one process."""

    voice: Voice
    stems: tuple[Stem, ...]
    matters: tuple[Matter, ...]
    topics: tuple[RungKind, ...]

    @property
    def first(self) -> MailItem:
        """Any item of the part, for what all of them share: process, LEA, lead."""
        return self.matters[0].item

    @property
    def only_takes_back(self) -> bool:
        """Whether it says of nothing but that it is over."""
        return all(one.takes_back for one in self.topics)

    def about(self, topic: RungKind) -> tuple[Matter, ...]:
        """The matters of one topic, those under a root included."""
        return tuple(one for one in self.matters if one.topic is topic)


def parts_of(letter: Letter) -> tuple[Part, ...]:
    """The letter's rows by LEA and process, those with the weightiest topic first."""
    groups: dict[tuple[str, str], list[MailItem]] = {}
    for item in letter.items:
        groups.setdefault((item.process.id, item.lea), []).append(item)
    parts = [_part(items) for items in groups.values()]
    return tuple(sorted(parts, key=_weight))


def in_order(found: Iterable[RungKind]) -> tuple[RungKind, ...]:
    """Topics in the order of an email, each once."""
    ids = {one.id for one in found}
    return tuple(one for one in topics() if one.id in ids)


def _part(items: Sequence[MailItem]) -> Part:
    voice = _voice(items)
    matters = sorted(_matters(items), key=lambda one: (_place(one.topic), one.due))
    here = {one.item.activity for one in matters}

    def place(stem: Stem) -> tuple[int, bool, dt.date]:
        waits = isinstance(stem, Matter) and any(one.activity in here for one in stem.item.roots)
        return _place(stem.topic), waits, stem.due

    stems = sorted(_stems(matters, voice), key=place)
    named = in_order(one.topic for one in matters)
    return Part(voice, tuple(stems), tuple(matters), named)


def _place(topic: RungKind) -> int:
    return topics().index(topic)


def _voice(items: Sequence[MailItem]) -> Voice:
    roles = {one.role for one in items}
    if LEAD in roles:
        return "lead"
    return "admin" if "selpa-admin" in roles else "superior"


def _matters(items: Iterable[MailItem]) -> list[Matter]:
    """Rows about the same activity are one matter; a taking back stays by itself."""
    groups: dict[tuple[str, bool], list[MailItem]] = {}
    for item in items:
        groups.setdefault((item.activity, topic_of(item.kind).takes_back), []).append(item)
    return [
        Matter(_merged(group), in_order(topic_of(one.kind) for one in group))
        for group in groups.values()
    ]


def _merged(rows: Sequence[MailItem]) -> MailItem:
    """The weightiest row, with what only the others know, such as since when it is a duty."""
    first, *others = sorted(rows, key=lambda one: _place(topic_of(one.kind)))
    known = {
        field.name: value
        for other in reversed(others)
        for field in fields(MailItem)
        if not getattr(first, field.name) and (value := getattr(other, field.name))
    }
    return replace(first, **known)


def _stems(matters: Sequence[Matter], voice: Voice) -> list[Stem]:
    """Put what waits for another activity under it, whether or not that one has a row itself."""
    present = {
        one.item.activity for one in matters if not one.item.roots and not one.topic.takes_back
    }
    under: dict[str, list[Matter]] = {}
    absent: dict[str, Root] = {}
    tops: list[Matter] = []
    for matter in matters:
        root = _root_of(matter, present, voice)
        if root is None:
            tops.append(matter)
            continue
        under.setdefault(root.activity, []).append(matter)
        if root.activity not in present:
            absent[root.activity] = root
    stems: list[Stem] = [
        replace(one, below=tuple(under.get(one.item.activity, ())))
        if not one.topic.takes_back
        else one
        for one in tops
    ]
    stems += [AbsentRoot(root, tuple(under[key])) for key, root in absent.items()]
    return stems


def _root_of(matter: Matter, present: set[str], voice: Voice) -> Root | None:
    """What it stands under: a root in this email if there is one, else the first.

    A superior reads of a root only where it stands in the email or the lead was told of it.
    """
    if not all(one.stands_under_root for one in matter.topics):
        return None
    roots = [one for one in matter.item.roots if one.activity in present]
    roots += [one for one in matter.item.roots if voice != "superior" or one.lead_was_told]
    return roots[0] if roots else None


def _weight(part: Part) -> tuple[int, dt.date, str, str]:
    topic = part.topics[0]
    earliest = min(one.due for one in part.about(topic))
    return _place(topic), earliest, part.first.lea_name.casefold(), part.first.lea
