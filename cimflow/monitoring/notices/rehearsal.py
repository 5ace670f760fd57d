"""Rehearsals of a day: everything is composed and kept, and nothing of it counts.

Rehearse, correct, rehearse again: what was composed stays as it was, so a rehearsal that rests on
something new is a new one, beside the earlier. With nothing new it is the same one, and composes
nothing more.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from cimflow import resources
from cimflow.monitoring.app_context import AppContext
from cimflow.process.escalation.notice import LIVE
from cimflow.store import cases
from cimflow.store.database import notes, session
from cimflow.store.database.session import Connection
from cimflow.store.notices import ledger
from cimflow.store.people import contacts


def rehearsal_mode(on: dt.date, number: int = 1) -> str:
    """The mode of a day's rehearsal: ``rehearsal:DAY`` for the first, then ``rehearsal:DAY/2``."""
    return f"rehearsal:{on}" if number == 1 else f"rehearsal:{on}/{number}"


def begin_rehearsal(context: AppContext, on: dt.date) -> str:
    """The mode for a rehearsal of a day: that of the last one, if all it rests on is the same."""
    with session.deciding(context.engine) as conn:
        number, before = _last(conn, on)
        now = _stamp(context, conn)
        if before != now:
            number += 1
            notes.write(conn, _note(on), json.dumps([number, now]))
    return rehearsal_mode(on, number)


def last_rehearsal(conn: Connection, on: dt.date) -> str:
    """The mode of the last rehearsal of a day; of the first one, where there was none."""
    return rehearsal_mode(on, max(1, _last(conn, on)[0]))


def _last(conn: Connection, on: dt.date) -> tuple[int, str]:
    said = notes.read(conn, _note(on))
    if said is None:
        return 0, ""
    number, stamp = json.loads(said)
    return int(number), str(stamp)


def _note(on: dt.date) -> str:
    return f"rehearsal:{on}"


def _stamp(context: AppContext, conn: Connection) -> str:
    """Stands for all that the emails of a day are made from."""
    live = sorted(ledger.counts_by_state(conn, None, LIVE).items())
    people = sorted(map(str, contacts.load_contacts(conn)))
    known = hashlib.sha256(repr((cases.last_learnt(conn), people, live)).encode())
    for path in _written_in(context):
        known.update(path.name.encode() + path.read_bytes())
    return known.hexdigest()


def _written_in(context: AppContext) -> Iterator[Path]:
    config, home = context.settings.config_dir, context.settings.home
    yield from resources.process_files(config_dir=config, home=home)
    yield from resources.calendar_files(config_dir=config, home=home)
    yield resources.ladder_file(config_dir=config)
    yield from sorted(one for one in (context.templates / "email").rglob("*") if one.is_file())
