"""The file of an import: as it was sent, as the confirmation carries it, and what it says."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from starlette.datastructures import UploadFile

from cimflow.dashboard.web.errors import BadRequest
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.intake.spreadsheets.contacts import read_contacts
from cimflow.intake.spreadsheets.progress import read_progress
from cimflow.intake.spreadsheets.roster import read_roster
from cimflow.intake.tables.files import Upload
from cimflow.intake.uploads.filenames import safe_name
from cimflow.monitoring.roster import import_progress, import_roster
from cimflow.monitoring.roster.import_diff import Difference, digest

LARGEST = 5 * 1024 * 1024


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
        return digest(self.differences)

    @property
    def leas(self) -> int:
        """How many LEAs and SELPAs it concerns."""
        return len({one.code for one in self.differences})


def sent_file(request: PageRequest) -> Sent:
    """The file of the form.

    Raises:
        BadRequest: none was chosen, or it is too large.
    """
    file = request.form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise BadRequest("Choose a file first: a .csv or an .xlsx.")
    data = file.file.read(LARGEST + 1)
    return _checked(Sent(safe_name(file.filename), data, request.sent("repair_cds") == "yes"))


def sent_again(request: PageRequest) -> Sent:
    """The file that the confirmation carries."""
    try:
        data = base64.b64decode(request.sent("data"), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("The file came back damaged; choose it again.") from None
    return _checked(
        Sent(safe_name(request.sent("name")), data, request.sent("repair_cds") == "yes")
    )


def _checked(sent: Sent) -> Sent:
    if len(sent.data) > LARGEST:
        raise BadRequest(f"The file is larger than {LARGEST // (1024 * 1024)} MB.")
    return sent


def read(
    request: PageRequest, kind: str, sent: Sent, *, expect: str | None, dry_run: bool
) -> Shown:
    """What a file would change (``dry_run``), or change just what ``expect`` is the digest of.

    Raises:
        IntakeErrors: every error of the file, with row and field.
        ChangedMeanwhile: it would change something else than was expected.
    """
    context, process = request.context, request.process
    file = Upload(sent.name, sent.data)
    only = None if request.who.is_system else request.who.administers
    if kind == "roster":
        # This page is of one process: rows of another are refused by the reader.
        table, roster = read_roster(file, {process.id: process}, repair_cds=sent.repair_cds)
        found = import_roster.import_roster(
            context,
            roster,
            file=table.name,
            actor=request.actor,
            dry_run=dry_run,
            expect=expect,
            only_selpas=only,
        )
        return Shown(len(roster), table.unused, tuple(found))
    if kind == "contacts":
        table, contacts = read_contacts(file, repair_cds=sent.repair_cds)
        found = import_roster.import_contacts(
            context,
            contacts,
            file=table.name,
            actor=request.actor,
            dry_run=dry_run,
            expect=expect,
            only_selpas=only,
        )
        return Shown(len(contacts), table.unused, tuple(found))
    table, progress = read_progress(
        file,
        process,
        repair_cds=sent.repair_cds,
        check=import_progress.progress_check(request.act),
    )
    found = import_progress.import_progress(
        request.act,
        progress,
        file=table.name,
        dry_run=dry_run,
        expect=expect,
        only_selpas=only,
    )
    return Shown(len(progress), table.unused, tuple(found))
