"""Notices as values: what is owed to whom, and what the ledger says was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cimflow.process.contacts import LEAD, NOT_SUPERIORS
from cimflow.process.definition.rung_kinds import DIGEST

LIVE = "live"
"""The mode of what is sent; that of a rehearsal is ``rehearsal:<day>``."""

LedgerState = Literal["queued", "attempting", "sent", "failed", "uncertain", "held", "cancelled"]


@dataclass(frozen=True, slots=True)
class Key:
    """What makes two notices the same notice, within one mode and one process."""

    lea: str
    activity: str
    rung: str
    anchor: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that one person is owed on a day.

    ``effective`` is the working day on which it falls; ``delayed`` means that this was before the
    day asked for. ``waits``: the lead has not heard yet. ``held``: a person must release it.
    """

    lea: str
    activity: str
    rung: str
    anchor: str
    role: str
    recipient: str
    name: str
    due: dt.date | None
    effective: dt.date
    held: bool = False
    waits: bool = False
    delayed: bool = False

    @property
    def key(self) -> Key:
        """The ledger key; the role is not part of it, so nobody is told twice for two hats."""
        return Key(self.lea, self.activity, self.rung, self.anchor, self.recipient.casefold())

    @property
    def is_digest(self) -> bool:
        """Whether it is the summary of a SELPA; then its ``lea`` is the SELPA's code."""
        return self.rung == DIGEST


def one_per_key(notices: Iterable[Notice]) -> list[Notice]:
    """A person who holds several roles is told once: as the lead, else as anything but a superior.

    A director who is also the SELPA's administrator then waits for nobody, and the lead of a
    single-district SELPA has heard as the lead.
    """
    found: dict[Key, Notice] = {}
    for one in sorted(notices, key=_hat):
        found.setdefault(one.key, one)
    return list(found.values())


def _hat(one: Notice) -> int:
    return 0 if one.role == LEAD else 1 if one.role in NOT_SUPERIORS else 2


@dataclass(frozen=True, slots=True)
class Told:
    """A live row of the ledger: what was queued or sent, to whom, in the run of which day."""

    key: Key
    role: str
    state: LedgerState
    on: dt.date


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps notices from reaching a person, shown to the SELPA."""

    code: Literal["missing-contact", "missing-fact"]
    lea: str
    message: str
