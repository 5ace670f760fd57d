"""One act: who does what, on which LEA of which process, and how far they had read.

A page, a command and a flow build the same value and hand it to the function of the act. What was
done and who did it are written in one transaction: both, or neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from cimflow.monitoring.actor import Actor
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import ChangedMeanwhile, Refused, UnknownLea, refusal
from cimflow.process.case import Case
from cimflow.process.definition.process_file import Activity, Process
from cimflow.process.definition.working_calendar import WorkingCalendar
from cimflow.store import cases
from cimflow.store.database import session
from cimflow.store.database.session import Connection

__all__ = ["COHORT_STATUS", "LEA_STATUS", "Act", "Actor", "act_on"]

COHORT_STATUS = "cohort-status"
LEA_STATUS = "lea-status"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody is about to do or to look at.

    ``lea`` is the CDS code it is about, None for the cohort. ``seen`` is the number of the last
    thing learned of that LEA when the person decided; None where nothing was shown before.
    """

    context: AppContext
    process: Process
    lea: str | None = None
    actor: Actor = field(default_factory=Actor)
    seen: int | None = None

    @property
    def process_id(self) -> str:
        """The id of the process."""
        return self.process.id

    @property
    def cds_code(self) -> str:
        """The LEA that it is about.

        Raises:
            Refused: it is about the whole cohort.
        """
        if self.lea is None:
            raise Refused(refusal("lea-not-named", "lea"))
        return self.lea

    @property
    def by(self) -> str:
        """Who acts, as a record names them."""
        return self.actor.email

    @property
    def today(self) -> dt.date:
        """Today in the process's time zone."""
        return self.context.today(self.process_id)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin and times are told."""
        return self.process.zone

    @property
    def calendar(self) -> WorkingCalendar:
        """The working days of the process."""
        return self.context.calendar_of(self.process_id)

    def about(self, lea: str | None) -> Act:
        """The same act on another LEA, or on the cohort."""
        return replace(self, lea=lea)

    def activity(self, activity_id: str) -> Activity:
        """The activity of that id.

        Raises:
            Refused: the process has none of that id; the line lists those it has.
        """
        found = self.process.activity_by_id.get(activity_id)
        if found is None:
            known = ", ".join(self.process.activity_by_id)
            raise Refused(
                refusal(
                    "activity-unknown",
                    "activity",
                    activity=activity_id,
                    process=self.process_id,
                    known=known,
                )
            )
        return found

    @contextmanager
    def deciding(self) -> Iterator[Connection]:
        """One write transaction, in which nobody else decides; its reads stay true to the end."""
        with session.deciding(self.context.engine) as conn:
            yield conn

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent look at the database."""
        with session.reading(self.context.engine) as conn:
            yield conn

    def case(self, conn: Connection) -> Case:
        """The LEA's case, with all that is known now.

        Raises:
            UnknownLea: no LEA of that CDS code in the process.
        """
        found = cases.load_cases(conn, self.process_id, cds_code=self.cds_code)
        if self.cds_code not in found:
            raise UnknownLea(self.cds_code, self.process_id)
        return found[self.cds_code]

    def case_as_seen(self, conn: Connection) -> Case:
        """The LEA's case, read in the transaction that is about to change it.

        Raises:
            UnknownLea: no LEA of that CDS code in the process.
            ChangedMeanwhile: more was recorded of the LEA than the person had seen.
        """
        case = self.case(conn)
        since = (
            cases.learnt_since(conn, self.process_id, self.cds_code, self.seen)
            if self.seen is not None
            else ()
        )
        if since:
            raise ChangedMeanwhile(
                refusal("more-was-recorded", lea=case.latest_roster_entry().lea_name),
                *(
                    refusal(
                        "recorded-since",
                        kind=one.kind,
                        by=one.recorded_by or "Someone",
                        at=one.learnt_at.astimezone(self.zone),
                    )
                    for one in since
                ),
            )
        return case

    def ask_for_run(self, conn: Connection, reason: str) -> None:
        """Ask, in the transaction of the change itself, for a run of the LEA, or of the cohort."""
        from cimflow.store.runs.run_requests import request_run  # noqa: PLC0415 - see `note`

        kind = COHORT_STATUS if self.lea is None else LEA_STATUS
        request_run(conn, kind, self.process_id, self.lea, at=self.context.now(), reason=reason)

    def note(
        self, conn: Connection, action: str, detail: str = "", *, selpa_code: str | None = None
    ) -> None:
        """Write what was done into the audit log, in the act's own transaction.

        ``selpa_code`` is whose log it stands in, where the act is not about one LEA.
        """
        # Imported late: `cimflow status` changes nothing, and starts faster without these tables.
        from cimflow.monitoring.audit_row import note_in  # noqa: PLC0415
        from cimflow.monitoring.lea_owner import selpa_in  # noqa: PLC0415

        if self.lea is not None and selpa_code is None:
            selpa_code = selpa_in(self.context, conn, self.process_id, self.lea)
        note_in(
            conn,
            self.context.now(),
            self.actor,
            action,
            detail,
            process=self.process_id,
            cds_code=self.lea,
            selpa_code=selpa_code,
        )


def act_on(
    context: AppContext,
    process_id: str,
    lea: str | None = None,
    *,
    by: str = "",
    request: str = "",
    seen: int | None = None,
) -> Act:
    """An act of a command, a flow or a test, on an LEA or (without one) on the cohort.

    Raises:
        Refused: there is no process of that id, or its file has errors.
    """
    return Act(context, context.process(process_id), lea, Actor(by, request=request), seen)
