"""One activity of one LEA as its forms show it: what is recorded, and how much was known.

All is read together, so that a form which says "seen up to here" has seen just that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cimflow.monitoring.act import Act
from cimflow.process.case import Case, Review, RosterEntry, Submission
from cimflow.process.definition.process_file import Activity, Process, Receiver
from cimflow.process.evaluation.findings import Finding
from cimflow.process.evaluation.judge_version import findings_of
from cimflow.store import cases


@dataclass(frozen=True, slots=True)
class Filing:
    """What is known on a day of one activity of one LEA.

    ``seq`` is the number of the last thing learned of the LEA.
    """

    process: Process
    activity: Activity
    case: Case
    on: dt.date
    seq: int

    @property
    def roster_entry(self) -> RosterEntry:
        """The latest roster row that holds, also after the LEA has left; else the first to come."""
        held = [one for one in self.case.roster_entries if one.holds_on <= self.on]
        if held:
            return max(held, key=lambda one: (one.holds_on, one.seq))
        return min(self.case.roster_entries, key=lambda one: (one.holds_on, -one.seq))

    @property
    def receiver(self) -> Receiver | None:
        """Who receives what comes on the day; None where the level is not asked for it."""
        return self._receiver_on(self.on)

    @property
    def latest(self) -> Submission | None:
        """The latest version that counts on the day."""
        versions = self.case.versions_on(self.activity.id, self.on)
        return versions[-1] if versions else None

    @property
    def to_come(self) -> tuple[Submission, ...]:
        """The versions that are recorded with a later day, and do not count yet."""
        return self.case.versions_to_come(self.activity.id, self.on)

    def version(self, number: int) -> Submission | None:
        """A version by its number, also one that was withdrawn."""
        return next(
            (
                one
                for one in self.case.submissions
                if (one.activity, one.version) == (self.activity.id, number)
            ),
            None,
        )

    def receiver_of(self, version: Submission) -> Receiver | None:
        """Who receives a version: by the level on its own date."""
        return self._receiver_on(version.counts_on)

    def findings(self, version: Submission) -> tuple[Finding, ...]:
        """What is missing or wrong in a version, as seen on the day or on its own, if later."""
        on = max(self.on, version.received_on, version.filed_on or dt.date.min)
        return findings_of(self.activity, version, self.case, self.process, on)

    def review(self, version: Submission) -> Review | None:
        """The decision on a version that stands on the day."""
        return self.case.review_on(version, self.on)

    def last_returned(self, before: Submission) -> tuple[Submission, Review] | None:
        """The last version before another that was returned, with what the reviewer said."""
        for one in reversed(self.case.versions_on(self.activity.id, self.on)):
            review = self.review(one)
            is_before = (one.counts_on, one.version) < (before.counts_on, before.version)
            if is_before and review is not None and review.decision == "returned":
                return one, review
        return None

    def _receiver_on(self, day: dt.date) -> Receiver | None:
        return self.process.receiver_of(self.activity, self.case.level_judging(day))


def filing_of(act: Act, activity_id: str, on: dt.date) -> Filing:
    """One activity of one LEA on a day.

    Raises:
        Refused: the process has no such activity.
        UnknownLea: no LEA of that CDS code in the process.
    """
    activity = act.activity(activity_id)
    with act.reading() as conn:
        case = act.case(conn)
        seq = cases.last_seq(conn, act.process_id, act.cds_code)
    return Filing(act.process, activity, case, on, seq)
