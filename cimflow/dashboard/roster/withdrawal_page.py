"""Taking one LEA out of the cohort: what that means, the day, and why."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.form_fields import Day, Form, Line
from cimflow.dashboard.web.form_runner import FormResult, shown, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import lea_snapshot
from cimflow.monitoring.roster.withdrawal import withdraw
from cimflow.monitoring.words import long_date

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]


class WithdrawalForm(Form):
    """The first day out of the cohort, and why."""

    on: Day = Field(title="First day out of the cohort")
    reason: Line = Field(title="Why")


@router.get(addresses.withdraw.pattern)
def show_withdrawal(request: ChangesLea) -> Response:
    """Take an LEA out of the cohort: what that means, the day, and why."""
    return _page(request, shown(on=request.today.isoformat(), reason=""))


def _page(request: PageRequest, result: FormResult[Any, Any]) -> Response:
    lea = lea_snapshot(request.act, request.today)
    return request.render(
        "roster/withdraw.html.j2",
        status=result.status,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        result=result,
        typed=result.typed,
    )


@router.post(addresses.withdraw.pattern)
def withdraw_lea(request: ChangesLea) -> Response:
    """Take an LEA out of the cohort from a day on."""
    result = submit(request, "withdraw", WithdrawalForm, lambda form: _withdraw(request, form))
    if result.failed:
        return _page(request, result)
    day = long_date(result.got)
    say = f"The LEA is out of the cohort starting {day}. All that was recorded stays."
    return request.redirect(addresses.roster(request.process_id), say=say)


def _withdraw(request: PageRequest, form: WithdrawalForm) -> dt.date:
    on = form.on or request.today
    withdraw(request.act, on=on, reason=form.reason)
    return on
