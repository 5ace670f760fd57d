"""What a person decides about notices: to send a held one; whether an uncertain one arrived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.notices.notice_lines import ledger_line
from cimflow.dashboard.notices.notices_page import decided_selpas, names_of, notice_page
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_fields import Form, Texts, Ticked
from cimflow.dashboard.web.form_runner import read_form, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.access.audit_log import AuditEntry
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.notices.release import (
    Moved,
    confirm_restored,
    last_act_on,
    live_rows,
    release,
    resolve,
)
from cimflow.store.notices.ledger import LedgerRow

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
RunsSystem = Annotated[PageRequest, Depends(open_to(Allows.RUNS_SYSTEM))]
MOST_AT_ONCE = 1000


class ReleaseForm(Form):
    """Which held notices to send; ``confirmed`` once it was shown who gets what."""

    notice: Texts
    confirmed: Ticked

    @property
    def ids(self) -> list[int]:
        """The numbers of the notices; anything that is not a number did not come from our page."""
        numbers = [int(one) for one in self.notice if one.isdecimal() and len(one) < 13]
        return numbers[:MOST_AT_ONCE]


class ResolveForm(Form):
    """What became of the email of an uncertain notice."""

    outcome: Literal["arrived", "lost"] = Field(title="What did you find out?")


class RestoredForm(Form):
    """That someone checked what was sent since the backup that was restored."""

    looked: Ticked


@router.post(addresses.notices_release.pattern)
def release_held(request: Administers) -> Response:
    """First show who gets what, then send it."""
    form = read_form(request, ReleaseForm)
    try:
        rows = live_rows(request.act, form.ids, selpas=decided_selpas(request))
    except Refused:
        raise NotHere("One of these notices does not exist here.") from None
    held = [one for one in rows if one.state == "held"]
    others = [one for one in rows if one.state != "held"]
    if not form.confirmed or not held:
        return _confirm(request, held, others)
    moved = release(request.act, form.ids, selpas=decided_selpas(request))
    return request.redirect(
        addresses.notices(request.process_id, state="queued"), say=_said_of(request, moved)
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
    said = f"{number} notice{'' if number == 1 else 's'} will be checked again, then sent with"
    said += " the next delivery."
    if moved.moved_before:
        acts = (last_act_on(request.context, one) for one in moved.moved_before)
        whom = " and ".join(sorted({one.actor for one in acts if one})) or "someone else"
        said += (
            f" {len(moved.moved_before)} had already been sent by {whom}; nothing is sent twice."
        )
    return said


@router.post(addresses.notice_resolve.pattern)
def resolve_email(request: Administers, notice_id: int) -> Response:
    """Record whether an email arrived."""
    try:
        live_rows(request.act, [notice_id], selpas=decided_selpas(request))
    except Refused:
        raise NotHere("This notice does not exist here.") from None
    result = submit(
        request,
        "resolve-notice",
        ResolveForm,
        lambda form: resolve(
            request.act,
            notice_id,
            arrived=form.outcome == "arrived",
            selpas=decided_selpas(request),
        ),
    )
    if result.failed:
        return notice_page(request, notice_id, result=result)
    moved = result.got
    if not moved.rows:
        who = _who(last_act_on(request.context, moved.moved_before[0]))
        decided = result.refused(refusal("decided-before", who=who))
        return notice_page(request, notice_id, result=decided, status=409)
    number = len(moved.rows)
    counted = f"{number} notice{'' if number == 1 else 's'}"
    say = (
        f"{counted} counted as sent."
        if result.sent.outcome == "arrived"
        else f"{counted} queued again: checked first, then sent with the next delivery."
    )
    return request.redirect(addresses.notice(request.process_id, notice_id), say=say)


def _who(entry: AuditEntry | None) -> str:
    return entry.actor if entry is not None else "Someone"


@router.post(addresses.notices_restored.pattern)
def confirm_backup(request: RunsSystem) -> Response:
    """Confirm that the restored backup was checked: from then on email is queued as usual."""
    if not read_form(request, RestoredForm).looked:
        raise Refused(refusal("look-first"))
    was = confirm_restored(request.context, request.actor)
    say = "Confirmed. What is held stays held until a person sends it." if was else ""
    return request.redirect(
        addresses.notices(request.process_id, state="held"),
        say=say or "Someone has already confirmed this.",
    )
