"""What is known of an LEA beside its filings: each fact that the process file names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.lea.history_view import fact_history, value_in_words
from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.lea.one_lea import Learnt, OneLea, one_lea
from cimflow.monitoring.roster import lea_facts
from cimflow.monitoring.words import days_in_words
from cimflow.process.case import Fact
from cimflow.process.definition.process_file import FactDefinition

router = APIRouter()
ChangesLea = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]


@dataclass(frozen=True, slots=True)
class Said:
    """What was once said of a fact, from which day, and when by whom it was recorded."""

    value: str
    holds_on: dt.date
    learnt: Learnt | None


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact with its value on the day, and all that was ever said of it, the latest first."""

    definition: FactDefinition
    standing: Fact | None
    history: tuple[Said, ...]
    decides: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is an answer."""
        return self.standing is not None and self.standing.value != "unknown"


def known_facts(visit: Visit, lea: OneLea, on: dt.date) -> list[KnownFact]:
    """Each fact of the process file, those that somebody must look up first."""
    found = [
        KnownFact(
            one,
            lea.case.fact_on(one.id, on),
            tuple(
                Said(value_in_words(fact), fact.holds_on, lea.learnt.get(fact.seq))
                for fact in fact_history(lea.case, one.id)
            ),
            _decides(visit, one.id),
        )
        for one in visit.process.facts
    ]
    return sorted(found, key=lambda one: one.is_known)


def _decides(visit: Visit, fact: str) -> tuple[str, ...]:
    """The activities whose requirement or date rests on a fact."""
    return tuple(
        activity.title
        for activity in visit.process.activities
        if any(
            (rule.when is not None and rule.when.fact == fact)
            or (rule.due is not None and fact in {rule.due.fact, rule.due.after})
            for rule in activity.rules
        )
    )


@router.get("/p/{process_id}/leas/{cds_code}/facts")
def show_facts(visit: ChangesLea) -> Response:
    """What is known, since when, and a form for each."""
    return _facts(visit, NOT_TRIED, {})


def _facts(visit: Visit, tried: Tried[Any], typed: Mapping[str, str]) -> Response:
    lea = one_lea(visit.office, visit.process_id, visit.cds_code, visit.today)
    return visit.page(
        "roster/facts.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        lea=lea,
        seen=lea.seq,
        tried=tried,
        typed=typed,
        facts=known_facts(visit, lea, visit.today),
    )


@router.post("/p/{process_id}/leas/{cds_code}/facts")
def set_fact(visit: ChangesLea) -> Response:
    """Say what is known of an LEA from a day on."""
    name, value = visit.sent("fact"), visit.sent("value")

    def act() -> bool:
        return lea_facts.set_fact(
            visit.office,
            visit.process_id,
            name,
            value,
            visit.cds_code,
            on=visit.sent_past_day("on", "Since when") or visit.today,
            by=visit.who.email,
            seen=visit.seen(),
        )

    tried = attempt(visit, "set-fact", act)
    if tried.failed:
        return _facts(visit, tried, {"fact": name, "value": value, "on": visit.sent("on")})
    title = visit.process.fact_by_id[name].title
    if tried.got:
        visit.note("set-fact", f"{name} is {value}")
    say = f"{title}: {days_in_words(value)}" + ("." if tried.got else ", as it was.")
    return visit.go("p", visit.process_id, "leas", visit.cds_code, "facts", say=say)
