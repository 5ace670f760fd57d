"""A document that came: its name and hash. The document itself is not kept here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cimflow.intake.errors import IntakeError, IntakeErrors


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The name of a file and the SHA-256 of its bytes."""

    name: str
    sha256: str


def read_document(path: Path) -> ReadDocument:
    """Hash a document, a piece at a time.

    Raises:
        IntakeErrors: it is a folder, or empty.
        OSError: there is no such file.
    """
    if path.is_dir():
        raise IntakeErrors([IntakeError(path.name, None, None, "is a folder, not a document")])
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        if file.tell() == 0:
            raise IntakeErrors([IntakeError(path.name, None, None, "is empty")])
    return ReadDocument(path.name, digest.hexdigest())
