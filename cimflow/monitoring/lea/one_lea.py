"""One LEA as a form shows it: all that is known, where it stands today, and how much was known.

The three are read together, so that a form which says "seen up to here" has seen just that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cimflow.monitoring.act import Act
from cimflow.process.case import Case, RosterEntry
from cimflow.process.definition.process_file import Activity, Receiver
from cimflow.process.evaluation.evaluate import evaluate
from cimflow.process.evaluation.status import ActivityStatus, CaseStatus
from cimflow.store import cases
from cimflow.store.cases import history
from cimflow.store.cases.history import Learnt

__all__ = ["Learnt", "OneLea", "one_lea", "receiver_for"]


@dataclass(frozen=True, slots=True)
class OneLea:
    """What is known of one LEA. ``status`` is None where it is not in the cohort on that day.

    ``learnt``: when each thing was recorded and by whom, by its place in the order of learning.
    """

    case: Case
    status: CaseStatus | None
    seq: int
    on: dt.date
    learnt: Mapping[int, Learnt]

    @property
    def roster_entry(self) -> RosterEntry:
        """The latest roster row that holds, also of an LEA that left; else the first to come."""
        held = [one for one in self.case.roster_entries if one.holds_on <= self.on]
        if held:
            return max(held, key=lambda one: (one.holds_on, one.seq))
        return min(self.case.roster_entries, key=lambda one: (one.holds_on, -one.seq))

    @property
    def is_in_cohort(self) -> bool:
        """Whether it is in the cohort on that day."""
        return self.status is not None

    def of(self, activity_id: str) -> ActivityStatus | None:
        """Where an activity stands."""
        if self.status is None:
            return None
        return next((one for one in self.status.activities if one.id == activity_id), None)


def one_lea(act: Act, on: dt.date) -> OneLea:
    """One LEA on a day, with the number of the last thing learned of it.

    Raises:
        UnknownLea: no LEA of that CDS code in the process.
    """
    with act.reading() as conn:
        case = act.case(conn)
        seq = cases.last_seq(conn, act.process_id, act.cds_code)
        learnt = history.learnt_of(conn, act.process_id, act.cds_code)
    process, calendar = act.process, act.calendar
    return OneLea(case, evaluate(case, process, on, calendar), seq, on, learnt)


def receiver_for(act: Act, activity: Activity, case: Case, on: dt.date) -> Receiver | None:
    """Who receives an activity of an LEA on a day, and so grants more time; None: not asked."""
    return act.process.receiver_of(activity, case.level_judging(on))
