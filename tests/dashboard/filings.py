"""Files as people and strangers send them, and what the store and the documents folder hold."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl

from cimflow.monitoring.app_context import AppContext
from cimflow.store import cases
from cimflow.store.database import session
from tests import factories
from tests.dashboard.conftest import PDF, PROCESS

LEAS = f"/p/{PROCESS}/leas"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PNG_THAT_IS_HTML = b"\x89PNG\r\n\x1a\n" + HTML
SCRIPT = "<script>alert('x')</script>"
FORM_OF_THE_PAGE = {"how": "document", "received_on": "2024-07-11", "filed_on": ""}


def as_pdf(mark: str = "") -> bytes:
    """A PDF; another mark is another document."""
    return PDF.replace(b"1 0 obj", b"1 0 obj %" + mark.encode() + b"\n")


def as_json(contents: dict[str, Any]) -> bytes:
    return json.dumps(contents).encode()


def team(**changes: Any) -> bytes:
    """The complete contents of a team, or with something left out (None)."""
    return as_json(factories.complete("team-creation", "2", **changes))


def plan(**changes: Any) -> bytes:
    return as_json(factories.complete("improvement-plan", "2", **changes))


def workbook(*rows: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def bomb() -> bytes:
    """A small workbook that unpacks to far more than anyone has."""
    data = io.BytesIO(workbook(["School", "Pupils"]))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", b"0" * (200 * 1024 * 1024))
    return data.getvalue()


def with_macros() -> bytes:
    data = io.BytesIO(workbook(["School", "Pupils"]))
    with zipfile.ZipFile(data, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    return data.getvalue()


STUDENTS = (
    b"Student Name,SSID,Birth Date\n"
    b"Ada Example,1234567890,2012-05-01\nBen Example,1234567891,2012-06-02\n"
)


def rows_and_files(context: AppContext) -> tuple[int, tuple[str, ...]]:
    """How much was ever learnt, and which documents are kept."""
    with session.reading(context.engine) as conn:
        learnt = cases.last_seq(conn, PROCESS)
    folder = Path(context.settings.home) / "documents"
    kept = sorted(one.name for one in folder.rglob("*") if one.is_file())
    return learnt, tuple(kept)
