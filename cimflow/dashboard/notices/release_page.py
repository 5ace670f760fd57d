"""What a person decides about notices: a held one may go, an uncertain one arrived or did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.notices.notice_lines import ledger_line
from cimflow.dashboard.notices.notices_page import decided_selpas, names_of, notice_page
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.errors import Refused
from cimflow.monitoring.notices import release as decided
from cimflow.monitoring.notices.release import Moved, last_act_on, live_rows
from cimflow.store.notices.ledger import LedgerRow

router = APIRouter()
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]
RunsSystem = Annotated[PageRequest, Depends(door(Allows.RUNS_SYSTEM))]
MOST_AT_ONCE = 1000
OUTCOMES = {"arrived": True, "lost": False}


@router.post("/p/{process_id}/notices/release")
def release(request: Administers) -> Response:
    """First say who gets what, then let it leave."""
    chosen = [str(one) for one in request.form.getlist("notice")]
    ids = [int(one) for one in chosen if one.isdecimal() and len(one) < 13][:MOST_AT_ONCE]
    try:
        rows = live_rows(request.act, ids, selpas=decided_selpas(request))
    except Refused:
        raise NotHere("One of these notices is not here.") from None
    held = [one for one in rows if one.state == "held"]
    others = [one for one in rows if one.state != "held"]
    if request.sent("confirmed") != "yes" or not held:
        return _confirm(request, held, others)
    moved = decided.release(request.act, ids, selpas=decided_selpas(request))
    return request.redirect(
        "p", request.process_id, "notices", say=_said_of(request, moved), state="queued"
    )


def _confirm(
    request: PageRequest, held: Sequence[LedgerRow], others: Sequence[LedgerRow]
) -> Response:
    names = names_of(request)
    return request.render(
        "notices/notices_release.html.j2",
        status=200 if held else 422,
        process=request.process,
        held=[ledger_line(one, names) for one in held],
        others=[(ledger_line(one, names), last_act_on(request.context, one)) for one in others],
        people=len({(one.recipient_key, one.selpa_code) for one in held}),
    )


def _said_of(request: PageRequest, moved: Moved) -> str:
    number = len(moved.rows)
    said = f"{number} notice{'' if number == 1 else 's'} released: checked again, then sent with"
    said += " the next delivery."
    if moved.moved_before:
        by = {
            entry.actor
            for one in moved.moved_before
            if (entry := last_act_on(request.context, one))
        }
        whom = " and ".join(sorted(by)) or "someone else"
        said += (
            f" {len(moved.moved_before)} had been decided by {whom} meanwhile; nothing is doubled."
        )
    return said


@router.post("/p/{process_id}/notices/{notice_id}/resolve")
def resolve(request: Administers, notice_id: int) -> Response:
    """Say of a mail whether it arrived."""
    outcome = request.sent("outcome")
    try:
        live_rows(request.act, [notice_id], selpas=decided_selpas(request))
    except Refused:
        raise NotHere("There is no such notice here.") from None
    if outcome not in OUTCOMES:
        lines = ("Say whether the mail arrived or was lost.",)
        return notice_page(request, notice_id, status=422, wrong=lines)
    moved = decided.resolve(
        request.act,
        notice_id,
        arrived=OUTCOMES[outcome],
        selpas=decided_selpas(request),
    )
    if not moved.rows:
        entry = last_act_on(request.context, moved.moved_before[0])
        return notice_page(request, notice_id, status=409, wrong=(_already(entry),))
    number = len(moved.rows)
    counted = f"{number} notice{'' if number == 1 else 's'}"
    say = (
        f"{counted} counted as sent."
        if OUTCOMES[outcome]
        else f"{counted} queued again: checked again, then sent with the next delivery."
    )
    return request.redirect("p", request.process_id, "notices", notice_id, say=say)


def _already(entry: AuditEntry | None) -> str:
    if entry is None:
        return "Whether this mail arrived is known meanwhile. Nothing was changed."
    return f"{entry.actor} has decided about this mail meanwhile. Nothing was changed."


@router.post("/p/{process_id}/notices/restored")
def confirm_backup(request: RunsSystem) -> Response:
    """Say that the restored backup was looked at: from then on mail is queued as usual."""
    if request.sent("looked") != "yes":
        raise Refused.saying("Tick the box once you have looked at what may have been sent since.")
    was = decided.confirm_restored(request.context, request.actor)
    say = "Confirmed. What is held stays held until it is released." if was else ""
    return request.redirect(
        "p",
        request.process_id,
        "notices",
        say=say or "Someone has confirmed this meanwhile.",
        state="held",
    )
