"""What a new due date would change, for whom, before it is granted."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.cohort.evaluate import read_cases
from cimflow.monitoring.roster import lea_facts
from cimflow.process.case import Case, Extension
from cimflow.process.evaluation.evaluate import evaluate

LAST_SEQ = 2**62
"""A grant that is not made yet comes after everything learnt."""


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
    left_out: tuple[str, ...]

    @property
    def digest(self) -> str:
        """What a confirmation is bound to: these LEAs, from these dates."""
        seen = sorted([one.cds_code, str(one.due), str(one.new_due)] for one in self.moved)
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def preview_extension(
    context: AppContext,
    process_id: str,
    activity_id: str,
    *,
    to: dt.date,
    grantor: str,
    reason: str,
    reference: str = "",
    lea: str | None = None,
    selpa: str | None = None,
    seen: int | None = None,
) -> Preview:
    """For which LEAs a date would move, and from when to when; ``seen`` as in ``extend``.

    Raises:
        Refused: as ``changes.extend``.
    """
    granted = lea_facts.extend(
        context,
        process_id,
        activity_id,
        to=to,
        grantor=grantor,
        reason=reason,
        reference=reference,
        lea=lea,
        selpa=selpa,
        seen=seen,
        dry_run=True,
    )
    read = read_cases(context, process_id)
    today = context.today(process_id)
    new = Extension(activity_id, to, today, grantor, reason, reference, seq=LAST_SEQ)
    moved = (_moved(context, read[cds], new, today) for cds in granted.extended)
    names = {cds: _name(case) for cds, case in read.items()}
    title = context.process(process_id).activity_by_id[activity_id].title
    return Preview(
        tuple(moved),
        tuple(_named(line, names).replace(activity_id, title) for line in granted.left_out),
    )


def _name(case: Case) -> str:
    return max(case.roster_entries, key=lambda one: (one.holds_on, one.seq)).lea_name


def _named(line: str, names: Mapping[str, str]) -> str:
    """A reason with the LEA's name in the place of its code."""
    code, colon, reason = line.partition(": ")
    return f"{names.get(code, code)}{colon}{reason}"


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
