"""What is inside a zip file such as an XLSX or DOCX; bombs and tricks are refused unread."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from cimflow.intake.errors import IntakeErrors

ZIP = b"PK\x03\x04"
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PARTS = 5_000
MAX_RATIO = 200
_SMALL = 10 * 1024 * 1024
"""Below this an office document may well be packed tighter than ``MAX_RATIO``."""
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".jar", ".cab", ".iso")
_EMBEDDED = re.compile(r"(?:word|xl)/embeddings/[^/]+\.(?:xlsx|docx)")
_IS_ENCRYPTED = 0x1
DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, IndexError, KeyError, OSError,
    NotImplementedError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip
"""What the library raises where the numbers inside a package do not fit each other."""


@contextmanager
def opened(data: bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """The parts of a package, none of which is more than it says when it is read.

    Raises:
        IntakeErrors: it would fill the memory, or hides what is no part of a document.
        DAMAGED: its numbers do not fit each other.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        _refuse_bomb(packed, len(data), name)
        for part in packed.infolist():
            _refuse_trick(packed, part, name)
        yield packed


def embedded(packed: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The documents inside a document, such as the workbook behind a chart: name and bytes."""
    for part in packed.namelist():
        if _EMBEDDED.fullmatch(part):
            yield part, packed.read(part)


def read_xml(packed: zipfile.ZipFile, part: str, name: str) -> bytes:
    """A part of XML, which may define no entities of its own.

    Raises:
        IntakeErrors: it does. Office programs write none; they serve to make a small file expand
            without end.
    """
    content = packed.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise IntakeErrors.of_file(name, "is not a plain document: it defines XML entities")
    return content


def _refuse_bomb(packed: zipfile.ZipFile, size: int, name: str) -> None:
    parts = packed.infolist()
    # zipfile never unpacks more of a part than its entry says, so these sums hold.
    unpacked = sum(part.file_size for part in parts)
    is_too_dense = unpacked > _SMALL and unpacked > MAX_RATIO * size
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or is_too_dense:
        raise IntakeErrors.of_file(name, "is far too large when unpacked")


def _refuse_trick(packed: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    if part.flag_bits & _IS_ENCRYPTED:
        raise IntakeErrors.of_file(name, "is password-protected; save it without a password")
    path = part.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/"):
        raise IntakeErrors.of_file(name, "is not a plain document: its parts are outside of it")
    if part.is_dir() or _EMBEDDED.fullmatch(path):
        return
    with packed.open(part) as content:
        is_zip = content.read(len(ZIP)) == ZIP
    if is_zip or path.casefold().endswith(_ARCHIVES):
        raise IntakeErrors.of_file(
            name, "contains a compressed archive; upload its files one at a time"
        )
