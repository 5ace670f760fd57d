"""Spreadsheets for tests: written as a school office would, and the lines of a refusal."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from cimflow.intake.errors import IntakeErrors

ROSTER = (
    "cds_code",
    "lea_name",
    "selpa_code",
    "selpa_name",
    "process",
    "level",
    "indicator_8",
    "identified_for",
)
CONTACTS = ("scope", "code", "role", "name", "email")
PROGRESS = (
    "cds_code",
    "activity",
    "received_on",
    "filed_on",
    "approved_on",
    "returned_on",
    "note",
)
BIRCH, CEDAR, ALDER = "99100020000000", "99100030000000", "01100010000000"
GOOD_ROW = (BIRCH, "Birch Hollow Union", "9901", "Alder Basin", "targeted-2024", "2", "met", "5a")

Rows = Sequence[Sequence[object]]


def write_csv(
    path: Path, *rows: Sequence[object], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    """Write rows as delimited text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, *rows: Sequence[Any], **sheets: Rows) -> Path:
    """Write rows as the first sheet of a workbook; further sheets by name."""
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    for row in rows:
        first.append(row)
    for title, others in sheets.items():
        sheet = book.create_sheet(title)
        for row in others:
            sheet.append(list(row))
    book.save(path)
    return path


def edit_part(path: Path, part: str, edit: Callable[[str], str]) -> Path:
    """Change the XML of one part of a workbook, as another program might have written it."""
    with zipfile.ZipFile(path) as old:
        parts = {one: old.read(one) for one in old.namelist()}
    before = parts[part]
    parts[part] = edit(before.decode()).encode()
    assert parts[part] != before
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, data)
    return path


def refusals(read: Callable[[], object]) -> list[str]:
    """The lines with which a reading is refused; empty where it is not."""
    try:
        read()
    except IntakeErrors as refused:
        lines = [str(one) for one in refused.errors]
        assert lines
        assert all("\n" not in one for one in lines)
        return lines
    return []
