"""Where an activity and a case stand on one day, as values; ``evaluate`` works them out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cimflow.process.evaluation.applicability import Requirement
from cimflow.process.evaluation.due_dates import DueKind
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.reasons import Because

State = Literal[
    "Excused",
    "Approved",
    "Returned",
    "Incomplete",
    "Submitted",
    "NotApplicable",
    "Optional",
    "Recommended",
    "Undetermined",
    "NotYet",
    "Missing",
    "Blocked",
    "DueSoon",
    "Upcoming",
]
CaseState = Literal["Overdue", "AtRisk", "Complete", "OnTrack"]

FILED: frozenset[State] = frozenset({"Approved", "Returned", "Incomplete", "Submitted"})
SATISFIES: frozenset[State] = frozenset({"Submitted", "Approved", "Excused", "NotApplicable"})
OVERDUE: frozenset[State] = frozenset({"Missing", "Incomplete", "Returned"})
SOON_DAYS = 14
"""An activity is DueSoon with 0 to this many days left."""


@dataclass(frozen=True, slots=True)
class ActivityStatus:
    """One activity of one case on one day.

    ``blocked_by`` is what is in the way of filing; ``roots`` the same whether or not the
    activity is required, so that what comes after can look through it. ``version`` is the latest
    version that counts. ``days_left`` is negative after the due date.
    """

    id: str
    state: State
    requirement: Requirement
    support: str | None
    due: dt.date | None
    due_kind: DueKind
    late: bool
    overdue: bool
    settled: bool
    days_left: int | None
    blocked_by: tuple[str, ...]
    findings: tuple[Finding, ...]
    because: Because
    roots: tuple[str, ...] = ()
    version: int | None = None
    binding_due: dt.date | None = None
    receiver: str | None = None

    @property
    def is_filed(self) -> bool:
        """Whether any version counts."""
        return self.version is not None

    @property
    def is_chased(self) -> bool:
        """Only what is required, and neither settled nor Submitted, is chased."""
        return self.requirement == "required" and not self.settled and self.state != "Submitted"

    @property
    def waits_for_review(self) -> bool:
        """Filed, and not settled before its receiver has looked at it."""
        return self.state == "Submitted" and not self.settled


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """One LEA on one day: the state of the case and of each activity, in file order."""

    process: str
    cds_code: str
    name: str
    selpa_code: str
    selpa_name: str
    level: str
    on: dt.date
    state: CaseState
    activities: tuple[ActivityStatus, ...]

    def activity(self, activity_id: str) -> ActivityStatus:
        """The status of one activity, by its id."""
        return next(one for one in self.activities if one.id == activity_id)
