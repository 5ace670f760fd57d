"""What a file that somebody sends really is: decided by its content, never by its name.

A browser's word for it counts as little as the name. What is nothing of the list is refused in one
plain sentence, and so is what only looks like something of the list.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from cimflow.intake.errors import IntakeErrors
from cimflow.intake.tables import zip_contents
from cimflow.intake.tables.delimited import DELIMITERS
from cimflow.intake.tables.files import decode
from cimflow.intake.uploads.filenames import safe_name
from cimflow.intake.uploads.pictures import is_whole, picture_of
from cimflow.tomlfiles import TooDeep, parse_toml

__all__ = ["MAX_DOCUMENT", "Kind", "safe_name", "sniff"]

MAX_DOCUMENT = 25 * 1024 * 1024
Word = Literal["pdf", "docx", "xlsx", "csv", "png", "jpeg", "gif", "webp", "toml", "json"]
_WANTED = "upload a PDF, .docx, .xlsx, or .csv file, or a picture (PNG, JPEG, GIF, WebP)"
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is, in one word, and the ending that its name should have."""

    word: Word
    suffix: str


_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = (b"<script", b"<html", b"<!doctype", b"<svg", b"<iframe", b"<?php")
_PDF_END = b"%%EOF"
_BEHIND_PDF_END = 2048
_SCRIPT = re.compile(
    r"<|@echo\b|function\s*\w*\s*\(|(?:var|let|const)\s+\w+\s*=|import\s+[\w.]+\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_DOCX = b"wordprocessingml.document.main+xml"
_XLSX = b"spreadsheetml.sheet.main+xml"
_MACROS = re.compile(r"vbaproject\.bin|vbadata\.xml|/macrosheets/", re.IGNORECASE)


def sniff(data: bytes, name: str) -> Kind:
    """What a file is.

    Raises:
        IntakeErrors: it is empty, larger than ``MAX_DOCUMENT``, or nothing that can be taken; the
            sentence says what to do instead.
    """
    if not data:
        raise IntakeErrors.of_file(name, "is empty")
    if len(data) > MAX_DOCUMENT:
        raise IntakeErrors.of_file(name, f"is larger than {MAX_DOCUMENT // _MIB} MB")
    if data.startswith(_PROGRAMS):
        raise IntakeErrors.of_file(name, f"is a program, whatever its name; {_WANTED}")
    if data.startswith(_OLE):
        raise IntakeErrors.of_file(name, _old_context(data))
    if data.startswith(b"{\\rtf"):
        raise IntakeErrors.of_file(name, "is a rich text file (.rtf); save it as .docx or PDF")
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    if data.startswith(zip_contents.ZIP):
        return _context(data, name)
    picture = picture_of(data)
    if picture is not None:
        if not is_whole(data, picture) or _hides_something(data):
            raise IntakeErrors.of_file(
                name, "looks like a picture but is not one, or is damaged; save the picture again"
            )
        return Kind(picture, {"jpeg": ".jpg"}.get(picture, f".{picture}"))
    return _text(data, name)


def _old_context(data: bytes) -> str:
    # The names of streams stand in UTF-16 in the folder of such a file.
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is password-protected; save it without a password"
    return "is an old Word or Excel file (.doc, .xls); save it as .docx or .xlsx"


def _hides_something(data: bytes) -> bool:
    lowered = data.lower()
    return any(one in lowered for one in _MARKUP) or zipfile.is_zipfile(io.BytesIO(data))


def _pdf(data: bytes, name: str) -> Kind:
    """Scanners and portals add a little behind the end of a PDF; an archive is not a little."""
    end = data.rstrip(b"\0\r\n\t ").rfind(_PDF_END)
    behind = data[end + len(_PDF_END) :].strip(b"\0\r\n\t ")
    if end == -1 or len(behind) > _BEHIND_PDF_END:
        raise IntakeErrors.of_file(name, "is not a complete PDF: its end is missing; save it again")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise IntakeErrors.of_file(name, "is a PDF with a compressed archive attached")
    return Kind("pdf", ".pdf")


def _context(data: bytes, name: str) -> Kind:
    try:
        return _packed_kind(data, name, is_inside=False)
    except zip_contents.DAMAGED:
        raise IntakeErrors.of_file(
            name, "is damaged: it cannot be opened; save it again and upload it again"
        ) from None


def _packed_kind(data: bytes, name: str, *, is_inside: bool) -> Kind:
    with zip_contents.opened(data, name) as package:
        parts = frozenset(package.namelist())
        if any(_MACROS.search(one) for one in parts):
            raise IntakeErrors.of_file(
                name, "contains macros; save it as .docx or .xlsx without them"
            )
        kind = _main_part(package, parts, name)
        for part in parts:
            if part.endswith((".xml", ".rels")):
                zip_contents.read_xml(package, part, name)
        for part, inner in zip_contents.embedded(package):
            if is_inside:
                raise IntakeErrors.of_file(name, f"has documents inside documents: {part}")
            _packed_kind(inner, name, is_inside=True)
    return kind


def _main_part(package: zipfile.ZipFile, parts: frozenset[str], name: str) -> Kind:
    if "[Content_Types].xml" not in parts:
        hint = "it was saved by LibreOffice or Google; save it as .docx or .xlsx"
        what = hint if "content.xml" in parts else f"it is a compressed archive; {_WANTED}"
        raise IntakeErrors.of_file(name, f"cannot be accepted: {what}")
    if "xl/workbook.bin" in parts:
        raise IntakeErrors.of_file(name, "is a binary workbook (.xlsb); save it as .xlsx")
    types = zip_contents.read_xml(package, "[Content_Types].xml", name)
    if b"macroEnabled" in types:
        raise IntakeErrors.of_file(name, "contains macros; save it as .docx or .xlsx without them")
    is_word = _DOCX in types and any(re.fullmatch(r"word/document\d*\.xml", one) for one in parts)
    is_sheet = _XLSX in types and any(re.fullmatch(r"xl/workbook\d*\.xml", one) for one in parts)
    if is_word == is_sheet:
        raise IntakeErrors.of_file(name, f"is neither a Word document nor a workbook; {_WANTED}")
    return Kind("docx", ".docx") if is_word else Kind("xlsx", ".xlsx")


def _text(data: bytes, name: str) -> Kind:
    lowered = data[:_MIB].lower()
    try:
        text = decode(data, name)
    except IntakeErrors:
        raise IntakeErrors.of_file(
            name, f"is not a kind of file we can accept; {_WANTED}"
        ) from None
    head = text.lstrip("\ufeff \t\r\n")
    if _SCRIPT.match(head) or any(one in lowered or one.decode() in text.casefold()
                                  for one in _MARKUP):  # fmt: skip
        raise IntakeErrors.of_file(
            name, f"is a web page, a drawing, or a script, whatever its name; {_WANTED}"
        )
    if _is_unseen(text):
        raise IntakeErrors.of_file(name, f"is not a kind of file we can accept; {_WANTED}")
    if head.startswith(("{", "[")) and _is_json(head):
        return Kind("json", ".json")
    if _is_toml(text):
        return Kind("toml", ".toml")
    if _is_table(text):
        return Kind("csv", ".csv")
    raise IntakeErrors.of_file(name, f"is plain text, not a table; {_WANTED}")


def _is_unseen(text: str) -> bool:
    """Bytes of a program read as Windows-1252 are text of a kind, full of control characters."""
    return any(one < " " and one not in "\t\r\n\f" for one in text)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _is_toml(text: str) -> bool:
    try:
        return bool(parse_toml(text))
    except (ValueError, RecursionError, TooDeep):
        return False


def _is_table(text: str) -> bool:
    return any(_reads_as_table(text, one) for one in DELIMITERS)


def _reads_as_table(text: str, delimiter: str) -> bool:
    """Two columns or more, the same number in most rows; sentences with commas are no table."""
    widths: Counter[int] = Counter()
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in islice(rows, 10_000):
            while row and not row[-1].strip():
                row.pop()
            if row:
                widths[len(row)] += 1
    except csv.Error:
        return False
    wide = sum(count for width, count in widths.items() if width > 1)
    return wide >= 2 and wide >= 0.6 * widths.total()
