"""What a new due date would change, for whom, before it is granted."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_cases
from cimflow.monitoring.deadlines.extension import extend
from cimflow.monitoring.errors import Refusal
from cimflow.process.case import Case, Extension
from cimflow.process.evaluation.evaluate import evaluate

LAST_SEQ = 2**62
"""A grant that is not made yet comes after everything learned."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One LEA's date, and whether the activity is overdue: now, and once it is moved."""

    cds_code: str
    name: str
    due: dt.date | None
    new_due: dt.date | None
    was_overdue: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Whose date would move, and whose cannot be moved by this grantor, with the reason."""

    moved: tuple[Moved, ...]
    left_out: tuple[Refusal, ...]

    @property
    def digest(self) -> str:
        """What a confirmation is bound to: these LEAs, from these dates."""
        seen = sorted([one.cds_code, str(one.due), str(one.new_due)] for one in self.moved)
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def preview_extension(
    act: Act,
    activity_id: str,
    *,
    to: dt.date,
    grantor: str,
    reason: str,
    reference: str = "",
    selpa: str | None = None,
) -> Preview:
    """For which LEAs a date would move, and from when to when; ``seen`` as in ``extend``.

    Raises:
        Refused: as ``extension.extend``.
    """
    granted = extend(
        act,
        activity_id,
        to=to,
        grantor=grantor,
        reason=reason,
        reference=reference,
        selpa=selpa,
        dry_run=True,
    )
    read = read_cases(act)
    today = act.today
    new = Extension(activity_id, to, today, grantor, reason, reference, seq=LAST_SEQ)
    moved = (_moved(act.context, read[cds], new, today) for cds in granted.extended)
    title = act.process.activity_by_id[activity_id].title
    return Preview(
        tuple(moved),
        tuple(
            replace(one, values={**one.values, "lea": _lea(one, read), "activity": title})
            for one in granted.left_out
        ),
    )


def _lea(one: Refusal, read: Mapping[str, Case]) -> str:
    """An LEA that is left out, by its name."""
    code = str(one.values["lea"])
    return _name(read[code]) if code in read else code


def _name(case: Case) -> str:
    return case.latest_roster_entry().lea_name


def _moved(context: AppContext, case: Case, new: Extension, today: dt.date) -> Moved:
    process, calendar = context.process(case.process), context.calendar_of(case.process)
    before = evaluate(case, process, today, calendar)
    after = evaluate(replace(case, extensions=(*case.extensions, new)), process, today, calendar)
    was = before.activity(new.activity) if before is not None else None
    becomes = after.activity(new.activity) if after is not None else None
    return Moved(
        cds_code=case.cds_code,
        name=before.name if before is not None else _name(case),
        due=was.due if was is not None else None,
        new_due=becomes.due if becomes is not None else new.to,
        was_overdue=was is not None and was.overdue,
        is_overdue=becomes is not None and becomes.overdue,
    )
