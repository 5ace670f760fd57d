"""Taking an LEA out of the cohort from a day on."""

from __future__ import annotations

import datetime as dt

from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.input_checks import note_problems, refuse_far_off
from cimflow.process.case import Withdrawal
from cimflow.store import cases


def withdraw(act: Act, *, on: dt.date, reason: str) -> None:
    """Take an LEA out of the cohort from a day on; its history stays.

    Raises:
        Refused: it is not in the cohort on that day, the day is years away, or no reason is given.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    wrong = note_problems("reason", reason, blank="say-why-gone")
    if wrong:
        raise Refused(*wrong)
    refuse_far_off(act, "on", on)
    with act.deciding() as conn:
        if act.case_as_seen(conn).roster_entry_on(on) is None:
            raise Refused(refusal("not-in-cohort", lea=act.cds_code, day=on))
        cases.add_withdrawal(
            conn,
            act.process_id,
            act.cds_code,
            Withdrawal(on, reason),
            learnt_at=act.context.now(),
            recorded_by=act.by,
        )
        act.ask_for_run(conn, "withdrawn")
        act.note(conn, "withdraw", f"from {on}: {reason}")
