"""Receiving what an LEA sends: a document kept as it came, or contents read field by field.

Nothing is kept before it is known what it is, and no table of students ever is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cimflow.intake.artifacts.artifact import read_artifact_bytes
from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables.zip_contents import ZIP
from cimflow.intake.uploads.file_kind import Kind, sniff
from cimflow.intake.uploads.filenames import safe_name, with_suffix
from cimflow.intake.uploads.student_data import refuse_student_rows, sheets_without_students
from cimflow.monitoring.access.viewer import Viewer
from cimflow.monitoring.act import Act
from cimflow.monitoring.cohort.evaluate import read_case
from cimflow.monitoring.errors import Refused, refusal
from cimflow.monitoring.submissions.record import Document, Recorded, record
from cimflow.store import cases
from cimflow.store.cases import documents

_ALSO = {"jpeg": (".jpeg",), "csv": (".tsv", ".txt", ".tab"), "docx": (), "xlsx": ()}
_CONTENTS = ("toml", "json")


@dataclass(frozen=True, slots=True)
class Came:
    """What came, and how: a document, the completed form, or only the fact that it came.

    ``data`` is the file's bytes, None where it came without one. A day that is None is today
    (received) or not known yet (filed).
    """

    how: Literal["document", "form", "fact"]
    name: str = ""
    data: bytes | None = None
    received_on: dt.date | None = None
    filed_on: dt.date | None = None


def receive(act: Act, activity_id: str, came: Came) -> Recorded:
    """Record what came, in whichever way.

    Raises:
        IntakeErrors: the file cannot be read or taken, or holds rows of students.
        Refused: a file is missing, or is there where none was to be; or as ``record.record``.
    """
    if came.how == "fact":
        if came.data is not None:
            raise Refused(refusal("file-without-kind", "file"))
        return record(act, activity_id, received_on=came.received_on, filed_on=came.filed_on)
    if came.data is None:
        raise Refused(refusal(f"{came.how}-missing", "file"))
    take = _take_form if came.how == "form" else _take_document
    return take(act, activity_id, came, safe_name(came.name), came.data)


def _take_document(act: Act, activity_id: str, came: Came, name: str, data: bytes) -> Recorded:
    """Keep a document and record that it came; where that is refused, it is removed again."""
    kind = sniff(data, name)
    _refuse_contents(kind, name)
    refuse_student_rows(data, kind, name)
    home = act.context.settings.home
    sha256 = documents.keep(home, data)
    try:
        recorded = record(
            act,
            activity_id,
            document=Document(with_suffix(name, kind.suffix, _ALSO.get(kind.word, ())), sha256),
            received_on=came.received_on,
            filed_on=came.filed_on,
        )
    except BaseException:
        _forget_unless_recorded(act, sha256)
        raise
    if documents.kept_size(home, sha256) is None:
        # Somebody else sent the same, was refused, and removed it before we had recorded ours.
        documents.keep(home, data)
    return recorded


def _take_form(act: Act, activity_id: str, came: Came, name: str, data: bytes) -> Recorded:
    """Record the contents of an artifact from a file: TOML, JSON, or the workbook to fill in."""
    activity = act.activity(activity_id)
    sheets = None
    if data.startswith(ZIP):
        kind = sniff(data, name)
        if kind.word == "xlsx":
            sheets = sheets_without_students(data, name)
        else:
            refuse_student_rows(data, kind, name)
    return record(
        act,
        activity_id,
        contents=read_artifact_bytes(data, name, activity, sheets=sheets),
        file=name,
        received_on=came.received_on,
        filed_on=came.filed_on,
    )


def document_of(act: Act, activity_id: str, version: int) -> tuple[str, bytes] | None:
    """The name and the bytes of the document of a version; None where none was kept.

    Raises:
        UnknownLea: no LEA of that CDS code in the process.
        StoreError: the kept file is damaged.
    """
    for one in read_case(act).submissions:
        if (one.activity, one.version) == (activity_id, version) and one.document:
            data = documents.open_kept(act.context.settings.home, one.sha256)
            return None if data is None else (one.document, data)
    return None


def _refuse_contents(kind: Kind, name: str) -> None:
    if kind.word in _CONTENTS:
        raise IntakeErrors.of_file(
            name, "holds the contents of an artifact; record it as contents, not as a document"
        )


def _forget_unless_recorded(act: Act, sha256: str) -> None:
    with act.deciding() as conn:  # nobody records it while we look
        if sha256 not in cases.document_hashes(conn):
            documents.forget(act.context.settings.home, sha256)


def day_received(
    viewer: Viewer, *, selpa_code: str | None, asked: dt.date | None
) -> dt.date | None:
    """The day of receipt that a person may give of an LEA of this SELPA; None is today.

    Raises:
        Refused: an LEA submits on no other day than today; only its SELPA can say when it came.
    """
    if asked is None or (selpa_code is not None and viewer.may_change(selpa_code=selpa_code)):
        return asked
    raise Refused(refusal("received-today", "received"))
