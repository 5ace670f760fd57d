"""The kinds of notices, one row each: when they are owed, and how people are told.

To add a kind that follows an event: its row here, the event in ``escalation/event_rungs.py``, its
words in ``templates/email/words.j2``, and a rung of it in ``config/notices.toml``. The ladder's
check, the sweep, the pages, and the emails take all else from the row; none of them falls back to
another kind's words.

That nobody's superior hears before the lead is no matter of a kind: it holds for every rung
(``escalation/owed.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

STAND_DOWN, DIGEST = "stand-down", "digest"
"""What cimflow adds to the rungs of the file; no rung may be called so."""

Anchor = Literal["due-date", "chase-date", "event", "none"]
Window = Literal["until-due", "while-unknown", "past-due", "monthly", "event", "ours"]
"""While what a rung is owed.

``until-due``: what is chased, up to its due date. ``while-unknown``: the fact that decides is not
known. ``past-due``: what is chased, after its due date. ``monthly``: the same, from the last rung
past due on. ``event``: something happened, and it is still true. ``ours``: no rung of the file.
"""
_ANCHORS: dict[Window, Anchor] = {
    "until-due": "due-date",
    "while-unknown": "due-date",
    "past-due": "chase-date",
    "monthly": "chase-date",
    "event": "event",
    "ours": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RungKind:
    """What one kind of notice is.

    Attributes:
        id: its name in the file of the ladder.
        in_words: what a page calls a rung of it; ``{days}`` stands for its days.
        window: while what it is owed.
        counts_days: an event's rung falls some ``days`` after it, not on the next working day.
        only_since_go_live: an event of before the process went live is told to nobody.
        sets_due_date: it tells of a new due date.
        wanted_where: of which activities the ladder must have such a rung: of every one that is
            required (to the lead), of those that a fact decides, of those that the SELPA reviews.
        superiors_hear_its_end: a superior who was told hears when the matter is over.
        topic: the kind under which emails tell it, where that is another.
        stands_under_root: in an email it stands under the activity that it waits for.
        is_for_selpa: only the SELPA can settle it, by a command that the email gives.
        sentence: the macro of ``words.j2`` that tells it. Without one, its activity's state and due
            date tell it.
        takes_back: it says that something is over: it is told by itself, in one paragraph.
        about: an activity of an LEA, or all that a SELPA has.
    """

    id: str
    in_words: str
    window: Window
    counts_days: bool = False
    only_since_go_live: bool = False
    sets_due_date: bool = False
    wanted_where: Literal["nowhere", "required", "fact-decides", "selpa-reviews"] = "nowhere"
    superiors_hear_its_end: bool = False
    topic: str = ""
    stands_under_root: bool = False
    is_for_selpa: bool = False
    sentence: str = ""
    takes_back: bool = False
    about: Literal["activity", "selpa"] = "activity"

    @property
    def anchor(self) -> Anchor:
        """The day that it counts from."""
        return _ANCHORS[self.window]

    @property
    def days(self) -> Literal["before", "after", "none"]:
        """Which way the ``days`` of its rungs count."""
        if self.anchor == "due-date":
            return "before"
        return "after" if self.window == "past-due" or self.counts_days else "none"

    @property
    def day_off(self) -> Literal["before", "after"]:
        """On which side of a day off the working day lies that it moves to."""
        return "before" if self.days == "before" else "after"

    @property
    def needs_due_date(self) -> bool:
        """Whether it is owed only where a due date binds."""
        return self.anchor in {"due-date", "chase-date"} or self.sets_due_date

    @property
    def is_in_file(self) -> bool:
        """Whether the ladder's file may have rungs of it."""
        return self.window != "ours"


RUNG_KINDS: dict[str, RungKind] = {
    one.id: one
    for one in (
        RungKind(
            id="overdue",
            in_words="overdue, {days} after the due date",
            window="past-due",
            wanted_where="required",
            superiors_hear_its_end=True,
            stands_under_root=True,
        ),
        RungKind(
            id="overdue-monthly",
            in_words="overdue, monthly",
            window="monthly",
            superiors_hear_its_end=True,
            topic="overdue",
        ),
        RungKind(id="returned", in_words="returned by the reviewer", window="event"),
        RungKind(id="incomplete", in_words="received but incomplete", window="event"),
        RungKind(
            id="opened",
            in_words="newly required",
            window="event",
            only_since_go_live=True,
            sentence="opened",
        ),
        RungKind(
            id="extended",
            in_words="extension granted",
            window="event",
            only_since_go_live=True,
            sets_due_date=True,
            sentence="extended",
        ),
        RungKind(
            id="reminder",
            in_words="reminder, {days} before the due date",
            window="until-due",
            wanted_where="required",
            stands_under_root=True,
        ),
        RungKind(
            id="review",
            in_words="waiting for the SELPA's review, {days} after filing",
            window="event",
            counts_days=True,
            only_since_go_live=True,
            wanted_where="selpa-reviews",
            is_for_selpa=True,
            sentence="review",
        ),
        RungKind(
            id="fact",
            in_words="information needed, {days} before the due date",
            window="while-unknown",
            wanted_where="fact-decides",
            is_for_selpa=True,
            sentence="fact",
        ),
        RungKind(
            id=STAND_DOWN,
            in_words="resolved, no action needed",
            window="ours",
            takes_back=True,
            sentence="stand_down",
        ),
        RungKind(id=DIGEST, in_words="Monday summary", window="ours", about="selpa"),
    )
}
"""In the order in which an email tells them: of a matter that has several, the first counts."""


def check_kind(kind: str) -> None:
    """Refuse what no rung of the file may be.

    Raises:
        ValueError: there is no such kind, or it is cimflow's own.
    """
    if kind not in RUNG_KINDS or not RUNG_KINDS[kind].is_in_file:
        known = ", ".join(repr(one.id) for one in RUNG_KINDS.values() if one.is_in_file)
        raise ValueError(f"{kind!r} is not one of {known}")


def topic_of(kind: str) -> RungKind:
    """The kind under which an email tells a notice of some kind.

    Raises:
        KeyError: there is no such kind.
    """
    found = RUNG_KINDS[kind]
    return RUNG_KINDS[found.topic] if found.topic else found


def topics() -> tuple[RungKind, ...]:
    """What an email may tell of an activity, in its order."""
    return tuple(
        one for one in RUNG_KINDS.values() if not one.topic and one.about == "activity"
    )  # fmt: skip


def is_ours(rung: str) -> bool:
    """Whether a notice is none of the file's rungs but cimflow's own."""
    return rung in RUNG_KINDS and not RUNG_KINDS[rung].is_in_file
