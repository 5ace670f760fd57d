"""An exception: from a day on an activity is not required of an LEA, by its receiver's word."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.act import Act
from cimflow.monitoring.deadlines.grant import check_grant, not_the_receiver, refuse_if_left
from cimflow.monitoring.errors import Refused
from cimflow.process.case import Excuse
from cimflow.store import cases


def excuse(
    act: Act,
    activity_id: str,
    *,
    grantor: str,
    reason: str,
    reference: str = "",
    on: dt.date | None = None,
) -> bool:
    """Put an exception on record: from ``on`` the activity is not owed. False if it stood already.

    Raises:
        Refused: the grantor is not the activity's receiver, or the reason or reference is missing.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    activity = act.activity(activity_id)
    day = on or act.today
    check_grant(act, grantor, reason, reference, day)
    with act.deciding() as conn:
        case = act.case_as_seen(conn)
        refuse_if_left(case, day)
        problem = not_the_receiver(act, activity, case, grantor, day)
        if problem is not None:
            raise Refused(problem)
        if case.excuse_on(activity_id, day) is not None:
            return False
        cases.add_excuse(
            conn,
            act.process_id,
            act.cds_code,
            Excuse(activity_id, day, grantor, reason, reference),
            learnt_at=act.context.now(),
            recorded_by=act.by,
        )
        act.ask_for_run(conn, f"{activity_id} excused")
        act.note(conn, "excuse", f"{activity_id}: {reason}")
    return True
