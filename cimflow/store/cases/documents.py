"""The documents that came, kept by the SHA-256 of their bytes, in the home and nowhere else.

``home/documents/ab/abcd…``: the name is the hash alone, so nothing that a person typed becomes a
path. Files are the owner's only, are never executed, and lie under no folder that a web server
shows. The same document kept twice is one file.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from cimflow.store.database.errors import StoreError

FOLDER = "documents"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def keep(home: Path, data: bytes) -> str:
    """Keep a document and return its SHA-256; after a power cut it is whole or not there.

    Raises:
        StoreError: it cannot be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    place = _place(home, sha256)
    try:
        if _is_whole(place, data):
            return sha256
        for folder in (place.parent.parent, place.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place, data)
    except OSError as error:
        raise StoreError(f"the document cannot be saved: {error.strerror}") from error
    return sha256


def open_kept(home: Path, sha256: str) -> bytes | None:
    """The bytes of a document, as they came; None where it is not kept.

    Raises:
        StoreError: the file is not what was kept, or cannot be read.
    """
    if not _SHA256.fullmatch(sha256):
        return None
    try:
        data = _place(home, sha256).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(
            f"the saved document {sha256}: cannot be read: {error.strerror}"
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise StoreError(
            f"the saved document {sha256} is damaged: it is not what was received;"
            " restore it from a backup"
        )
    return data


def kept_size(home: Path, sha256: str) -> int | None:
    """How many bytes a kept document has; None where it is not kept."""
    if not _SHA256.fullmatch(sha256):
        return None
    try:
        return _place(home, sha256).stat().st_size
    except FileNotFoundError:
        return None


def forget(home: Path, sha256: str) -> None:
    """Remove a document that no record speaks of; one that is not there is forgotten already."""
    if _SHA256.fullmatch(sha256):
        _place(home, sha256).unlink(missing_ok=True)


def _place(home: Path, sha256: str) -> Path:
    return home / FOLDER / sha256[:2] / sha256


def _is_whole(place: Path, data: bytes) -> bool:
    try:
        return place.stat().st_size == len(data) and place.read_bytes() == data
    except FileNotFoundError:
        return False


def _write(place: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".")  # with mode 0600
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
        _sync(place.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Make the new name itself outlast a power cut; Windows does not open folders for it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
