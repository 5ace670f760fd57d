"""Whether bytes that begin like a picture are one, to their end."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Literal

Picture = Literal["png", "jpeg", "gif", "webp"]
_PNG = b"\x89PNG\r\n\x1a\n"
_SMALLEST_JPEG_PART = 2


def picture_of(data: bytes) -> Picture | None:
    """Which kind of picture bytes begin as."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None


def is_whole(data: bytes, kind: Picture) -> bool:
    """Whether a picture is built as its kind is, with nothing else behind it.

    Cameras write more pictures and notes behind the end of a JPEG; there only the order up to the
    picture itself, and an end, are asked for.
    """
    try:
        return _WHOLE[kind](data)
    except IndexError:
        return False


def _png(data: bytes) -> bool:
    at = len(_PNG)
    first = True
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        word = data[at + 4 : at + 8]
        body = data[at + 4 : at + 8 + length]
        check = data[at + 8 + length : at + 12 + length]
        if len(check) != len(b"crc.") or zlib.crc32(body) != int.from_bytes(check):
            return False
        if first and word != b"IHDR":
            return False
        first = False
        at += 12 + length
        if word == b"IEND":
            return not data[at:].strip(b"\0\r\n ")
    return False


def _jpeg(data: bytes) -> bool:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark = data[at + 1]
        if mark == 0xFF:  # a byte that fills
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        if length < _SMALLEST_JPEG_PART:
            return False
        at += 2 + length
        if mark == 0xDA:  # from here on the picture itself
            return b"\xff\xd9" in data[at:]
    return False


def _gif(data: bytes) -> bool:
    width, height = int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    at = 13 + _colors(data[10])
    while width and height:
        mark = data[at]
        if mark == 0x3B:
            return not data[at + 1 :].strip(b"\0\r\n ")
        if mark == 0x21:
            at = _behind_blocks(data, at + 2)
        elif mark == 0x2C:
            at = _behind_blocks(data, at + 11 + _colors(data[at + 9]))
        else:
            return False
    return False


def _colors(flags: int) -> int:
    """How long the table of colors is that some flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> bool:
    length = int.from_bytes(data[4:8], "little") + 8
    return data[12:16] in {b"VP8 ", b"VP8L", b"VP8X"} and length <= len(data) <= length + 1


_WHOLE: dict[Picture, Callable[[bytes], bool]] = {
    "png": _png,
    "jpeg": _jpeg,
    "gif": _gif,
    "webp": _webp,
}
