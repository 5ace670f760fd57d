"""Who holds which role in an LEA or a SELPA: name someone, correct someone, end someone.

A form names the person whom it changes by all that was shown of them, and carries the digest of
all holders that were shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.forms import NOT_SENT, STATUS, FormResult, attempt
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.templating import url
from cimflow.intake.spreadsheets.contacts import SCOPE_OF
from cimflow.monitoring.lea.one_lea import one_lea
from cimflow.monitoring.roster import contacts
from cimflow.monitoring.roster.contacts import Holders, Whose
from cimflow.process.contacts import EVERY_LEA, LEAD, ROLES, Contact

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(door(Allows.CHANGES_LEA))]
ALL = ("cde", EVERY_LEA)
Administers = Annotated[PageRequest, Depends(door(Allows.ADMINISTERS))]


@dataclass(frozen=True, slots=True)
class Book:
    """The contacts page of an LEA or a SELPA: its name, its roles, and who holds them.

    ``for_every_lea``: who holds a role for all LEAs, and so for this one until another is named.
    """

    title: str
    here: tuple[str, ...]
    whose: tuple[Whose, ...]
    roles: tuple[str, ...]
    is_lea: bool
    for_every_lea: tuple[Contact, ...] = ()

    @property
    def address(self) -> str:
        """Where the page is."""
        return url(*self.here)

    def whose_is(self, role: str) -> Whose | None:
        """The scope and code of a role on this page; None: not of this page."""
        for scope, code in self.whose:
            if role in self.roles and SCOPE_OF.get(role) == scope:  # type: ignore[call-overload]
                return scope, code
        return None


def _of_lea(request: PageRequest) -> Book:
    cds = request.cds_code
    lea = one_lea(request.act.about(cds), request.today)
    return Book(
        title=lea.roster_entry.lea_name,
        here=("p", request.process_id, "leas", cds, "contacts"),
        whose=(("lea", cds), ("cde", cds)),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in {"lea", "cde"}),
        is_lea=True,
        for_every_lea=tuple(one.contact for one in contacts.holders(request.context, [ALL]).now),
    )


def _of_selpa(request: PageRequest) -> Book:
    """The contacts of a SELPA of the person's; for the system administrator those of all too."""
    code = str(request.http.path_params["selpa_code"])
    standing = request.site.standings.on(request.process_id, request.today)
    names = {
        placed.selpa_code: placed.selpa_name
        for case in standing.cases.values()
        for placed in case.roster_entries
    }
    if code not in names or not request.who.may_change(selpa_code=code):
        raise NotHere("There is no such SELPA in this process.")
    for_all = (ALL,) if request.who.is_system else ()
    scopes = {"selpa", *(scope for scope, _ in for_all)}
    return Book(
        title=names[code],
        here=("p", request.process_id, "selpas", code, "contacts"),
        whose=(("selpa", code), *for_all),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in scopes),
        is_lea=False,
    )


@router.get("/p/{process_id}/leas/{cds_code}/contacts")
def show_lea_contacts(request: ChangesLea) -> Response:
    """Who holds which role in an LEA."""
    return _page(request, _of_lea(request), NOT_SENT)


@router.post("/p/{process_id}/leas/{cds_code}/contacts")
def change_lea_contacts(request: ChangesLea) -> Response:
    """Name, correct or end one."""
    return _change(request, _of_lea(request))


@router.get("/p/{process_id}/selpas/{selpa_code}/contacts")
def show_selpa_contacts(request: Administers) -> Response:
    """Who holds which role in a SELPA."""
    return _page(request, _of_selpa(request), NOT_SENT)


@router.post("/p/{process_id}/selpas/{selpa_code}/contacts")
def change_selpa_contacts(request: Administers) -> Response:
    """Name, correct or end one."""
    return _change(request, _of_selpa(request))


def _page(request: PageRequest, book: Book, tried: FormResult[Any]) -> Response:
    found = contacts.holders(request.context, book.whose)
    typed = {name: request.sent(name) for name in ("do", "role", "name", "email", "old_email")}
    return request.render(
        "roster/contacts.html.j2",
        status=STATUS if tried.failed else 200,
        process=request.process,
        book=book,
        held=found,
        role_titles=ROLE_TITLES,
        lead=LEAD,
        every_lea=EVERY_LEA,
        tried=tried,
        typed=typed if tried.failed else dict.fromkeys(typed, ""),
    )


def _change(request: PageRequest, book: Book) -> Response:
    role, do = request.sent("role"), request.sent("do")
    scope, code = book.whose_is(role) or ("", "")
    old = Contact(scope, code, role, request.sent("old_name"), request.sent("old_email"))

    def act() -> Holders:
        added = None
        if do != "end":
            added = contacts.checked(scope, code, role, request.sent("name"), request.sent("email"))
        return contacts.change(
            request.act,
            book.whose,
            seen=request.sent("seen"),
            added=added,
            ended=old if do in {"end", "change"} else None,
            selpa_code=None if book.is_lea else str(request.http.path_params["selpa_code"]),
        )

    tried = attempt(request, "contacts", act)
    if tried.failed:
        return _page(request, book, tried)
    title = ROLE_TITLES[role]
    done = {
        "end": f"{old.name} is no longer {title}",
        "change": f"{title}: {old.name} was changed to {request.sent('name')}",
    }.get(do, f"{request.sent('name')} is now {title}")
    return request.redirect(*book.here, say=f"{done}.{_without_lead(book, tried.got)}")


def _without_lead(book: Book, found: Holders) -> str:
    if not book.is_lea or found.has_lead:
        return ""
    instead: Sequence[str] = [one.contact.name for one in found.told_instead]
    told = f"{' and '.join(instead)} is told instead" if instead else "nobody can be told"
    return f" No lead is named now: {told}, until you name one."
