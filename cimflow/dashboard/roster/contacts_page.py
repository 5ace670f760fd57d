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
from pydantic import Field

from cimflow import addresses
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_fields import Form, Line
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.intake.spreadsheets.contacts import SCOPE_OF
from cimflow.monitoring.lea.lea_snapshot import lea_snapshot
from cimflow.monitoring.roster import contacts
from cimflow.monitoring.roster.contacts import Holders, Whose
from cimflow.process.contacts import EVERY_LEA, LEAD, ROLES, Contact

router = APIRouter()
ChangesLea = Annotated[PageRequest, Depends(open_to(Allows.CHANGES_LEA))]
ALL = ("cde", EVERY_LEA)
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]


class ContactForm(Form):
    """Somebody in a role: to be added, changed from who held it, or ended."""

    do: Line
    role: Line = Field(title="Role")
    name: Line = Field(title="Name")
    email: Line = Field(title="Email address")
    old_name: Line
    old_email: Line
    seen: Line


@dataclass(frozen=True, slots=True)
class Book:
    """The contacts page of an LEA or a SELPA: its name, its roles, and who holds them.

    ``for_every_lea``: who holds a role for all LEAs, and so for this one until another is named.
    """

    title: str
    address: str
    whose: tuple[Whose, ...]
    roles: tuple[str, ...]
    is_lea: bool
    for_every_lea: tuple[Contact, ...] = ()

    def whose_is(self, role: str) -> Whose | None:
        """The scope and code of a role on this page; None: not of this page."""
        for scope, code in self.whose:
            if role in self.roles and SCOPE_OF.get(role) == scope:  # type: ignore[call-overload]
                return scope, code
        return None


def _of_lea(request: PageRequest) -> Book:
    cds = request.cds_code
    lea = lea_snapshot(request.act.about(cds), request.today)
    return Book(
        title=lea.roster_entry.lea_name,
        address=addresses.lea_contacts(request.process_id, cds),
        whose=(("lea", cds), ("cde", cds)),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in {"lea", "cde"}),
        is_lea=True,
        for_every_lea=tuple(one.contact for one in contacts.holders(request.context, [ALL]).now),
    )


def _of_selpa(request: PageRequest) -> Book:
    """The contacts of a SELPA of the person's; for the system administrator those of all too."""
    code = str(request.http.path_params["selpa_code"])
    standing = request.web_app.standings.on(request.process_id, request.today)
    names = {
        entry.selpa_code: entry.selpa_name
        for case in standing.cases.values()
        for entry in case.roster_entries
    }
    if code not in names or not request.who.may_change(selpa_code=code):
        raise NotHere("There is no such SELPA in this process.")
    for_all = (ALL,) if request.who.is_system else ()
    scopes = {"selpa", *(scope for scope, _ in for_all)}
    return Book(
        title=names[code],
        address=addresses.selpa_contacts(request.process_id, code),
        whose=(("selpa", code), *for_all),
        roles=tuple(one for one in ROLES if SCOPE_OF[one] in scopes),
        is_lea=False,
    )


@router.get(addresses.lea_contacts.pattern)
def show_lea_contacts(request: ChangesLea) -> Response:
    """Who holds which role in an LEA."""
    return _page(request, _of_lea(request), NOT_SENT)


@router.post(addresses.lea_contacts.pattern)
def change_lea_contacts(request: ChangesLea) -> Response:
    """Name, correct or end one."""
    return _change(request, _of_lea(request))


@router.get(addresses.selpa_contacts.pattern)
def show_selpa_contacts(request: Administers) -> Response:
    """Who holds which role in a SELPA."""
    return _page(request, _of_selpa(request), NOT_SENT)


@router.post(addresses.selpa_contacts.pattern)
def change_selpa_contacts(request: Administers) -> Response:
    """Name, correct or end one."""
    return _change(request, _of_selpa(request))


def _page(request: PageRequest, book: Book, result: FormResult[Any, Any]) -> Response:
    found = contacts.holders(request.context, book.whose)
    blank = dict.fromkeys(("do", "role", "name", "email", "old_email"), "")
    return request.render(
        "roster/contacts.html.j2",
        status=result.status,
        process=request.process,
        book=book,
        held=found,
        role_titles=ROLE_TITLES,
        lead=LEAD,
        every_lea=EVERY_LEA,
        result=result,
        typed={**blank, **result.typed},
    )


def _change(request: PageRequest, book: Book) -> Response:
    result = submit(request, "contacts", ContactForm, lambda form: _do(request, book, form))
    if result.failed:
        return _page(request, book, result)
    form, title = result.sent, ROLE_TITLES[result.sent.role]
    done = {
        "end": f"{form.old_name} is no longer {title}",
        "change": f"{title}: {form.old_name} was changed to {form.name}",
    }.get(form.do, f"{form.name} is now {title}")
    return request.redirect(book.address, say=f"{done}.{_without_lead(book, result.got)}")


def _do(request: PageRequest, book: Book, form: ContactForm) -> Holders:
    scope, code = book.whose_is(form.role) or ("", "")
    old = Contact(scope, code, form.role, form.old_name, form.old_email)
    added = None
    if form.do != "end":
        added = contacts.checked(scope, code, form.role, form.name, form.email)
    return contacts.change(
        request.act,
        book.whose,
        seen=form.seen,
        added=added,
        ended=old if form.do in {"end", "change"} else None,
        selpa_code=None if book.is_lea else str(request.http.path_params["selpa_code"]),
    )


def _without_lead(book: Book, found: Holders) -> str:
    if not book.is_lea or found.has_lead:
        return ""
    instead: Sequence[str] = [one.contact.name for one in found.told_instead]
    told = f"{' and '.join(instead)} is told instead" if instead else "nobody can be told"
    return f" No lead is named now: {told}, until you name one."
