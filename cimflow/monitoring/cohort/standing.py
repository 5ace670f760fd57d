"""The status of the cohort on a day, kept until something new is learned.

An evaluation depends on nothing but the facts and the day, so it stays right until the next fact.
A page of 2,260 LEAs is then worked out once, and read by everyone until someone records something.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from cimflow.monitoring.app_context import AppContext
from cimflow.process.case import Case
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import CaseStatus
from cimflow.store import cases
from cimflow.store.database import session

_DAYS_KEPT = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Every LEA of a process on a day.

    ``selpa_of`` is whose LEA each is now, by CDS code, whatever the day asked: a page of last year
    shows an LEA to the SELPA that answers for it today, and to nobody else.
    """

    process: str
    on: dt.date
    statuses: Mapping[str, CaseStatus]
    cases: Mapping[str, Case]
    selpa_of: Mapping[str, str]
    seq: int


class Standings:
    """Keeps the last few days that were asked for; used by many threads at once."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, dt.date, int], Standing] = OrderedDict()
        self._cases: OrderedDict[tuple[str, int], Mapping[str, Case]] = OrderedDict()

    def on(self, process_id: str, on: dt.date) -> Standing:
        """Where every LEA stands on a day, with all that is known now."""
        with session.reading(self._context.engine) as conn:
            seq = cases.last_learnt(conn)
        key = (process_id, on, seq)
        # One works it out and the others wait for the same answer.
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._work_out(process_id, on, seq)
                while len(self._kept) > _DAYS_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def forget(self) -> None:
        """Work everything out again when it is next asked for."""
        with self._lock:
            self._kept.clear()
            self._cases.clear()

    def _work_out(self, process_id: str, on: dt.date, seq: int) -> Standing:
        process = self._context.process(process_id)
        calendar = self._context.calendar_of(process_id)
        read = self._cases.get((process_id, seq))
        if read is None:
            with session.reading(self._context.engine) as conn:
                read = cases.load_cases(conn, process_id)
            self._cases.clear()
            self._cases[process_id, seq] = read
        found = {cds: evaluate(case, process, on, calendar) for cds, case in read.items()}
        today = self._context.today(process_id)
        return Standing(
            process=process_id,
            on=on,
            statuses={cds: one for cds, one in found.items() if one is not None},
            cases=read,
            selpa_of={cds: case.answers_to(today) for cds, case in read.items()},
            seq=seq,
        )
