"""Which rows a sweep queues, which it holds for a person, and the Monday digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cimflow.monitoring.notices.owed import NoticesOn
from cimflow.process.definition.notice_ladder import Ladder
from cimflow.process.definition.rung_kinds import DIGEST
from cimflow.process.escalation.notice import LIVE, Notice, one_per_key
from cimflow.store.notices.ledger import QueuedRow, Sweep


def rows_to_queue(
    found: NoticesOn,
    ladder: Ladder,
    earlier: Sequence[Sweep],
    on: dt.date,
    *,
    mode: str,
    restored: bool,
) -> list[QueuedRow]:
    """What is owed and does not wait, as ledger rows, with the Monday digests.

    Held for a person: what the ladder says is held; everything after a restored backup (it may
    have left before); a sweep far larger than those before it.
    """
    selpa_of = {cds: one.selpa_code for cds, one in found.statuses.items()}
    for cds, case in found.read.items():
        last = case.latest_roster_entry()
        selpa_of.setdefault(cds, last.selpa_code)
    owed = one_per_key(one for one in found.owed if not one.waits)
    rows = [(one, selpa_of[one.lea]) for one in owed]
    rows += [(one, one.lea) for one in digests(found, on)]
    reason = ""
    if mode == LIVE and restored:
        reason = "a backup was restored: it may have been sent before"
    elif mode == LIVE and _is_far_too_large(rows, ladder, earlier, on):
        reason = "the sweep is far larger than those before it"
    return [
        QueuedRow(
            notice=one,
            selpa_code=selpa,
            state="held" if reason or (one.held and mode == LIVE) else "queued",
            reason=reason or ("to be released by a person" if one.held else ""),
        )
        for one, selpa in rows
    ]


def _is_far_too_large(
    rows: Sequence[tuple[Notice, str]], ladder: Ladder, earlier: Sequence[Sweep], on: dt.date
) -> bool:
    hold = ladder.sweep_hold
    before = [one.mails for one in earlier if one.on != on]
    mails = len({(one.recipient.casefold(), selpa) for one, selpa in rows})
    if len(before) < hold.after or mails <= hold.more_than:
        return False
    return mails > hold.times * max(before[-hold.of_last :])


def digests(found: NoticesOn, on: dt.date) -> list[Notice]:
    """The Monday digest of each SELPA to its administrators, owed until the week is over."""
    setting = found.setting
    monday = on - dt.timedelta(days=on.weekday())
    effective = setting.calendar.on_or_after(monday)
    if not effective <= setting.on or setting.on >= monday + dt.timedelta(days=7):
        return []
    if setting.go_live is not None and effective < setting.go_live:
        return []
    first_lea: dict[str, str] = {}
    for status in found.statuses.values():
        first_lea.setdefault(status.selpa_code, status.cds_code)
    return [
        Notice(
            lea=selpa,
            activity="",
            rung=DIGEST,
            anchor=monday.isoformat(),
            role="selpa-admin",
            recipient=holder.email,
            name=holder.name,
            due=None,
            effective=effective,
            delayed=effective < on,
            held=setting.ladder.must_be_released("selpa-admin", holder.email),
        )
        for selpa, lea in first_lea.items()
        for holder in setting.contacts.holders("selpa-admin", lea, selpa)
    ]
