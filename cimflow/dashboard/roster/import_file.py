"""The file of an import: as it was sent, as the confirmation carries it, and what it says."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from pydantic import Field

from cimflow.dashboard.web.form_fields import Form, Line, Ticked, Uploads
from cimflow.dashboard.web.page_request import PageRequest
from cimflow.intake.spreadsheets.contacts import read_contacts
from cimflow.intake.spreadsheets.progress import read_progress
from cimflow.intake.spreadsheets.roster import read_roster
from cimflow.intake.tables.files import Upload
from cimflow.intake.uploads.filenames import safe_name
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.roster import import_progress, import_roster
from cimflow.monitoring.roster.import_diff import Difference, digest

LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent, and whether zeros missing from CDS codes are put back."""

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


class ImportForm(Form):
    """The file to import, and whether zeros that a spreadsheet dropped are put back."""

    file: Uploads = Field(title="File")
    repair_cds: Ticked


class ConfirmForm(Form):
    """The same file as its differences were shown: ``expect`` is their digest."""

    name: Line
    data: Line
    repair_cds: Ticked
    expect: Line


def sent_file(form: ImportForm) -> Sent:
    """The file that was chosen.

    Raises:
        Refused: none was, or it is too large.
    """
    if not form.file:
        raise Refused(refusal("no-table-chosen", "file"))
    upload = form.file[0]
    data = upload.file.read(LARGEST + 1)
    return _checked(Sent(safe_name(upload.filename or ""), data, form.repair_cds))


def sent_again(form: ConfirmForm) -> Sent:
    """The file that the confirmation carries.

    Raises:
        Refused: it came back damaged.
    """
    try:
        data = base64.b64decode(form.data, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(refusal("file-came-back-damaged")) from None
    return _checked(Sent(safe_name(form.name), data, form.repair_cds))


def _checked(sent: Sent) -> Sent:
    if len(sent.data) > LARGEST:
        raise Refused(refusal("file-too-large", "file", most=LARGEST // (1024 * 1024)))
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
