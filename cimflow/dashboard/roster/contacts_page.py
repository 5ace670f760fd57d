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
from cimflow.dashboard.web.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.web.page_request import Visit
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, door
from cimflow.dashboard.web.templating import url
from cimflow.intake.spreadsheets.contacts import SCOPE_OF
from cimflow.monitoring.lea.one_lea import one_lea
from cimflow.monitoring.roster import contacts
from cimflow.monitoring.roster.contacts import Holders, Whose
from cimflow.process.contacts import EVERY_LEA, LEAD, ROLES, Contact

router = APIRouter()
ChangesLea = Annotated[Visit, Depends(door(Allows.CHANGES_LEA))]
ALL = ("cde", EVERY_LEA)
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]


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


def _of_lea(visit: Visit) -> Book:
    cds = visit.cds_code
    lea = one_lea(visit.office, visit.process_id, cds, visit.today)
    return Book(
        title=lea.placement.lea_name,
        here=("p", visit.process_id, "leas", cds, "contacts"),
        whose=(("lea", cds), ("cde", cds)),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in {"lea", "cde"}),
        is_lea=True,
        for_every_lea=tuple(one.contact for one in contacts.holders(visit.office, [ALL]).now),
    )


def _of_selpa(visit: Visit) -> Book:
    """The contacts of a SELPA of the person's; for the system administrator those of all too."""
    code = str(visit.request.path_params["selpa_code"])
    standing = visit.site.standings.on(visit.process_id, visit.today)
    names = {
        placed.selpa_code: placed.selpa_name
        for case in standing.cases.values()
        for placed in case.placements
    }
    if code not in names or not visit.who.may_change(selpa_code=code):
        raise NotHere("There is no such SELPA in this process.")
    for_all = (ALL,) if visit.who.is_system else ()
    scopes = {"selpa", *(scope for scope, _ in for_all)}
    return Book(
        title=names[code],
        here=("p", visit.process_id, "selpas", code, "contacts"),
        whose=(("selpa", code), *for_all),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in scopes),
        is_lea=False,
    )


@router.get("/p/{process_id}/leas/{cds_code}/contacts")
def show_lea_contacts(visit: ChangesLea) -> Response:
    """Who holds which role in an LEA."""
    return _page(visit, _of_lea(visit), NOT_TRIED)


@router.post("/p/{process_id}/leas/{cds_code}/contacts")
def change_lea_contacts(visit: ChangesLea) -> Response:
    """Name, correct or end one."""
    return _change(visit, _of_lea(visit))


@router.get("/p/{process_id}/selpas/{selpa_code}/contacts")
def show_selpa_contacts(visit: Administers) -> Response:
    """Who holds which role in a SELPA."""
    return _page(visit, _of_selpa(visit), NOT_TRIED)


@router.post("/p/{process_id}/selpas/{selpa_code}/contacts")
def change_selpa_contacts(visit: Administers) -> Response:
    """Name, correct or end one."""
    return _change(visit, _of_selpa(visit))


def _page(visit: Visit, book: Book, tried: Tried[Any]) -> Response:
    found = contacts.holders(visit.office, book.whose)
    typed = {name: visit.sent(name) for name in ("do", "role", "name", "email", "old_email")}
    return visit.page(
        "roster/contacts.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        book=book,
        held=found,
        role_titles=ROLE_TITLES,
        lead=LEAD,
        every_lea=EVERY_LEA,
        tried=tried,
        typed=typed if tried.failed else dict.fromkeys(typed, ""),
    )


def _change(visit: Visit, book: Book) -> Response:
    role, do = visit.sent("role"), visit.sent("do")
    scope, code = book.whose_is(role) or ("", "")
    old = Contact(scope, code, role, visit.sent("old_name"), visit.sent("old_email"))

    def act() -> Holders:
        added = None
        if do != "end":
            added = contacts.checked(scope, code, role, visit.sent("name"), visit.sent("email"))
        return contacts.change(
            visit.office,
            book.whose,
            seen=visit.sent("seen"),
            by=visit.who.email,
            added=added,
            ended=old if do in {"end", "change"} else None,
        )

    tried = attempt(visit, "contacts", act)
    if tried.failed:
        return _page(visit, book, tried)
    title = ROLE_TITLES[role]
    done = {
        "end": f"{old.name} is no longer {title}",
        "change": f"{title}: {old.name} was changed to {visit.sent('name')}",
    }.get(do, f"{visit.sent('name')} is now {title}")
    _note(visit, book, f"{code} {role}: {done}")
    return visit.go(*book.here, say=f"{done}.{_without_lead(book, tried.got)}")


def _note(visit: Visit, book: Book, detail: str) -> None:
    selpa = None if book.is_lea else str(visit.request.path_params["selpa_code"])
    visit.note("contacts", detail, selpa_code=selpa)


def _without_lead(book: Book, found: Holders) -> str:
    if not book.is_lea or found.has_lead:
        return ""
    instead: Sequence[str] = [one.contact.name for one in found.told_instead]
    told = f"{' and '.join(instead)} is told instead" if instead else "nobody can be told"
    return f" No lead is named now: {told}, until you name one."
