"""Importing a file: what it would change is shown first, and just that is then done.

Nothing is kept between the two: the form that confirms carries the file itself, and the digest of
the differences that were shown.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from cimflow import addresses
from cimflow.dashboard.roster.import_file import (
    LARGEST,
    ConfirmForm,
    ImportForm,
    Sent,
    Shown,
    read,
    sent_again,
    sent_file,
)
from cimflow.dashboard.web.downloads import csv_file
from cimflow.dashboard.web.errors import NotHere
from cimflow.dashboard.web.form_runner import NOT_SENT, FormResult, submit
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.dashboard.web.role_titles import ROLE_TITLES
from cimflow.dashboard.web.route_access import Allows, open_to
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.roster.roster_tables import example_rows

router = APIRouter()
Administers = Annotated[PageRequest, Depends(open_to(Allows.ADMINISTERS))]
KINDS = {
    "roster": "the roster: LEAs, levels, SELPAs and facts",
    "contacts": "the contacts: who holds which role",
    "progress": "the progress: what came, was filed, approved or returned",
}
MOST_SHOWN = 2000


@router.get(addresses.import_file.pattern)
def show_import(request: Administers, kind: str) -> Response:
    """What the file should look like, and where to choose it."""
    return _page(request, kind, NOT_SENT)


@router.get(addresses.import_example.pattern)
def example(request: Administers, kind: str) -> Response:
    """A small file to fill in."""
    return csv_file(_example(request, kind), f"{kind}-example")


def _example(request: PageRequest, kind: str) -> list[list[str]]:
    """The example, with the person's own SELPA in it where they have one."""
    _refuse_unknown(kind)
    standing = request.web_app.standings.on(request.process_id, request.today)
    names = {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    code = next(iter(sorted(request.who.administers)), next(iter(sorted(names)), "9999"))
    return example_rows(kind, request.process, (code, names.get(code, "Example SELPA")))


def _refuse_unknown(kind: str) -> None:
    if kind not in KINDS:
        raise NotHere("There is no such import.")


def _page(request: PageRequest, kind: str, result: FormResult[Any, Any]) -> Response:
    _refuse_unknown(kind)
    columns, *examples = _example(request, kind)
    return request.render(
        "roster/import.html.j2",
        status=result.status,
        process=request.process,
        kind=kind,
        kinds=KINDS,
        result=result,
        columns=columns,
        examples=examples,
        largest=LARGEST // (1024 * 1024),
    )


@router.post(addresses.import_file.pattern)
def show_differences(request: Administers, kind: str) -> Response:
    """Read the file and show what it would change; nothing is changed."""
    _refuse_unknown(kind)

    def look(form: ImportForm) -> tuple[Sent, Shown]:
        sent = sent_file(form)
        return sent, read(request, kind, sent, expect=None, dry_run=True)

    result = submit(request, "import", ImportForm, look)
    if result.failed:
        return _page(request, kind, result)
    return _differences(request, kind, *result.got)


def _differences(
    request: PageRequest, kind: str, sent: Sent, shown: Shown, *, lines: tuple[str, ...] = ()
) -> Response:
    standing = request.web_app.standings.on(request.process_id, request.today)
    names = {cds: one.name for cds, one in standing.statuses.items()}
    names |= {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    if kind == "roster":
        names |= {
            one.code: one.after.split(", level ")[0]
            for one in shown.differences
            if one.what == "in the cohort"
        }
    return request.render(
        "roster/import_differences.html.j2",
        status=409 if lines else 200,
        process=request.process,
        kind=kind,
        kinds=KINDS,
        sent=sent,
        shown=shown,
        names=names,
        titles={**ROLE_TITLES, **{one.id: one.title for one in request.process.facts}},
        lines=lines,
        most_shown=MOST_SHOWN,
    )


@router.post(addresses.import_confirm.pattern)
def confirm_import(request: Administers, kind: str) -> Response:
    """Make exactly the differences that were shown."""
    _refuse_unknown(kind)

    def make(form: ConfirmForm) -> Shown:
        if not form.expect:
            raise Refused(refusal("preview-first"))
        return read(request, kind, sent_again(form), expect=form.expect, dry_run=False)

    detail = f"{kind}: not imported"
    result = submit(request, "import", ConfirmForm, make, detail=detail)
    if result.failed and result.is_outdated:
        sent = sent_again(result.sent)
        shown = read(request, kind, sent, expect=None, dry_run=True)
        return _differences(request, kind, sent, shown, lines=result.lines)
    if result.failed:
        return _page(request, kind, result)
    done = f"{len(result.got.differences)} changes were made from the file."
    return request.redirect(addresses.roster(request.process_id), say=done)
