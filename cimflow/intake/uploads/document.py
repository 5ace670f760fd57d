"""A document that came: its name and hash. The document itself is not kept here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cimflow.intake.errors import IntakeErrors, shown
from cimflow.intake.tables.files import cannot_open, refuse_no_file


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The name of a file and the SHA-256 of its bytes."""

    name: str
    sha256: str


def read_document(path: Path) -> ReadDocument:
    """Hash a document of any size, a piece at a time.

    Raises:
        IntakeErrors: there is no such file, it is a folder, empty, or cannot be opened.
    """
    refuse_no_file(path)
    if not path.name.isprintable():
        raise IntakeErrors.of_file(
            shown(path.name), "the name contains invisible characters; rename it"
        )
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise cannot_open(path, error) from None
    return ReadDocument(path.name, digest.hexdigest())
