"""Who may sign in, as what and why; giving and ending roles; a link printed for someone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.forms import NOT_SENT, STATUS, FormResult, attempt
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES, VIEWER_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.monitoring.access import people
from cimflow.monitoring.access.viewer import LEAD, ROLES, SYSTEM

router = APIRouter()
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]
FIELDS = ("email", "role", "code")


@router.get("/p/{process_id}/people")
def show_people(request: Administers) -> Response:
    """Everyone of the person's SELPAs who may sign in."""
    return _page(request, NOT_SENT, {})


def _page(
    request: PageRequest,
    tried: FormResult[Any],
    typed: Mapping[str, str],
    *,
    link: str = "",
) -> Response:
    standing = request.site.standings.on(request.process_id, request.today)
    may_change = request.who.may_change
    leas = {
        cds: case.latest_roster_entry().lea_name
        for cds, case in standing.cases.items()
        if may_change(selpa_code=standing.selpa_of[cds])
    }
    selpas = {
        placed.selpa_code: placed.selpa_name
        for case in standing.cases.values()
        for placed in case.roster_entries
        if may_change(selpa_code=placed.selpa_code)
    }
    find = request.asked("find")[:100]
    found = people.people_of(request.context, request.who)
    return request.render(
        "access/people.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        people=[one for one in found if _fits(one, find, leas)],
        total=len(found),
        find=find,
        selpas=sorted(selpas.items(), key=lambda one: one[1]),
        leas=sorted(leas.items(), key=lambda one: one[1].casefold()),
        names={**leas, **selpas},
        in_words=_in_words,
        roles=[one for one in ROLES if one != SYSTEM or request.who.is_system],
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


def _typed(request: PageRequest) -> dict[str, str]:
    return {name: request.sent(name) for name in FIELDS}


@router.post("/p/{process_id}/people/give")
def give_role(request: Administers) -> Response:
    """Let someone in as something that the contacts do not say."""
    typed = _typed(request)
    code = "" if typed["role"] == SYSTEM else typed["code"]
    tried = attempt(
        request,
        "give-role",
        lambda: people.give(request.context, request.who, typed["email"], typed["role"], code),
    )
    if tried.failed:
        return _page(request, tried, typed)
    already = "" if tried.got else " already"
    say = f"{typed['email']} is {VIEWER_TITLES[typed['role']]}{already}."
    return request.redirect("p", request.process_id, "people", say=say)


@router.post("/p/{process_id}/people/end")
def end_role(request: Administers) -> Response:
    """End a role that was given by hand; the person is signed out everywhere."""
    typed = _typed(request)
    tried = attempt(
        request,
        "end-role",
        lambda: people.end(request.context, request.who, *(typed[name] for name in FIELDS)),
    )
    if tried.failed:
        return _page(request, tried, {})
    title = VIEWER_TITLES.get(typed["role"], typed["role"])
    say = f"{typed['email']} is no longer {title}, and was signed out."
    if not tried.got:
        say = f"{typed['email']} was not {title} any more."
    return request.redirect("p", request.process_id, "people", say=say)


@router.post("/p/{process_id}/people/link")
def print_link(request: Administers) -> Response:
    """Show a one-time link, once; the log says who printed it and for whom."""
    email = request.sent("email")
    tried = attempt(
        request,
        "link-printed",
        lambda: people.print_link(
            request.context,
            request.who,
            email,
            base_url=request.site.base_url,
            remote=request.remote,
        ),
    )
    if tried.failed:
        return _page(request, tried, {})
    return _page(request, tried, {"email": email}, link=tried.got)
