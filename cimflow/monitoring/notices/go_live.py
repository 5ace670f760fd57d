"""Going live: from which day mail may leave, shown first, asked for once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace

from cimflow.monitoring import lea_owner
from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices.owed import NoticesOn, read_known, reckon
from cimflow.monitoring.notices.sweep_queue import rows_to_queue
from cimflow.process.escalation.notice import LIVE
from cimflow.store import cases
from cimflow.store.database import notes
from cimflow.store.database.notes import RESTORED
from cimflow.store.notices import ledger
from cimflow.store.notices.ledger import QueuedRow


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get what on the first day if the process went live from a day."""

    go_live: dt.date
    first_day: dt.date
    found: NoticesOn
    rows: tuple[QueuedRow, ...] = ()

    @property
    def digest(self) -> str:
        """The same as long as the same people would get the same."""
        rows = sorted(
            (one.notice.lea, one.notice.activity, one.notice.rung, one.notice.recipient, one.state)
            for one in self.rows
        )
        text = json.dumps([str(self.go_live), str(self.first_day), rows])
        return hashlib.sha256(text.encode()).hexdigest()


def may_go_live(act: Act, administers: Collection[str]) -> bool:
    """Whether an administrator of these SELPAs may decide for the process: if it has no others."""
    selpas = set(lea_owner.selpas_of(act.context, act.process_id).values())
    return bool(selpas) and selpas <= set(administers)


def live_from(act: Act) -> dt.date | None:
    """From which day mail of a process may leave; None while nothing leaves."""
    with act.reading() as conn:
        return cases.go_live_of(conn, act.process_id)


def preview(act: Act, go_live: dt.date) -> Preview:
    """What the first sweep would send: today, or on the go-live day where that is to come.

    Raises:
        Refused: the day is before the process's start, or mail has left under another day.
    """
    check(act, go_live)
    first_day = max(go_live, act.today)
    known = read_known(act.about(None), first_day)
    setting = replace(
        known.setting, go_live=go_live, first_sweep=known.setting.first_sweep or known.setting.on
    )
    found = reckon(replace(known, setting=setting))
    with act.reading() as conn:
        restored = notes.read(conn, RESTORED) is not None
    rows = rows_to_queue(found, act.context.ladder, (), first_day, mode=LIVE, restored=restored)
    return Preview(go_live, first_day, found, tuple(rows))


def check(act: Act, go_live: dt.date) -> None:
    """Refuse a go-live day that cannot be.

    Raises:
        Refused: before the process's start, or another day under which mail has left already.
    """
    process = act.process
    if go_live < process.start:
        raise Refused(
            refusal(
                "before-process-start", "from", day=go_live, process=process.id, start=process.start
            )
        )
    with act.reading() as conn:
        standing = cases.go_live_of(conn, process.id)
        has_mail = bool(ledger.known_keys(conn, process.id, LIVE))
    if standing is not None and standing != go_live and has_mail:
        raise Refused(refusal("live-day-stands", process=process.id, standing=standing))


def go_live(act: Act, day: dt.date) -> bool:
    """Let mail leave from a day on; False where that stood already.

    Raises:
        Refused: as ``check``.
    """
    check(act, day)
    with act.deciding() as conn:
        if cases.go_live_of(conn, act.process_id) == day:
            return False
        cases.set_go_live(
            conn, act.process_id, day, learnt_at=act.context.now(), recorded_by=act.by
        )
        act.note(conn, "go-live", f"from {day}")
    return True
