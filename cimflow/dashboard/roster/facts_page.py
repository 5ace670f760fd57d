"""What is known of an LEA beside its filings: each fact that the process file names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.lea.history_view import fact_history, value_in_words
from cimflow.dashboard.web.form_fields import Form, Line, PastDay
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.lea.lea_snapshot import Learnt, LeaSnapshot, lea_snapshot
from cimflow.monitoring.roster.lea_facts import set_fact
from cimflow.monitoring.words import days_in_words
from cimflow.process.case import Fact
from cimflow.process.definition.process_file import FactDefinition

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]


@dataclass(frozen=True, slots=True)
class Said:
    """What was once said of a fact, from which day, and when by whom it was recorded."""

    value: str
    holds_on: dt.date
    learnt: Learnt | None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact with its value on the day, and all that was ever said of it, newest first."""

    definition: FactDefinition
    standing: Fact | None
    history: tuple[Said, ...]
    decides: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is an answer."""
        return self.standing is not None and self.standing.value != "unknown"


def known_facts(request: PageRequest, lea: LeaSnapshot, on: dt.date) -> list[KnownFact]:
    """Each fact of the process file, those that somebody must look up first."""
    found = [
        KnownFact(
            one,
            lea.case.fact_on(one.id, on),
            tuple(
                Said(value_in_words(fact), fact.holds_on, lea.learnt.get(fact.seq))
                for fact in fact_history(lea.case, one.id)
            ),
            _decides(request, one.id),
        )
        for one in request.process.facts
    ]
    return sorted(found, key=lambda one: one.is_known)


def _decides(request: PageRequest, fact: str) -> tuple[str, ...]:
    """The activities whose requirement or date rests on a fact."""
    return tuple(
        activity.title
        for activity in request.process.activities
        if any(
            (rule.when is not None and rule.when.fact == fact)
            or (rule.due is not None and fact in {rule.due.fact, rule.due.after})
            for rule in activity.rules
        )
    )


class FactForm(Form):
    """The value of a fact, from a day on."""

    fact: Line
    value: Line = Field(title="What is known")
    on: PastDay = Field(title="Effective date")


@router.get(addresses.lea_facts.pattern)
def show_facts(request: ChangesLea) -> Response:
    """What is known, since when, and a form for each."""
    return _page(request, NOT_SENT)


def _page(request: PageRequest, result: FormResult[Any, Any]) -> Response:
    lea = lea_snapshot(request.act, request.today)
    return request.render(
        "roster/facts.html.j2",
        status=result.status,
        process=request.process,
        lea=lea,
        seen=lea.seq,
        result=result,
        typed=result.typed,
        facts=known_facts(request, lea, request.today),
    )


@router.post(addresses.lea_facts.pattern)
def record_fact(request: ChangesLea) -> Response:
    """Say what is known of an LEA from a day on."""
    result = submit(
        request,
        "set-fact",
        FactForm,
        lambda form: set_fact(request.act, form.fact, form.value, on=form.on or request.today),
    )
    if result.failed:
        return _page(request, result)
    title = request.process.fact_by_id[result.sent.fact].title
    say = f"{title}: {days_in_words(result.sent.value)}"
    say += "." if result.got else ", as it was."
    return request.redirect(addresses.lea_facts(request.process_id, request.cds_code), say=say)
