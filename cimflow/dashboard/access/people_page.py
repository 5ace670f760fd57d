"""Who may sign in, as what and why; giving and ending roles; a link printed for someone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.form_fields import Form, Line
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES, VIEWER_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.access import people
from cimflow.monitoring.access.viewer import LEAD, ROLES, SYSTEM

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]


class RoleForm(Form):
    """A role for someone: for which SELPA or LEA, by its code."""

    email: Line = Field(title="Work email address")
    role: Line = Field(title="Role")
    code: Line = Field(title="For which SELPA or LEA")


class LinkForm(Form):
    """For whom a sign-in link is printed."""

    email: Line = Field(title="Work email address")


@router.get(addresses.people.pattern)
def show_people(request: Administers) -> Response:
    """Everyone of the person's SELPAs who may sign in."""
    return _page(request, NOT_SENT)


def _page(
    request: PageRequest,
    result: FormResult[Any, Any],
    *,
    link: str = "",
) -> Response:
    standing = request.web_app.standings.on(request.process_id, request.today)
    may_change = request.who.may_change
    leas = {
        cds: case.latest_roster_entry().lea_name
        for cds, case in standing.cases.items()
        if may_change(selpa_code=standing.selpa_of[cds])
    }
    selpas = {
        entry.selpa_code: entry.selpa_name
        for case in standing.cases.values()
        for entry in case.roster_entries
        if may_change(selpa_code=entry.selpa_code)
    }
    find = request.asked("find")[:100]
    found = people.people_of(request.context, request.who)
    return request.render(
        "access/people.html.j2",
        status=result.status,
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
        result=result,
        typed={"email": "", "role": "", "code": "", **result.typed},
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


@router.post(addresses.people_give.pattern)
def give_role(request: Administers) -> Response:
    """Let someone in as something that the contacts do not say."""
    result = submit(request, "give-role", RoleForm, lambda form: _give(request, form))
    if result.failed:
        return _page(request, result)
    already = "" if result.got else " already"
    say = f"{result.sent.email} is {VIEWER_TITLES[result.sent.role]}{already}."
    return request.redirect(addresses.people(request.process_id), say=say)


def _give(request: PageRequest, form: RoleForm) -> bool:
    code = "" if form.role == SYSTEM else form.code
    return people.give(
        request.context, request.who, form.email, form.role, code, actor=request.actor
    )


@router.post(addresses.people_end.pattern)
def end_role(request: Administers) -> Response:
    """End a role that was given by hand; the person is signed out everywhere."""
    result = submit(
        request,
        "end-role",
        RoleForm,
        lambda form: people.end(
            request.context, request.who, form.email, form.role, form.code, actor=request.actor
        ),
    )
    if result.failed:
        return _page(request, replace(result, typed={}))
    title = VIEWER_TITLES.get(result.sent.role, result.sent.role)
    say = f"{result.sent.email} is no longer {title}, and was signed out."
    if not result.got:
        say = f"{result.sent.email} was no longer {title}."
    return request.redirect(addresses.people(request.process_id), say=say)


@router.post(addresses.people_link.pattern)
def print_link(request: Administers) -> Response:
    """Show a one-time link, once; the log says who printed it and for whom."""
    result = submit(
        request,
        "link-printed",
        LinkForm,
        lambda form: people.print_link(
            request.context,
            request.who,
            form.email,
            base_url=request.web_app.base_url,
            remote=request.remote,
        ),
    )
    if result.failed:
        return _page(request, replace(result, typed={}))
    return _page(request, result, link=result.got)
