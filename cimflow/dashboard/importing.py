"""Importing a file: what it would change is shown first, and just that is then done.

Nothing is kept between the two: the form that confirms carries the file itself, and the digest of
the differences that were shown.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from cimflow.dashboard.doors import Allows, door
from cimflow.dashboard.errors import BadRequest, NotHere
from cimflow.dashboard.files import csv_file
from cimflow.dashboard.forms import NOT_TRIED, STATUS, Tried, attempt
from cimflow.dashboard.visit import Visit
from cimflow.intake.contacts import read_contacts
from cimflow.intake.filenames import safe_name
from cimflow.intake.files import Upload
from cimflow.intake.progress import read_progress
from cimflow.intake.roster import read_roster
from cimflow.monitoring import imports
from cimflow.monitoring.errors import ChangedMeanwhile
from cimflow.monitoring.imports import Difference
from cimflow.monitoring.rostertable import example_rows

router = APIRouter()
Administers = Annotated[Visit, Depends(door(Allows.ADMINISTERS))]
KINDS = {
    "roster": "the roster: LEAs, levels, SELPAs and facts",
    "contacts": "the contacts: who holds which role",
    "progress": "the progress: what came, was filed, approved or returned",
}
LARGEST = 5 * 1024 * 1024
MOST_SHOWN = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent, and whether eaten zeros of CDS codes are put back."""

    name: str
    data: bytes
    repair_cds: bool

    @property
    def as_text(self) -> str:
        """The file for a hidden field."""
        return base64.b64encode(self.data).decode()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file would change, or has changed."""

    rows: int
    unused: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def digest(self) -> str:
        """What the confirmation is bound to."""
        return imports.digest(self.differences)

    @property
    def leas(self) -> int:
        """How many LEAs and SELPAs it concerns."""
        return len({one.code for one in self.differences})


@router.get("/p/{process_id}/import/{kind}")
def show_import(visit: Administers, kind: str) -> Response:
    """What the file should look like, and where to choose it."""
    return _form(visit, kind, NOT_TRIED)


@router.get("/p/{process_id}/import/{kind}/example.csv")
def example(visit: Administers, kind: str) -> Response:
    """A small file to fill in."""
    return csv_file(_example(visit, kind), f"{kind}-example")


def _example(visit: Visit, kind: str) -> list[list[str]]:
    """The example, with the person's own SELPA in it where they have one."""
    _refuse_unknown(kind)
    standing = visit.site.standings.on(visit.process_id, visit.today)
    names = {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    code = next(iter(sorted(visit.who.administers)), next(iter(sorted(names)), "9999"))
    return example_rows(kind, visit.process, (code, names.get(code, "Example SELPA")))


def _refuse_unknown(kind: str) -> None:
    if kind not in KINDS:
        raise NotHere("There is no such import.")


def _form(visit: Visit, kind: str, tried: Tried[Shown] | Tried[None]) -> Response:
    _refuse_unknown(kind)
    columns, *examples = _example(visit, kind)
    return visit.page(
        "import.html.j2",
        status=STATUS if tried.failed else 200,
        process=visit.process,
        kind=kind,
        kinds=KINDS,
        tried=tried,
        columns=columns,
        examples=examples,
        largest=LARGEST // (1024 * 1024),
    )


@router.post("/p/{process_id}/import/{kind}")
def show_differences(visit: Administers, kind: str) -> Response:
    """Read the file and show what it would change; nothing is changed."""
    _refuse_unknown(kind)

    def look() -> tuple[Sent, Shown]:
        sent = _sent(visit)
        return sent, _read(visit, kind, sent, expect=None, dry_run=True)

    tried = attempt(visit, "import", look)
    if tried.failed:
        return _form(visit, kind, Tried(title=tried.title, lines=tried.lines, errors=tried.errors))
    sent, shown = tried.got
    return _differences(visit, kind, sent, shown)


def _differences(
    visit: Visit, kind: str, sent: Sent, shown: Shown, *, lines: Sequence[str] = ()
) -> Response:
    standing = visit.site.standings.on(visit.process_id, visit.today)
    names = {cds: one.name for cds, one in standing.statuses.items()}
    names |= {one.selpa_code: one.selpa_name for one in standing.statuses.values()}
    if kind == "roster":
        names |= {
            one.code: one.after.split(", level ")[0]
            for one in shown.differences
            if one.what == "in the cohort"
        }
    return visit.page(
        "import_differences.html.j2",
        status=409 if lines else 200,
        process=visit.process,
        kind=kind,
        kinds=KINDS,
        sent=sent,
        shown=shown,
        names=names,
        lines=lines,
        most_shown=MOST_SHOWN,
    )


@router.post("/p/{process_id}/import/{kind}/confirm")
def confirm_import(visit: Administers, kind: str) -> Response:
    """Make exactly the differences that were shown."""
    _refuse_unknown(kind)

    def make() -> Shown:
        return _read(visit, kind, _sent_again(visit), expect=visit.sent("expect"), dry_run=False)

    if not visit.sent("expect"):
        raise BadRequest("Look at what the file would change first; nothing was changed.")
    try:
        tried = attempt(visit, "import", partial(_unless_changed, make))
    except _Changed as error:
        visit.note("import", f"{kind}: other differences than were shown", outcome="refused")
        sent = _sent_again(visit)
        shown = _read(visit, kind, sent, expect=None, dry_run=True)
        return _differences(visit, kind, sent, shown, lines=error.lines)
    if tried.failed:
        return _form(visit, kind, tried)
    shown = tried.got
    _note(visit, kind, shown)
    done = f"{len(shown.differences)} changes were made from the file."
    return visit.go("p", visit.process_id, "roster", say=done)


class _Changed(Exception):
    """What was shown is no longer what would be done."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(*lines)
        self.lines = lines


def _unless_changed(make: Callable[[], Shown]) -> Shown:
    try:
        return make()
    except ChangedMeanwhile as error:
        raise _Changed(error.lines) from None


def _note(visit: Visit, kind: str, shown: Shown) -> None:
    """One entry for each SELPA, so that its administrators find it in their log."""
    whose = visit.site.standings.on(visit.process_id, visit.today).selpa_of
    selpas: dict[str, int] = {}
    for one in shown.differences:
        selpa = whose.get(one.code, one.code)
        selpas[selpa] = selpas.get(selpa, 0) + 1
    for selpa, count in selpas.items():
        visit.note("import", f"{kind}: {count} changes from a file", selpa_code=selpa)


def _sent(visit: Visit) -> Sent:
    """The file of the form.

    Raises:
        BadRequest: none was chosen, or it is too large.
    """
    file = visit.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadRequest("Choose a file first: a .csv or an .xlsx.")
    data = file.file.read(LARGEST + 1)
    return _checked(Sent(safe_name(file.filename), data, visit.sent("repair_cds") == "yes"))


def _sent_again(visit: Visit) -> Sent:
    """The file that the confirmation carries."""
    try:
        data = base64.b64decode(visit.sent("data"), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("The file came back damaged; choose it again.") from None
    return _checked(Sent(safe_name(visit.sent("name")), data, visit.sent("repair_cds") == "yes"))


def _checked(sent: Sent) -> Sent:
    if len(sent.data) > LARGEST:
        raise BadRequest(f"The file is larger than {LARGEST // (1024 * 1024)} MB.")
    return sent


def _read(visit: Visit, kind: str, sent: Sent, *, expect: str | None, dry_run: bool) -> Shown:
    office, process = visit.office, visit.process
    file = Upload(sent.name, sent.data)
    only = None if visit.who.is_system else visit.who.administers
    if kind == "roster":
        # This page is of one process: rows of another are refused by the reader.
        table, roster = read_roster(file, {process.id: process}, repair_cds=sent.repair_cds)
        found = imports.import_roster(
            office,
            roster,
            file=table.name,
            by=visit.who.email,
            dry_run=dry_run,
            expect=expect,
            only_selpas=only,
        )
        return Shown(len(roster), table.unused, tuple(found))
    if kind == "contacts":
        table, contacts = read_contacts(file, repair_cds=sent.repair_cds)
        found = imports.import_contacts(
            office,
            contacts,
            file=table.name,
            by=visit.who.email,
            dry_run=dry_run,
            expect=expect,
            only_selpas=only,
        )
        return Shown(len(contacts), table.unused, tuple(found))
    table, progress = read_progress(
        file,
        process,
        repair_cds=sent.repair_cds,
        check=imports.progress_check(office, process.id),
    )
    found = imports.import_progress(
        office,
        process.id,
        progress,
        file=table.name,
        by=visit.who.email,
        dry_run=dry_run,
        expect=expect,
        only_selpas=only,
    )
    return Shown(len(progress), table.unused, tuple(found))
