"""What is known of an LEA beside what it files: each fact that the process file names, dated."""

from __future__ import annotations

import datetime as dt

from cimflow.intake.spreadsheets.roster import fact_value
from cimflow.monitoring.act import Act
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.input_checks import refuse_unlikely
from cimflow.process.case import Fact
from cimflow.store import cases


def set_fact(act: Act, name: str, value: str, *, on: dt.date | None = None) -> bool:
    """Say what is known of an LEA from a day on; returns False where it was known already.

    Raises:
        Refused: the process names no such fact, or the value is not one it can have.
        ChangedMeanwhile: more is recorded of the LEA than was seen.
    """
    process = act.process
    if name not in process.fact_by_id:
        known = ", ".join(process.fact_by_id) or "none"
        raise Refused(refusal("fact-unknown", fact=name, process=act.process_id, known=known))
    try:
        accepted = fact_value(process, process.fact_by_id[name], value.strip())
    except ValueError as error:
        raise Refused(refusal("unusable", "value", problem=str(error))) from None
    day = on or act.today
    refuse_unlikely(act, "on", day)
    with act.deciding() as conn:
        standing = act.case_as_seen(conn).fact_on(name, day)
        if standing is not None and standing.value == accepted:
            return False
        cases.add_fact(
            conn,
            act.process_id,
            act.cds_code,
            Fact(name, accepted, day),
            learnt_at=act.context.now(),
            recorded_by=act.by,
        )
        act.ask_for_run(conn, f"{name} is {accepted}")
        act.note(conn, "set-fact", f"{name} is {accepted}")
    return True
