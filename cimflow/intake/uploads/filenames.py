"""The name of a file as it is shown and kept: what a person wrote, without the tricks."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
NAMELESS = "document"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_LONGEST_SUFFIX = 10
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)


def safe_name(raw: str) -> str:
    """A name without folders, unseen characters or words that a system takes for a device.

    Letters of every language stay. It is never empty and at most ``LONGEST_NAME`` long; a long
    one keeps its ending.
    """
    last = re.split(r"[/\\]", raw)[-1]
    seen = "".join(one for one in last if unicodedata.category(one) not in _UNSEEN)
    plain = unicodedata.normalize("NFC", seen)
    plain = re.sub(r"^[A-Za-z]:", "", plain)
    plain = re.sub(r'[<>:"|?*]', "-", " ".join(plain.split()))
    plain = plain.strip(". ")
    if not any(one.isalnum() for one in plain):
        return NAMELESS
    if _DEVICE.fullmatch(plain.split(".")[0].strip()):
        plain = f"{NAMELESS}-{plain}"
    return _shortened(plain)


def with_suffix(name: str, suffix: str, also: tuple[str, ...] = ()) -> str:
    """The name with an ending that says what the file is, whatever it said before."""
    if name.casefold().endswith((suffix, *also)):
        return name
    return f"{_shortened(name, LONGEST_NAME - len(suffix))}{suffix}"


def _shortened(name: str, longest: int = LONGEST_NAME) -> str:
    if len(name) <= longest:
        return name
    suffix = PurePosixPath(name).suffix
    if not 1 < len(suffix) <= _LONGEST_SUFFIX:
        suffix = ""
    return f"{name[: longest - len(suffix)].rstrip('. ')}{suffix}"
