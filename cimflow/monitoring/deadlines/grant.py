"""What every grant needs: a reason, the CDE's reference, and a grantor who is the receiver."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refusal, Refused, refusal
from cimflow.monitoring.input_checks import note_problems, refuse_unlikely
from cimflow.process.case import Case
from cimflow.process.definition.process_file import Activity


def check_grant(act: Act, grantor: str, reason: str, reference: str, day: dt.date) -> None:
    """Refuse a grant that is not well-formed.

    Raises:
        Refused: no reason, no reference of the CDE, a note of several lines, or a day to come.
    """
    wrong = note_problems("reason", reason, blank="say-why-granted")
    needed = "needs-reference" if grantor == "cde" else ""
    wrong += note_problems("reference", reference, blank=needed)
    if wrong:
        raise Refused(*wrong)
    refuse_unlikely(act, "on", day)


def not_the_receiver(
    act: Act, activity: Activity, case: Case, grantor: str, day: dt.date
) -> Refusal | None:
    """Why this grantor does not decide for this LEA; None: they receive the activity."""
    level = case.level_judging(day)
    receiver = act.process.receiver_of(activity, level)
    if receiver is None:
        return refusal("not-asked", lea=case.cds_code, activity=activity.id, level=level)
    if receiver.authority != grantor:
        return refusal(
            "not-the-receiver",
            lea=case.cds_code,
            activity=activity.id,
            level=level,
            receiver=receiver.authority.upper(),
            grantor=grantor.upper(),
        )
    return None


def refuse_if_left(case: Case, day: dt.date) -> None:
    """An LEA that has left, and does not come back, is granted nothing.

    Raises:
        Refused: it has.
    """
    if case.roster_entry_on(day) is None and case.roster_entry_on(dt.date.max) is None:
        raise Refused(refusal("left-the-cohort", lea=case.cds_code))
