"""Taking over the progress a SELPA already keeps in a spreadsheet, as receipts.

As in ``import_roster``: first a list of differences, then one transaction that makes exactly those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from cimflow.intake.errors import IntakeError, IntakeErrors
from cimflow.intake.spreadsheets.progress import ProgressRow
from cimflow.monitoring.act import Act
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.roster.import_diff import Difference, note_import, refuse_other
from cimflow.monitoring.roster.import_scope import progress_problem, refuse_other_selpas
from cimflow.process.case import Case, Review, Submission
from cimflow.store import cases
from cimflow.store.database.session import Connection

Wrong = tuple[str, str]
"""A field of a row, and what is wrong with it."""


def import_progress(
    act: Act,
    rows: Sequence[ProgressRow],
    *,
    file: str,
    dry_run: bool = False,
    expect: str | None = None,
    only_selpas: frozenset[str] | None = None,
) -> list[Difference]:
    """Take over what a spreadsheet says came, was filed, approved and returned, as receipts.

    A row whose artifact of the same receipt date is known already adds only what is new in it.

    Raises:
        IntakeErrors: every row that cannot be, or of another SELPA, with file, row and field.
        ChangedMeanwhile: the differences are no longer those that were expected.
    """
    differences: list[Difference] = []
    errors: list[IntakeError] = []
    with act.deciding() as conn:
        refuse_other_selpas(conn, rows, only_selpas, progress_problem, file)
        read = cases.load_cases(conn, act.process_id)
        for row in rows:
            problem = _progress_problem(act.context, act.process_id, read, row)
            if problem is not None:
                errors.append(IntakeError(file, row.row, *problem))
                continue
            case = read[row.cds_code]
            filed = row.filed_on if _is_external(act.context, row, case) else row.received_on
            differences += _take_over(act.context, conn, act.process_id, row, case, filed, act.by)
        if errors:
            raise IntakeErrors(errors)
        refuse_other(differences, expect)
        if differences:
            act.ask_for_run(conn, "progress imported")
            note_import(act.context, conn, act.actor, "progress", differences)
        if dry_run:
            conn.rollback()
    return differences


def progress_check(act: Act) -> Callable[[ProgressRow], Wrong | None]:
    """What cannot be of a row, by field: for the reader, who reports it with all other errors."""
    with act.reading() as conn:
        read = cases.load_cases(conn, act.process_id)
    return partial(_progress_problem, act.context, act.process_id, read)


def _progress_problem(
    context: AppContext, process_id: str, read: Mapping[str, Case], row: ProgressRow
) -> Wrong | None:
    case = read.get(row.cds_code)
    if case is None:
        return "cds_code", f"{row.cds_code} is not in {process_id}"
    if case.has_left_by(row.counts_on):
        return "cds_code", f"{row.cds_code} had left the cohort by {row.counts_on}"
    today = context.today(process_id)
    days = {
        "received_on": row.received_on,
        "filed_on": row.filed_on,
        "approved_on": row.approved_on,
        "returned_on": row.returned_on,
    }
    if context.settings.today is None:
        for field, day in days.items():
            if day is not None and day > today:
                return field, f"{day} is after today, {today}"
    if not _is_external(context, row, case) and row.filed_on not in (None, row.received_on):
        day = row.received_on
        return "filed_on", f"the SELPA is the receiver here, so it is filed when received ({day})"
    return None


def _is_external(context: AppContext, row: ProgressRow, case: Case) -> bool:
    process = context.process(case.process)
    receiver = process.receiver_of(
        process.activity_by_id[row.activity], case.level_judging(row.received_on)
    )
    return receiver is not None and receiver.is_external


def _take_over(
    context: AppContext,
    conn: Connection,
    process_id: str,
    row: ProgressRow,
    case: Case,
    filed: dt.date | None,
    by: str,
) -> list[Difference]:
    now = context.now()
    differences: list[Difference] = []

    def differs(what: str, before: str, after: str, on: dt.date | None) -> None:
        differences.append(
            Difference(process_id, row.cds_code, f"{row.activity} {what}", before, after, on)
        )

    known = [
        one
        for one in case.submissions
        if one.activity == row.activity and one.received_on == row.received_on
    ]
    if known:
        version, was_filed, sha256 = known[-1].version, known[-1].filed_on, known[-1].sha256
        if known[-1].voided_on is not None:
            return []
        if filed is not None and filed != was_filed:
            cases.add_filing(
                conn,
                process_id,
                row.cds_code,
                row.activity,
                version,
                filed,
                learnt_at=now,
                recorded_by=by,
            )
            differs("filed", str(was_filed or ""), str(filed), filed)
    else:
        sha256 = _NO_DOCUMENT
        came = Submission(row.activity, 0, row.received_on, filed, by, _NO_DOCUMENT)
        version = cases.add_submission(
            conn, process_id, row.cds_code, came, learnt_at=now, recorded_by=by
        ).version
        differs("received", "", str(row.received_on), row.received_on)
    for decision, day in sorted(
        (("returned", row.returned_on), ("approved", row.approved_on)),
        key=lambda one: one[1] or dt.date.min,
    ):
        if day is not None and not _is_reviewed(case, row.activity, version, decision, day):
            cases.add_review(
                conn,
                process_id,
                row.cds_code,
                Review(row.activity, version, decision, day, by, row.note),
                sha256=sha256,
                learnt_at=now,
                recorded_by=by,
            )
            differs(decision, "", str(day), day)
    return differences


_NO_DOCUMENT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing: a receipt for which no file was given."""


def _is_reviewed(case: Case, activity: str, version: int, decision: str, day: dt.date) -> bool:
    return any(
        (one.activity, one.version, one.decision, one.on) == (activity, version, decision, day)
        for one in case.reviews
    )
