"""Notices as a page shows them: one line each, by what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cimflow.monitoring.notices.listing import Owing
from cimflow.monitoring.notices.rung_words import problem_in_words, role_in_words, rung_in_words
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.process_file import Process
from cimflow.process.escalation.notice import LIVE, Notice, Problem
from cimflow.store.notices.ledger import LedgerRow, QueuedRow

ROWS_A_PAGE = 50
OWED, REHEARSED, ALL = "owed", "rehearsed", "all"
IN_LEDGER: dict[str, tuple[str, ...]] = {
    "held": ("held",),
    "queued": ("queued", "attempting"),
    "sent": ("sent",),
    "failed": ("failed",),
    "uncertain": ("uncertain",),
    "cancelled": ("cancelled",),
}
TABS = {
    OWED: "Ready to send",
    "held": "Held",
    "queued": "Queued",
    "sent": "Sent",
    "failed": "Failed",
    "uncertain": "Uncertain",
    "cancelled": "Canceled",
    REHEARSED: "Rehearsal",
    ALL: "All",
}
LOOKS = {
    OWED: ("schedule", "wait", "ready to send"),
    "waits": ("schedule", "wait", "waiting until the lead is notified"),
    "owed-held": ("flag", "warn", "will be held"),
    "held": ("flag", "warn", "held until a person sends it"),
    "queued": ("schedule", "wait", "waiting for the next delivery"),
    "attempting": ("autorenew", "wait", "being sent"),
    "sent": ("check_circle", "done", "sent"),
    "failed": ("error", "bad", "failed; will be tried again"),
    "uncertain": ("help", "warn", "may not have arrived"),
    "cancelled": ("cancel", "quiet", "canceled before it was sent"),
    REHEARSED: ("visibility", "quiet", "rehearsal, not sent"),
}
EMPTY = {
    OWED: "Nothing more is ready to send on this day.",
    "held": "Nothing is held. Notices that wait for a person's decision appear here.",
    "queued": "Nothing is waiting to be sent.",
    "sent": "Nothing has been sent yet.",
    "failed": "No email failed.",
    "uncertain": "No email is uncertain: we know of each whether it arrived.",
    "cancelled": "Nothing was canceled.",
    REHEARSED: "No email was written in rehearsal for this day yet. The next hourly run does it.",
    ALL: "No notices yet. They appear here when something comes due.",
}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice to one person. ``id`` is None while it is only owed.

    ``day``: the day on which it falls, and from the queueing on that of the run.
    """

    id: int | None
    lea: str | None
    lea_name: str
    title: str
    rung: str
    name: str
    role: str
    address: str
    selpa_code: str
    day: dt.date
    icon: str
    tone: str
    word: str
    reason: str
    is_rehearsal: bool
    state: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a line shows instead of codes."""

    process: Process
    ladder: Ladder
    leas: Mapping[str, str]
    selpas: Mapping[str, str]

    def lea(self, notice: Notice | LedgerRow) -> str:
        """The LEA's name; of a summary the SELPA's."""
        if notice.is_digest:
            return self.selpas.get(notice.lea, f"SELPA {notice.lea}")
        return self.leas.get(notice.lea, notice.lea)

    def title(self, notice: Notice | LedgerRow) -> str:
        """The activity's title; of a summary what it is about."""
        if notice.is_digest:
            return "Status of all LEAs"
        found = self.process.activity_by_id.get(notice.activity)
        return found.title if found is not None else notice.activity


def ledger_line(row: LedgerRow, names: Names) -> NoticeLine:
    """A row of the ledger."""
    is_rehearsal = row.mode != LIVE
    icon, tone, word = LOOKS[REHEARSED if is_rehearsal else row.state]
    return NoticeLine(
        id=row.id,
        lea=None if row.is_digest else row.lea,
        lea_name=names.lea(row),
        title=names.title(row),
        rung=rung_in_words(names.ladder, row.rung),
        name=row.name,
        role=role_in_words(row.role),
        address=row.recipient,
        selpa_code=row.selpa_code,
        day=row.on,
        icon=icon,
        tone=tone,
        word=word,
        reason="" if is_rehearsal else row.reason,
        is_rehearsal=is_rehearsal,
        state=row.state,
    )


def owed_line(queued: QueuedRow, names: Names, *, waits: bool = False) -> NoticeLine:
    """Something owed that is not in the ledger yet."""
    one = queued.notice
    icon, tone, word = LOOKS["waits" if waits else "owed-held" if queued.state == "held" else OWED]
    return NoticeLine(
        id=None,
        lea=None if one.is_digest else one.lea,
        lea_name=names.lea(one),
        title=names.title(one),
        rung=rung_in_words(names.ladder, one.rung),
        name=one.name,
        role=role_in_words(one.role),
        address=one.recipient,
        selpa_code=queued.selpa_code,
        day=one.effective,
        icon=icon,
        tone=tone,
        word=word,
        reason=queued.reason,
        is_rehearsal=False,
        state="waits" if waits else OWED,
    )


def owed_lines(found: Owing, names: Names, text: str) -> list[NoticeLine]:
    """All that is owed and fits the text, by LEA; last what waits until the lead is notified."""
    lines = [owed_line(one, names) for one in found.rows]
    lines += [owed_line(one, names, waits=True) for one in found.waits]
    wanted = text.casefold()
    fit = [
        one
        for one in lines
        if not wanted
        or any(wanted in field.casefold() for field in (one.lea_name, one.name, one.address))
        or (one.lea is not None and wanted in one.lea)
    ]
    return sorted(fit, key=lambda one: (one.state == "waits", one.lea_name, one.title, one.address))


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """Something that keeps notices from reaching a person, and where it is fixed."""

    lea: str
    lea_name: str
    text: str
    is_fact: bool


def problem_lines(problems: Sequence[Problem], names: Names) -> list[ProblemLine]:
    """The problems in words, by LEA; each is said once."""
    found = [
        ProblemLine(
            one.lea,
            names.leas.get(one.lea, one.lea),
            problem_in_words(one, names.process),
            is_fact=one.code == "missing-fact",
        )
        for one in dict.fromkeys(problems)
    ]
    return sorted(found, key=lambda one: (one.lea_name.casefold(), one.text))


def counts_of(
    owed: int, counts: Mapping[tuple[str, str], int], *, rehearsal: str
) -> dict[str, int]:
    """How many notices each tab holds."""
    found = {OWED: owed}
    for tab, states in IN_LEDGER.items():
        found[tab] = sum(counts.get((LIVE, state), 0) for state in states)
    found[REHEARSED] = sum(number for (mode, _), number in counts.items() if mode == rehearsal)
    found[ALL] = sum(found.values())
    return found


def tabs_shown(counts: Mapping[str, int], chosen: str) -> Sequence[str]:
    """The tabs that are shown: those of every day, and the others where they hold something."""
    always = {OWED, "held", "sent", "failed", "uncertain", ALL}
    return [one for one in TABS if one in always or counts[one] or one == chosen]
