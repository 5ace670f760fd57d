"""What is known of one LEA in one process: dated facts, never overwritten.

Every record has the day on which it holds (``on``, ``holds_on``, ``received_on``) and ``seq``, the
order in which it was learned: of two that hold on the same day the one learned last counts. A Case
is all that is known now; its methods answer for a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A roster row: from ``holds_on`` the LEA is in the cohort, at this level, under this SELPA."""

    holds_on: dt.date
    level: str
    selpa_code: str
    selpa_name: str
    lea_name: str
    identified_for: str = ""
    unmet_indicators: tuple[str, ...] = ()
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a fact that the process file names, from ``holds_on``."""

    name: str
    value: str
    holds_on: dt.date
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """One version of an artifact. ``contents`` is None for a plain receipt.

    ``received_on``: we have it. ``filed_on``: the receiver of record has it, None until known.
    ``voided_on``: the day on which the record was withdrawn as made in error, ``voided_by`` and
    ``void_note`` by whom and why; ``void_seq`` is the place of that in the order of learning.
    """

    activity: str
    version: int
    received_on: dt.date
    filed_on: dt.date | None
    recorded_by: str
    sha256: str
    contents: Mapping[str, Any] | None = field(default=None, hash=False)
    document: str = ""
    voided_on: dt.date | None = None
    seq: int = 0
    voided_by: str = ""
    void_note: str = ""
    void_seq: int = 0

    @property
    def counts_on(self) -> dt.date:
        """The day from which the version counts: the earlier of filed and received."""
        return self.received_on if self.filed_on is None else min(self.filed_on, self.received_on)


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on one version: ``approved`` or ``returned``."""

    activity: str
    version: int
    decision: str
    on: dt.date
    by: str = ""
    note: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Extension:
    """A new due date, granted on a day; of several the last granted counts."""

    activity: str
    to: dt.date
    on: dt.date
    grantor: str
    reason: str
    reference: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Excuse:
    """An exception on record: the activity is not owed from ``on``."""

    activity: str
    on: dt.date
    grantor: str
    reason: str
    reference: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The LEA leaves the cohort from ``on``; a later roster row may bring it back."""

    on: dt.date
    reason: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One LEA's passage through one process, with all that is known now."""

    process: str
    cds_code: str
    roster_entries: tuple[RosterEntry, ...]
    facts: tuple[Fact, ...] = ()
    submissions: tuple[Submission, ...] = ()
    reviews: tuple[Review, ...] = ()
    extensions: tuple[Extension, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    def roster_entry_on(self, on: dt.date) -> RosterEntry | None:
        """The roster row in force on a day; None before the first and after a withdrawal."""
        latest = self.latest_roster_entry(on)
        if latest.holds_on > on:
            return None
        for gone in self.withdrawals:
            if gone.on <= on and (gone.on, gone.seq) > (latest.holds_on, latest.seq):
                return None
        return latest

    def has_left_by(self, on: dt.date) -> bool:
        """Whether it was in the cohort before a day and is not in it on that day."""
        first = min(one.holds_on for one in self.roster_entries)
        return on >= first and self.roster_entry_on(on) is None

    def latest_roster_entry(self, on: dt.date = dt.date.max) -> RosterEntry:
        """The roster row in force on a day, also after a withdrawal; before the first, that one."""
        held = [one for one in self.roster_entries if one.holds_on <= on]
        if held:
            return max(held, key=lambda one: (one.holds_on, one.seq))
        return min(self.roster_entries, key=lambda one: (one.holds_on, -one.seq))

    def level_judging(self, on: dt.date) -> str:
        """The level by which something dated ``on`` is judged: in force then, else the first."""
        return self.latest_roster_entry(on).level

    def answers_to(self, on: dt.date) -> str:
        """The code of the SELPA that answers for the LEA on a day, also after it has left."""
        return self.latest_roster_entry(on).selpa_code

    def fact_on(self, name: str, on: dt.date) -> Fact | None:
        """The value of a fact in force on a day, with the day from which it holds."""
        held = [one for one in self.facts if one.name == name and one.holds_on <= on]
        return max(held, key=lambda one: (one.holds_on, one.seq), default=None)

    def with_version(self, version: Submission) -> Case:
        """The same case with one version more; or, where it has that one, as it stands now."""
        key = (version.activity, version.version)
        others = (one for one in self.submissions if (one.activity, one.version) != key)
        return replace(self, submissions=(*others, version))

    def versions_on(self, activity: str, on: dt.date) -> tuple[Submission, ...]:
        """The versions of an artifact that count on a day, oldest first; voided ones never do."""
        return tuple(
            sorted(
                (
                    one
                    for one in self.submissions
                    if one.activity == activity and one.voided_on is None and one.counts_on <= on
                ),
                key=lambda one: (one.counts_on, one.version),
            )
        )

    def versions_to_come(self, activity: str, on: dt.date) -> tuple[Submission, ...]:
        """The versions of an artifact that count only after a day, the next first."""
        ever = self.versions_on(activity, dt.date.max)
        return tuple(one for one in ever if one.counts_on > on)

    def review_on(self, submission: Submission, on: dt.date) -> Review | None:
        """The decision on a version that stands on a day."""
        given = [
            one
            for one in self.reviews
            if one.activity == submission.activity
            and one.version == submission.version
            and one.on <= on
        ]
        return max(given, key=lambda one: (one.on, one.seq), default=None)

    def extension_on(self, activity: str, on: dt.date) -> Extension | None:
        """The extension in force on a day: the last granted."""
        given = [one for one in self.extensions if one.activity == activity and one.on <= on]
        return max(given, key=lambda one: (one.on, one.seq), default=None)

    def excuse_on(self, activity: str, on: dt.date) -> Excuse | None:
        """The exception in force on a day."""
        given = [one for one in self.excuses if one.activity == activity and one.on <= on]
        return max(given, key=lambda one: (one.on, one.seq), default=None)

    def days_of_change(self) -> tuple[dt.date, ...]:
        """Every day on which something known of this case begins to hold, in order."""
        days: set[dt.date] = {one.holds_on for one in self.roster_entries}
        days |= {one.holds_on for one in self.facts}
        days |= {one.on for one in self.withdrawals}
        days |= {one.on for one in self.reviews}
        days |= {one.on for one in self.extensions}
        days |= {one.on for one in self.excuses}
        for one in self.submissions:
            days |= {
                day for day in (one.received_on, one.filed_on, one.voided_on) if day is not None
            }
        return tuple(sorted(days))
