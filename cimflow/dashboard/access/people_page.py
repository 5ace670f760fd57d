"""Who may sign in, as what and why; giving and ending roles; a link printed for someone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.role_titles import ROLE_TITLES, VIEWER_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.access import people
from cimflow.monitoring.access.viewer import LEAD, ROLES, SYSTEM

router = APIRouter()
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
FIELDS = ("email", "role", "code")


@router.get("/p/{process_id}/people")
def show_people(visit: Administers) -> Response:
    """Everyone of the person's SELPAs who may sign in."""
    return _page(visit, NOT_TRIED, {})


def _page(
    visit: Visit,
    tried: Tried[Any],
    typed: Mapping[str, str],
    *,
    link: str = "",
) -> Response:
    standing = visit.site.standings.on(visit.process_id, visit.today)
    may_change = visit.who.may_change
    leas = {
        cds: max(case.placements, key=lambda one: (one.holds_on, one.seq)).lea_name
        for cds, case in standing.cases.items()
        if may_change(selpa_code=standing.selpa_of[cds])
    }
    selpas = {
        placed.selpa_code: placed.selpa_name
        for case in standing.cases.values()
        for placed in case.placements
        if may_change(selpa_code=placed.selpa_code)
    }
    find = visit.asked("find")[:100]
    found = people.people_of(visit.office, visit.who)
    return visit.page(
        "access/people.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        people=[one for one in found if _fits(one, find, leas)],
        total=len(found),
        find=find,
        selpas=sorted(selpas.items(), key=lambda one: one[1]),
        leas=sorted(leas.items(), key=lambda one: one[1].casefold()),
        names={**leas, **selpas},
        in_words=_in_words,
        roles=[one for one in ROLES if one != SYSTEM or visit.who.is_system],
        titles=VIEWER_TITLES,
        system=SYSTEM,
        lead=LEAD,
        tried=tried,
        typed={**dict.fromkeys(FIELDS, ""), **typed},
        link=link,
    )


def _fits(one: people.Person, find: str, leas: Mapping[str, str]) -> bool:
    texts = (one.email, one.name, *(leas.get(role.code, role.code) for role in one.held))
    return not find or any(find.casefold() in text.casefold() for text in texts)


def _in_words(why: str) -> str:
    """Why someone holds a role, with the roles of contacts by their titles."""
    for role, title in ROLE_TITLES.items():
        why = why.replace(f"contact {role}", f"contact: {title}")
    return why


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.sent(name) for name in FIELDS}


@router.post("/p/{process_id}/people/give")
def give_role(visit: Administers) -> Response:
    """Let someone in as something that the contacts do not say."""
    typed = _typed(visit)
    code = "" if typed["role"] == SYSTEM else typed["code"]
    tried = attempt(
        visit,
        "give-role",
        lambda: people.give(visit.office, visit.who, typed["email"], typed["role"], code),
    )
    if tried.failed:
        return _page(visit, tried, typed)
    already = "" if tried.got else " already"
    say = f"{typed['email']} is {VIEWER_TITLES[typed['role']]}{already}."
    return visit.go("p", visit.process_id, "people", say=say)


@router.post("/p/{process_id}/people/end")
def end_role(visit: Administers) -> Response:
    """End a role that was given by hand; the person is signed out everywhere."""
    typed = _typed(visit)
    tried = attempt(
        visit,
        "end-role",
        lambda: people.end(visit.office, visit.who, *(typed[name] for name in FIELDS)),
    )
    if tried.failed:
        return _page(visit, tried, {})
    title = VIEWER_TITLES.get(typed["role"], typed["role"])
    say = f"{typed['email']} is no longer {title}, and was signed out."
    if not tried.got:
        say = f"{typed['email']} was not {title} any more."
    return visit.go("p", visit.process_id, "people", say=say)


@router.post("/p/{process_id}/people/link")
def print_link(visit: Administers) -> Response:
    """Show a one-time link, once; the log says who printed it and for whom."""
    email = visit.sent("email")
    tried = attempt(
        visit,
        "link-printed",
        lambda: people.print_link(
            visit.office, visit.who, email, base_url=visit.site.base_url, remote=visit.remote
        ),
    )
    if tried.failed:
        return _page(visit, tried, {})
    return _page(visit, tried, {"email": email}, link=tried.got)
