"""Deciding on what an LEA filed, and what people at a page may say when they hand something in.

The rules of ``records`` hold for everyone; here stand those that ask who the person is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cimflow.monitoring.access import permissions
from cimflow.monitoring.access.permissions import Viewer
from cimflow.monitoring.access.viewer import ADMINISTRATOR
from cimflow.monitoring.app_context import AppContext
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.lea.lea_snapshot import filing_of
from cimflow.monitoring.submissions.record import Recorded
from cimflow.monitoring.submissions.review import review
from cimflow.store.database import session
from cimflow.store.people import contacts


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decided on the version that they had before their eyes.

    ``seen`` is the number of the last thing learnt of the LEA when they read it. ``told_by`` is
    who at the CDE gave the answer, where it is the CDE's; ``despite_findings`` approves a version
    although it has errors.
    """

    version: int
    sha256: str
    approve: bool
    on: dt.date
    note: str = ""
    told_by: str = ""
    despite_findings: bool = False
    seen: int | None = None


def decide(
    context: AppContext,
    viewer: Viewer,
    process_id: str,
    activity_id: str,
    cds_code: str,
    decision: Decision,
) -> Recorded:
    """Record a reviewer's decision, or the CDE's answer as somebody told it.

    Raises:
        Refused: a return without a note, an answer of the CDE that nobody told, an approval by a
            person of the LEA, errors that were not accepted; or as ``verdicts.review``.
        ChangedMeanwhile: another version is the latest by now, or more is known of the LEA.
    """
    filing = filing_of(context, process_id, activity_id, cds_code, decision.on)
    wrong = []
    if not decision.approve and not decision.note:
        wrong.append("Say in the note what is to be changed: the LEA reads it in its mail.")
    version = filing.version(decision.version)
    receiver = filing.receiver_of(version) if version is not None else None
    is_cdes = receiver is not None and receiver.authority == "cde"
    if is_cdes and not decision.told_by:
        wrong.append("Say who at the CDE gave this answer.")
    if decision.approve and permissions.is_of_lea(context, viewer.email, cds_code):
        wrong.append(own_lea_line(context, viewer, cds_code, filing.roster_entry.selpa_code))
    if version is not None and decision.approve and not decision.despite_findings:
        errors = [one for one in filing.findings(version) if one.severity == "error"]
        if errors:
            wrong.append(
                "This version has errors. Tick the box to approve it although it has them, or"
                " return it."
            )
    if wrong:
        raise Refused(*wrong)
    told = f"Answer of the CDE, told by {decision.told_by}." if is_cdes else ""
    return review(
        context,
        process_id,
        activity_id,
        cds_code,
        approve=decision.approve,
        note=" ".join(part for part in (told, decision.note) if part),
        by=viewer.email,
        on=decision.on,
        despite_findings=decision.despite_findings,
        version=decision.version,
        sha256=decision.sha256,
        seen=decision.seen,
    )


def own_lea_line(context: AppContext, viewer: Viewer, cds_code: str, selpa_code: str) -> str:
    """Why a person of an LEA does not approve its filing, and who can."""
    who = [one for one in administrators_of(context, selpa_code) if one != viewer.email]
    others = [one for one in who if not permissions.is_of_lea(context, one, cds_code)]
    can = f" {' or '.join(others)} can." if others else " Another administrator of the SELPA can."
    return f"You are a person of this LEA, and nobody approves the filing of their own LEA.{can}"


def administrators_of(context: AppContext, selpa_code: str) -> list[str]:
    """The addresses of those who administer a SELPA, from the contacts and by hand."""
    with session.reading(context.engine) as conn:
        held = [
            one.address
            for one in contacts.load_contacts(conn)
            if (one.scope, one.code) == ("selpa", selpa_code)
            and permissions.OF_SELPA_CONTACT.get(one.role) == ADMINISTRATOR
        ]
    given = [
        one.email
        for one in permissions.roles(context)
        if (one.role, one.code) == (ADMINISTRATOR, selpa_code)
    ]
    return sorted({*held, *given})


def day_received(viewer: Viewer, *, selpa_code: str, asked: dt.date | None) -> dt.date | None:
    """The day of receipt that a person may say; None is today.

    Raises:
        Refused: an LEA hands in on another day than today; only its SELPA can say when it came.
    """
    if asked is None or viewer.may_change(selpa_code=selpa_code):
        return asked
    raise Refused(
        "received: what you send is received today. Was it sent to your SELPA earlier? Then your"
        " SELPA records that day."
    )
