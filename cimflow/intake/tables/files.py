"""From a path to bytes and text: what is missing, empty, too large or no text is refused."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from cimflow.intake.errors import IntakeErrors

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came over the network: its name, already made safe, and its bytes."""

    name: str
    data: bytes


Source = Path | Upload
"""Where a file is read from."""


def name_of(path: Source) -> str:
    """The name by which errors call a file."""
    return path.name or ("the file" if isinstance(path, Upload) else str(path))


def refuse_no_file(path: Path) -> None:
    """Make sure that there is a plain file with something in it.

    Raises:
        IntakeErrors: nothing is there, or it is a folder, a device, or empty.
    """
    try:
        if path.is_dir():
            raise IntakeErrors.of_file(name_of(path), "is a folder, not a file")
        size = path.stat().st_size
        if not path.is_file():
            raise IntakeErrors.of_file(name_of(path), "is not a plain file")
    except FileNotFoundError:
        raise IntakeErrors.of_file(str(path), "there is no such file") from None
    except (OSError, ValueError) as error:
        raise cannot_open(path, error) from None
    if size == 0:
        raise IntakeErrors.of_file(name_of(path), "is empty")


def cannot_open(path: Path, error: OSError | ValueError) -> IntakeErrors:
    """What to raise where the system does not give us a file."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return IntakeErrors.of_file(str(path), f"cannot be opened: {reason}")


def read_bytes(path: Source, *, at_most: int) -> bytes:
    """The bytes of a file of at most so many.

    Raises:
        IntakeErrors: there is no such file, it cannot be opened, it is empty or too large.
    """
    data = path.data if isinstance(path, Upload) else _from_disk(path, at_most)
    if not data:
        raise IntakeErrors.of_file(name_of(path), "is empty")
    if len(data) > at_most:
        raise IntakeErrors.of_file(name_of(path), f"is larger than {at_most // _MIB} MB")
    return data


def _from_disk(path: Path, at_most: int) -> bytes:
    refuse_no_file(path)
    try:
        with path.open("rb") as file:
            return file.read(at_most + 1)
    except OSError as error:
        raise cannot_open(path, error) from None


def decode(data: bytes, name: str) -> str:
    """Text in UTF-8 with or without BOM, UTF-16 with BOM, or else Windows-1252.

    Raises:
        IntakeErrors: it is none of these.
    """
    if data.startswith(_UTF_16):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise IntakeErrors.of_file(name, "is not text; save it as UTF-8 (a table also as .xlsx)")
