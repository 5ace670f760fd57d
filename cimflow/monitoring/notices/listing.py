"""What is owed, held, sent and lost, for a person of some SELPAs; and what an email would say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices import letters
from cimflow.monitoring.notices.owed import read_known, reckon
from cimflow.monitoring.notices.rehearsal import last_rehearsal
from cimflow.monitoring.notices.sweep_queue import rows_to_queue
from cimflow.notify.writing.mail_values import ComposedMail
from cimflow.process.case import Case
from cimflow.process.escalation.notice import LIVE, Problem
from cimflow.store.database import notes, session
from cimflow.store.database.notes import RESTORED
from cimflow.store.notices import ledger_pages
from cimflow.store.notices.ledger import LedgerRow, Mail, QueuedRow
from cimflow.store.notices.ledger_pages import RowsAsked


@dataclass(frozen=True, slots=True)
class Owing:
    """What would go on a day and is not in the ledger yet, what waits, and what is in the way.

    ``waits``: the lead has to hear first. Each with the SELPA whose mail it goes in.
    """

    rows: tuple[QueuedRow, ...]
    waits: tuple[QueuedRow, ...]
    problems: tuple[Problem, ...]


def owing(act: Act, on: dt.date, *, selpas: Collection[str] | None) -> Owing:
    """What is owed on a day to the people of some SELPAs (None: of all), minus the live ledger.

    Whether a sweep is far too large is decided by the sweep, over all SELPAs; not here.
    """
    known = read_known(act.about(None), on)
    today = act.today
    selpa_of = {cds: case.answers_to(today) for cds, case in known.cases.items()}
    cases = {
        cds: case for cds, case in known.cases.items() if selpas is None or selpa_of[cds] in selpas
    }
    found = reckon(replace(known, cases=cases))
    with act.reading() as conn:
        restored = notes.read(conn, RESTORED) is not None
    rows = rows_to_queue(found, act.context.ladder, (), on, mode=LIVE, restored=restored)
    ours = [
        one
        for one in rows
        if one.notice.key not in known.known and (selpas is None or one.selpa_code in selpas)
    ]
    waits = [
        QueuedRow(one, _selpa_on(cases[one.lea], on) or selpa_of[one.lea])
        for one in found.owed
        if one.waits
    ]
    seen = [one for one in waits if selpas is None or one.selpa_code in selpas]
    return Owing(tuple(ours), tuple(seen), found.problems)


def _selpa_on(case: Case, on: dt.date) -> str | None:
    roster_entry = case.roster_entry_on(on)
    return roster_entry.selpa_code if roster_entry is not None else None


def rows_page(context: AppContext, asked: RowsAsked, *, limit: int, offset: int) -> list[LedgerRow]:
    """A page of the ledger, the last queued first."""
    with session.reading(context.engine) as conn:
        return ledger_pages.find_rows(conn, asked, limit=limit, offset=offset)


def rehearsed_last(context: AppContext, on: dt.date) -> str:
    """The mode of the last rehearsal of a day."""
    with session.reading(context.engine) as conn:
        return last_rehearsal(conn, on)


def row_counts(context: AppContext, asked: RowsAsked) -> dict[tuple[str, str], int]:
    """How many rows are in each mode and state."""
    with session.reading(context.engine) as conn:
        return ledger_pages.count_rows(conn, asked)


@dataclass(frozen=True, slots=True)
class InMail:
    """A row of the ledger, the mail that it went in (None: none yet), and what else was in it."""

    row: LedgerRow
    mail: Mail | None
    together: tuple[LedgerRow, ...]


def notice_asked_for(act: Act, row_id: int, *, selpas: Collection[str] | None) -> InMail:
    """One notice, for a person of some SELPAs.

    Raises:
        Refused: there is none, or it is another SELPA's.
    """
    with act.reading() as conn:
        rows = ledger_pages.rows_by_id(conn, [row_id])
        row = rows[0] if rows else None
        if row is None or row.process != act.process_id or not is_seen(row, selpas):
            raise Refused(refusal("notice-unknown", notice=row_id, process=act.process_id))
        mail = ledger_pages.mail_by_id(conn, row.mail_id) if row.mail_id is not None else None
        together = ledger_pages.rows_of_mail(conn, row.mail_id) if row.mail_id is not None else []
    return InMail(row, mail, tuple(one for one in together if is_seen(one, selpas)))


def is_seen(row: LedgerRow, selpas: Collection[str] | None) -> bool:
    """Whether a row is for the eyes of a person of some SELPAs (None: of all)."""
    return selpas is None or row.selpa_code in selpas


def preview_letter(act: Act, recipient: str, selpa: str, on: dt.date) -> ComposedMail | None:
    """The mail that a person would get on a day, from what is owed and what is queued or held.

    It is composed now, as it would leave; nothing is claimed or changed. None: nothing is owed.

    Raises:
        Refused: it cannot be written, with the reason.
    """
    key = recipient.strip().casefold()
    with act.reading() as conn:
        rows = ledger_pages.unsent_rows_to(conn, key, selpa)
    found = owing(act, on, selpas=[selpa]).rows
    owed = [one for one in found if one.notice.key.recipient == key and one.selpa_code == selpa]
    rows += [_as_row(one, act.process_id, on, -number) for number, one in enumerate(owed, start=1)]
    desk = letters.open_desk(act.context, on, LIVE)
    known = [one for one in rows if one.process in desk.settings]
    try:
        return letters.look_at(desk, known) if known else None
    except ValueError as error:
        raise Refused(refusal("mail-unwritable", problem=str(error))) from None


def _as_row(queued: QueuedRow, process_id: str, on: dt.date, number: int) -> LedgerRow:
    """What is owed as the row of the ledger that it would become."""
    notice = queued.notice
    moment = dt.datetime.combine(on, dt.time(), tzinfo=dt.UTC)
    return LedgerRow(
        id=number,
        mode=LIVE,
        process=process_id,
        lea=notice.lea,
        activity=notice.activity,
        rung=notice.rung,
        anchor=notice.anchor,
        recipient_key=notice.key.recipient,
        recipient=notice.recipient,
        role=notice.role,
        name=notice.name,
        selpa_code=queued.selpa_code,
        due=notice.due,
        effective=notice.effective,
        delayed=notice.delayed,
        on=on,
        state=queued.state,
        reason=queued.reason,
        queued_at=moment,
        claimed_at=None,
        settled_at=None,
        mail_id=None,
    )


@dataclass(frozen=True, slots=True)
class ForPerson:
    """What one person would get in the mail of one SELPA."""

    name: str
    role: str
    recipient: str
    selpa_code: str
    rows: tuple[QueuedRow, ...]


def by_person(rows: Sequence[QueuedRow]) -> tuple[ForPerson, ...]:
    """The same rows grouped as they would be in emails, the largest first."""
    groups: dict[tuple[str, str], list[QueuedRow]] = {}
    for one in rows:
        groups.setdefault((one.notice.key.recipient, one.selpa_code), []).append(one)
    found = [
        ForPerson(
            next((one.notice.name for one in of_one if one.notice.name), ""),
            of_one[0].notice.role,
            of_one[0].notice.recipient,
            selpa,
            tuple(of_one),
        )
        for (_, selpa), of_one in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.rows), one.recipient.casefold())))


__all__ = [
    "ForPerson",
    "InMail",
    "Owing",
    "RowsAsked",
    "by_person",
    "is_seen",
    "notice_asked_for",
    "owing",
    "preview_letter",
    "rehearsed_last",
    "row_counts",
    "rows_page",
]
